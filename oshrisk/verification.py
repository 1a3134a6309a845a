"""Proving that a list is what its manifest says: it is made again from its snapshot and compared."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, Language, text
from oshrisk.reference.load import reference_hash
from oshrisk.registry.quarantine import no_quarantine
from oshrisk.registry.read import Reading
from oshrisk.registry.sheets import open_workbook
from oshrisk.registry.snapshot import read_snapshot, snapshot_hash
from oshrisk.settings import Programme, read_programme
from oshrisk.workspace import SETTINGS, Workspace

MANIFEST: Final = "manifest.json"
MODEL: Final = "model.json"
_ENTRIES: Final = (
    *("quarter", "as_of", "language", "plan_version", "snapshot", "settings", "reference", "model", "rows", "versions"),
    "outputs",
)
_SHOWN: Final = 20  # differences named of one file; the rest is counted
_KEY: Final = "enterprise_id"
_SHEET: Final = re.compile(r"xl/worksheets/sheet(\d+)\.xml")

# Makes a list again: from what was read, the settings, the stored manifest and the stored folder, into a new folder.
Rebuild = Callable[[Reading, Workspace, Mapping[str, Any], Path], Path]


@dataclass(frozen=True)
class Difference:
    """One thing in which a stored list is not what its manifest or its snapshot makes.

    Parameters
    ----------
    kind : str
        Entry below ``differences`` of ``locale/*/results.toml``.
    name : str
        File, setting, package or entry of the manifest.
    row, column : str
        Place within it: enterprise and column of a table, or sheet and cell.
    stored, now : str
        What is stored, and what was found or rebuilt.
    """

    kind: str
    name: str = ""
    row: str = ""
    column: str = ""
    stored: str = ""
    now: str = ""

    def sentence(self, language: Language = "vi") -> str:
        """Say it in one language."""
        facts = {name: getattr(self, name) or "–" for name in ("name", "row", "column", "stored", "now")}
        return text(f"results.differences.{self.kind}", language, **facts)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a plan.

    Raises
    ------
    OshriskError
        If it is not there or cannot be read.
    """
    file = folder / MANIFEST
    if not file.is_file():
        raise OshriskError("results.no_plan", folder=folder, file=MANIFEST, quarter=folder.name)
    try:
        manifest: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        missing = [name for name in _ENTRIES if name not in manifest]
    except (ValueError, TypeError) as error:
        raise OshriskError("results.bad_plan", file=file, problem=error) from error
    if missing:
        raise OshriskError("results.bad_plan", file=file, problem=", ".join(missing))
    return manifest


def verify_plan(workspace: Workspace, folder: str | Path, rebuild: Rebuild | None = None) -> list[Difference]:
    """Make a list again from its snapshot and say in what it differs.

    Parameters
    ----------
    workspace : Workspace
        The working folder, which has the snapshots. Its present settings and registers are not used: those stored
        with the plan are.
    folder : str or Path
        The plan: ``plans/<quarter>``.
    rebuild : callable, optional
        Makes the list again; `rebuild_list` by default.

    Returns
    -------
    list of Difference
        Empty where everything is alike: the files have the hashes of the manifest, the snapshot is whole, settings,
        reference data, model and versions are those of the manifest, and the list made again has the same values in
        every table and the same content, bit for bit, in every workbook. Where the snapshot cannot be used, the list is
        not made again. The report on quarantined rows is only compared with its hash: those rows are in no snapshot.

    Raises
    ------
    OshriskError
        If there is no plan with a manifest in the folder.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    found = [*_files(place, manifest)]
    programme, changed = _settings(workspace, place, manifest)
    found += [*changed, *_surroundings(manifest)]
    reading = _snapshot(workspace, manifest)
    if isinstance(reading, Difference):
        return [*found, reading]
    with tempfile.TemporaryDirectory() as made_in:
        used = replace(workspace, programme=programme)
        make = rebuild_list if rebuild is None else rebuild
        made = make(reading, used, {**manifest, "folder": str(place)}, Path(made_in))
        again = json.loads((made / MANIFEST).read_text(encoding="utf-8"))
        found += _entries(manifest, again)
        found += _rebuilt_files(place, made, manifest)
    return found


def rebuild_list(reading: Reading, workspace: Workspace, manifest: Mapping[str, Any], folder: Path) -> Path:
    """Make a list again with the functions of `oshrisk.workflow`.

    Parameters
    ----------
    reading : Reading
        The snapshot, with the counts of rows of the manifest.
    workspace : Workspace
        With the settings stored beside the plan.
    manifest : mapping
        The stored manifest, and the plan's ``folder``.
    folder : Path
        Where to make it.

    Returns
    -------
    Path
        Where the files of the list are.
    """
    from oshrisk import quarterly, workflow  # noqa: PLC0415  # only to make a list
    from oshrisk.planning import Quarter  # noqa: PLC0415  # likewise
    from oshrisk.planning.roads import make_roads  # noqa: PLC0415  # likewise
    from oshrisk.planning.seeds import seed_of  # noqa: PLC0415  # likewise
    from oshrisk.risk import load_table  # noqa: PLC0415  # likewise

    stored, programme = Path(manifest["folder"]), workspace.programme
    quarter, language = Quarter.parse(manifest["quarter"]), _language(manifest)
    table = load_table(str(stored / MODEL))
    ranking = workflow.rank(reading.registry, programme, pd.Timestamp(manifest["as_of"]), table)
    made = quarterly.make_list(
        reading,
        ranking,
        workflow.Model(ranking.table, tuple(manifest["model"]["made_with_other"])),
        programme,
        quarter,
        roads=make_roads(programme, workspace.folder),
        seed=seed_of(workspace.folder, quarter, programme),
        decisions=quarterly.read_decisions(stored),
        language=language,
    )
    target = folder / str(manifest["quarter"])
    target.mkdir()
    quarterly.write_list(target, made, manifest["plan_version"], language)
    return target


def compare_files(stored: Path, made: Path) -> list[Difference]:
    """Compare two files of the same name: tables value by value, workbooks cell by cell and then bit for bit.

    Parameters
    ----------
    stored, made : Path
        The file of the plan, and the one made again.

    Returns
    -------
    list of Difference
        Empty where the content is alike; of many differences the first are named and the rest is counted.
    """
    if stored.read_bytes() == made.read_bytes():
        return []
    compare = {".csv": _tables, ".xlsx": _workbooks}.get(stored.suffix)
    differences = iter(()) if compare is None else compare(stored, made)
    shown = list(islice(differences, _SHOWN))
    rest = sum(1 for _ in differences)
    if rest:
        shown.append(Difference("more", stored.name, now=str(rest)))
    return shown or [Difference("bytes", stored.name)]


def _language(manifest: Mapping[str, Any]) -> Language:
    return next(language for language in LANGUAGES if language == manifest["language"])


def _files(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare the files of a plan with the hashes of its manifest."""
    outputs = manifest["outputs"]
    for name, digest in outputs.items():
        file = folder / name
        if not file.is_file():
            yield Difference("file_missing", name)
        elif hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            yield Difference("file_changed", name)
    for name in sorted(file.name for file in folder.iterdir()):
        if name not in outputs and name != MANIFEST:
            yield Difference("file_extra", name)


def _settings(workspace: Workspace, folder: Path, manifest: Mapping[str, Any]) -> tuple[Programme, list[Difference]]:
    """Return the settings that the list was made with, and whether they are those of the manifest."""
    stored = folder / SETTINGS
    try:
        programme = read_programme(stored)
    except OshriskError:  # told below: without the stored settings those of today are all there is
        programme = workspace.programme
    if programme.digest == manifest["settings"]:
        return programme, []
    changed = [Difference("settings", stored=_short(manifest["settings"]), now=_short(programme.digest))]
    mine, here = (_flat(one.model_dump(mode="json")) for one in (programme, workspace.programme.without_passwords))
    named = [
        Difference("setting", name, stored=str(mine.get(name)), now=str(here.get(name)))
        for name in sorted(mine.keys() | here.keys())
        if mine.get(name) != here.get(name)
    ]
    return programme, changed + named


def _surroundings(manifest: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare reference data and versions of packages with those of now."""
    if manifest["reference"] != reference_hash():
        yield Difference("reference", stored=_short(manifest["reference"]), now=_short(reference_hash()))
    for name, stored in manifest["versions"].items():
        now = _version(name)
        if now != stored:
            yield Difference("version", name, stored=str(stored), now=now)


def _version(package: str) -> str:
    if package == "python":
        return platform.python_version()
    try:
        return version(package)
    except PackageNotFoundError:
        return "–"


def _snapshot(workspace: Workspace, manifest: Mapping[str, Any]) -> Reading | Difference:
    """Return the snapshot as it was read, or what is wrong with it."""
    digest = manifest["snapshot"]
    folder = workspace.path("snapshots", digest[:16])
    if not folder.is_dir():
        return Difference("snapshot_missing", folder.name)
    try:
        registry = read_snapshot(folder)
    except OshriskError as error:
        return Difference("snapshot_changed", f"{folder.name}: {error.values.get('file', '')}")
    if snapshot_hash(registry) != digest:
        return Difference("snapshot_changed", folder.name)
    counts = pd.DataFrame([manifest["rows"]], index=pd.Index(["all"], name="table"))
    return Reading(registry, no_quarantine(), counts)


def _entries(stored: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare the manifests but for what is compared by itself: files, and versions with those of now."""
    before, after = _flat(stored), _flat(made)
    apart = ("outputs.", "versions.", "settings", "reference")
    for name in sorted(before.keys() | after.keys()):
        if not name.startswith(apart) and before.get(name) != after.get(name):
            kind = "model" if name.startswith("model.") else "manifest"
            yield Difference(kind, name, stored=str(before.get(name)), now=str(after.get(name)))


def _rebuilt_files(folder: Path, made: Path, manifest: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare the files of a plan with those made again; the report on rows in quarantine is not made."""
    unmade = {_marked(manifest, language) for language in LANGUAGES}
    for name in manifest["outputs"]:
        if name in unmade or not (folder / name).is_file():
            continue
        if (made / name).is_file():
            yield from compare_files(folder / name, made / name)
        else:
            yield Difference("not_rebuilt", name)


def _marked(manifest: Mapping[str, Any], language: Language) -> str:
    simulated = "-simulated" if manifest.get("simulated") else ""
    return text("cli.files.marked", language, quarter=manifest["quarter"], simulated=simulated)


def _tables(stored: Path, made: Path) -> Iterator[Difference]:
    """Compare two CSV files value by value, by enterprise where they have one row each."""
    before, after = (pd.read_csv(file, dtype="str", keep_default_na=False) for file in (stored, made))
    if all(_KEY in rows and rows[_KEY].is_unique for rows in (before, after)):
        before, after = before.set_index(_KEY), after.set_index(_KEY)
    for kind, rows in (
        ("row_missing", before.index.difference(after.index)),
        ("row_extra", after.index.difference(before.index)),
    ):
        for row in rows:
            yield Difference(kind, stored.name, row=str(row))
    columns = before.columns.union(after.columns, sort=False)
    both = before.index.intersection(after.index, sort=False)
    left, right = (rows.reindex(index=both, columns=columns, fill_value="–") for rows in (before, after))
    for place, column in zip(*(left.to_numpy() != right.to_numpy()).nonzero(), strict=True):
        cells = {"stored": str(left.iloc[place, column]), "now": str(right.iloc[place, column])}
        yield Difference("value", stored.name, row=str(both[place]), column=str(columns[column]), **cells)
    if set(before.index) == set(after.index) and list(before.index) != list(after.index):
        order = next(place for place, (a, b) in enumerate(zip(before.index, after.index, strict=False)) if a != b)
        yield Difference("value", stored.name, row=str(before.index[order]), column=_KEY, now=str(after.index[order]))


def _workbooks(stored: Path, made: Path) -> Iterator[Difference]:
    """Compare two workbooks: the cells that differ by sheet, then the parts of the file that do."""
    before, after = open_workbook(stored), open_workbook(made)
    for name in dict.fromkeys([*before.sheet_names, *after.sheet_names]):
        cells = [_cells(book, name) for book in (before, after)]
        for place in sorted(cells[0].keys() | cells[1].keys()):
            values = [str(one.get(place, "")) for one in cells]
            if values[0] != values[1]:
                where = f"{_letters(place[1])}{place[0] + 1}"
                yield Difference("cell", stored.name, row=name, column=where, stored=values[0], now=values[1])
    with zipfile.ZipFile(stored) as left, zipfile.ZipFile(made) as right:
        parts = [{part: book.read(part) for part in book.namelist()} for book in (left, right)]
    for part in sorted(parts[0].keys() | parts[1].keys()):
        if parts[0].get(part) != parts[1].get(part):
            sheet = _SHEET.fullmatch(part)
            number = int(sheet[1]) if sheet else 0
            if 0 < number <= len(before.sheet_names):
                yield Difference("sheet", stored.name, row=before.sheet_names[number - 1], column=part)
            else:
                yield Difference("part", stored.name, column=part)


def _cells(book: Any, sheet: str) -> dict[tuple[int, int], Any]:
    if sheet not in book.sheet_names:
        return {}
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return {(down, across): cell for down, row in enumerate(rows) for across, cell in enumerate(row) if cell != ""}


def _letters(column: int) -> str:
    """Return the letters of a column: A, B … AA."""
    first, last = divmod(column, 26)
    return (_letters(first - 1) if first else "") + chr(ord("A") + last)


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        inner = _flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
        flat |= inner
    return flat


def _short(digest: str) -> str:
    return digest[:12]
