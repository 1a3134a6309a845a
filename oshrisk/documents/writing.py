"""Writing the documents of a quarter or a year, whole or not at all, with a manifest of what they rest on."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from oshrisk.atomic import recover, whole_folder
from oshrisk.documents.grounds import unread
from oshrisk.documents.parts import Document, Paragraph
from oshrisk.documents.pdf import pdf_bytes
from oshrisk.documents.report import KINDS, Kind
from oshrisk.documents.sources import LEVELS, Files, Level, Source
from oshrisk.documents.word import word_bytes
from oshrisk.errors import OshriskError
from oshrisk.issued import Issued, read_issued
from oshrisk.messages import Language, text
from oshrisk.planning import Quarter
from oshrisk.workspace import Workspace

MANIFEST: Final = "manifest.json"
MARK: Final = "-simulated"


@dataclass(frozen=True)
class Report:
    """Documents that were written.

    Parameters
    ----------
    folder : Path
        Where they are.
    manifest : dict
        What they rest on, and ``outputs``: hash, kind and level of every file, by its path in the folder.
    """

    folder: Path
    manifest: dict[str, Any]

    @property
    def files(self) -> list[Path]:
        """The files that were written."""
        return [self.folder / name for name in self.manifest["outputs"]]


def write_quarter(
    workspace: Workspace,
    quarter: Quarter,
    *,
    level: Level = "internal",
    only: Sequence[str] = (),
    language: Language = "vi",
    progress: Callable[[str], None],
) -> Report:
    """Write the documents of a quarter's plan to ``reports/<quarter>/<level>/``.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    quarter : Quarter
        The quarter; its list must have been made.
    level : {"public", "team", "internal"}, default "internal"
        The highest level that is written; each includes those before.
    only : sequence of str
        Names of kinds (`oshrisk.documents.report.KINDS`); all by default.
    language : {"vi", "en"}, default "vi"
        Language of the documents.
    progress : callable
        Called with the name of each step as it begins.

    Returns
    -------
    Report
        What was written. The folder then holds these documents and nothing else.

    Raises
    ------
    OshriskError
        If there is no list, no such kind, or a document in the folder was changed by hand; nothing is changed then.
    """
    kinds = chosen(KINDS, level, only)
    folder = workspace.path("reports", str(quarter))
    expect_own(folder)
    progress("issued")
    issued = read_issued(workspace, quarter)
    progress("documents")
    source = Source(workspace, issued)
    made = ((kind, kind.make(source, language)) for kind in kinds)
    return write_kinds(
        folder, made, _facts(issued, level, language), workspace, foot=_foot(issued, language), language=language
    )


def chosen(kinds: Sequence[Kind], level: Level, only: Sequence[str]) -> list[Kind]:
    """Return the kinds that are asked for.

    Parameters
    ----------
    kinds : sequence of Kind
        All there are.
    level : {"public", "team", "internal"}
        The highest level.
    only : sequence of str
        Names; all where it is empty.

    Returns
    -------
    list of Kind

    Raises
    ------
    OshriskError
        If a name is unknown, or its kind is above the level.
    """
    allowed = [kind for kind in kinds if LEVELS.index(kind.level) <= LEVELS.index(level)]
    by_name = {kind.name: kind for kind in kinds}
    for name in only:
        if name not in by_name:
            near = difflib.get_close_matches(name, by_name, n=1, cutoff=0.0)[0]
            raise OshriskError("documents.unknown_kind", name=name, near=near, known=", ".join(by_name))
        if by_name[name] not in allowed:
            raise OshriskError("documents.above_level", name=name, level=by_name[name].level)
    return [kind for kind in allowed if not only or kind.name in only]


def expect_own(folder: Path) -> None:
    """Refuse to replace a folder in which somebody has changed or added a document.

    Parameters
    ----------
    folder : Path
        The folder of documents.

    Raises
    ------
    OshriskError
        If a file is not as it was written, or was not written by this program.
    """
    recover(folder.parent)
    if not folder.exists():
        return
    file = folder / MANIFEST
    outputs = json.loads(file.read_text(encoding="utf-8"))["outputs"] if file.is_file() else {}
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file() and path != file}
    changed = [name for name, path in found.items() if _hash(path.read_bytes()) != outputs.get(name, {}).get("sha256")]
    if changed:
        raise OshriskError("documents.changed_by_hand", folder=folder, files=", ".join(sorted(changed)))


def write_kinds(
    folder: Path,
    made: Iterator[tuple[Kind, Files]],
    facts: Mapping[str, Any],
    workspace: Workspace,
    *,
    foot: str,
    language: Language,
) -> Report:
    """Write documents and their manifest, whole or not at all.

    Parameters
    ----------
    folder : Path
        What stands there is replaced.
    made : iterator of (Kind, Files)
        The documents.
    facts : mapping
        What they rest on; ``simulated`` decides whether names and pages are marked.
    workspace : Workspace
        Has the office's own letterhead, if any.
    foot : str
        Of every page, after the level.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Report
    """
    simulated = bool(facts["simulated"])
    own = workspace.programme.documents.letterhead
    template = workspace.path(own) if own else None
    outputs: dict[str, dict[str, str]] = {}
    with whole_folder(folder) as partial:
        for kind, files in made:
            words = text(f"documents.levels.{kind.level}", language)
            for name, content in files.items():
                marked = _marked(content, f"{words} · {foot}", language, simulated=simulated)
                for file, written in _rendered(_named(name, simulated=simulated), marked, template, language):
                    target = partial / kind.level / file
                    if target.exists():
                        raise ValueError(f"two documents are called {target.name}")
                    target.parent.mkdir(exist_ok=True)
                    target.write_bytes(written)
                    outputs[f"{kind.level}/{file}"] = {"kind": kind.name, "level": kind.level, "sha256": _hash(written)}
        manifest = {**facts, "outputs": outputs}
        (partial / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return Report(folder, manifest)


def _rendered(
    name: str, content: list[Document] | bytes, template: Path | None, language: Language
) -> Iterator[tuple[str, bytes]]:
    if isinstance(content, bytes):
        yield name, content
        return
    yield f"{name}.docx", word_bytes(content, language, template=template)
    yield f"{name}.pdf", pdf_bytes(content, language)


def _marked(
    content: Document | Sequence[Document] | bytes, foot: str, language: Language, *, simulated: bool
) -> list[Document] | bytes:
    """Say on every page who may read it and whether it is simulated, and the latter above the content too."""
    if isinstance(content, bytes):
        return content
    every = [content] if isinstance(content, Document) else list(content)
    if not simulated:
        return [replace(document, footer=document.footer or foot) for document in every]
    alarm = Paragraph(text("report.simulated", language), "alarm")
    short = text("report.simulated_short", language)
    return [
        replace(document, parts=(alarm, *document.parts), footer=f"{short} · {document.footer or foot}")
        for document in every
    ]


def _named(name: str, *, simulated: bool) -> str:
    if not simulated:
        return name
    stem, dot, ending = name.partition(".")
    return f"{stem}{MARK}{dot}{ending}"


def _facts(issued: Issued, level: Level, language: Language) -> dict[str, Any]:
    return {
        "quarter": str(issued.quarter),
        "plan_version": issued.version,
        "state": issued.state,
        "as_of": issued.manifest["as_of"],
        "snapshot": issued.manifest["snapshot"],
        "model": issued.manifest["model"]["id"],
        "plan_outputs": issued.manifest["outputs"],
        "grounds_to_check": unread(issued.quarter, language),
        "simulated": issued.simulated,
        "level": level,
        "language": language,
    }


def _foot(issued: Issued, language: Language) -> str:
    state = text(f"documents.states.{issued.state or 'no_ledger'}", language)
    return text("documents.foot", language, quarter=issued.quarter, version=issued.version, state=state)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
