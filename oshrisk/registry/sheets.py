"""Rows of cells, from Excel sheets and databases, as raw tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from oshrisk.errors import OshriskError
from oshrisk.registry.files import TITLE_LINES
from oshrisk.registry.raw import TEXT, RawTable, column_of_cells, unique_headers
from oshrisk.registry.titles import EXAMPLE_MARK, find_columns, template_rows

Cells = Sequence[Sequence[object]]


def open_workbook(path: Path) -> Any:
    """Open an Excel workbook with calamine.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    CalamineWorkbook

    Raises
    ------
    OshriskError
        If it cannot be opened.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  # only workbooks need it

    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise OshriskError("registry.bad_workbook", source=path, problem=error) from error


def read_sheet(book: Any, file: str, sheet: str, table: str) -> RawTable | None:
    """Read one sheet of a workbook; titles may stand above its heading.

    Parameters
    ----------
    book : CalamineWorkbook
        The workbook.
    file, sheet : str
        Names of the file and the sheet.
    table : str
        Table it holds; empty for a flat sheet that a mapping splits.

    Returns
    -------
    RawTable or None
        None where no heading is found.
    """
    cells: Cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)  # row numbers as the planner counts
    head = _heading(cells, lambda names: len(find_columns(table, names)) if table else sum(map(bool, names)))
    return None if head is None else table_of_rows(table, file, sheet, cells[head], cells[head + 1 :], first=head + 2)


def _heading(cells: Cells, score: Callable[[list[str]], int]) -> int | None:
    scores = [score(["" if cell is None else str(cell) for cell in row]) for row in cells[:TITLE_LINES]]
    best = max(scores, default=0)
    return scores.index(best) if best >= 2 else None


def table_of_rows(table: str, file: str, sheet: str, header: Sequence[object], cells: Cells, *, first: int) -> RawTable:
    """Make a raw table of rows of cells.

    Parameters
    ----------
    table, file, sheet : str
        What it is and where it was read.
    header : sequence
        Headings.
    cells : sequence of sequence
        Cells below, one sequence a row.
    first : int
        Row number of the first of them.

    Returns
    -------
    RawTable
    """
    headers = unique_headers(header)
    by_column = list(zip(*cells, strict=True)) if cells else [()] * len(headers)
    columns = tuple(column_of_cells(name, cell) for name, cell in zip(headers, by_column, strict=True))
    rows = first + np.arange(len(cells), dtype=np.int64)
    return RawTable(table, file, sheet, columns, find_columns(table, headers) if table else {}, rows)


def without_empty(raw: RawTable) -> tuple[RawTable, list[int]]:
    """Leave out rows without any cell, and the template's rows of explanations and examples.

    Parameters
    ----------
    raw : RawTable
        The table.

    Returns
    -------
    raw : RawTable
        Rows of data alone.
    examples : list of int
        Numbers of rows left out because their first filled cell begins with ``»``, though they are not the
        template's own: the planner should know of them.
    """
    filled = np.zeros(len(raw), dtype=bool)
    example = np.zeros(len(raw), dtype=bool)
    foreign = np.zeros(len(raw), dtype=bool)
    own = pa.array(sorted(template_rows(raw.name)) if raw.name else [], TEXT)
    for column in raw.columns:
        present = column.present
        if column.text is not None and not filled.all():
            marked = pc.fill_null(pc.starts_with(column.text, EXAMPLE_MARK), False)
            first = ~filled & np.asarray(marked.to_numpy(zero_copy_only=False), dtype=bool)
            if first.any():
                strange = pc.invert(pc.is_in(column.text, value_set=own))
                foreign |= first & np.asarray(strange.to_numpy(zero_copy_only=False), dtype=bool)
            example |= first
        filled |= present
    kept = filled & ~example
    return (raw if kept.all() else raw.take(kept)), raw.rows[foreign].tolist()
