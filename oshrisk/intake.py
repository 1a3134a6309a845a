"""Registers that are handed in: checked apart from those in place, then put in place whole.

::

    checks/handed-in/<number>/    upload.<suffix>, upload.json: what was handed in, by whom
                                  check/: what was accepted and what is to be mended
    checks/in-place/              the same of the registers in place
    <registers>/../earlier/       registers that others took the place of, with the time
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from oshrisk.atomic import whole_file, whole_folder
from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, Language, text
from oshrisk.registry.marked import write_marked
from oshrisk.registry.quarantine import explain
from oshrisk.registry.read import Reading, is_simulated, read_registry
from oshrisk.registry.sources import FILES, WORKBOOKS
from oshrisk.workspace import Workspace

if TYPE_CHECKING:
    from oshrisk.ledger import Ledger

FACTS: Final = "facts.json"
QUARANTINE: Final = "quarantine.parquet"
IN_PLACE: Final = "in-place"
_HANDED_IN: Final = "handed-in"
_UPLOAD: Final = "upload"
_MOST_UNPACKED: Final = 1024**3  # bytes: a workbook of 50 MB that unpacks to more is no workbook of people
_ZIPPED: Final = (".xlsx", ".xlsm", ".xlsb", ".ods")


@dataclass(frozen=True)
class HandedIn:
    """Registers that somebody handed in.

    Parameters
    ----------
    number : str
        Name of its folder: when it was handed in, and the beginning of its hash.
    name : str
        Name of the file, as its owner called it: never a path of this machine.
    by : str
        Who handed it in.
    at : datetime
        When, on the clock of this machine.
    sha256 : str
        Hash of the file.
    """

    number: str
    name: str
    by: str
    at: datetime
    sha256: str


def hand_in(workspace: Workspace, name: str, parts: Iterable[bytes], by: str) -> HandedIn:
    """Take registers that are handed in; nothing is read yet.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    name : str
        Name of the file.
    parts : iterable of bytes
        Its content.
    by : str
        Who hands it in.

    Returns
    -------
    HandedIn
        Where it is kept.

    Raises
    ------
    OshriskError
        If it is of a kind that cannot take the place of the registers, or unpacks to more than people write.
    """
    plain = name.replace("\\", "/").rsplit("/", 1)[-1][-150:]
    suffix = Path(plain).suffix.lower()
    _expect_kind(workspace, plain, suffix)
    at = datetime.now().astimezone()
    root = workspace.path("checks", _HANDED_IN)
    with whole_folder(root / f"{at:%Y%m%d-%H%M%S-%f}") as partial:
        digest = hashlib.sha256()
        with (partial / f"{_UPLOAD}{suffix}").open("wb") as file:
            for part in parts:
                digest.update(part)
                file.write(part)
        _expect_honest(partial / f"{_UPLOAD}{suffix}", plain)
        facts = {"name": plain, "by": by, "at": at.isoformat(), "sha256": digest.hexdigest()}
        (partial / f"{_UPLOAD}.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return HandedIn(f"{at:%Y%m%d-%H%M%S-%f}", plain, by, at, digest.hexdigest())


def handed_in(workspace: Workspace) -> list[HandedIn]:
    """Return what was handed in, the latest first."""
    files = sorted(workspace.path("checks", _HANDED_IN).glob(f"*/{_UPLOAD}.json"), reverse=True)
    return [_read(file) for file in files]


def check_folder(workspace: Workspace, number: str) -> Path:
    """Return where the check of registers is, or will be.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    number : str
        Of what was handed in; `IN_PLACE`: the registers in place.

    Returns
    -------
    Path
        It need not be there.

    Raises
    ------
    OshriskError
        If nothing of this number was handed in.
    """
    if number == IN_PLACE:
        return workspace.path("checks", IN_PLACE)
    if number not in {one.number for one in handed_in(workspace)}:
        raise OshriskError("intake.unknown", number=number)
    return workspace.path("checks", _HANDED_IN, number, "check")


def check(workspace: Workspace, number: str, language: Language) -> dict[str, Any]:
    """Check registers, and keep what came of it.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    number : str
        As `check_folder`.
    language : {"vi", "en"}
        Language of the report with marked cells.

    Returns
    -------
    dict
        What `checked` reads back.

    Raises
    ------
    OshriskError
        If they cannot be read, or would no longer say that they are simulated.
    """
    folder = check_folder(workspace, number)
    with whole_folder(folder) as partial:
        if number == IN_PLACE:
            reading = _reading(workspace, workspace.source)
        else:
            with _candidate(workspace, number, partial / "candidate") as candidate:
                reading = _reading(workspace, candidate)
            _expect_label(folder.parent, reading)
        facts = _facts(reading, language)
        _said(reading).to_parquet(partial / QUARANTINE, index=False)
        for name, rows in reading.registry.items():
            rows.to_parquet(partial / f"{name}.parquet", index=False)
        write_marked(partial / facts["marked"], reading, language)
        (partial / FACTS).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return facts


def checked(workspace: Workspace, number: str) -> dict[str, Any] | None:
    """Read what came of a check.

    Parameters
    ----------
    workspace, number
        As `check_folder`.

    Returns
    -------
    dict or None
        ``counts`` (rows read, accepted, quarantined by table), ``codes`` (cells by code), ``notes`` by language,
        ``simulated``, ``read_on``, ``marked`` (name of the report); None where nothing was checked yet.
    """
    file = check_folder(workspace, number) / FACTS
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def put_in_place(workspace: Workspace, ledger: Ledger, number: str, by: str) -> Path:
    """Put registers that were handed in and checked in the place of those there; ``registers.source`` stays.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    ledger : Ledger
        Its log tells of it.
    number : str
        Of what was handed in.
    by : str
        A planner.

    Returns
    -------
    Path
        Where the registers are that were there before; where nothing was there, where it would be.

    Raises
    ------
    OshriskError
        If they were not checked, hold no enterprise, or `by` is no planner. Nothing is changed then.
    """
    from oshrisk.ledger import note  # noqa: PLC0415  # Django takes half a second to import

    if number == IN_PLACE:
        raise OshriskError("intake.unknown", number=number)
    facts = checked(workspace, number)
    if facts is None:
        raise OshriskError("intake.not_checked", number=number)
    if not facts["counts"]["enterprises"]["accepted"]:
        raise OshriskError("intake.nobody", number=number)
    one = _read(workspace.path("checks", _HANDED_IN, number, f"{_UPLOAD}.json"))
    rows = {kind: sum(table[kind] for table in facts["counts"].values()) for kind in ("accepted", "quarantined")}
    said = {"file": one.name, "sha256": one.sha256, **rows}
    target = Path(workspace.source)
    aside = target.parent / "earlier" / f"{datetime.now():%Y-%m-%d-%H%M%S}-{target.name}"
    new = workspace.path("checks", _HANDED_IN, number, "new")
    with _candidate(workspace, number, new) as candidate:
        if target.is_dir():
            shutil.copytree(target, aside)
            with whole_folder(target) as partial:
                shutil.copytree(candidate, partial, dirs_exist_ok=True)
                note(ledger, "registers", by, said)
        else:
            if target.exists():
                aside.parent.mkdir(exist_ok=True)
                shutil.copy2(target, aside)
            with whole_file(target) as file:
                shutil.copyfile(candidate, file)
                note(ledger, "registers", by, said)
    return aside


@contextmanager
def _candidate(workspace: Workspace, number: str, place: Path) -> Iterator[Path]:
    """Give the registers as they would be in place, under the name they would have, for as long as needed."""
    source, folder = Path(workspace.source), workspace.path("checks", _HANDED_IN, number)
    upload = next(file for file in folder.glob(f"{_UPLOAD}.*") if file.suffix != ".json")
    shutil.rmtree(place, ignore_errors=True)  # of a process that was killed
    place.mkdir(parents=True)
    try:
        if source.is_dir():  # the table that was handed in among those that are there
            shutil.copytree(source, place / source.name)
            shutil.copyfile(upload, place / source.name / _read(folder / f"{_UPLOAD}.json").name)
        else:
            shutil.copyfile(upload, place / source.name)
        yield place / source.name
    finally:
        shutil.rmtree(place)


def _reading(workspace: Workspace, source: str | Path) -> Reading:
    programme = workspace.programme
    return read_registry(
        source,
        read_on=programme.registers.read_on,
        mapping=workspace.mapping,
        province_code=programme.office.province_code,
    )


def _expect_kind(workspace: Workspace, name: str, suffix: str) -> None:
    source = workspace.source
    if "://" in source:
        raise OshriskError("intake.database")
    if suffix not in (*WORKBOOKS, *FILES):
        raise OshriskError("registry.unknown_kind", source=name, suffix=suffix or "?")
    wanted = FILES if Path(source).is_dir() else (Path(source).suffix.lower(),)
    if suffix not in wanted:
        raise OshriskError("intake.other_kind", name=name, source=Path(source).name, wanted=", ".join(wanted))


def _expect_honest(file: Path, name: str) -> None:
    """Refuse what is no packed workbook although it is called one, and what unpacks to more than people write."""
    if file.suffix not in _ZIPPED:
        return
    try:
        with zipfile.ZipFile(file) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile as error:
        raise OshriskError("registry.bad_workbook", source=name, problem=error) from error
    if unpacked > _MOST_UNPACKED:
        raise OshriskError("intake.too_big", name=name)


def _expect_label(folder: Path, reading: Reading) -> None:
    """Refuse simulated registers that would stand under a name that does not say so."""
    name = _read(folder / f"{_UPLOAD}.json").name
    if is_simulated(name) and not reading.registry.simulated:
        raise OshriskError("intake.label_lost", name=name)


def _facts(reading: Reading, language: Language) -> dict[str, Any]:
    simulated = "-simulated" if reading.registry.simulated else ""
    marked = text("cli.marked_name", language)
    return {
        "counts": reading.counts.to_dict("index"),
        "codes": {str(code): int(count) for code, count in reading.quarantine["code"].value_counts().items()},
        "notes": {known: [note.message(known) for note in reading.notes] for known in LANGUAGES},
        "simulated": reading.registry.simulated,
        "read_on": f"{reading.registry.read_on:%Y-%m-%d}",
        "marked": f"{Path(marked).stem}{simulated}.xlsx",
    }


def _said(reading: Reading) -> pd.DataFrame:
    """Return the quarantine with what is wrong and how to mend it, in both languages."""
    words = {known: explain(reading.quarantine, known) for known in LANGUAGES}
    columns = {f"{part}_{known}": frame[part] for known, frame in words.items() for part in ("what", "mend")}
    return reading.quarantine.assign(**columns)


def _read(file: Path) -> HandedIn:
    facts = json.loads(file.read_text(encoding="utf-8"))
    at = datetime.fromisoformat(facts["at"])
    return HandedIn(file.parent.name, facts["name"], facts["by"], at, facts["sha256"])
