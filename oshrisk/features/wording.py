"""Records in words: dates, numbers and codes as people write them, in Vietnamese and English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from oshrisk.messages import Language, text
from oshrisk.reference import load, sectors
from oshrisk.reference.folder import cached

# Values whose codes have names in a reference table: value name -> (table, key column).
_NAMED_IN = {"item": ("strict_equipment", "item"), "cas": ("chemicals", "cas"), "finding": ("sanctions", "code")}
_CODES: dict[str, Callable[[str, Language], str]] = {  # value names whose codes have names elsewhere
    "legal_form": lambda code, language: text(f"features.codes.legal_form.{code}", language),
    "signal": lambda code, language: text(f"features.codes.signal.{code}", language),
    "scheme": sectors.scheme_title,
}
_PLAIN = ("year", "equipment_id", "code")  # text that is shown as it is


def record_text(row: Mapping[str, Any] | pd.Series, language: Language = "vi") -> str:
    """Put one record into words.

    Parameters
    ----------
    row : mapping or Series
        A row of `records`: its ``key`` and ``values`` are used.
    language : {"vi", "en"}, default "vi"
        Language of the text.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> values = {"occurred_on": pd.Timestamp("2025-05-04")}
    >>> record_text({"key": "accident_fatal", "values": values}, "vi")
    'Tai nạn chết người 04/05/2025'
    >>> record_text({"key": "accident_fatal", "values": values}, "en")
    'Fatal accident 2025-05-04'
    """
    shown = {name: _shown(name, value, language) for name, value in row["values"].items()}
    if "code" in shown and "scheme" in row["values"]:
        shown["sector"] = sectors.sector_name(row["values"]["scheme"], row["values"]["code"], language)
    return text(f"features.records.{row['key']}", language, **shown)


def date_text(date: pd.Timestamp, language: Language) -> str:
    """Write a date: dd/mm/yyyy in Vietnamese, ISO in English."""
    return str(date.strftime("%d/%m/%Y" if language == "vi" else "%Y-%m-%d"))


def number_text(number: float, language: Language) -> str:
    """Write a number with at most two decimals: 1.234,5 in Vietnamese, 1,234.5 in English.

    Examples
    --------
    >>> number_text(1234.5, "vi"), number_text(45.0, "vi")
    ('1.234,5', '45')
    """
    written = f"{number:,.2f}".rstrip("0").rstrip(".")
    return written.translate(str.maketrans(",.", ".,")) if language == "vi" else written


def item_name(item: str, language: Language) -> str:
    """Name a machine of the strict list, without what its title says in brackets or after a semicolon.

    Examples
    --------
    >>> item_name("1", "vi")
    'Nồi hơi'
    """
    return _reference_name("strict_equipment", "item", item, language)


def _shown(name: str, value: Any, language: Language) -> str:
    if pd.isna(value):
        return text("features.unknown", language)
    if isinstance(value, pd.Timestamp):
        return date_text(value, language)
    if name in _NAMED_IN:
        return _reference_name(*_NAMED_IN[name], value, language)
    if name in _CODES:
        return _CODES[name](value, language)
    if name == "period":
        year, _, half = value.partition("H")
        return text(f"features.periods.{half or 'year'}", language, year=year)
    return str(value) if name in _PLAIN else number_text(float(value), language)


def _reference_name(table: str, key: str, code: str, language: Language) -> str:
    name: str = _names(table, key, language).get(code, code)
    return re.split("[(;]", name, maxsplit=1)[0].strip() if table == "strict_equipment" else name


@cached
def _names(table: str, key: str, language: Language) -> dict[str, str]:
    rows = load.table(table)
    return dict(zip(rows[key], rows[f"name_{language}"], strict=True))
