from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oshrisk.risk import RiskTable, assess
from oshrisk.risk.interval import Span, _gamma, _normal
from oshrisk.risk.table import Constant

Frame = Callable[[RiskTable, list[dict[str, Any]]], pd.DataFrame]
ROWS: list[dict[str, Any]] = [{}, {"workers": 40.0, "accidents_5y": 3.0, "reported_worker_years_5y": 200.0}]


def with_constants(table: RiskTable, **values: float) -> RiskTable:
    made = {name: Constant(value, "", "test", "assumed") for name, value in values.items()}
    return replace(table, constants={**table.constants, **made})


def sure_of_structure(table: RiskTable) -> RiskTable:
    """Return the table without factors and with nothing unknown of its sectors."""
    rows = [replace(row, accident=0.0, fatal=0.0, violation=0.0) for row in table.base.rows]
    return replace(table, factors=(), base=replace(table.base, rows=tuple(rows)))


@pytest.mark.parametrize("shape", [0.3, 1.0, 4.0])
@pytest.mark.parametrize("sd", [0.0, 0.5, 1.2])
def test_four_in_five_of_a_gamma_times_a_lognormal_lie_inside(shape: float, sd: float) -> None:
    rng = np.random.default_rng(7)
    logs = np.log(rng.gamma(shape, 1 / shape, 100_000)) + rng.normal(0, sd, 100_000)
    span = _gamma(np.array([shape])).apart(_normal(np.array([sd])))
    low, high = span.middle - span.below, span.middle + span.above
    assert np.mean(logs < low) == pytest.approx(0.1, abs=0.01)
    assert np.mean(logs > high) == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("strength", [0.5, 1.0, 5.0])
def test_the_interval_of_harm_is_that_of_the_gamma_where_the_structure_is_sure(
    table: RiskTable, frame: Frame, strength: float
) -> None:
    sure = with_constants(sure_of_structure(table), credibility_strength=strength)
    result = assess(frame(sure, [{}]), sure, priority="harm").iloc[0]
    rng = np.random.default_rng(3)
    true = result["priority"] * rng.gamma(strength, 1 / strength, 100_000)
    inside = (true > result["priority_low"]) & (true < result["priority_high"])
    assert inside.mean() == pytest.approx(0.8, abs=0.01)


def test_an_own_record_narrows_it_as_the_posterior_does(table: RiskTable, frame: Frame) -> None:
    sure = with_constants(sure_of_structure(table), days_per_death=1e-9)  # accidents alone
    known = frame(sure, [{"accidents_5y": 6.0, "reported_worker_years_5y": 900.0}])
    result = assess(known, sure, priority="rate").iloc[0]
    rng = np.random.default_rng(5)
    true = result["priority"] * rng.gamma(7.0, 1 / 7.0, 100_000)
    inside = (true > result["priority_low"]) & (true < result["priority_high"])
    assert inside.mean() == pytest.approx(0.8, abs=0.02)  # non-fatal accidents are not quite all


@pytest.mark.parametrize("deviation", [0.1, 2.0, 5.0])
def test_a_probability_stays_one(table: RiskTable, frame: Frame, deviation: float) -> None:
    wide = with_constants(table, violation_deviation=deviation)
    result = assess(frame(wide, ROWS), wide, priority="violation")
    assert (result["priority_low"] >= 0).all()
    assert (result["priority_high"] <= 1).all()


def test_differences_that_no_register_shows_make_it_wider(table: RiskTable, frame: Frame) -> None:
    known = frame(table, ROWS)

    def width(**values: float) -> pd.Series:
        result = assess(known, with_constants(table, **values))
        return np.log(result["priority_high"] / result["priority_low"])

    assert (width(violation_deviation=1.5) > width(violation_deviation=0.1)).all()
    assert (width(credibility_strength=0.5) > width(credibility_strength=3.0)).all()


def test_what_is_expected_lies_inside_however_skew(table: RiskTable, frame: Frame) -> None:
    skew = with_constants(table, credibility_strength=0.02)
    result = assess(frame(skew, ROWS), skew, priority="harm")
    assert (result["priority_low"] < result["priority"]).all()
    assert (result["priority"] <= result["priority_high"]).all()


def test_what_goes_together_adds_up_and_what_is_apart_in_squares() -> None:
    one, two = Span(*np.array([[0.1], [3.0], [6.0]])), Span(*np.array([[0.2], [4.0], [8.0]]))
    np.testing.assert_allclose(np.ravel(one.apart(two)), [0.3, 5.0, 10.0])
    np.testing.assert_allclose(np.ravel(one.along(two)), [0.3, 7.0, 14.0])
    np.testing.assert_allclose(np.ravel(one.mixed(two, np.array([0.25]))), [0.125, 3.25, 6.5])
