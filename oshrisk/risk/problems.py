"""What is wrong with a risk table that somebody edited: all faults at once, each with its place and its mend."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from oshrisk.errors import OshriskError
from oshrisk.messages import Language, text


@dataclass(frozen=True)
class Problem:
    """One fault of a table.

    Parameters
    ----------
    code : str
        Key of its texts below ``problems`` in ``locale/*/risk.toml``.
    place : str
        Where it stands: ``factor[temporary_share].bin[10_30].accident``.
    values : mapping of str to object
        What the texts name.
    """

    code: str
    place: str
    values: Mapping[str, object] = field(default_factory=dict)

    def message(self, language: Language) -> str:
        """Say where, what is wrong and how to mend it, in one language."""
        what = text(f"risk.problems.{self.code}.what", language, **self.values)
        mend = text(f"risk.problems.{self.code}.mend", language, **self.values)
        return f"{self.place}: {what} {mend}"


class BadTableError(OshriskError):
    """A table that cannot be used, with every fault found in it.

    Parameters
    ----------
    file : str
        Name of the file.
    problems : iterable of Problem
        The faults.
    """

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("risk.bad_table", file=file, count=len(self.problems))

    def message(self, language: Language = "vi") -> str:
        """List all faults, one a line."""
        return "\n".join([super().message(language), *(f"- {problem.message(language)}" for problem in self.problems)])


class Node:
    """One part of a document, read key by key; what is wrong is noted and never raised here.

    Parameters
    ----------
    values : mapping
        The part.
    place : str
        Its place in the document; empty at the top.
    problems : list of Problem
        Where faults are noted.
    """

    def __init__(self, values: Mapping[str, Any], place: str, problems: list[Problem]) -> None:
        self.values, self.place, self.problems = values, place, problems
        self._asked: set[str] = set()

    def note(self, code: str, key: str = "", **values: object) -> None:
        """Note a fault at a key of this part, or at the part itself."""
        self.problems.append(Problem(code, ".".join(part for part in (self.place, key) if part) or "-", values))

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        self._asked.add(key)
        return key in self.values

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default it must be there."""
        if not self.has(key):
            if default is None:
                self.note("missing", key)
            return default or ""
        value = self.values[key]
        if not isinstance(value, str):
            self.note("not_text", key, value=value)
            return ""
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """Return one of the allowed texts."""
        value = self.text(key, default)
        if value not in allowed:
            self.note("not_allowed", key, value=value, allowed=", ".join(allowed))
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """Return a finite number; without a default it must be there."""
        if not self.has(key):
            if default is None:
                self.note("missing", key)
                return math.nan
            return default
        value = self.values[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.note("not_number", key, value=value)
            return math.nan
        return float(value)

    def positive(self, key: str, below: float = math.inf) -> float:
        """Return a number above 0 and, where a bound is given, below it."""
        value = self.number(key)
        if value <= 0 or value >= below:
            self.note("out_of_range", key, value=value, low=0, high=below)
        return value

    def child(self, key: str, code: str = "missing") -> Node:
        """Return a part of this part; `code` is the fault to note when it is not there."""
        value = self.values.get(key) if self.has(key) else None
        if not isinstance(value, Mapping):
            self.note(code, key)
            return Node({}, f"{self.place}.{key}".strip("."), [])  # one fault, not one for every key of the part
        return Node(value, f"{self.place}.{key}".strip("."), self.problems)

    def children(self, key: str, naming: str) -> list[Node]:
        """Return the parts listed under a key, each placed by the value of its key `naming`."""
        value = self.values.get(key, []) if self.has(key) else []
        if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
            self.note("not_parts", key)
            return []
        name = f"{self.place}.{key}".strip(".")
        return [
            Node(entry, f"{name}[{entry.get(naming, number)}]", self.problems)
            for number, entry in enumerate(value, start=1)
        ]

    def close(self) -> None:
        """Note every key that nobody asked for, with the nearest that exists."""
        for key in self.values:
            if key not in self._asked:
                near = difflib.get_close_matches(str(key), sorted(self._asked), n=1, cutoff=0.0)
                self.note("unknown_key", str(key), nearest=near[0] if near else "")
