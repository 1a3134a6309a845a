"""Half-years: which were reported, what was said of them, and how much work they cover.

The accident-reporting regime runs by half-year (Decree 39/2016 Art. 24; R1.9), so everything that compares reports
with accidents is counted on one grid of half-years, an enterprise a row.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.features.annual import AnnualReports
from oshrisk.features.rows import Flags, Floats, Ints, day, days, numbers, years_before
from oshrisk.reference.constants import constant
from oshrisk.registry.registry import Registry

WINDOW_YEARS: Final = 5
_UNREADABLE: Final = -1


def half_of(day_numbers: Floats) -> Ints:
    """Return the half-year of days as 2 × year + (0 for January–June, 1 for July–December); -1 if unknown."""
    known = ~np.isnan(day_numbers)
    result = np.full(len(day_numbers), _UNREADABLE, dtype=np.intp)
    months = day_numbers[known].astype(np.int64).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    result[known] = (months + 1970 * 12) // 6
    return result


def halves_of_period(periods: pd.Series) -> tuple[Ints, Ints]:
    """Return the first and the last half-year of periods such as "2026H1", "2026H2" or "2026".

    Examples
    --------
    >>> first, last = halves_of_period(pd.Series(["2026H1", "2026"]))
    >>> first - 2 * 2026, last - 2 * 2026
    (array([0, 0]), array([0, 1]))
    """
    codes, names = pd.factorize(periods)
    parts = pd.Series(names, dtype="str").str.extract(r"^(\d{4})(?:H([12]))?$")
    year, half = numbers(parts[0].astype("float64")), numbers(parts[1].astype("float64"))
    first = np.where(np.isnan(year), _UNREADABLE, 2 * year + np.nan_to_num(half - 1))
    last = np.where(np.isnan(year), _UNREADABLE, 2 * year + np.nan_to_num(half - 1, nan=1.0))
    ends = np.append(first, _UNREADABLE).astype(np.intp), np.append(last, _UNREADABLE).astype(np.intp)
    return ends[0][codes], ends[1][codes]


def half_starts(half: int) -> pd.Timestamp:
    """Return the first day of a half-year."""
    return pd.Timestamp(half // 2, 1 + 6 * (half % 2), 1)


def half_ends(half: int) -> pd.Timestamp:
    """Return the last day of a half-year."""
    year, month = half // 2, 6 + 6 * (half % 2)
    return pd.Timestamp(year, month, calendar.monthrange(year, month)[1])


@dataclass(frozen=True)
class HalfYears:
    """What is known of every half-year that touches the window of `WINDOW_YEARS` years.

    Parameters
    ----------
    first : int
        The first half-year of the grid, as `half_of` numbers them: the first half of its calendar year.
    filed : ndarray of bool, shape (enterprises, half-years)
        An accident report was filed for it.
    zero, accidents_reported : ndarray of bool, same shape
        It reported no accidents; it reported some.
    annual : ndarray of bool, same shape
        An annual OSH report covers it.
    accidents : ndarray of bool, same shape
        An accident in it is known, from whatever source.
    accidents_known : bool
        Whether the department holds any accident records at all.
    """

    first: int
    filed: Flags
    zero: Flags
    accidents_reported: Flags
    annual: Flags
    accidents: Flags
    accidents_known: bool

    @property
    def halves(self) -> range:
        """The half-years of the grid."""
        return range(self.first, self.first + self.filed.shape[1])

    @property
    def counted(self) -> Flags:
        """Half-years whose accidents are known: reported, and not said to have accidents that are not on record.

        Where the department holds no accident records at all, only reports of zero say anything.
        """
        said_zero = self.zero | self.accidents
        if not self.accidents_known:
            return self.filed & said_zero
        return (self.filed | self.annual) & (said_zero | ~self.accidents_reported)


def half_years(known: Registry, reports: AnnualReports) -> HalfYears:
    """Lay the reports and accidents of the window on the grid.

    Parameters
    ----------
    known : Registry
        What is known at the date.
    reports : AnnualReports
        Its annual reports.

    Returns
    -------
    HalfYears
        The grid.
    """
    opens = years_before(known.date, WINDOW_YEARS)
    first = int(half_of(np.array([opens + 1]))[0]) // 2 * 2
    count = (known.date.year - first // 2 + 1) * 2
    shape = (len(known.ids), count)
    said, owner = known["accident_reports"], known.positions("accident_reports")
    from_half, to_half = halves_of_period(said["period"])
    zero = said["reported_zero"].to_numpy(dtype="float64", na_value=np.nan)

    def mark(where: Flags) -> Flags:
        return _mark(shape, first, owner[where], from_half[where]) | _mark(shape, first, owner[where], to_half[where])

    year = 2 * reports.years.astype(np.intp)
    occurred = half_of(days(known["accidents"]["occurred_on"]))
    return HalfYears(
        first=first,
        filed=mark(np.ones(len(said), dtype=bool)),
        zero=mark(zero == 1),
        accidents_reported=mark(zero == 0),
        annual=_mark(shape, first, reports.positions, year) | _mark(shape, first, reports.positions, year + 1),
        accidents=_mark(shape, first, known.positions("accidents"), occurred),
        accidents_known=known.holds("accidents"),
    )


def reported_worker_years(
    known: Registry, reports: AnnualReports, grid: HalfYears, workers: Floats
) -> NDArray[np.float64]:
    """Return the work done in reported periods of the window: the exposure that the own record is held against.

    Each half-year counts once, whether an accident report, an annual report or both cover it: half of the year's
    full-time workers, and only the part of it inside the window. The year's full-time workers are its hours / 2,000
    where the annual report gives them, else its head-count, else the last known head-count. An unreported
    half-year, and one without any known head-count, adds nothing: silence never counts as work without accidents.

    Parameters
    ----------
    known : Registry
        What is known at the date.
    reports : AnnualReports
        Its annual reports.
    grid : HalfYears
        The half-years.
    workers : ndarray of float, shape (enterprises,)
        Last known head-count; NaN unknown.

    Returns
    -------
    ndarray of float, shape (enterprises, WINDOW_YEARS)
        Worker-years by year of the window, the latest year first; 0 where nothing was reported.
    """
    years = grid.filed.shape[1] // 2
    column = reports.years.astype(np.intp) - grid.first // 2
    inside = (column >= 0) & (column < years)
    hours = _by_year(reports, "hours_worked", inside, column, years) / constant("full_time_hours")
    heads = _by_year(reports, "workers", inside, column, years)
    full_time = np.where(hours > 0, hours, np.where(np.isnan(heads), workers[:, None], heads))
    work = grid.counted * np.repeat(0.5 * np.nan_to_num(full_time), 2, axis=1)
    shares = [[_share_inside(half, known.date, back) for back in range(1, WINDOW_YEARS + 1)] for half in grid.halves]
    by_year = np.zeros((len(work), WINDOW_YEARS))
    for half, share in enumerate(np.array(shares)):  # a matrix product would round otherwise in other places
        by_year += work[:, half, None] * share
    return by_year


def _mark(shape: tuple[int, int], first: int, owner: Ints, half: Ints) -> Flags:
    grid = np.zeros(shape, dtype=bool)
    inside = (half >= first) & (half < first + shape[1])
    grid[owner[inside], half[inside] - first] = True
    return grid


def _by_year(reports: AnnualReports, column: str, inside: Flags, year: Ints, years: int) -> NDArray[np.float64]:
    grid = np.full((reports.size, years), np.nan)
    given = inside & reports.known(column)
    grid[reports.positions[given], year[given]] = reports.values(column)[given]
    return grid


@cache
def _share_inside(half: int, date: pd.Timestamp, back: int) -> float:
    """Share of a half-year's days that lie in the `back`-th year before a date."""
    starts, ends = day(half_starts(half)), day(half_ends(half))
    inside = min(ends, years_before(date, back - 1)) - max(starts - 1, years_before(date, back))
    return max(inside, 0.0) / (ends - starts + 1)
