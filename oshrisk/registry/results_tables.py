"""The sheets of a results workbook: their columns, and finding them whatever way they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from oshrisk.messages import LANGUAGES, Language, catalogue
from oshrisk.registry.tables import TABLES, Column
from oshrisk.registry.titles import fold

_ID: Final = Column("enterprise_id", "id", required=True)
_VISITS: Final = TABLES["inspections"]
_FINDINGS: Final = TABLES["findings"]
_MACHINES: Final = TABLES["equipment"]

# What inspectors fill in. A cell left empty is not known; a visit whose cells are all empty is not recorded yet.
SHEETS: Final[dict[str, tuple[Column, ...]]] = {
    "visits": (
        _ID,
        _VISITS["done"],
        Column("started_on", "date"),  # not of a visit that was given up: then there is no day
        _VISITS["found"],
        _VISITS["inspector"],
        Column("unreported_accidents", "count", low=0, high=1000, unit="accidents"),
        Column("workers_seen", "count", low=0, high=1_000_000, unit="persons"),
        Column("minutes", "text"),  # number of the minutes of the check (Decree 217/2025 Art. 15: R5.14)
        Column("note", "text"),
    ),
    "findings": (_ID, *(_FINDINGS[name] for name in _FINDINGS.names if name not in ("inspection_id", "known_on"))),
    "machines": (
        _ID,
        *(_MACHINES[name] for name in ("equipment_id", "item", "inspected_on", "next_due_on", "result")),
    ),
}
# Columns of the sheet of visits that the plan fills in; only the id is read back.
PREFILLED: Final = ("order", "enterprise_id", "name", "commune", "arm", "mode", "team", "month")
TO_FILL: Final = tuple(column.name for column in SHEETS["visits"] if column.name not in PREFILLED)
_CODE: Final = re.compile(r"^KQ-(?P<quarter>20\d{2}Q[1-4])-v(?P<version>\d+)(?P<simulated>-simulated)?$")


def sheet_title(sheet: str, language: Language) -> str:
    """Return the name of a sheet."""
    return str(catalogue("results", language)["sheets"][sheet]["name"])


def column_texts(sheet: str, column: str, language: Language) -> dict[str, Any]:
    """Return the texts of a column: ``title``, ``help``, ``aliases``."""
    texts: dict[str, Any] = catalogue("results", language)["columns"][sheet][column]
    return texts


def form_code(quarter: str, version: int, *, simulated: bool) -> str:
    """Return the code that stands on every sheet of a form: its quarter and the version of the plan.

    Examples
    --------
    >>> form_code("2027Q1", 2, simulated=True)
    'KQ-2027Q1-v2-simulated'
    """
    return f"KQ-{quarter}-v{version}" + ("-simulated" if simulated else "")


def read_form_code(cell: object) -> tuple[str, int, bool] | None:
    """Return quarter, version and whether the plan is simulated, or None where a cell is no code of a form.

    Examples
    --------
    >>> read_form_code("KQ-2027Q1-v2-simulated")
    ('2027Q1', 2, True)
    """
    match = _CODE.fullmatch(str(cell).strip())
    return None if match is None else (match["quarter"], int(match["version"]), match["simulated"] is not None)


def find_columns(sheet: str, headers: Sequence[str]) -> dict[str, int]:
    """Return the position of every known column among headings; where two mean the same, the first counts."""
    names = _column_names(sheet)
    found: dict[str, int] = {}
    for position, header in enumerate(headers):
        name = names.get(fold(header))
        if name is not None:
            found.setdefault(name, position)
    return found


def find_sheet(sheet: str, names: Sequence[str]) -> str | None:
    """Return the sheet of a workbook that holds what is asked for, by its name in either language."""
    titles = {fold(sheet), *(fold(sheet_title(sheet, language)) for language in LANGUAGES)}
    return next((name for name in names if fold(name) in titles), None)


@cache
def _column_names(sheet: str) -> dict[str, str]:
    names = {fold(column.name): column.name for column in SHEETS[sheet]}
    for language in LANGUAGES:
        for column in SHEETS[sheet]:
            texts = column_texts(sheet, column.name, language)
            names |= {fold(writing): column.name for writing in (texts["title"], *texts["aliases"])}
    return names
