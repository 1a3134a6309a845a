"""What must hold for every enterprise, whatever is known of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oshrisk.risk import OUTCOMES, RiskTable, assess, base_levels, load_table, reasons
from oshrisk.risk.scoring import look_up, score

Frame = Callable[[RiskTable, list[dict[str, Any]]], pd.DataFrame]
SECTORS = (("vsic2018", "08101"), ("vsic2025", "4671"), ("vsic2018", "47"), ("vsic2025", "99"), (None, None))


def value_in(table: RiskTable, factor: str, state: str) -> Any:
    """Return a value of the factor's feature that falls into a bin."""
    entry = next(found for found in table[factor].all_bins if found.state == state)
    if state == "unknown":
        return np.nan
    if table[factor].kind == "category":
        return state
    if np.isfinite(entry.low):
        return entry.low if not np.isfinite(entry.high) else (entry.low + entry.high) / 2
    return entry.high - 0.01


def enterprises(table: RiskTable) -> st.SearchStrategy[dict[str, Any]]:
    """Draw an enterprise: any sector, every factor in any bin, any record."""
    values = {
        factor.feature: [value_in(table, factor.name, entry.state) for entry in factor.all_bins]
        for factor in table.factors
        if factor.feature
    }
    states = st.fixed_dictionaries({feature: st.sampled_from(found) for feature, found in values.items()})
    sectors = st.sampled_from(SECTORS).map(lambda pair: {"sector_scheme": pair[0], "sector_code": pair[1]})
    record = st.fixed_dictionaries(
        {
            "accidents_5y": st.integers(0, 30).map(float),
            "reported_worker_years_5y": st.floats(0, 50_000),
        }
    )
    return st.tuples(states, sectors, record).map(lambda parts: parts[0] | parts[1] | parts[2])


TABLE = load_table("dien-bien-expert")
RATES = {"accident": "accident_rate", "fatal": "fatal_rate", "violation": "violation_probability"}
ENTERPRISE = enterprises(TABLE)
FACTORS = [factor.name for factor in TABLE.factors if factor.feature]
few = settings(max_examples=40)


@given(enterprise=ENTERPRISE, factor=st.sampled_from(FACTORS))
@few
def test_a_more_harmful_bin_never_lowers_the_score(frame: Frame, enterprise: dict[str, Any], factor: str) -> None:
    for outcome in OUTCOMES:
        order = sorted(TABLE[factor].all_bins, key=lambda entry: entry.effects[outcome].log_rr)
        rows = [enterprise | {TABLE[factor].feature: value_in(TABLE, factor, entry.state)} for entry in order]
        for row in rows:  # the head-count itself is not the question here
            row["accidents_5y"] = row["reported_worker_years_5y"] = 0.0
        rates = assess(frame(TABLE, rows), TABLE)[RATES[outcome]].to_numpy()
        assert (np.diff(rates) >= -1e-15).all(), (factor, outcome)


@given(enterprise=ENTERPRISE, exposure=st.floats(0, 1e6))
@few
def test_silence_is_never_below_a_report_of_zero_accidents(
    frame: Frame, enterprise: dict[str, Any], exposure: float
) -> None:
    silent = [
        enterprise | {"accidents_5y": 0.0, "reported_worker_years_5y": 0.0, "periodic_report": state}
        for state in ("missing", "missing_unusual", np.nan)
    ]
    honest = enterprise | {
        "accidents_5y": 0.0,
        "reported_worker_years_5y": exposure,
        "periodic_report": "on_time",
    }
    result = assess(frame(TABLE, [honest, *silent]), TABLE)
    for column in (*RATES.values(), "expected_harm", "priority"):
        assert (result[column].iloc[1:] >= result[column].iloc[0]).all(), column


@given(enterprise=ENTERPRISE, more=st.floats(0, 1e5))
@few
def test_more_quiet_reports_never_raise_and_more_accidents_never_lower(
    frame: Frame, enterprise: dict[str, Any], more: float
) -> None:
    quiet = enterprise | {"reported_worker_years_5y": enterprise["reported_worker_years_5y"] + more}
    struck = enterprise | {"accidents_5y": enterprise["accidents_5y"] + 1}
    rate = assess(frame(TABLE, [enterprise, quiet, struck]), TABLE)["accident_rate"].to_numpy()
    assert rate[1] <= rate[0] < rate[2]


@given(rows=st.lists(ENTERPRISE, min_size=1, max_size=4))
@few
def test_reasons_multiply_to_the_rate(frame: Frame, rows: list[dict[str, Any]]) -> None:
    features = frame(TABLE, rows)
    result, base = assess(features, TABLE), base_levels(TABLE)
    tidy = reasons(features, TABLE)
    chance = result["violation_probability"]
    expected = {"accident": result["accident_rate"], "fatal": result["fatal_rate"], "violation": chance / (1 - chance)}
    for outcome, values in expected.items():
        products = tidy[tidy["outcome"] == outcome].groupby("enterprise_id")["multiplier"].prod()
        np.testing.assert_allclose(products * base[outcome], values, rtol=1e-12)


@given(rows=st.lists(ENTERPRISE, min_size=2, max_size=6), seed=st.integers(0, 100))
@few
def test_the_order_of_rows_and_the_rest_of_the_frame_do_not_matter(
    frame: Frame, rows: list[dict[str, Any]], seed: int
) -> None:
    features = frame(TABLE, rows)
    whole = assess(features, TABLE)
    mixed = assess(features.sample(frac=1, random_state=seed), TABLE)
    pd.testing.assert_frame_equal(mixed.loc[whole.index], whole)
    own = [name for name in whole.columns if name not in {"index", "risk_class", "rank"}]
    alone = pd.concat([assess(features.iloc[[position]], TABLE) for position in range(len(features))])
    pd.testing.assert_frame_equal(alone[own], whole[own])


@given(rows=st.lists(ENTERPRISE, min_size=1, max_size=8))
@few
def test_figures_are_in_range(frame: Frame, rows: list[dict[str, Any]]) -> None:
    result = assess(frame(TABLE, rows), TABLE)
    assert sorted(result["rank"]) == list(range(1, len(rows) + 1))
    assert result["index"].between(0, 100).all()
    assert (result["priority_low"] < result["priority"]).all()
    assert (result["priority"] < result["priority_high"]).all()
    assert result["violation_probability"].between(0, 1, inclusive="neither").all()
    assert not result.isna().any(axis=None)


def _factor_outcomes() -> list[tuple[str, str]]:
    return [(factor.name, outcome) for factor in TABLE.factors for outcome in OUTCOMES]


@pytest.mark.parametrize(("factor", "outcome"), _factor_outcomes())
def test_not_knowing_is_never_better_than_the_reference(table: RiskTable, factor: str, outcome: str) -> None:
    unknown = table[factor].unknown.effects[outcome].log_rr
    known = [entry.effects[outcome].log_rr for entry in table[factor].bins]
    assert 0 <= unknown <= max(0.0, *known)
    if max(known) <= 0:
        assert unknown == 0


def test_a_stack_of_bad_news_stops_at_the_cap_and_the_reasons_still_multiply(table: RiskTable, frame: Frame) -> None:
    worst = {}
    for factor in table.factors:
        if factor.feature:
            entry = max(factor.bins, key=lambda found: found.effects["violation"].log_rr)
            worst[factor.feature] = value_in(table, factor.name, entry.state)
    features = frame(table, [worst, {}])
    lookup = look_up(features, table)
    cap = table.combination["violation"].cap
    found = score(lookup, table, "violation")
    assert found.factors.tolist() == [cap, 0.0]
    assert found.scale[0] < table.combination["violation"].shrink == found.scale[1]
    tidy = reasons(features, table, ids=features.index[:1])
    product = tidy[tidy["outcome"] == "violation"]["multiplier"].prod()
    assert product == pytest.approx(math.exp(cap), rel=1e-12)
