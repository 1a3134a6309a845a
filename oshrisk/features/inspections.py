"""Inspections: when the last one was, what the last three years' found, and what has still to be put right."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.features.feature import Columns, Feature
from oshrisk.features.record import record
from oshrisk.features.rows import (
    DAYS_PER_MONTH,
    Flags,
    Floats,
    Ints,
    categorical,
    day,
    days,
    last_rows,
    numbers,
    total,
    years_before,
)
from oshrisk.registry.registry import Registry, places_of

LAST: Final = ("lt2y_no_penalty", "lt2y_penalty", "2_5y", "gt5y", "never")
VIOLATIONS: Final = ("none_serious", "corrected", "uncorrected", "repeat")
NOT_INSPECTED: Final = ("closed", "not_found", "not_done")  # a visit that saw nothing
OSH_SCOPES: Final = ("osh", "labour")
MANY_SERIOUS: Final = 3  # bin of the expert table
VIOLATION_YEARS: Final = 3
FEATURES: Final = (
    Feature("last_inspection", "state", "inspections", states=LAST),
    Feature("past_violations_3y", "state", "inspections", states=VIOLATIONS),
    Feature("months_since_inspection", "numeric", "inspections", unit="months"),
    Feature("open_remedies", "numeric", "inspections", unit="findings"),
    Feature("signals_1y", "numeric", "inspections", unit="signs"),
)


def inspections(known: Registry) -> Columns:
    """Compute the inspection features.

    Inspections and checks of OSH or labour by any body count (an unknown scope too), unless nothing was seen
    (closed, not found, not done). "Never" needs a department that holds inspection records at all.

    Parameters
    ----------
    known : Registry
        What is known at the date.

    Returns
    -------
    mapping of str to array
        One value an enterprise for each of `FEATURES`.
    """
    size, today = len(known.ids), day(known.date)
    visits, owner, counted = known["inspections"], known.positions("inspections"), inspected(known["inspections"])
    started = days(visits["started_on"])
    last = np.full(size, -np.inf)
    np.maximum.at(last, owner[counted], started[counted])
    held = known.holds("inspections")
    overdue = unremedied(known)
    signs = known["signals"]
    recent = (days(signs["occurred_on"]) > years_before(known.date, 1)) & (signs["kind"] != "direction").to_numpy()
    signalled = total(known.positions("signals"), size, recent)
    return {
        "last_inspection": categorical(_last(known, last, held), LAST),
        "past_violations_3y": categorical(_violations(known, started, counted, overdue), VIOLATIONS),
        "months_since_inspection": np.where(np.isinf(last), np.nan, (today - last) / DAYS_PER_MONTH),
        "open_remedies": total(known.positions("findings"), size, overdue) if held else np.full(size, np.nan),
        "signals_1y": signalled if known.holds("signals") else np.full(size, np.nan),
    }


def inspected(visits: pd.DataFrame) -> Flags:
    """Say which rows of ``inspections`` are visits that saw the workplace and looked at OSH or labour."""
    seen = ~visits["done"].isin(NOT_INSPECTED) & visits["started_on"].notna()
    return np.asarray(seen & (visits["scope"].isin(OSH_SCOPES) | visits["scope"].isna()))


def visit_of(known: Registry) -> Ints:
    """Return, for every row of ``findings``, the row of its inspection."""
    return places_of(known["findings"]["inspection_id"], known["inspections"]["inspection_id"])


def unremedied(known: Registry) -> Flags:
    """Say which rows of ``findings`` of counted inspections are past their date and not known to be put right."""
    findings = known["findings"]
    late = (days(findings["remedy_due_on"]) < day(known.date)) & findings["remedied_on"].isna().to_numpy()
    return np.asarray(late & inspected(known["inspections"])[visit_of(known)])


def _last(known: Registry, last: Floats, held: bool) -> NDArray[np.intp]:
    """Return the state of the last inspection; a penalty is a known fine above zero, an unknown fine is none."""
    if not held:
        return np.full(len(last), -1, dtype=np.intp)
    two_years = years_before(known.date, 2)
    visit = visit_of(known)
    recent = inspected(known["inspections"])[visit] & (days(known["inspections"]["started_on"])[visit] > two_years)
    fined = recent & (numbers(known["findings"]["fine_mvnd"]) > 0)
    penalty = total(known.positions("findings"), len(last), fined) > 0
    conditions = [penalty, last > two_years, last > years_before(known.date, 5), ~np.isinf(last)]
    states = ["lt2y_penalty", "lt2y_no_penalty", "2_5y", "gt5y"]
    return np.select(conditions, [LAST.index(name) for name in states], LAST.index("never"))


def _violations(known: Registry, started: Floats, counted: Flags, overdue: Flags) -> NDArray[np.intp]:
    """Return the state of the violations of three years; unknown where no inspection has a known outcome.

    A serious violation stays uncorrected until its remedy is known, due or not; so does an inspection that found
    serious violations without listing them.
    """
    size = len(known.ids)
    findings, visit = known["findings"], visit_of(known)
    recent = counted & (started > years_before(known.date, VIOLATION_YEARS))
    found = known["inspections"]["found"].to_numpy(dtype="float64", na_value=np.nan)
    inside, owner = recent[visit], known.positions("findings")
    serious = inside & (findings["severity"] == "serious").to_numpy()
    times = np.nan_to_num(numbers(findings["count"]), nan=1.0)
    listed = total(visit, len(recent), serious) > 0
    unlisted = recent & (found == 1) & ~listed
    heard = recent & (~np.isnan(found) | (total(visit, len(recent)) > 0))
    firm = known.positions("inspections")
    number = total(owner, size, serious * times) + total(firm, size, unlisted)
    still_open = total(owner, size, (serious & findings["remedied_on"].isna().to_numpy()) | (inside & overdue)) > 0
    still_open |= total(firm, size, unlisted) > 0
    repeated = np.zeros(size, dtype=bool)
    repeated[_repeats(owner[inside], findings["code"][inside], visit[inside])] = True
    return np.select(
        [repeated, (number >= MANY_SERIOUS) | still_open, number > 0, total(firm, size, heard) > 0],
        [VIOLATIONS.index(name) for name in ("repeat", "uncorrected", "corrected", "none_serious")],
        -1,
    )


def _repeats(owner: Ints, code: pd.Series, visit: Ints) -> Ints:
    """Enterprises with one finding code in two different inspections."""
    codes, names = pd.factorize(code)
    key = owner * np.int64(len(names) + 1) + codes
    once = np.unique(np.stack([key, visit], axis=1)[codes >= 0], axis=0)[:, 0]
    keys, times = np.unique(once, return_counts=True)
    repeated: Ints = (keys[times > 1] // (len(names) + 1)).astype(np.intp)
    return repeated


def records(known: Registry) -> list[pd.DataFrame]:
    """Return the inspections, findings and signs behind the features: see `oshrisk.features.records.records`."""
    visits = known["inspections"]
    last = last_rows(known.positions("inspections"), len(known.ids), _counted_on(visits))
    last = last[last >= 0]
    seen = inspected(visits)
    last = last[seen[last]]
    recent = seen & (days(visits["started_on"]) > years_before(known.date, VIOLATION_YEARS))
    in_recent, overdue = recent[visit_of(known)], unremedied(known)
    signs = known["signals"]
    new = (days(signs["occurred_on"]) > years_before(known.date, 1)) & (signs["kind"] != "direction").to_numpy()
    sign = signs[new]
    return [
        _visit(visits.iloc[last], ("last_inspection", "months_since_inspection")),
        _visit(visits[recent], ("past_violations_3y",)),
        _finding(known, in_recent, overdue, ("past_violations_3y",)),
        _finding(known, overdue, overdue, ("open_remedies",)),
        record(
            sign["enterprise_id"],
            ("signals_1y",),
            table="signals",
            on=sign["occurred_on"],
            key="signal",
            signal=sign["kind"].astype("str"),
            occurred_on=sign["occurred_on"],
        ),
    ]


def _counted_on(visits: pd.DataFrame) -> Floats:
    return np.where(inspected(visits), days(visits["started_on"]), np.nan)


def _visit(visits: pd.DataFrame, factors: tuple[str, ...]) -> pd.DataFrame:
    found = visits["found"].to_numpy(dtype="float64", na_value=np.nan)
    key = np.select([found == 1, found == 0], ["inspection_found", "inspection_clean"], "inspection")
    on = visits["started_on"]
    return record(visits["enterprise_id"], factors, table="inspections", on=on, key=key, started_on=on)


def _finding(known: Registry, which: Flags, overdue: Flags, factors: tuple[str, ...]) -> pd.DataFrame:
    rows, visits = known["findings"][which], known["inspections"].iloc[visit_of(known)[which]]
    remedied = rows["remedied_on"].notna().to_numpy()
    key = np.select([remedied, overdue[which]], ["finding_remedied", "finding_overdue"], "finding_open")
    return record(
        visits["enterprise_id"],
        factors,
        table="findings",
        on=visits["started_on"],
        key=key,
        finding=rows["code"],
        started_on=visits["started_on"],
        remedy_due_on=rows["remedy_due_on"],
        remedied_on=rows["remedied_on"],
    )
