"""Files of a list that may be taken away, and who may take which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from oshrisk.issued import Issued
from oshrisk.messages import text

_KINDS: Final = ("list", "results", "not_selected", "marked")  # what people use; draw and model are for `verify`


@dataclass(frozen=True)
class File:
    """A file of a list.

    Parameters
    ----------
    name : str
        Its name.
    kind : str
        Key of ``desk.files``.
    size : int
        Bytes.
    """

    name: str
    kind: str
    size: int


def files_of(issued: Issued) -> list[File]:
    """Return the files of a list that people use; only what the manifest names is ever given out."""
    named = {_kind(name, issued): name for name in issued.manifest["outputs"]}
    found = [File(name, kind, (issued.folder / name).stat().st_size) for kind, name in named.items() if kind]
    return sorted(found, key=lambda file: _KINDS.index(file.kind))


def _kind(name: str, issued: Issued) -> str:
    mark = "-simulated" if issued.simulated else ""
    for kind in _KINDS:
        if name == text(f"cli.files.{kind}", issued.language, quarter=issued.quarter, simulated=mark):
            return kind
    return ""
