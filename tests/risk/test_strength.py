from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.risk import RiskTable, assess
from oshrisk.risk.credibility import YEARS, discounted, record_of, yearly_record
from oshrisk.risk.fit import RiskTableFit
from oshrisk.risk.strength import Histories, completeness, fit_strength, histories
from oshrisk.risk.table import Constant


def _yearly(counts: np.ndarray, exposure: np.ndarray) -> pd.DataFrame:
    """Lay a record out as features: arrays of shape (n, 5), latest year first."""
    columns = {f"accidents_y{n + 1}": counts[:, n] for n in range(YEARS)}
    columns |= {f"reported_worker_years_y{n + 1}": exposure[:, n] for n in range(YEARS)}
    columns |= {"accidents_5y": counts.sum(axis=1), "reported_worker_years_5y": exposure.sum(axis=1)}
    return pd.DataFrame(columns)


def _constant_firms(draw: np.random.Generator, size: int, strength: float) -> tuple[pd.DataFrame, np.ndarray]:
    rate, exposure = np.full(size, 0.02), draw.lognormal(3.5, 0.8, (size, YEARS))
    own = draw.gamma(strength, 1 / strength, size)[:, None]
    return _yearly(draw.poisson(rate[:, None] * own * exposure).astype(float), exposure), rate


@pytest.mark.parametrize("strength", [0.4, 1.0, 4.0])
def test_the_strength_is_found_again(strength: float) -> None:
    features, rate = _constant_firms(np.random.default_rng(1), 8000, strength)
    found = fit_strength(histories(features, rate))
    assert np.log(found.strength / strength) == pytest.approx(0, abs=4 * found.log_strength_sd)
    assert found.log_strength_sd < 0.1
    assert found.discount > 0.93, "firms that do not change: an old year says as much as a new one"
    assert found.events == features["accidents_5y"].sum()


def test_older_years_count_less_where_enterprises_change() -> None:
    draw = np.random.default_rng(2)
    size, rate = 8000, np.full(8000, 0.02)
    exposure = draw.lognormal(3.5, 0.8, (size, YEARS))
    own = np.empty((size, YEARS))
    own[:, -1] = draw.gamma(1.0, 1.0, size)
    for year in range(YEARS - 2, -1, -1):  # every second firm is another one in the next year
        own[:, year] = np.where(draw.random(size) < 0.5, draw.gamma(1.0, 1.0, size), own[:, year + 1])
    features = _yearly(draw.poisson(rate[:, None] * own * exposure).astype(float), exposure)
    found = fit_strength(histories(features, rate))
    assert found.discount < 0.75
    assert found.gain > 10


def test_without_a_record_nothing_moves(table: RiskTable) -> None:
    nobody = _yearly(np.zeros((50, YEARS)), np.zeros((50, YEARS)))
    found = fit_strength(histories(nobody, np.full(50, 0.01)), strength=0.7, discount=0.9)
    assert (found.strength, found.discount, found.rows) == (pytest.approx(0.7), pytest.approx(0.9), 0)


def test_one_year_says_nothing_of_the_discount() -> None:
    draw = np.random.default_rng(3)
    counts, exposure = np.zeros((400, YEARS)), np.zeros((400, YEARS))
    exposure[:, 0] = 100.0
    counts[:, 0] = draw.poisson(2.0 * draw.gamma(1.0, 1.0, 400))
    found = fit_strength(histories(_yearly(counts, exposure), np.full(400, 0.02)), discount=0.8)
    assert found.discount == pytest.approx(0.8)
    assert found.strength == pytest.approx(1.0, rel=0.4)


def test_unreported_years_add_nothing() -> None:
    draw = np.random.default_rng(4)
    features, rate = _constant_firms(draw, 500, 1.0)
    silent = _yearly(np.zeros((300, YEARS)), np.zeros((300, YEARS)))
    more = pd.concat([features, silent], ignore_index=True)
    alone, both = (fit_strength(histories(f, np.full(len(f), rate[0]))) for f in (features, more))
    for name in ("strength", "discount", "rows", "events"):
        assert getattr(both, name) == getattr(alone, name)


def test_a_weight_counts_rows() -> None:
    features, rate = _constant_firms(np.random.default_rng(5), 300, 1.0)
    once = histories(features, rate)
    parts = {name: getattr(once, name) for name in Histories.__dataclass_fields__}
    doubled = Histories(**{name: np.concatenate([values, values]) for name, values in parts.items()})
    weighted = Histories(**{**parts, "weight": once.weight * 2})
    assert fit_strength(weighted).strength == pytest.approx(fit_strength(doubled).strength, rel=1e-3)


def test_years_discounted() -> None:
    features = _yearly(np.array([[1.0, 0, 2, 0, 4]]), np.full((1, YEARS), 10.0))
    events, exposure = record_of(features, 0.5)
    assert (events[0], exposure[0]) == (1 + 2 / 4 + 4 / 16, 10 * (1 + 0.5 + 0.25 + 0.125 + 0.0625))
    assert [part[0] for part in record_of(features)] == [7, 50]
    assert discounted(np.zeros((0, YEARS)), 0.5).shape == (0,)


def test_years_are_needed_to_discount_them() -> None:
    whole = pd.DataFrame({"accidents_5y": [1.0], "reported_worker_years_5y": [10.0]})
    with pytest.raises(OshriskError) as caught:
        record_of(whole, 0.5)
    assert caught.value.code == "risk.no_yearly_record"
    assert "accidents_5y" in caught.value.message("vi")
    assert yearly_record(pd.DataFrame({"workers": [1.0]}))[0].tolist() == [[0.0] * YEARS]


def test_a_discount_reaches_the_score(table: RiskTable) -> None:
    old = _yearly(np.array([[0.0, 0, 0, 0, 5]]), np.full((1, YEARS), 50.0))
    ageing = Constant(0.5, "of the year after", "test", "assumed")
    less = type(table)(**{**vars_of(table), "constants": {**table.constants, "record_discount": ageing}})
    assert less.record_discount == 0.5
    assert assess(old, less)["own_record"].iloc[0] < assess(old, table)["own_record"].iloc[0]
    assert RiskTable.from_json(less.to_json()) == less


@pytest.mark.parametrize("share", [0.4, 1.0])
def test_completeness_is_the_share_that_reports_hold(share: float) -> None:
    draw = np.random.default_rng(7)
    features, rate = _constant_firms(draw, 3000, 2.0)
    record = histories(features, rate)
    kept = {name: getattr(record, name) for name in Histories.__dataclass_fields__}
    kept["past_counts"] = draw.binomial(record.past_counts.astype(int), share).astype(float)
    assert completeness(Histories(**kept)) == pytest.approx(share, abs=0.05)
    assert fit_strength(Histories(**kept)).strength == pytest.approx(2.0 if share == 1.0 else 2.4, rel=0.4)


def test_what_reports_leave_out_does_not_speak_for_the_enterprise(table: RiskTable) -> None:
    zeros = _yearly(np.zeros((1, YEARS)), np.full((1, YEARS), 500.0))
    share = Constant(0.4, "share", "test", "assumed")
    partly = type(table)(**{**vars_of(table), "constants": {**table.constants, "record_completeness": share}})
    multipliers = [float(assess(zeros, one)["own_record"].iloc[0]) for one in (table, partly)]
    assert multipliers[0] < multipliers[1] < 1.0
    assert RiskTable.from_json(partly.to_json()) == partly


def vars_of(table: RiskTable) -> dict[str, object]:
    return {name: getattr(table, name) for name in RiskTable.__dataclass_fields__}


@pytest.mark.parametrize("strength", [0.4, 2.5])
def test_a_fit_finds_the_strength_beside_the_points(table: RiskTable, strength: float) -> None:
    draw = np.random.default_rng(6)
    features, _ = _constant_firms(draw, 3000, 1.0)
    rate = table.base.level["accident"].value * 5
    own = draw.gamma(strength, 1 / strength, len(features))
    for year in range(1, YEARS + 1):
        features[f"accidents_y{year}"] = draw.poisson(rate * own * features[f"reported_worker_years_y{year}"]) * 1.0
    features["accidents_5y"] = features[[f"accidents_y{year}" for year in range(1, YEARS + 1)]].sum(axis=1)
    exposure = draw.lognormal(4, 0.5, len(features))
    fitted = RiskTableFit(table).fit(features, draw.poisson(rate * own * exposure), exposure=exposure)
    assert np.log(fitted.strength_.strength / strength) == pytest.approx(0, abs=4 * fitted.strength_.log_strength_sd)
    assert fitted.table_.constant("credibility_strength") == fitted.strength_.strength
    assert fitted.table_.base.level["accident"].value == pytest.approx(rate, rel=0.15)
    held = RiskTableFit(table, fit_strength=False).fit(features, draw.poisson(rate * own * exposure), exposure=exposure)
    assert held.table_.constant("credibility_strength") == table.constant("credibility_strength")
