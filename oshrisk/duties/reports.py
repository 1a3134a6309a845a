"""The periodic reports: which fall due when, and whose are not there.

Accident reports are due before 5 July (first half-year) and 10 January (the year), the annual OSH report before
10 January (R1.9, R1.11); the days are rows of the table of rules. A report is missing only once its day has passed
within what the registers can know: what was filed after they were read is not seen, and nobody is told to be late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from oshrisk.features.periods import half_ends, half_starts, halves_of_period
from oshrisk.features.reporting import due_on
from oshrisk.features.rows import Floats, day, days, total
from oshrisk.reference import duties as law
from oshrisk.reference.rules import rule
from oshrisk.registry.registry import Registry

ACCIDENT: Final = "accident"
ANNUAL: Final = "annual"
KINDS: Final = (ACCIDENT, ANNUAL)
DUTY_OF: Final = {ACCIDENT: "accident_report", ANNUAL: "annual_report"}
RULE_OF: Final = {ACCIDENT: "R1.9", ANNUAL: "R1.11"}


@dataclass(frozen=True)
class Deadline:
    """A day before which a report is to be filed.

    Parameters
    ----------
    kind : {"accident", "annual"}
        Periodic accident report or annual OSH report.
    half : int
        The half-year that it ends with, as `oshrisk.features.periods.half_of` numbers them; of an annual report the
        second of its year.
    due_on : Timestamp
        The day.
    """

    kind: str
    half: int
    due_on: pd.Timestamp

    @property
    def period(self) -> str:
        """``"2026H1"``, ``"2026H2"`` or, of an annual report, ``"2026"``."""
        year = str(self.half // 2)
        return year if self.kind == ANNUAL else f"{year}H{self.half % 2 + 1}"


def deadlines(kind: str, year: int) -> list[Deadline]:
    """Return the deadlines of the reports on a year, in order.

    Examples
    --------
    >>> [f"{one.period} {one.due_on:%Y-%m-%d}" for one in deadlines("accident", 2026)]
    ['2026H1 2026-07-05', '2026H2 2027-01-10']
    >>> [f"{one.period} {one.due_on:%Y-%m-%d}" for one in deadlines("annual", 2026)]
    ['2026 2027-01-10']
    """
    if kind == ACCIDENT:
        return [Deadline(kind, half, due_on(half)) for half in (2 * year, 2 * year + 1)]
    last = 2 * year + 1
    number = round(rule("R1.11", half_ends(last))["value"])
    return [Deadline(kind, last, pd.Timestamp(year + 1, 1, number))]


def last_due(date: pd.Timestamp, kind: str) -> Deadline:
    """Return the last deadline before a date."""
    known = [one for year in range(date.year - 2, date.year + 1) for one in deadlines(kind, year)]
    return [one for one in known if one.due_on < date][-1]


def next_due(date: pd.Timestamp, kind: str) -> Deadline:
    """Return the first deadline from a date on."""
    known = [one for year in range(date.year - 1, date.year + 1) for one in deadlines(kind, year)]
    return next(one for one in known if one.due_on >= date)


def filed(known: Registry, deadline: Deadline) -> Floats:
    """Say whose report of a deadline is there.

    Parameters
    ----------
    known : Registry
        What is known.
    deadline : Deadline
        The deadline.

    Returns
    -------
    ndarray of float, shape (n_enterprises,)
        1 filed, in time or not; 0 not; NaN for an enterprise founded after the period or closed before its end, and
        for all where the department holds no reports of the kind.
    """
    size, owner, covers = len(known.ids), *_rows(known, deadline)
    if not len(covers):
        return np.full(size, np.nan)
    there = total(owner, size, covers) > 0
    firms = known["enterprises"]
    too_new = days(firms["founded_on"]) >= day(half_starts(deadline.half + 1))
    gone = days(firms["closed_on"]) <= day(half_ends(deadline.half))
    return np.where(there, 1.0, np.where(too_new | gone, np.nan, 0.0))


def not_filed(known: Registry, features: pd.DataFrame, deadline: Deadline) -> pd.DataFrame:
    """Return the open enterprises whose report of a deadline is not there.

    Parameters
    ----------
    known : Registry
        What is known.
    features : DataFrame
        From `oshrisk.features.build_features` of it.
    deadline : Deadline
        The deadline, past (the report is missing) or to come (it is not there yet).

    Returns
    -------
    DataFrame
        Indexed by enterprise_id, in the order of the registry: last_period (of the last report of the kind that is
        there; NaN where none is), workers, asked (1 where the law asks for it; NaN where no head-count is known, so
        that it is not known whether anybody is employed at all).
    """
    workers = features["workers"].to_numpy()
    asked = law.required(DUTY_OF[deadline.kind], np.full(len(workers), np.nan), workers, deadline.due_on)
    frame = pd.DataFrame(
        {"last_period": _last_period(known, deadline.kind), "workers": workers, "asked": asked}, known.ids
    )
    still_open = known["enterprises"]["closed_on"].isna().to_numpy()
    return frame[(filed(known, deadline) == 0) & still_open & (frame["asked"] != 0).to_numpy()]


def _rows(known: Registry, deadline: Deadline) -> tuple[np.ndarray, np.ndarray]:
    """Return of every report of the kind its enterprise and whether it is of the deadline's period."""
    if deadline.kind == ANNUAL:
        rows = known["annual_reports"]
        return known.positions("annual_reports"), rows["year"].eq(deadline.half // 2).to_numpy(dtype=bool)
    first, last = halves_of_period(known["accident_reports"]["period"])
    return known.positions("accident_reports"), (first <= deadline.half) & (deadline.half <= last)


def _last_period(known: Registry, kind: str) -> pd.Series:
    if kind == ANNUAL:
        rows, column = known["annual_reports"], "year"
    else:
        rows, column = known["accident_reports"], "period"
    return rows.groupby("enterprise_id")[column].max().astype("str").reindex(known.ids)
