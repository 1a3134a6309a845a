from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oshrisk.risk import RiskTable, assess, estimate_strength, own_record, too_quiet

Frame = Callable[[RiskTable, list[dict[str, Any]]], pd.DataFrame]
positive = st.floats(1e-6, 1e3)


@given(rate=positive, events=st.integers(0, 1000), exposure=st.floats(0, 1e6), strength=positive)
def test_the_multiplier_is_the_posterior_mean_over_the_rate(
    rate: float, events: int, exposure: float, strength: float
) -> None:
    posterior = (strength + events) / (strength / rate + exposure)
    assert own_record(rate, events, exposure, strength) == pytest.approx(posterior / rate)


def test_missing_records_change_nothing() -> None:
    assert own_record([0.01, 0.01], [np.nan, 0], [np.nan, np.nan], 1.0).tolist() == [1.0, 1.0]


def test_an_accident_known_from_elsewhere_counts_without_a_report() -> None:
    assert own_record(0.01, 1, 0, 1.0) > 1


@pytest.mark.parametrize(
    ("events", "exposure", "flagged"), [(0, 50_000, True), (0, 10, False), (1, 50_000, False), (0, 0, False)]
)
def test_too_quiet_needs_reports_of_zero_where_many_are_expected(events: float, exposure: float, flagged: bool) -> None:
    assert too_quiet([0.003], [events], [exposure], 1.0, 0.1).tolist() == [flagged]


def test_the_flag_reaches_the_assessment(table: RiskTable, frame: Frame) -> None:
    rows = [{"accidents_5y": 0.0, "reported_worker_years_5y": exposure} for exposure in (0.0, 1e5)]
    assert assess(frame(table, rows), table)["too_quiet"].tolist() == [False, True]


@pytest.mark.parametrize("strength", [0.5, 1.0, 4.0])
def test_the_strength_is_found_again(strength: float) -> None:
    draw = np.random.default_rng(7)
    expected = draw.uniform(1, 20, 40_000)
    events = draw.poisson(expected * draw.gamma(strength, 1 / strength, len(expected)))
    assert estimate_strength(events, expected) == pytest.approx(strength, rel=0.1)


def test_without_differences_the_strength_is_bounded() -> None:
    assert estimate_strength([2, 2], [2, 2]) == 1000
