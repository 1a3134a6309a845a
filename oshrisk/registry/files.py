"""CSV and Parquet files as raw tables."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from oshrisk.errors import OshriskError
from oshrisk.registry.raw import TEXT, RawTable, column_of_arrow, unique_headers
from oshrisk.registry.titles import find_columns

CSV: Final = (".csv", ".txt", ".tsv")
PARQUET: Final = (".parquet", ".pq")
TITLE_LINES: Final = 20  # a heading is looked for in so many rows: titles and names of offices stand above it
_HEAD_BYTES = 1 << 18


def read_file(path: Path, table: str) -> RawTable:
    """Read one CSV or Parquet file.

    Parameters
    ----------
    path : Path
        The file. CSV is UTF-8, with or without BOM, its columns parted by comma, semicolon or tab.
    table : str
        Table it holds; empty for a flat file that a mapping splits.

    Returns
    -------
    RawTable

    Raises
    ------
    OshriskError
        If the file is damaged, not UTF-8, or has no heading.
    """
    return _read_parquet(path, table) if path.suffix.lower() in PARQUET else _read_csv(path, table)


def _read_parquet(path: Path, table: str) -> RawTable:
    import pyarrow.parquet as pq  # noqa: PLC0415  # only Parquet needs it

    try:
        data = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise OshriskError("registry.bad_file", source=path, problem=error) from error
    raw = raw_of_arrow(table, path.name, data, 1 + np.arange(data.num_rows, dtype=np.int64))
    return replace(raw, simulated=(data.schema.metadata or {}).get(b"oshrisk.simulated") == b"true")


def raw_of_arrow(
    table: str,
    file: str,
    data: pa.Table,
    rows: np.ndarray[Any, np.dtype[np.int64]],
    broken: tuple[tuple[int, str], ...] = (),
) -> RawTable:
    """Make a raw table of an Arrow table.

    Parameters
    ----------
    table, file : str
        Table it holds (empty for a flat file), and where it was read.
    data : Table
        The rows.
    rows : ndarray of int
        Their numbers.
    broken : tuple
        Numbers and text of lines that are no rows.

    Returns
    -------
    RawTable
    """
    headers = unique_headers(data.column_names)
    columns = tuple(column_of_arrow(name, data.column(place)) for place, name in enumerate(headers))
    return RawTable(table, file, "", columns, find_columns(table, headers) if table else {}, rows, broken)


def _read_csv(path: Path, table: str) -> RawTable:
    from pyarrow import csv as arrow_csv  # noqa: PLC0415  # only CSV needs it

    head, sign, header = _csv_heading(path, table)
    headers = unique_headers(header)
    broken: list[tuple[int, str]] = []

    def keep(row: Any) -> str:
        broken.append((row.number, row.text))
        return "skip"

    try:
        data = arrow_csv.read_csv(
            path,
            arrow_csv.ReadOptions(use_threads=False, skip_rows=head + 1, column_names=headers),
            arrow_csv.ParseOptions(
                delimiter=sign, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
            ),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(headers, TEXT), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        if "empty" not in str(error).lower():
            code = "registry.not_utf8" if "utf8" in str(error).lower() else "registry.bad_file"
            raise OshriskError(code, source=path, problem=error) from error
        data = pa.table({name: pa.array([], TEXT) for name in headers})  # a heading alone
    rows = np.arange(data.num_rows + len(broken), dtype=np.int64) + head + 2
    rows = np.setdiff1d(rows, np.array([number for number, _ in broken], dtype=np.int64), assume_unique=True)
    filled = tuple((number, text) for number, text in broken if text.strip(sign + ' \t\r\n"'))
    return raw_of_arrow(table, path.name, data, rows, filled)


def _csv_heading(path: Path, table: str) -> tuple[int, str, list[str]]:
    """Find the heading of a CSV file: its line, the sign between columns, and the names."""
    with path.open("rb") as file:
        start = file.read(_HEAD_BYTES)
    try:
        text = start.decode("utf-8-sig", errors="strict" if len(start) < _HEAD_BYTES else "ignore")
    except UnicodeDecodeError as error:
        raise OshriskError("registry.not_utf8", source=path) from error
    best: tuple[int, int, str, list[str]] = (0, 0, ",", [])
    for sign in (",", ";", "\t"):
        for number, names in enumerate(_first_lines(text, sign)):
            score = len(find_columns(table, names)) if table else (len(names) if number == 0 else 0)
            if score > best[0]:
                best = (score, number, sign, names)
    if not best[0]:
        raise OshriskError("registry.no_heading", source=path)
    return best[1:]


def _first_lines(text: str, sign: str) -> list[list[str]]:
    lines: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    with suppress(csv.Error):  # a stray line end further down is found when the rows are read
        lines.extend(islice(reader, TITLE_LINES))
    return lines
