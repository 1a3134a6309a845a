from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.reference import table as reference_table
from oshrisk.risk import RiskTable, SectorBase, assess, fit_sector_base, with_register_base
from oshrisk.risk.sector_prior import measured_ratios

CONSTANTS = {
    "transport_sd_accident": 0.8,
    "transport_sd_fatal": 1.0,
    "section_strength_cases": 50.0,
    "section_strength_fatal": 10.0,
}


def test_the_base_lies_between_the_expert_and_the_measured(table: RiskTable) -> None:
    measured = measured_ratios({name: entry.value for name, entry in table.constants.items()})
    coal = next(row for row in table.base.rows if (row.scheme, row.prefix) == ("vsic2025", "05"))
    low, high = sorted([1.1, measured.loc["05", "accident"]])  # 1.1 is the expert's figure
    assert low < coal.accident < high
    assert coal.accident_sd < 0.32  # the expert's sd: two sources are surer than one
    assert coal.violation == 0.25


def test_every_vsic_division_has_a_base(table: RiskTable) -> None:
    divisions = set(measured_ratios(CONSTANTS).index)
    for scheme, gone in (("vsic2018", set()), ("vsic2025", {"45"})):
        assert divisions - gone <= {row.prefix for row in table.base.rows if row.scheme == scheme}


def test_the_dangerous_sectors_come_first(table: RiskTable) -> None:
    frame = table.base.to_frame().query("scheme == 'vsic2018'").set_index("prefix")
    assert frame.loc["08", "fatal_rate"] > frame.loc["41", "fatal_rate"] > frame.loc["47", "fatal_rate"]
    assert frame.loc["42", "fatal_rate"] > frame.loc["41", "fatal_rate"]


def test_few_cases_are_read_as_the_section() -> None:
    weak = measured_ratios(CONSTANTS)
    strong = measured_ratios(CONSTANTS | {"section_strength_cases": 1e12})
    mining = ["05", "06", "07", "08", "09"]
    assert strong.loc[mining, "accident"].std() == pytest.approx(0, abs=1e-6)
    assert weak.loc[mining, "accident"].std() > 0.1


def _register(per_code: int) -> tuple[pd.Series, np.ndarray, np.ndarray, dict[str, float]]:
    draw = np.random.default_rng(3)
    true = {"111110": 0.01, "111120": 0.02, "222210": 0.10, "222220": 0.05}
    codes = pd.Series(np.repeat(list(true), per_code))
    exposure = draw.uniform(5, 50, len(codes))
    events = draw.poisson(codes.map(true).to_numpy() * exposure * draw.gamma(2, 0.5, len(codes)))
    return codes, events, exposure, true


def _rates(base: SectorBase, codes: list[str]) -> np.ndarray:
    found = base.find(pd.Series(["naics2022"] * len(codes)), pd.Series(codes))
    return base.level["accident"].value * np.exp(base.log_ratio("accident")[found])


def test_a_fitted_base_finds_the_rates_of_a_large_register(table: RiskTable) -> None:
    codes, events, exposure, true = _register(4000)
    base = fit_sector_base(codes, events, exposure, "naics2022", like=table.base)
    np.testing.assert_allclose(_rates(base, list(true)), list(true.values()), rtol=0.08)
    assert base.level["accident"].value == pytest.approx(events.sum() / exposure.sum())
    assert base.level["accident"].mark == "fitted"
    assert base.level["fatal"] == table.base.level["fatal"]


def test_a_rare_code_is_read_as_its_parent(table: RiskTable) -> None:
    codes, events, exposure, _ = _register(500)
    codes = pd.concat([codes, pd.Series(["222230"])], ignore_index=True)
    base = fit_sector_base(codes, np.append(events, 0), np.append(exposure, 0.5), "naics2022", like=table.base)
    rare, parent = _rates(base, ["222230", "22229"])
    assert rare == pytest.approx(parent, rel=0.3)
    assert rare > 0


def test_a_fitted_base_travels_with_the_table(table: RiskTable) -> None:
    codes, events, exposure, _ = _register(50)
    fitted = table.with_base(fit_sector_base(codes, events, exposure, "naics2022", like=table.base))
    assert RiskTable.from_json(fitted.to_json()) == fitted
    assert fitted.model_id != table.model_id


@pytest.mark.parametrize(("events", "exposure"), [([0, 0], [5, 5]), ([1, 1], [0, math.nan])])
def test_nothing_reported_is_nothing_to_fit(table: RiskTable, events: list[float], exposure: list[float]) -> None:
    with pytest.raises(OshriskError) as caught:
        fit_sector_base(pd.Series(["11", "12"]), events, exposure, "naics2022", like=table.base)
    assert caught.value.code == "risk.nothing_to_fit"


def test_unknown_codes_have_the_level(table: RiskTable) -> None:
    found = table.base.find(pd.Series(["vsic2018", None, "martian"]), pd.Series([None, "08", "08"]))
    np.testing.assert_array_equal(table.base.log_ratio("accident")[found], 0)


def test_a_register_base_leaves_to_the_factors_what_is_theirs(table: RiskTable) -> None:
    draw = np.random.default_rng(5)
    count = 6000
    workers = draw.choice([3.0, 400.0], count)  # the small are riskier per worker, as the table says
    features = pd.DataFrame(
        {
            "sector_scheme": "naics2022",
            "sector_code": np.where(workers < 10, "111110", "222210"),  # sector and size go together
            "workers": workers,
            "reported_worker_years_5y": 2000.0,
        }
    )
    flat = assess(features.drop(columns="sector_code").assign(reported_worker_years_5y=0.0), table)
    features["accidents_5y"] = draw.poisson(flat["accident_rate"] * 2000)  # no sector effect at all
    fitted = with_register_base(table, features, "naics2022")
    np.testing.assert_allclose([row.accident for row in fitted.base.rows], 0, atol=0.05)


def test_the_levels_agree_with_the_figures_they_name(table: RiskTable) -> None:
    stats = reference_table("accident_stats")
    formal = stats[(stats["scope"] == "formal") & stats["category"].isna()].set_index(["period", "dimension"])["value"]
    workers = reference_table("constants").set_index("constant").loc["national_formal_workers", "value"]
    accidents, fatal = 2 * formal["2024H1", "accidents"], formal["2023", "fatal_accidents"]
    assert table.base.level["accident"].value == pytest.approx(accidents / workers / 0.10, rel=0.02)
    assert table.base.level["fatal"].value == pytest.approx(fatal / workers / 0.6, rel=0.02)
    assert table.constant("days_per_accident") == pytest.approx(154_759 / accidents, rel=0.02)


@pytest.mark.parametrize("scheme", ["vsic2018", "vsic2025"])
def test_a_vsic_base_is_shrunk_to_its_section(table: RiskTable, scheme: str) -> None:
    draw = np.random.default_rng(6)
    true = {"05100": 0.06, "08100": 0.06, "46100": 0.01, "47100": 0.01}  # mining; trade
    codes = pd.Series([*np.repeat(list(true), 400), "07100", "07100"])
    exposure = np.append(draw.uniform(5, 50, 1600), [2.0, 2.0])
    rate = codes.map(true).fillna(0.06).to_numpy()
    events = draw.poisson(rate * exposure * draw.gamma(2, 0.5, len(codes)))
    base = fit_sector_base(codes, events, exposure, scheme, like=table.base)
    found = base.level["accident"].value * np.exp(
        base.log_ratio("accident")[base.find(pd.Series([scheme] * 5), pd.Series([*true, "07100"]))]
    )
    np.testing.assert_allclose(found[:4], list(true.values()), rtol=0.2)
    assert found[4] == pytest.approx(0.06, rel=0.35), "two small mines are read as mining, not as all sectors"
    assert {len(row.prefix) for row in base.rows} == {2, 3, 4, 5}
