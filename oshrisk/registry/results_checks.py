"""Rules over several cells and sheets of a results workbook; each tells what it found under a code of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from oshrisk.registry.duplicates import check_duplicates
from oshrisk.registry.failures import Failures, Mask
from oshrisk.registry.raw import RawTable
from oshrisk.registry.results_rows import WENT

# R401 … R409 are told in ``results.codes``; all other codes are those of the registers.
UNKNOWN_ID: Final = "R401"
BEFORE_QUARTER: Final = "R402"
NO_VISIT: Final = "R403"
CONTRADICTED: Final = "R404"
BEFORE_VISIT: Final = "R405"
NO_DATE: Final = "R406"
NO_INSPECTOR: Final = "R407"
NO_STATE: Final = "R408"
FOUND_UNSEEN: Final = "R409"
HELD_VISIT: Final = "R410"
_KEYS: Final = {"visits": ["enterprise_id"], "machines": ["enterprise_id", "equipment_id"]}


@dataclass(frozen=True)
class Plan:
    """What results are checked against.

    Parameters
    ----------
    ids : Index of str
        The planned enterprises.
    start : Timestamp
        First day of the quarter.
    """

    ids: pd.Index
    start: pd.Timestamp


def check_visits(frame: pd.DataFrame, raw: RawTable, plan: Plan, serious: set[str], failures: Failures) -> None:
    """Check the sheet of visits. A visit after the quarter's end is late, and right until it is recorded.

    Parameters
    ----------
    frame : DataFrame
        The rows as read.
    raw : RawTable
        The same rows as they stood.
    plan : Plan
        The plan.
    serious : set of str
        Enterprises with a serious finding on the sheet of findings.
    failures : Failures
        Takes the rows: not in the plan, before the quarter, no serious violation although one is listed, a day, an
        inspector or a state that is missing, and an answer about violations where nothing was checked.
    """
    ids, state = frame["enterprise_id"], frame["done"]
    failures.add("enterprise_id", UNKNOWN_ID, _mask(ids.notna() & ~ids.isin(plan.ids)))
    failures.add("done", NO_STATE, ~_written(raw, "done"))
    failures.add("started_on", NO_DATE, _mask(state.isin(WENT)) & ~_written(raw, "started_on"))
    failures.add("inspector", NO_INSPECTOR, _mask(state.eq("done")) & ~_written(raw, "inspector"))
    failures.add("started_on", BEFORE_QUARTER, _mask(frame["started_on"] < plan.start), f"{plan.start:%d/%m/%Y}")
    failures.add("found", FOUND_UNSEEN, _mask(state.notna() & state.ne("done") & frame["found"].notna()))
    denied = frame["found"].eq(False).fillna(False) & ids.isin(serious)
    failures.add("found", CONTRADICTED, _mask(denied))


def check_things(
    sheet: str,
    frame: pd.DataFrame,
    plan: Plan,
    visits: tuple[pd.DataFrame, set[str]],
    failures: Failures,
    *,
    held_rows: Mask,
) -> None:
    """Check findings or machines against the visits they belong to.

    Parameters
    ----------
    sheet : {"findings", "machines"}
        The sheet.
    frame : DataFrame
        The rows as read.
    plan : Plan
        The plan.
    visits : tuple of (DataFrame, set of str)
        Visits without failures, and the enterprises whose row is in quarantine.
    failures : Failures
        Takes the rows: not in the plan, whose visit is in quarantine or was not done, whose remedy is before the visit,
        whose certificate ends before it begins.
    held_rows : ndarray of bool
        Rows that are known to belong to a row of visits in quarantine, whatever other rows say of the enterprise.
    """
    good, held = visits
    ids = frame["enterprise_id"]
    done = good[good["done"].eq("done")].drop_duplicates("enterprise_id").set_index("enterprise_id")
    planned = ids.isin(plan.ids)
    waits = (ids.isin(held) & ~ids.isin(done.index)) | held_rows
    failures.add("enterprise_id", UNKNOWN_ID, _mask(ids.notna() & ~planned))
    failures.add("enterprise_id", HELD_VISIT, _mask(planned & waits))
    failures.add("enterprise_id", NO_VISIT, _mask(planned & ~waits & ~ids.isin(done.index)))
    if sheet == "findings":
        started = done["started_on"].reindex(ids).set_axis(frame.index)
        detail = started.dt.strftime("%d/%m/%Y").fillna("").to_numpy(dtype=object)
        for name in ("remedy_due_on", "remedied_on"):
            failures.add(name, BEFORE_VISIT, _mask(frame[name] < started), detail)
    else:
        failures.add("next_due_on", "E313", _mask(frame["next_due_on"] < frame["inspected_on"]))


def check_repeats(sheet: str, frame: pd.DataFrame, raw: RawTable, failures: Failures) -> None:
    """Check for rows that stand twice: a visit or machine by its id, a finding only where all cells are alike."""
    check_duplicates(frame, _KEYS.get(sheet, list(frame.columns)), raw.rows, failures)


def _written(raw: RawTable, column: str) -> Mask:
    cells = raw.column(column)
    return np.zeros(len(raw), dtype=bool) if cells is None else cells.present


def _mask(values: pd.Series) -> Mask:
    return np.asarray(values.fillna(False), dtype=bool)
