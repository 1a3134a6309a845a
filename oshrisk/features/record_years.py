"""The own record year by year, so that older years may count less: years of twelve months back from the date."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from oshrisk.features.feature import Columns, Feature
from oshrisk.features.periods import WINDOW_YEARS, HalfYears
from oshrisk.features.rows import Floats, days, numbers, total, years_before
from oshrisk.registry.registry import Registry

_YEARS: Final = range(1, WINDOW_YEARS + 1)
FEATURES: Final = (
    *(Feature(f"accidents_y{year}", "numeric", "record_years", unit="accidents") for year in _YEARS),
    *(Feature(f"reported_worker_years_y{year}", "numeric", "record_years", unit="worker-years") for year in _YEARS),
)


def record_years(known: Registry, grid: HalfYears, worker_years: NDArray[np.float64]) -> Columns:
    """Compute accidents and reported worker-years of each of the last five years.

    Year 1 is the twelve months that end on the date, year 5 the oldest. They add up to ``accidents_5y`` and
    ``reported_worker_years_5y`` and follow their rules: an accident counts by the day it happened, however it came to
    be known, and an unreported half-year adds no worker-years.

    Parameters
    ----------
    known : Registry
        What is known at the date.
    grid : HalfYears
        The half-years of the window.
    worker_years : ndarray of float, shape (enterprises, WINDOW_YEARS)
        From `oshrisk.features.periods.reported_worker_years`.

    Returns
    -------
    mapping of str to array
        One value an enterprise for each of `FEATURES`.
    """
    rows, size = known["accidents"], len(known.ids)
    occurred, alike = days(rows["occurred_on"]), np.nan_to_num(numbers(rows["count"]), nan=1.0)
    on_file = grid.accidents_known or known.holds("accident_reports")
    columns: dict[str, Floats] = {}
    for year in _YEARS:
        inside = (occurred > years_before(known.date, year)) & (occurred <= years_before(known.date, year - 1))
        count = total(known.positions("accidents"), size, alike * inside)
        columns[f"accidents_y{year}"] = count if on_file else np.full(size, np.nan)
        columns[f"reported_worker_years_y{year}"] = worker_years[:, year - 1]
    return columns
