"""A source of registers: its tables, each read when it is needed, and remarks on what was seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from oshrisk.errors import OshriskError
from oshrisk.registry.notes import Note
from oshrisk.registry.raw import RawTable
from oshrisk.registry.sheets import without_empty
from oshrisk.registry.tables import TABLES
from oshrisk.registry.titles import column_names, find_column, find_table, nearest, table_names


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
        Whether the workbook, or a table read so far, says that its data is simulated.
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
