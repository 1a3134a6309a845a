"""Rows of an XLSForm: cells by column, and the columns that stand in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oshrisk.messages import LANGUAGES, Language, text

Row = dict[str, Any]


def both(column: str, words: Mapping[Language, str]) -> Row:
    """Return a column in both languages.

    Examples
    --------
    >>> both("label", {"vi": "có", "en": "yes"})
    {'label::vi': 'có', 'label::en': 'yes'}
    """
    return {f"{column}::{language}": words[language] for language in LANGUAGES if words[language]}


def said(column: str, key: str, **values: object) -> Row:
    """Return a text of the catalogues as a column in both languages."""
    return both(column, {language: text(key, language, **values) for language in LANGUAGES})
