"""Where results come from: the workbook of a plan filled in, or what phones sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from oshrisk.errors import OshriskError
from oshrisk.messages import text
from oshrisk.registry.raw import RawTable
from oshrisk.registry.results_tables import (
    SHEETS,
    TO_FILL,
    find_columns,
    find_sheet,
    read_form_code,
    sheet_title,
)
from oshrisk.registry.sheets import open_workbook, read_sheet, without_empty

PARENT: Final = "visit_row"  # number of the row of visits that a finding or machine belongs to, where that is known
_NEEDED: Final = {"visits": ("enterprise_id", "done", "started_on"), "findings": ("enterprise_id", "code")}
_CODE_ROWS: Final = 20  # the form's code stands above the heading, which is looked for in so many rows


@dataclass(frozen=True, eq=False)
class ResultsSource:
    """Raw results of one quarter.

    Parameters
    ----------
    raws : dict of str to RawTable
        By sheet (visits, findings, machines): the rows in which something is filled in.
    versions : set of int
        Versions of the plan that the forms were made of.
    simulated : bool
        Whether the plan is of simulated data.
    turned_down : int
        What somebody turned down where phones send to, and is therefore not among the rows.
    """

    raws: dict[str, RawTable]
    versions: set[int]
    simulated: bool
    turned_down: int = 0

    @property
    def version(self) -> int:
        """The newest version."""
        return max(self.versions)


def open_results(path: Path, quarter: str) -> ResultsSource:
    """Open results, whatever they come in.

    Parameters
    ----------
    path : Path
        A workbook, or an export: a folder, a .zip, a .csv, or a workbook without the sheets of a plan's.
    quarter : str
        The quarter that they must be of.

    Returns
    -------
    ResultsSource
        The raw rows.

    Raises
    ------
    OshriskError
        If there is nothing, it cannot be opened, is no form, is of another quarter, or lacks a sheet or column that
        it cannot be read without.
    """
    from oshrisk.registry.results_exports import open_export  # noqa: PLC0415  # it builds on this file

    if path.is_dir() or path.suffix.lower() in (".zip", ".csv"):
        return open_export(path, quarter)
    if not path.is_file():
        raise OshriskError("registry.no_source", source=path)
    book = open_workbook(path)
    codes = _codes(book)
    if codes and find_sheet("visits", book.sheet_names) is None:
        return open_export(path, quarter)
    versions, simulated = check_codes(codes, path, quarter)
    if len(versions) > 1:
        raise OshriskError("results.mixed_forms", file=path)
    raws = {name: _of_workbook(book, path, name) for name in SHEETS}
    return ResultsSource({name: raw for name, raw in raws.items() if raw is not None}, versions, simulated)


def check_codes(codes: set[tuple[str, int, bool]], file: Path, quarter: str) -> tuple[set[int], bool]:
    """Return the versions of the plan that forms were made of, and whether any is simulated.

    Parameters
    ----------
    codes : set of tuple
        From `oshrisk.registry.results_tables.read_form_code`.
    file : Path
        Where they stand.
    quarter : str
        The quarter that they must be of.

    Raises
    ------
    OshriskError
        If there is none, or one is of another quarter.
    """
    if not codes:
        raise OshriskError("results.no_form", file=file)
    others = sorted({made for made, _, _ in codes} - {quarter})
    if others:
        raise OshriskError("results.other_quarter", file=file, other=", ".join(others), quarter=quarter)
    return {version for _, version, _ in codes}, any(simulated for *_, simulated in codes)


def filled_rows(name: str, raw: RawTable, file: Path) -> RawTable:
    """Return the rows in which something is filled in.

    Parameters
    ----------
    name : str
        The sheet.
    raw : RawTable
        All its rows, its known columns in ``fields``.
    file : Path
        Where they stand.

    Raises
    ------
    OshriskError
        If a column is missing that the sheet cannot be read without.
    """
    missing = [column for column in _NEEDED.get(name, ()) if column not in raw.fields]
    if missing:
        raise OshriskError(
            "results.no_column",
            file=file,
            sheet=lambda lang: sheet_title(name, lang),
            columns=lambda lang: ", ".join(text(f"results.columns.{name}.{column}.title", lang) for column in missing),
        )
    filled = TO_FILL if name == "visits" else [column.name for column in SHEETS[name]]
    present = np.zeros(len(raw), dtype=bool)
    for column in filled:
        cells = raw.column(column)
        present |= cells.present if cells is not None else False
    return raw.take(present)


def _codes(book: Any) -> set[tuple[str, int, bool]]:
    """Return the codes of forms that stand at the top of the sheets."""
    codes = set()
    for name in book.sheet_names:
        for row in book.get_sheet_by_name(name).to_python(nrows=_CODE_ROWS):
            codes |= {code for code in map(read_form_code, row) if code}
    return codes


def _of_workbook(book: Any, file: Path, name: str) -> RawTable | None:
    """Return the rows of a sheet in which something is filled in; None where a sheet that may be missing is."""
    sheet = find_sheet(name, book.sheet_names)
    raw = None if sheet is None else read_sheet(book, file.name, sheet, "")
    if raw is None:
        if name == "visits":
            raise OshriskError("results.no_sheet", file=file, sheet=lambda lang: sheet_title(name, lang))
        return None
    raw = without_empty(raw)[0]
    fields = find_columns(name, [column.header for column in raw.columns])
    return filled_rows(name, replace(raw, name=name, fields=fields), file)
