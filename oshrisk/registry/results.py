"""Read a results workbook: whatever inspectors wrote, every row is accepted or explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from oshrisk.messages import Language, text
from oshrisk.registry.check import Checked
from oshrisk.registry.codes import to_code, to_flag, to_listed
from oshrisk.registry.failures import Failures, Mask
from oshrisk.registry.identities import to_identity
from oshrisk.registry.numbers import to_number
from oshrisk.registry.quarantine import no_quarantine, quarantine_rows
from oshrisk.registry.raw import RawColumn, RawTable, Rows
from oshrisk.registry.results_checks import Plan, check_repeats, check_things, check_visits
from oshrisk.registry.results_rows import Results, empty_sheet
from oshrisk.registry.results_source import PARENT, ResultsSource, open_results
from oshrisk.registry.results_tables import SHEETS
from oshrisk.registry.tables import DTYPES, TABLES, Column
from oshrisk.registry.times import to_date
from oshrisk.registry.titles import BETWEEN

_TABLES: Final = {"visits": TABLES["inspections"], "findings": TABLES["findings"], "machines": TABLES["equipment"]}


@dataclass(frozen=True)
class Remark:
    """Something to know about a results workbook; it takes no row away.

    Parameters
    ----------
    key : str
        Entry below ``remarks`` of ``locale/*/results.toml``.
    count, of : int
        Figures of the text.
    """

    key: str
    count: int = 0
    of: int = 0

    def message(self, language: Language = "vi") -> str:
        """Say it in one language."""
        return text(f"results.remarks.{self.key}", language, count=self.count, of=self.of)


@dataclass(frozen=True, eq=False)
class ResultsReading:
    """What was read of a results workbook, what was accepted, and what is to be mended.

    Parameters
    ----------
    results : Results
        The accepted rows.
    quarantine : DataFrame
        One row a bad cell, as in `oshrisk.registry.read.Reading`; ``table`` is the sheet (visits, findings,
        machines). `oshrisk.registry.results_marked.explain_results` says it in words.
    counts : DataFrame
        Rows ``read``, ``accepted`` and ``quarantined``, indexed by ``table``; the second and third always sum to the
        first. A planned visit with nothing filled in is not read: it is in `waiting`.
    waiting : Index
        Planned enterprises with nothing filled in: not recorded yet, which is not "not done".
    notes : tuple of Remark
        What the planner should know.
    rejected : dict of str to DataFrame
        The quarantined rows by sheet as they stood, indexed by row number.
    quarter : str
        The quarter.
    version : int
        Version of the plan that the form was made of.
    read_on : Timestamp
        Day of reading, since when the department knows the results.
    simulated : bool
        Whether the plan is of simulated data.
    """

    results: Results
    quarantine: pd.DataFrame
    counts: pd.DataFrame
    waiting: pd.Index
    notes: tuple[Remark, ...]
    rejected: dict[str, pd.DataFrame]
    quarter: str
    version: int
    read_on: pd.Timestamp
    simulated: bool


def read_results(
    path: str | Path,
    plan_visits: pd.DataFrame,
    quarter: str,
    read_on: str | pd.Timestamp,
    *,
    version: int | None = None,
    province_code: str = "dien_bien",
) -> ResultsReading:
    """Read and check the results workbook of a quarter.

    Sheets and columns may be named in Vietnamese or English, with or without accents, in any order. A row with a bad
    cell goes to quarantine whole, and all its bad cells are named. Where a serious finding is listed and the cell
    "serious violation" is empty, the answer is yes: the finding says so.

    Parameters
    ----------
    path : str or Path
        The workbook that the plan made (`oshrisk.report.results_form`), filled in; or what phones sent, as exported:
        see `oshrisk.registry.results_exports`.
    plan_visits : DataFrame
        The plan's visits, indexed by ``enterprise_id``.
    quarter : str
        The plan's quarter: ``"2027Q1"``.
    read_on : str or Timestamp
        Day of reading: nothing may have happened later.
    version : int, optional
        Present version of the plan; a form of another version is read with a remark.
    province_code : str, default "dien_bien"
        Province, as for registers.

    Returns
    -------
    ResultsReading
        Accepted rows, quarantine, counts, and who is not recorded yet.

    Raises
    ------
    OshriskError
        If the file cannot be opened, is no form, is a form of another quarter, or lacks a sheet or column that it
        cannot be read without.
    """
    return check_results(open_results(Path(path), quarter), plan_visits, quarter, read_on, version, province_code)


def check_results(  # noqa: PLR0917  # what every reading of results hands over
    source: ResultsSource,
    plan_visits: pd.DataFrame,
    quarter: str,
    read_on: str | pd.Timestamp,
    version: int | None,
    province_code: str,
) -> ResultsReading:
    """Check raw results, wherever they come from.

    Parameters
    ----------
    source : ResultsSource
        The raw rows.
    plan_visits, quarter, read_on, version, province_code
        As `read_results`.

    Returns
    -------
    ResultsReading
        As `read_results`.
    """
    today = pd.Timestamp(read_on).normalize().as_unit("s")
    plan = Plan(pd.Index(plan_visits.index.astype("str")), pd.Period(quarter, freq="Q").start_time.as_unit("s"))
    sheets = {name: _read_sheet(name, raw, today, province_code) for name, raw in source.raws.items()}
    checked = _check(sheets, plan)
    results = _results(checked, quarter, today)
    waiting = plan.ids[~plan.ids.isin(sheets["visits"].read["enterprise_id"].to_pylist())]
    counts = {name: (one.read, len(one.frame), len(one.rejected)) for name, one in checked.items()}
    table = pd.DataFrame.from_dict(counts, orient="index", columns=["read", "accepted", "quarantined"])
    pieces = [one.quarantine for one in checked.values() if len(one.quarantine)]
    return ResultsReading(
        results,
        pd.concat(pieces, ignore_index=True) if pieces else no_quarantine(),
        table.rename_axis("table").astype("int64"),
        waiting,
        _remarks(results, len(waiting), len(plan.ids), source, version),
        {name: one.rejected for name, one in checked.items() if len(one.rejected)},
        quarter,
        source.version,
        today,
        source.simulated,
    )


@dataclass(frozen=True, eq=False)
class _Sheet:
    """One sheet while it is checked."""

    raw: RawTable
    read: dict[str, Any]
    failures: Failures


def _read_sheet(name: str, raw: RawTable, today: pd.Timestamp, province_code: str) -> _Sheet:
    failures = Failures(len(raw))
    values: dict[str, Any] = {}
    for column in SHEETS[name]:
        cells = raw.column(column.name)
        if cells is None:
            continue
        if column.required:
            failures.add(column.name, "E101", ~cells.present)
        if column.kind == "id":  # the drop-down shows id and name
            values[column.name] = to_identity(_before_name(cells), column.name, failures)[0]
        elif column.codes:
            values[column.name] = to_code(cells, _TABLES[name], column, failures)
        elif column.lookup:
            values[column.name] = to_listed(cells, column, province_code, failures)
        else:
            values[column.name] = _READERS[column.kind](cells, column, today, failures)
    return _Sheet(raw, values, failures)


def _before_name(cells: RawColumn) -> RawColumn:
    if cells.text is None:
        return cells
    return replace(cells, text=pc.replace_substring_regex(cells.text, rf"{BETWEEN}.*$", ""))


_READERS: Final[dict[str, Callable[[RawColumn, Column, pd.Timestamp, Failures], Any]]] = {
    "text": lambda cells, _column, _today, _failures: cells.texts(),
    "count": lambda cells, column, _today, failures: to_number(cells, column, failures),
    "number": lambda cells, column, _today, failures: to_number(cells, column, failures),
    "date": to_date,
    "flag": lambda cells, column, _today, failures: to_flag(cells, column, failures),
}


def _check(sheets: dict[str, _Sheet], plan: Plan) -> dict[str, Checked]:
    """Apply the rules over several cells, then part good rows from bad ones."""
    visits, findings = sheets["visits"], sheets.get("findings")
    frames = {name: _frame(name, sheet) for name, sheet in sheets.items()}
    serious: set[str] = set()
    if findings is not None:
        rows = frames["findings"][~findings.failures.bad]
        serious = set(rows.loc[rows["severity"].eq("serious"), "enterprise_id"].dropna())
    check_visits(frames["visits"], visits.raw, plan, serious, visits.failures)
    check_repeats("visits", frames["visits"], visits.raw, visits.failures)
    bad = visits.failures.bad
    for name, sheet in sheets.items():
        if name != "visits":
            known = (frames["visits"][~bad], set(frames["visits"].loc[bad, "enterprise_id"].dropna()))
            held = _of_rows(sheet.raw, visits.raw.rows[bad])
            check_things(name, frames[name], plan, known, sheet.failures, held_rows=held)
            check_repeats(name, frames[name], sheet.raw, sheet.failures)
    return {name: _parted(sheet, frames[name]) for name, sheet in sheets.items()}


def _of_rows(raw: RawTable, visits: Rows) -> Mask:
    """Whether each row belongs to one of some rows of visits, where the source says to which it belongs."""
    parent = raw.column(PARENT)
    if parent is None or parent.numbers is None:
        return np.zeros(len(raw), dtype=bool)
    return np.isin(parent.numbers, visits)


def _frame(name: str, sheet: _Sheet) -> pd.DataFrame:
    """Return the values as read, with all columns of the sheet; codes are text."""
    frame = empty_sheet(name).reindex(range(len(sheet.raw)))
    for column in SHEETS[name]:
        if column.name in sheet.read:
            values = sheet.read[column.name]
            values = values.to_pandas() if isinstance(values, pa.Array) else values
            frame[column.name] = pd.Series(values).astype(DTYPES[column.kind])
    return frame


def _parted(sheet: _Sheet, frame: pd.DataFrame) -> Checked:
    quarantine, rejected = quarantine_rows(sheet.raw, sheet.failures, frame["enterprise_id"])
    accepted = frame[~sheet.failures.bad].reset_index(drop=True)
    return Checked(accepted, quarantine, rejected, len(sheet.raw), {})


def _results(checked: dict[str, Checked], quarter: str, today: pd.Timestamp) -> Results:
    frames = {name: checked[name].frame if name in checked else empty_sheet(name) for name in SHEETS}
    findings = frames["findings"]
    serious = findings.loc[findings["severity"].eq("serious"), "enterprise_id"]
    visits = frames["visits"].set_index("enterprise_id")
    said = visits["found"].isna() & visits.index.isin(serious)
    visits = visits.assign(
        found=visits["found"].mask(said, True),
        quarter=pd.Series(quarter, index=visits.index, dtype="str"),
        recorded_on=pd.Series(today, index=visits.index, dtype=DTYPES["date"]),
    )
    return Results(visits, findings, frames["machines"])


def _remarks(
    results: Results, waiting: int, planned: int, source: ResultsSource, version: int | None
) -> tuple[Remark, ...]:
    visits = results.visits
    unanswered = int((visits["done"].eq("done") & visits["found"].isna()).sum())
    remarks = [Remark("other_version")] if version is not None and source.versions != {version} else []
    if source.turned_down:
        remarks.append(Remark("turned_down", source.turned_down))
    if waiting:
        remarks.append(Remark("waiting", waiting, planned))
    if unanswered:
        remarks.append(Remark("unanswered", unanswered, int(visits["done"].eq("done").sum())))
    return tuple(remarks)
