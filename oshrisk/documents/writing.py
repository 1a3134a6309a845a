"""Writing the documents of a quarter or a year, whole or not at all, with a manifest of what they rest on."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from oshrisk.atomic import recover, whole_folder
from oshrisk.documents.grounds import unread
from oshrisk.documents.parts import Document, Paragraph
from oshrisk.documents.pdf import pdf_bytes
from oshrisk.documents.report import KINDS, YEAR_KINDS, Kind, S
from oshrisk.documents.sources import LEVELS, Files, Level, source_of, year_source_of
from oshrisk.documents.word import word_bytes
from oshrisk.errors import OshriskError
from oshrisk.issued import Issued
from oshrisk.messages import Language, text
from oshrisk.planning import Quarter
from oshrisk.workspace import Workspace

MANIFEST: Final = "manifest.json"
MARK: Final = "-simulated"


@dataclass(frozen=True)
class Wish:
    """What is to be written.

    Parameters
    ----------
    on : Timestamp
        The day of the documents.
    level : {"public", "team", "internal"}, default "internal"
        The highest level that is written; each includes those before.
    only : sequence of str
        Names of kinds (`oshrisk.documents.report`); all by default.
    language : {"vi", "en"}, default "vi"
        Language of the documents.
    """

    on: pd.Timestamp
    level: Level = "internal"
    only: Sequence[str] = ()
    language: Language = "vi"


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


def write_quarter(workspace: Workspace, quarter: Quarter, wish: Wish, progress: Callable[[str], None]) -> Report:
    """Write the documents of a quarter's plan to ``reports/<quarter>/<level>/``.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    quarter : Quarter
        The quarter; its list must have been made.
    wish : Wish
        What to write.
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
    kinds = chosen(KINDS, wish.level, wish.only)
    folder = workspace.path("reports", str(quarter))
    expect_own(folder)
    progress("issued")
    source = source_of(workspace, quarter, wish.on)
    progress("documents")
    made = ((kind.name, kind.level, kind.make(source, wish.language)) for kind in kinds)
    facts = {"period": str(quarter), **_common(wish), "plans": [_facts(source.issued)]}
    facts["grounds_to_check"] = unread(quarter, wish.language)
    return write_files(folder, made, facts, workspace, foot=_foot(source.issued, wish.language))


def write_year(workspace: Workspace, year: int, wish: Wish, progress: Callable[[str], None]) -> Report:
    """Write the documents of a year to ``reports/<year>/<level>/``.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    year : int
        The year; at least one of its quarters must have a list.
    wish : Wish
        What to write.
    progress : callable
        Called with the name of each step as it begins.

    Returns
    -------
    Report
        As `write_quarter`.

    Raises
    ------
    OshriskError
        As `write_quarter`.
    """
    kinds = chosen(YEAR_KINDS, wish.level, wish.only)
    folder = workspace.path("reports", str(year))
    expect_own(folder)
    progress("issued")
    source = year_source_of(workspace, year, wish.on)
    progress("documents")
    made = ((kind.name, kind.level, kind.make(source, wish.language)) for kind in kinds)
    facts = {"period": str(year), **_common(wish), "plans": [_facts(quarter.issued) for quarter in source.quarters]}
    facts["grounds_to_check"] = []
    return write_files(folder, made, facts, workspace, foot=text("documents.year_foot", wish.language, year=year))


def chosen(kinds: Sequence[Kind[S]], level: Level, only: Sequence[str]) -> list[Kind[S]]:
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


def write_files(
    folder: Path,
    made: Iterable[tuple[str, Level, Files]],
    facts: Mapping[str, Any],
    workspace: Workspace,
    *,
    foot: str,
) -> Report:
    """Write documents and their manifest, whole or not at all.

    Parameters
    ----------
    folder : Path
        What stands there is replaced.
    made : iterable of (name, level, Files)
        The kind, its level, and its documents.
    facts : mapping
        What they rest on: ``language``, and ``plans``, of which one that is simulated has names and pages marked.
    workspace : Workspace
        Has the office's own letterhead, if any.
    foot : str
        Of every page, after the level.

    Returns
    -------
    Report
    """
    language: Language = facts["language"]
    simulated = any(plan["simulated"] for plan in facts["plans"])
    own = workspace.programme.documents.letterhead
    template = workspace.path(own) if own else None
    outputs: dict[str, dict[str, str]] = {}
    with whole_folder(folder) as partial:
        for kind, level, files in made:
            words = f"{text(f'documents.levels.{level}', language)} · {foot}"
            for name, content in files.items():
                shown = content if isinstance(content, bytes) else marked(content, words, language, simulated=simulated)
                for file, written in _rendered(named(name, simulated=simulated), shown, template, language):
                    target = partial / level / file
                    if target.exists():
                        raise ValueError(f"two documents are called {target.name}")
                    target.parent.mkdir(exist_ok=True)
                    target.write_bytes(written)
                    outputs[f"{level}/{file}"] = {"kind": kind, "level": level, "sha256": _hash(written)}
        manifest = {**facts, "simulated": simulated, "outputs": outputs}
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


def marked(content: Document | Sequence[Document], foot: str, language: Language, *, simulated: bool) -> list[Document]:
    """Say on every page who may read it and whether it is simulated, and the latter above the content too.

    Parameters
    ----------
    content : Document or sequence of Document
        The documents.
    foot : str
        Left part of the foot of every page that has none of its own.
    language : {"vi", "en"}
        Language.
    simulated : bool
        Whether the data is simulated.

    Returns
    -------
    list of Document
    """
    every = [content] if isinstance(content, Document) else list(content)
    if not simulated:
        return [replace(document, footer=document.footer or foot) for document in every]
    alarm = Paragraph(text("report.simulated", language), "alarm")
    short = text("report.simulated_short", language)
    return [
        replace(document, parts=(alarm, *document.parts), footer=f"{short} · {document.footer or foot}")
        for document in every
    ]


def named(name: str, *, simulated: bool) -> str:
    """Put the mark of simulated data into a file's name.

    Examples
    --------
    >>> named("plan.xlsx", simulated=True), named("plan", simulated=False)
    ('plan-simulated.xlsx', 'plan')
    """
    if not simulated:
        return name
    stem, dot, ending = name.partition(".")
    return f"{stem}{MARK}{dot}{ending}"


def _common(wish: Wish) -> dict[str, Any]:
    return {"on": wish.on.date().isoformat(), "level": wish.level, "language": wish.language}


def _facts(issued: Issued) -> dict[str, Any]:
    """Return what identifies a list, with the hashes of its files."""
    return {
        "quarter": str(issued.quarter),
        "plan_version": issued.version,
        "state": issued.state,
        "as_of": issued.manifest["as_of"],
        "snapshot": issued.manifest["snapshot"],
        "model": issued.manifest["model"]["id"],
        "simulated": issued.simulated,
        "outputs": issued.manifest["outputs"],
    }


def _foot(issued: Issued, language: Language) -> str:
    state = text(f"documents.states.{issued.state or 'no_ledger'}", language)
    return text("documents.foot", language, quarter=issued.quarter, version=issued.version, state=state)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
