"""Remarks on what was read: nothing in them stops a run or takes a row away."""

from __future__ import annotations

from typing import Any

from oshrisk.messages import Language, text
from oshrisk.registry.tables import TABLES
from oshrisk.registry.titles import column_title, table_title


class Note:
    """One remark, worded from the catalogue.

    Parameters
    ----------
    key : str
        Entry below ``notes`` of ``locale/*/registry.toml``.
    **facts : object
        What the text names: ``table``, ``column``, ``columns``, ``near`` (the nearest known name, which may be
        empty), ``rows`` …

    Examples
    --------
    >>> print(Note("unknown_column", table="accidents", column="Ghi chú", near="").message("en"))
    Table "Accidents": the column "Ghi chú" is not known and was not read.
    """

    def __init__(self, key: str, /, **facts: object) -> None:
        self.key = key
        self.facts = facts

    def message(self, language: Language = "vi") -> str:
        """Say it in one language."""
        words: dict[str, Any] = dict(self.facts)
        table = words.get("table")
        if table in TABLES:
            words["table"] = table_title(table, language)
            if "columns" in words:
                words["columns"] = ", ".join(column_title(table, name, language) for name in words["columns"])
        said = text(f"registry.notes.{self.key}", language, **words)
        near = words.get("near")
        if not near:
            return said
        name = column_title(str(table), near, language) if table in TABLES else table_title(near, language)
        return f"{said} {text('registry.near', language, name=name)}"

    def __repr__(self) -> str:
        return f"Note({self.key!r}, {', '.join(f'{name}={value!r}' for name, value in self.facts.items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Note) and (self.key, self.facts) == (other.key, other.facts)

    def __hash__(self) -> int:
        return hash(repr(self))
