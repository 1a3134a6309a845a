"""Accidents: the own record over five years, and the work it is held against."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.features.feature import Columns, Feature
from oshrisk.features.peers import TOP
from oshrisk.features.periods import WINDOW_YEARS, HalfYears
from oshrisk.features.record import record
from oshrisk.features.rows import Floats, categorical, days, numbers, ratio, total, years_before
from oshrisk.registry.registry import Registry

SERIOUS_YEARS: Final = 3  # factor of the expert table
FATAL: Final = ("no", "yes")
FEATURES: Final = (
    Feature("accidents_5y", "numeric", "accidents", unit="accidents"),
    Feature("fatal_accidents_5y", "numeric", "accidents", unit="accidents"),
    Feature("reported_worker_years_5y", "numeric", "accidents", unit="worker-years"),
    Feature("past_serious_accidents_3y", "numeric", "accidents", unit="accidents"),
    Feature("past_fatal_accident_5y", "state", "accidents", states=FATAL),
    Feature("past_minor_accidents_top", "state", "accidents", states=TOP),
)


def accidents(known: Registry, grid: HalfYears, worker_years: NDArray[np.float64]) -> Columns:
    """Compute the accident features.

    All known accidents count, reported or known otherwise, by the day they happened. Zero is "none known"; it is
    unknown only where the department holds neither accidents nor accident reports of anybody. Fatal accidents are
    not counted again among the serious.

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
        One value an enterprise for each of `FEATURES` but the comparison with others (`oshrisk.features.peers`), and
        ``minor_accident_rate``, which is compared: minor accidents per worker-year of reported periods, NaN unknown.
    """
    rows = known["accidents"]
    occurred, severity = days(rows["occurred_on"]), rows["severity"].to_numpy(dtype=object)
    recent = occurred > years_before(known.date, WINDOW_YEARS)
    serious = (severity == "serious") & (occurred > years_before(known.date, SERIOUS_YEARS))
    on_file = grid.accidents_known or known.holds("accident_reports")

    def count(which: NDArray[np.bool_]) -> Floats:
        alike = np.nan_to_num(numbers(rows["count"]), nan=1.0)
        known_count = total(known.positions("accidents"), len(known.ids), alike * which)
        return known_count if on_file else np.full(len(known.ids), np.nan)

    fatal, minor = count(recent & (severity == "fatal")), count(recent & (severity == "minor"))
    exposure = worker_years.sum(axis=1)
    told = ((grid.filed | grid.annual) & ~grid.zero).any(axis=1)
    rate = np.where((minor > 0) & ~told, np.nan, ratio(minor, exposure))  # known from elsewhere: not "reported"
    return {
        "accidents_5y": count(recent),
        "fatal_accidents_5y": fatal,
        "reported_worker_years_5y": exposure,
        "past_serious_accidents_3y": count(serious),
        "past_fatal_accident_5y": categorical(np.where(np.isnan(fatal), -1, fatal > 0), FATAL),
        "minor_accident_rate": rate,
    }


def records(known: Registry) -> list[pd.DataFrame]:
    """Return the accidents behind the accident features: see `oshrisk.features.records.records`."""
    rows = known["accidents"]
    rows = rows[days(rows["occurred_on"]) > years_before(known.date, WINDOW_YEARS)]
    serious_since = days(rows["occurred_on"]) > years_before(known.date, SERIOUS_YEARS)
    return [
        _accident(rows, ("accidents_5y",)),
        _accident(rows[rows["severity"] == "fatal"], ("fatal_accidents_5y", "past_fatal_accident_5y")),
        _accident(rows[(rows["severity"] == "serious") & serious_since], ("past_serious_accidents_3y",)),
        _accident(rows[rows["severity"] == "minor"], ("past_minor_accidents_top",)),
    ]


def _accident(rows: pd.DataFrame, factors: tuple[str, ...]) -> pd.DataFrame:
    many = np.where(rows["count"] > 1, "accidents_", "accident_")
    key = many.astype(object) + rows["severity"].astype("str").to_numpy(dtype=object)
    on = rows["occurred_on"]
    return record(
        rows["enterprise_id"], factors, table="accidents", on=on, key=key, occurred_on=on, count=rows["count"]
    )
