"""Risk tables to TOML, for editing by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from oshrisk.risk.table import RiskTable


def to_toml(table: RiskTable) -> str:
    """Write a table as TOML that `load_table` reads back exactly.

    The sector base is written ready-made, as it was combined or fitted (``[[base]]``), not as the expert's groups.

    Parameters
    ----------
    table : RiskTable
        The table.

    Returns
    -------
    str
        TOML text; floats are written so that they come back exactly.
    """
    return "\n".join(_part("", table.document())) + "\n"


def _part(path: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Lines of one part: its plain values first, then the parts below it."""
    below = {name: value for name, value in values.items() if _opens(value)}
    for name, value in values.items():
        if name not in below:
            yield f"{name} = {_inline(value)}"
    for name, value in below.items():
        inner = f"{path}.{name}".lstrip(".")
        for entry in value if isinstance(value, list) else [value]:
            yield ""
            yield f"[[{inner}]]" if isinstance(value, list) else f"[{inner}]"
            yield from _part(inner, entry)


def _opens(value: object) -> bool:
    """Whether a value gets a heading of its own; the three effects of a bin stay on one line each."""
    if isinstance(value, list):
        return bool(value)
    return isinstance(value, dict) and "log_rr" not in value


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_inline(entry)}" for name, entry in value.items()) + " }"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)  # JSON texts are TOML texts
