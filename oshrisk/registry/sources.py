"""Where registers come from: an Excel workbook, a folder or file of CSV or Parquet, a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from oshrisk.errors import OshriskError
from oshrisk.registry.files import CSV, PARQUET, read_file
from oshrisk.registry.notes import Note
from oshrisk.registry.raw import RawTable
from oshrisk.registry.sheets import open_workbook, read_sheet, without_empty
from oshrisk.registry.tables import TABLES
from oshrisk.registry.titles import column_names, find_column, find_table, fold, nearest, table_names

WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
FILES: Final = (*CSV, *PARQUET)
_OWN_SHEETS: Final = ("huongdan", "instructions", "danhmuc", "lists", "mophongsimulated")  # written by this package


@dataclass
class Source:
    """The tables of a source, each read when it is needed, and what was seen on the way.

    Parameters
    ----------
    tables : dict of str to callable
        Reads one table; None where its heading cannot be found.
    places : dict of str to str
        Sheet, file or database table that holds each table.
    notes : list of Note
        What the planner should know.
    simulated : bool
        Whether a table read so far says that its data is simulated.
    """

    tables: dict[str, Callable[[], RawTable | None]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    simulated: bool = False

    def offer(self, place: str, read: Callable[[str], RawTable | None], name: str = "") -> None:
        """Take a sheet, file or database table if its name is that of a table; note it otherwise."""
        table = find_table(name or place)
        if table is None:
            self.notes.append(Note("unknown_table", table=place, near=nearest(name or place, table_names())))
        elif table in self.tables:
            raise OshriskError("registry.two_sources", first=self.places[table], second=place, table=table)
        else:
            self.take(table, place, read)

    def take(self, table: str, place: str, read: Callable[[str], RawTable | None]) -> None:
        """Take a sheet, file or database table as a table."""
        self.places[table] = place
        self.tables[table] = lambda: read(table)

    def read(self, table: str) -> RawTable | None:
        """Read a table: rows of data alone; None where there is none."""
        if table not in self.tables:
            return None
        raw = self.tables[table]()
        if raw is None:
            self.notes.append(Note("no_heading", table=self.places[table]))
            return None
        self.simulated |= raw.simulated
        raw, examples = without_empty(raw)
        if examples:
            self.notes.append(
                Note("example_rows", table=table, rows=", ".join(map(str, examples[:20])), where=self.places[table])
            )
        self.notes.extend(column_notes(raw))
        return raw


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

    sheets = [sheet for sheet in book.sheet_names if fold(sheet) not in _OWN_SHEETS]
    if len(sheets) == 1 and find_table(sheets[0]) is None:  # a workbook with "Sheet1" alone holds the enterprises
        found.take("enterprises", sheets[0], reader(sheets[0]))
        return found
    for sheet in sheets:
        found.offer(sheet, reader(sheet))
    return found


def column_notes(raw: RawTable) -> list[Note]:
    """Say which columns of a table are not read, which stand twice, and which are not there.

    Parameters
    ----------
    raw : RawTable
        The table.

    Returns
    -------
    list of Note
    """
    notes = []
    used = set(raw.fields.values())
    for position, column in enumerate(raw.columns):
        if position in used or not column.present.any():
            continue
        known = find_column(raw.name, column.header.removesuffix(" (2)"))
        if known is not None:
            notes.append(Note("column_twice", table=raw.name, column=column.header, first=raw.header(known)))
        else:
            near = nearest(column.header, column_names(raw.name))
            notes.append(Note("unknown_column", table=raw.name, column=column.header, near=near))
    missing = tuple(name for name in TABLES[raw.name].names if name not in raw.fields and name != "known_on")
    if missing:
        notes.append(Note("missing_columns", table=raw.name, columns=missing))
    return notes
