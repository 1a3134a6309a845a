"""Rows of registers that were checked: what was accepted and what is to be mended, searched and cut into pages."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from oshrisk.features.wording import date_text, number_text
from oshrisk.intake import QUARANTINE
from oshrisk.messages import Language, text
from oshrisk.registry.tables import TABLES
from oshrisk.registry.titles import column_title, fold, table_title

KINDS: Final = ("quarantined", "accepted")
_SEARCHED: Final = ("enterprise_id", "value", "name", "what_vi", "what_en")


def to_mend(folder: Path, *, table: str, code: str, search: str) -> pd.DataFrame:
    """Return the cells of a check that are to be mended.

    Parameters
    ----------
    folder : Path
        From `oshrisk.intake.check_folder`.
    table, code : str
        Only of this table, only with this code; empty: all.
    search : str
        Part of an id, a value, or of what is wrong, with or without marks.

    Returns
    -------
    DataFrame
        The columns of a quarantine, with ``what`` and ``mend`` in both languages.
    """
    rows = _frame(folder / QUARANTINE)
    chosen = _found(folder / QUARANTINE, search)
    for name, wanted in (("table", table), ("code", code)):
        chosen &= rows[name].eq(wanted) if wanted else True
    return rows[chosen]


def accepted(folder: Path, *, table: str, search: str) -> pd.DataFrame:
    """Return the rows of a table that were accepted.

    Parameters
    ----------
    folder : Path
        From `oshrisk.intake.check_folder`.
    table : str
        The table.
    search : str
        Part of an id or a name, with or without marks.

    Returns
    -------
    DataFrame
        Without the columns that the source does not have.
    """
    file = folder / f"{table}.parquet"
    rows = _frame(file)[_found(file, search)]
    return rows.dropna(axis="columns", how="all") if len(rows) else rows


def heads(table: str, columns: pd.Index, language: Language) -> list[str]:
    """Return the titles of columns of a table."""
    return [column_title(table, name, language) for name in columns]


def cells(rows: pd.DataFrame, language: Language) -> list[list[str]]:
    """Write rows of registers as people read them."""
    return [[_cell(value, language) for value in row] for row in rows.itertuples(index=False)]


def table_titles(language: Language) -> list[tuple[str, str]]:
    """Return the tables with their titles."""
    return [(name, table_title(name, language)) for name in TABLES]


def _cell(value: Any, language: Language) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, bool):
        return text(f"cli.{'yes' if value else 'no'}", language)
    if isinstance(value, pd.Timestamp):
        return date_text(value, language)
    return number_text(value, language) if isinstance(value, int | float) else str(value)


def _frame(file: Path) -> pd.DataFrame:
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=24)
def _read(file: Path, _changed: int) -> pd.DataFrame:
    return pd.read_parquet(file)


@lru_cache(maxsize=24)
def _folded(file: Path, _changed: int) -> pd.Series:
    rows = _read(file, _changed)
    parts = [rows[name].astype("str").fillna("") for name in _SEARCHED if name in rows]
    whole = parts[0].str.cat(parts[1:], sep="\n") if parts else pd.Series("", rows.index)
    return pd.Series([fold(one) for one in whole], rows.index, dtype="str")


def _found(file: Path, search: str) -> pd.Series:
    wanted = fold(search.strip())
    folded = _folded(file, file.stat().st_mtime_ns)
    return folded.str.contains(wanted, regex=False) if wanted else pd.Series(True, folded.index)
