"""Where registers come from: an Excel workbook, a folder or file of CSV or Parquet, a database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from oshrisk.errors import OshriskError
from oshrisk.registry.files import CSV, PARQUET, read_file
from oshrisk.registry.notes import Note
from oshrisk.registry.raw import RawTable
from oshrisk.registry.sheets import open_workbook, read_sheet, without_empty
from oshrisk.registry.source import Source
from oshrisk.registry.titles import find_table, fold

WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
FILES: Final = (*CSV, *PARQUET)
_SIMULATED_SHEET: Final = "mophongsimulated"
_OWN_SHEETS: Final = ("huongdan", "instructions", "danhmuc", "lists", _SIMULATED_SHEET)  # written by this package


def open_source(source: str | Path) -> Source:
    """Look what tables a source has.

    Parameters
    ----------
    source : str or Path
        An Excel workbook, a CSV or Parquet file, a folder of such files, or an SQLAlchemy URL.

    Returns
    -------
    Source
        Its tables, not yet read.

    Raises
    ------
    OshriskError
        If there is no such file, it is of no known kind, or it cannot be opened.
    """
    if "://" in str(source):
        from oshrisk.registry.database import open_database  # noqa: PLC0415  # SQLAlchemy is an optional extra

        return open_database(str(source))
    path = Path(source)
    if not path.exists():
        raise OshriskError("registry.no_source", source=path)
    if path.is_dir():
        return _open_folder(path)
    if path.suffix.lower() in WORKBOOKS:
        return _open_workbook(path)
    if path.suffix.lower() in FILES:
        found = Source()  # a single file of any name holds the enterprises
        found.take(find_table(path.stem) or "enterprises", path.name, lambda table: read_file(path, table))
        return found
    raise OshriskError("registry.unknown_kind", source=path, suffix=path.suffix or "?")


def flat_table(path: Path) -> RawTable:
    """Read a flat file that a mapping splits into tables: CSV, Parquet, or the first sheet of a workbook.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    RawTable
        Without name and known columns.

    Raises
    ------
    OshriskError
        If there is no such file or it cannot be read.
    """
    if not path.is_file():
        raise OshriskError("registry.no_source", source=path)
    if path.suffix.lower() in FILES:
        return without_empty(read_file(path, ""))[0]
    if path.suffix.lower() not in WORKBOOKS:
        raise OshriskError("registry.unknown_kind", source=path, suffix=path.suffix or "?")
    book = open_workbook(path)
    raw = read_sheet(book, path.name, book.sheet_names[0], "")
    if raw is None:
        raise OshriskError("registry.no_heading", source=path)
    return without_empty(raw)[0]


def _open_folder(folder: Path) -> Source:
    found = Source()
    for path in sorted(item for item in folder.iterdir() if item.is_file() and not item.name.startswith(".")):
        if path.suffix.lower() in FILES:
            found.offer(path.name, _file_reader(path), path.stem)
        else:
            found.notes.append(Note("other_file", file=path.name))
    return found


def _file_reader(path: Path) -> Callable[[str], RawTable | None]:
    return lambda table: read_file(path, table)


def _open_workbook(path: Path) -> Source:
    book = open_workbook(path)
    found = Source()

    def reader(sheet: str) -> Callable[[str], RawTable | None]:
        return lambda table: read_sheet(book, path.name, sheet, table)

    found.simulated = any(fold(sheet) == _SIMULATED_SHEET for sheet in book.sheet_names)
    sheets = [sheet for sheet in book.sheet_names if fold(sheet) not in _OWN_SHEETS]
    if len(sheets) == 1 and find_table(sheets[0]) is None:  # a workbook with "Sheet1" alone holds the enterprises
        found.take("enterprises", sheets[0], reader(sheets[0]))
        return found
    for sheet in sheets:
        found.offer(sheet, reader(sheet))
    return found
