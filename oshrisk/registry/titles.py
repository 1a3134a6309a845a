"""Names of tables, columns and codes in both languages, and finding them whatever way they are written."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from oshrisk.messages import LANGUAGES, Language, catalogue
from oshrisk.reference.folder import cached
from oshrisk.reference.sectors import scheme_title, schemes
from oshrisk.registry.tables import TABLES, Column

EXAMPLE_MARK = "»"  # a row whose first filled cell begins with it explains or is an example; it is never data
BETWEEN = " · "  # between a code and its name in the drop-downs of the template

_SETS = {
    ("accidents", "severity"): "accident_severity",
    ("findings", "severity"): "finding_severity",
    ("signals", "kind"): "signal_kind",
}


def fold(text: str) -> str:
    """Reduce a name to its letters and digits: no case, accents, spaces or signs.

    Parameters
    ----------
    text : str
        Any writing.

    Returns
    -------
    str
        What is compared.

    Examples
    --------
    >>> fold("Số lao động (người)")
    'solaodongnguoi'
    >>> fold("Đăng_ký") == fold("dang ky")
    True
    """
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in plain if letter.isalnum() and letter.isascii())


def table_title(table: str, language: Language) -> str:
    """Return the title of a table, which is also its sheet's name in the template."""
    return str(catalogue("tables", language)[table]["title"])


def column_texts(table: str, column: str, language: Language) -> dict[str, Any]:
    """Return the texts of a column: ``title``, ``help``, ``example``, ``aliases``, sometimes ``group``."""
    texts: dict[str, Any] = catalogue("tables", language)[table]["columns"][column]
    return texts


def column_title(table: str, column: str, language: Language) -> str:
    """Return the title of a column."""
    return str(column_texts(table, column, language)["title"])


def code_set(table: str, column: str) -> str:
    """Return the name of the set of codes of a column below ``codes`` in the catalogue.

    Examples
    --------
    >>> code_set("accidents", "severity"), code_set("inspections", "body")
    ('accident_severity', 'body')
    """
    return _SETS.get((table, column), column)


def code_title(table: str, column: str, code: str, language: Language) -> str:
    """Return the title of a code.

    Examples
    --------
    >>> code_title("accidents", "severity", "fatal", "vi")
    'Chết người'
    """
    if column == "sector_scheme":
        return scheme_title(code, language)
    return str(catalogue("tables", language)["codes"][code_set(table, column)][code])


@cached
def code_names(table: str, column: Column) -> dict[str, str]:
    """Return every folded writing of the codes of a column and the code it stands for."""
    names = {fold(code): code for code in column.codes}
    if column.lookup == "sector_scheme":
        for scheme in schemes().values():
            for writing in (*scheme.titles.values(), *scheme.aliases):
                names.setdefault(fold(writing), scheme.name)
        return names
    for language in LANGUAGES:
        texts = catalogue("tables", language)
        name = code_set(table, column.name)
        for code in column.codes:
            for writing in (texts["codes"][name][code], *_aliases(texts, name, code)):
                names.setdefault(fold(writing), code)
    return names


def _aliases(texts: dict[str, Any], name: str, code: str) -> list[str]:
    writings: list[str] = texts["code_aliases"].get(name, {}).get(code, {}).get("aliases", [])
    return writings


@cache
def flag_names() -> dict[str, bool]:
    """Return every folded writing of yes and no."""
    return {
        fold(word): answer == "yes"
        for language in LANGUAGES
        for answer, words in catalogue("tables", language)["flags"].items()
        for word in words
    }


@cache
def table_names() -> dict[str, str]:
    """Return every folded writing of the tables and the table it stands for."""
    names = {fold(table): table for table in TABLES}
    for language in LANGUAGES:
        for table in TABLES:
            texts = catalogue("tables", language)[table]
            names.update({fold(writing): table for writing in (texts["title"], *texts["aliases"])})
    return names


@cache
def column_names(table: str) -> dict[str, str]:
    """Return every folded writing of the columns of a table and the column it stands for."""
    names = {fold(column): column for column in TABLES[table].names}
    for language in LANGUAGES:
        for column in TABLES[table].names:
            texts = column_texts(table, column, language)
            names.update({fold(writing): column for writing in (texts["title"], *texts["aliases"])})
    return names


@cache
def template_rows(table: str) -> frozenset[str]:
    """Return what the first cells of the template's own rows of explanations and examples say."""
    first = TABLES[table].names[0]
    texts = [column_texts(table, first, language) for language in LANGUAGES]
    return frozenset(f"{EXAMPLE_MARK} {entry[name]}" for entry in texts for name in ("help", "example"))


def find_table(name: str) -> str | None:
    """Return the table that a sheet, a file or a database table holds, going by its name.

    Examples
    --------
    >>> find_table("2. Tai nan lao dong"), find_table("Sheet1")
    ('accidents', None)
    """
    folded = fold(name)
    return table_names().get(folded) or table_names().get(re.sub(r"^\d+|\d+$", "", folded))


def find_column(table: str, header: str) -> str | None:
    """Return the column that a heading stands for; what stands in brackets at its end is a unit.

    Examples
    --------
    >>> find_column("hazmat", "KHỐI LƯỢNG (kg)"), find_column("hazmat", "Ghi chú")
    ('quantity_kg', None)
    """
    names = column_names(table)
    return names.get(fold(header)) or names.get(fold(re.sub(r"[(\[][^()]*[)\]]\s*\*?\s*$", "", header)))


def find_columns(table: str, headers: Sequence[str]) -> dict[str, int]:
    """Return the position of every column among headings; where two mean the same, the first counts."""
    found: dict[str, int] = {}
    for position, header in enumerate(headers):
        column = find_column(table, header)
        if column is not None:
            found.setdefault(column, position)
    return found


def nearest(name: str, among: dict[str, str]) -> str:
    """Return the known name nearest to an unknown one; empty where none is near.

    Examples
    --------
    >>> nearest("acidents", table_names())
    'accidents'
    """
    close = difflib.get_close_matches(fold(name), among, n=1, cutoff=0.6)
    return among[close[0]] if close else ""
