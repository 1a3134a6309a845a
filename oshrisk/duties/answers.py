"""What the registers say of a duty: done, less than asked, not on record, or nothing at all.

A figure of an annual report is as old as its report, which is said beside it; a duty that has to be repeated counts as
done only within its term.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from oshrisk.duties.reports import ACCIDENT, ANNUAL, filed, last_due
from oshrisk.duties.training import lapse
from oshrisk.features.annual import AnnualReports
from oshrisk.features.rows import Floats, Ints, dates, day, take
from oshrisk.registry.registry import Registry
from oshrisk.registry.tables import TRAINING_GROUPS

STATES: Final = ("done", "short", "not_on_record", "unknown")
"""Done as far as the registers show; less than asked; asked for in a report and not stated there; nothing known."""

UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class Answer:
    """What the registers say of one duty, for several enterprises.

    Parameters
    ----------
    state : ndarray of str, shape (n,)
        One of `STATES`.
    key : ndarray of str, shape (n,)
        Text below ``dossier.said``.
    values : list of dict, length n
        What the text names: numbers, years, dates.
    """

    state: np.ndarray
    key: np.ndarray
    values: list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """A duty of some enterprises.

    Parameters
    ----------
    known : Registry
        What is known.
    reports : AnnualReports
        Its annual reports.
    minimum : ndarray of float, shape (n,)
        How many persons the duty asks for; NaN where it asks for no number, or which is not known.
    position : ndarray of int, shape (n,)
        Places of the enterprises in the registry.
    """

    known: Registry
    reports: AnnualReports
    minimum: Floats
    position: Ints


Answerer = Callable[[Case], Answer]


def unknown(case: Case) -> Answer:
    """Answer for duties that no register speaks of."""
    none = np.full(len(case.position), UNKNOWN, dtype=object)
    return Answer(none, none, [{}] * len(case.position))


def _staff(column: str) -> Answerer:
    def answer(case: Case) -> Answer:
        reports = case.reports
        rows = reports.last(reports.known(column))[case.position]
        count, year = take(reports.values(column), rows), take(reports.years, rows)
        told = ~np.isnan(count)
        judged = told & ~np.isnan(case.minimum)
        state = np.select(
            [judged & (count >= case.minimum), judged, told & (count == 0)], ["done", "short", "short"], UNKNOWN
        )
        return Answer(state, np.where(told, "staff", UNKNOWN), _values(count=count, year=year))

    return answer


def _dated(column: str, years: int | None) -> Answerer:
    """Answer by a date of the annual report, which counts for so many years (None: for good)."""

    def answer(case: Case) -> Answer:
        known, reports = case.known, case.reports
        on = dates(take(reports.values(column), reports.last(reports.known(column))[case.position]))
        told = ~np.isnat(on)
        since = known.date - pd.DateOffset(years=years) if years else pd.Timestamp.min
        asked = column not in known.absent.get("annual_reports", ())
        any_report = reports.last(np.full(len(reports.rows), asked))[case.position]
        reported = any_report >= 0
        state = np.select(
            [told & (on >= np.datetime64(since, "s")), told, reported], ["done", UNKNOWN, "not_on_record"], UNKNOWN
        )
        key = np.select([told, reported], ["last_on", "not_on_record"], UNKNOWN)
        return Answer(state, key, _values(on=on, year=take(reports.years, any_report)))

    return answer


def _filed(kind: str) -> Answerer:
    def answer(case: Case) -> Answer:
        due = last_due(min(case.known.date, case.known.read_on), kind)
        standing = filed(case.known, due)[case.position]
        state = np.select([standing == 1, standing == 0], ["done", "short"], UNKNOWN)
        key = np.select([standing == 1, standing == 0], ["filed", "not_filed"], UNKNOWN)
        values = [{"period": due.period, "due_on": due.due_on}] * len(case.position)
        return Answer(state, key, values)

    return answer


def _training(case: Case) -> Answer:
    reports, date = case.reports, case.known.date
    pairs = [(f"required_{group}", f"trained_{group}") for group in TRAINING_GROUPS]
    given = np.logical_or.reduce([reports.known(*pair) for pair in pairs])
    rows = reports.last(given)[case.position]
    required, trained, lapsed = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
    for group, (asked, done) in zip(TRAINING_GROUPS, pairs, strict=True):
        wanted, had = take(reports.values(asked), rows), take(reports.values(done), rows)
        both = ~np.isnan(wanted) & ~np.isnan(had)
        required += np.where(both, wanted, 0)
        trained += np.where(both, np.minimum(had, wanted), 0)
        lapsed |= both & (had > 0) & (lapse(reports.described_on(rows), group, date) < day(date))
    told = required > 0
    short = told & (trained < required)
    state = np.select([short, told & ~lapsed], ["short", "done"], UNKNOWN)
    key = np.select([short, told & lapsed, told], ["training", "training_lapsed", "training"], UNKNOWN)
    return Answer(state, key, _values(trained=trained, required=required, year=take(reports.years, rows)))


def _values(**columns: Floats | np.ndarray) -> list[dict[str, Any]]:
    frame = pd.DataFrame(columns)
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


ANSWERS: Final[Mapping[str, Answerer]] = {
    "osh_officer": _staff("safety_officers"),
    "health_staff": _staff("health_staff"),
    "risk_assessment": _dated("risk_assessed_on", None),
    "environment": _dated("environment_measured_on", 1),
    "accident_report": _filed(ACCIDENT),
    "annual_report": _filed(ANNUAL),
    "training": _training,
}
