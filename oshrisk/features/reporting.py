"""The accident-reporting regime: whether the last report that fell due was filed, and whether it is true."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.features.annual import AnnualReports, report_record
from oshrisk.features.feature import Columns, Feature
from oshrisk.features.periods import HalfYears, half_ends, half_of, half_starts, halves_of_period
from oshrisk.features.record import record
from oshrisk.features.rows import Flags, Floats, categorical, day, days, total, years_before
from oshrisk.reference import rules
from oshrisk.reference.folder import cached
from oshrisk.registry.registry import Registry

STATES: Final = ("on_time", "missing", "missing_unusual", "contradicted")
# Rule row with the day, and month, on which the report on a first or second half-year falls due (R1.9).
DUE: Final = (("R1.9.half_year", 7), ("R1.9.year", 1))
LARGE_WORKERS: Final = 50.0  # assumed: from here on silence is unusual (the expert table says "large")
HAZARDOUS_WORKERS: Final = 10.0  # assumed: the same in the high-risk sectors of TT 07/2016 Art. 8
CONTRADICTED_YEARS: Final = 3  # assumed: as long as violations are looked back at (past_violations_3y)
FEATURES: Final = (
    Feature("periodic_report", "state", "reporting", states=STATES),
    Feature("reported_periods_5y", "numeric", "reporting", unit="half-years"),
)


def reporting(known: Registry, grid: HalfYears, *, workers: Floats, high_risk: Floats) -> Columns:
    """Compute the reporting features.

    ``periodic_report`` looks at the last half-year whose report had fallen due when the registers were read: filed
    (late or not) is "on_time"; else "missing", or "missing_unusual" for one that reported accidents before, has 50
    workers, or 10 in a high-risk sector. "contradicted" goes before all: for a half-year of the last three years that
    had fallen due it reported zero or nothing, although an accident or an inconsistent report is known. Unknown for an
    enterprise founded after that half-year, and for all where the department holds no accident reports.

    A report of zero changes none of these for the worse, so that nobody does better by not filing it.

    Parameters
    ----------
    known : Registry
        What is known at the date.
    grid : HalfYears
        The half-years of the window.
    workers : ndarray of float, shape (enterprises,)
        Last known head-count.
    high_risk : ndarray of float, shape (enterprises,)
        1.0 in a high-risk sector, 0.0 elsewhere, NaN unknown.

    Returns
    -------
    mapping of str to array
        One value an enterprise for each of `FEATURES`.
    """
    ended = [day(half_ends(half)) for half in grid.halves]
    inside = np.array([years_before(known.date, 5) < end <= day(known.date) for end in ended])
    covered = ((grid.filed | grid.annual) & inside).sum(axis=1).astype(np.float64)
    any_reports = known.holds("accident_reports") or known.holds("annual_reports")
    return {
        "periodic_report": categorical(_state(known, grid, workers, high_risk), STATES),
        "reported_periods_5y": covered if any_reports else np.full(len(covered), np.nan),
    }


def due_half(known: Registry) -> int:
    """Return the last half-year whose report had fallen due when the registers were read, as `half_of` numbers it."""
    seen = min(known.date, known.read_on)
    half = int(half_of(np.array([day(seen)]))[0])
    while due_on(half) >= seen:
        half -= 1
    return half


@cached
def due_on(half: int) -> pd.Timestamp:
    """Return the day on which the accident report on a half-year falls due (R1.9)."""
    rule_id, month = DUE[half % 2]
    date = rules.rule(rule_id, half_ends(half))["value"]
    return pd.Timestamp(half // 2 + half % 2, month, int(date))


def contradicted_halves(known: Registry, grid: HalfYears) -> Flags:
    """Say for which half-years of the last three zero or nothing was reported although an accident or sign is known.

    Returns
    -------
    ndarray of bool, shape (enterprises, half-years of the grid)
        The half-years.
    """
    signals = known["signals"]
    inconsistent = (signals["kind"] == "inconsistent_report").to_numpy()
    half = half_of(days(signals["occurred_on"]))[inconsistent] - grid.first
    owner = known.positions("signals")[inconsistent]
    inside = (half >= 0) & (half < grid.filed.shape[1])
    doubted = np.zeros_like(grid.filed)
    doubted[owner[inside], half[inside]] = True
    opens = years_before(known.date, CONTRADICTED_YEARS)
    recent = np.array([day(half_ends(number)) > opens for number in grid.halves])
    due = np.array(grid.halves) <= due_half(known)
    silent = ~grid.filed & ~grid.annual & due
    return np.asarray((grid.zero | silent) & (grid.accidents | doubted) & recent)


def _state(known: Registry, grid: HalfYears, workers: Floats, high_risk: Floats) -> NDArray[np.intp]:
    size = len(known.ids)
    if not known.holds("accident_reports"):
        return np.full(size, -1, dtype=np.intp)
    half = due_half(known)
    owner = known.positions("accident_reports")
    first, last = halves_of_period(known["accident_reports"]["period"])
    filed = total(owner, size, (first <= half) & (half <= last)) > 0
    zero = known["accident_reports"]["reported_zero"].fillna(False).to_numpy(dtype=bool)
    reported_before = total(owner, size, (last >= 0) & (last < half) & ~zero) > 0
    hazardous = (workers >= LARGE_WORKERS) | ((high_risk == 1) & (workers >= HAZARDOUS_WORKERS))
    not_yet = days(known["enterprises"]["founded_on"]) >= day(half_starts(half + 1))
    states = [
        (contradicted_halves(known, grid).any(axis=1), "contradicted"),
        (filed, "on_time"),
        (not_yet, None),
        (reported_before | hazardous, "missing_unusual"),
    ]
    return np.select(
        [where for where, _ in states],
        [STATES.index(name) if name else -1 for _, name in states],
        STATES.index("missing"),
    )


def records(known: Registry, reports: AnnualReports, grid: HalfYears, *, regime_known: bool) -> list[pd.DataFrame]:
    """Return the reports behind the reporting features: see `oshrisk.features.records.records`.

    `regime_known` says whether the department holds accident reports at all: only then is one missing.
    """
    counted = ("reported_periods_5y", "reported_worker_years_5y")
    recent = np.flatnonzero(2 * reports.years + 1 >= grid.first)
    return [
        _filed(known, grid, ("periodic_report", *counted)),
        report_record(reports, recent, counted, "annual_report", "workers"),
        *([_missing(known, grid)] if regime_known else []),
        _contradicting(known, grid, "accidents", np.ones(len(known["accidents"]), dtype=bool)),
        _contradicting(known, grid, "signals", (known["signals"]["kind"] == "inconsistent_report").to_numpy()),
    ]


def _filed(known: Registry, grid: HalfYears, factors: tuple[str, ...]) -> pd.DataFrame:
    said = known["accident_reports"]
    said = said[halves_of_period(said["period"])[1] >= grid.first]
    zero = said["reported_zero"].to_numpy(dtype="float64", na_value=np.nan)
    key = np.select([zero == 1, zero == 0], ["accident_report_zero", "accident_report_some"], "accident_report")
    on = said["filed_on"].fillna(said["known_on"])
    values = {"period": said["period"], "filed_on": said["filed_on"]}
    return record(said["enterprise_id"], factors, table="accident_reports", on=on, key=key, **values)


def _missing(known: Registry, grid: HalfYears) -> pd.DataFrame:
    half, firms = due_half(known), known["enterprises"]
    founded_later = days(firms["founded_on"]) >= day(half_starts(half + 1))
    firms = firms[~grid.filed[:, half - grid.first] & ~founded_later]
    due = [due_on(half)] * len(firms)
    period = [f"{half // 2}H{half % 2 + 1}"] * len(firms)
    return record(
        firms["enterprise_id"],
        ("periodic_report",),
        table="accident_reports",
        on=due,
        key="accident_report_missing",
        period=period,
        due_on=due,
    )


def _contradicting(known: Registry, grid: HalfYears, table: str, which: Flags) -> pd.DataFrame:
    """Accidents or signs that stand against a report of zero."""
    rows, owner = known[table], known.positions(table)
    half = half_of(days(rows["occurred_on"])) - grid.first
    which = which & (half >= 0) & (half < grid.filed.shape[1])
    which[which] = contradicted_halves(known, grid)[owner[which], half[which]]
    rows = rows[which]
    return record(
        rows["enterprise_id"],
        ("periodic_report",),
        table=table,
        on=rows["occurred_on"],
        key=f"contradicted_{table}",
        occurred_on=rows["occurred_on"],
    )
