from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.messages import Language
from oshrisk.risk import OUTCOMES, RiskTable, assess, base_levels, phrase, reasons, top_reasons
from oshrisk.risk.scoring import look_up

Frame = Callable[[RiskTable, list[dict[str, Any]]], pd.DataFrame]


def test_nothing_known_is_the_level(table: RiskTable, frame: Frame) -> None:
    result = assess(frame(table, [{}]), table).iloc[0]
    assert result["accident_rate"] == pytest.approx(table.base.level["accident"].value, rel=1e-12)
    assert result["fatal_rate"] == pytest.approx(table.base.level["fatal"].value, rel=1e-12)
    assert result["violation_probability"] == pytest.approx(table.base.level["violation"].value, rel=1e-12)
    assert result["own_record"] == 1
    assert not result["workers_known"]
    assert result["workers_used"] == table.constant("workers_unknown")


def test_only_the_sector_known_is_the_base(table: RiskTable, frame: Frame) -> None:
    features = frame(table, [{"sector_scheme": "vsic2018", "sector_code": "08101"}])
    row = next(row for row in table.base.rows if (row.scheme, row.prefix) == ("vsic2018", "08"))
    expected = table.base.level["accident"].value * math.exp(row.accident)
    assert assess(features, table)["accident_rate"].iloc[0] == pytest.approx(expected, rel=1e-12)


def test_a_frame_without_columns_is_unknown_throughout(table: RiskTable) -> None:
    bare = pd.DataFrame(index=pd.Index(["1", "2"], name="enterprise_id"))
    result = assess(bare, table)
    assert result["accident_rate"].tolist() == pytest.approx([table.base.level["accident"].value] * 2)
    assert result["rank"].tolist() == [1, 2]
    assert result["index"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("value", "state"),
    [(-1.0, "unknown"), (0.0, "lt_5"), (4.999, "lt_5"), (5.0, "5_9"), (300.0, "ge_300"), (np.nan, "unknown")],
)
def test_intervals_hold_their_lower_end(table: RiskTable, frame: Frame, value: float, state: str) -> None:
    codes = look_up(frame(table, [{"workers": value}]), table).codes["enterprise_size"]
    assert table["enterprise_size"].all_bins[codes[0]].state == state


@pytest.mark.parametrize("dtype", ["str", "category", "object"])
def test_states_may_come_in_any_dtype(table: RiskTable, dtype: str) -> None:
    features = pd.DataFrame({"ownership": pd.Series(["foreign", None, "state"], dtype=dtype)})
    codes = look_up(features, table).codes["ownership"]
    assert [table["ownership"].all_bins[code].state for code in codes] == ["foreign", "unknown", "state"]


def test_a_strange_state_is_an_error_that_names_the_states(table: RiskTable, frame: Frame) -> None:
    with pytest.raises(OshriskError, match="martian") as caught:
        assess(frame(table, [{"ownership": "martian"}]), table)
    assert caught.value.code == "risk.unknown_state"
    assert "domestic_private" in caught.value.message("vi")


def test_the_same_code_means_different_things_in_two_schemes(table: RiskTable, frame: Frame) -> None:
    rows = [{"sector_scheme": scheme, "sector_code": "4661"} for scheme in ("vsic2018", "vsic2025")]
    found = look_up(frame(table, rows), table).sector
    assert [table.base.rows[position].group for position in found] == ["G_fuel", "G_trade"]


def test_the_modes_order_by_what_they_say(table: RiskTable, frame: Frame) -> None:
    features = frame(table, [{"workers": 400.0}, {"workers": 3.0, "risk_assessment": "none_on_record"}])
    by = {mode: assess(features, table, priority=mode) for mode in ("harm_x_violation", "harm", "rate", "violation")}
    whole = by["harm_x_violation"]
    np.testing.assert_array_equal(by["harm"]["priority"], whole["expected_harm"])
    np.testing.assert_array_equal(by["rate"]["priority"], whole["expected_harm"] / whole["workers_used"])
    np.testing.assert_array_equal(by["violation"]["priority"], whole["violation_probability"])
    np.testing.assert_array_equal(whole["priority"], whole["expected_harm"] * whole["violation_probability"])
    assert by["harm"]["rank"].tolist() == [1, 2]
    assert by["rate"]["rank"].tolist() == by["violation"]["rank"].tolist() == [2, 1]


def test_classes_begin_at_multiples_of_the_mean(table: RiskTable, frame: Frame) -> None:
    rows = [{"workers": count} for count in (4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 20.0, 40.0, 99.0)]
    result = assess(frame(table, rows), table, priority="harm")
    ratio = result["priority"] / result["priority"].mean()
    expected = ["A" if r >= 4 else "B" if r >= 2 else "C" if r >= 1 else "D" for r in ratio]
    assert result["risk_class"].astype(str).tolist() == expected
    assert len(set(expected)) >= 3


def test_ties_share_the_index_and_are_ranked_by_id(table: RiskTable, frame: Frame) -> None:
    features = frame(table, [{}, {}, {"workers": 50.0}]).set_axis(["b", "a", "c"], axis=0)
    result = assess(features, table)
    assert result["rank"].to_dict() == {"c": 1, "a": 2, "b": 3}
    assert result["index"].to_dict() == pytest.approx({"a": 0, "b": 0, "c": 200 / 3})


def test_no_enterprises_is_an_empty_assessment(table: RiskTable, frame: Frame) -> None:
    empty = frame(table, [])
    assert len(assess(empty, table)) == len(reasons(empty, table)) == len(top_reasons(empty, table)) == 0


def test_an_interval_narrows_with_experience(table: RiskTable, frame: Frame) -> None:
    rows = [{"accidents_5y": n, "reported_worker_years_5y": n / 0.0033} for n in (0.0, 5.0, 50.0)]
    result = assess(frame(table, rows), table, priority="harm")
    width = np.log(result["priority_high"] / result["priority_low"])
    assert width.is_monotonic_decreasing


def test_reasons_cover_every_factor_and_mark_the_unknown(table: RiskTable, frame: Frame) -> None:
    tidy = reasons(frame(table, [{"temporary_share": 0.4}, {}]), table, ids=["0000000000"])
    assert list(tidy.columns) == ["enterprise_id", "outcome", "factor", "state", "multiplier", "known"]
    assert len(tidy) == (len(table.factors) + 2) * len(OUTCOMES)
    known = tidy[tidy["known"]]
    assert set(known["factor"]) == {"temporary_share"}
    assert set(known["state"]) == {"30_60"}
    assert (tidy.loc[~tidy["known"], "multiplier"] == 1).all()
    assert (tidy.loc[~tidy["known"], "state"] == "unknown").all()


def test_top_reasons_are_the_strongest_and_in_words(table: RiskTable, frame: Frame) -> None:
    row = {
        "sector_scheme": "vsic2018",
        "sector_code": "08101",
        "temporary_share": 0.4,
        "strict_equipment_overdue": "overdue_ge_6m",
        "training_coverage": 0.95,
    }
    top = top_reasons(frame(table, [row, {}]), table, k=3, language="en")
    assert top["factor"].tolist() == ["sector", "strict_equipment_overdue", "temporary_share"]
    assert top["place"].tolist() == [1, 2, 3]
    assert top["multiplier"].is_monotonic_decreasing
    assert top["phrase"].iloc[2] == "Seasonal workers are 30–60 % of all workers"
    assert "quarries" in top["phrase"].iloc[0]


def test_top_reasons_do_not_depend_on_how_they_are_cut(
    table: RiskTable, frame: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = frame(table, [{"workers": count, "accidents_5y": 1.0} for count in (2.0, 20.0, 200.0, 2000.0)])
    whole = top_reasons(features, table)
    monkeypatch.setattr("oshrisk.risk.explain.CHUNK", 3)
    pd.testing.assert_frame_equal(top_reasons(features, table), whole)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_state_has_words(table: RiskTable, language: Language) -> None:
    states = [(factor.name, entry.state) for factor in table.factors for entry in factor.all_bins]
    states += [("own_record", state) for state in ("fewer", "as_expected", "more", "unknown")]
    states += [("sector", "unknown"), *(("sector", f"{row.scheme}:{row.prefix}") for row in table.base.rows)]
    assert all(phrase(table, factor, state, language) for factor, state in states)


def test_the_base_of_reasons_is_the_level(table: RiskTable) -> None:
    base = base_levels(table)
    assert base["accident"] == table.base.level["accident"].value
    assert base["violation"] == pytest.approx(0.35 / 0.65)
