"""Read the registers: whatever they come as, every row is accepted or explained."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.registry.check import Checked, Known, check_table
from oshrisk.registry.mapping import apply_mapping, read_mapping
from oshrisk.registry.notes import Note
from oshrisk.registry.quarantine import no_quarantine
from oshrisk.registry.raw import RawTable
from oshrisk.registry.registry import Registry, registry_of
from oshrisk.registry.snapshot import MANIFEST, read_snapshot
from oshrisk.registry.source import Source
from oshrisk.registry.sources import flat_table, open_source
from oshrisk.registry.tables import TABLES

_SIMULATED = ("simulated", "mo-phong", "mo_phong", "mo phong")


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read, what was accepted, and what is to be mended.

    Parameters
    ----------
    registry : Registry
        The accepted rows.
    quarantine : DataFrame
        One row a bad cell: ``table``, ``sheet``, ``file``, ``row`` (number the planner sees), ``column`` (heading
        as it stands in the file), ``value`` (text as it stands), ``code`` (entry below ``errors`` of
        ``locale/*/registry.toml``), ``enterprise_id``, ``detail`` (what the text names beside the value) and
        ``field`` (column of the table). `oshrisk.registry.quarantine.explain` says it in words.
    counts : DataFrame
        Rows ``read``, ``accepted`` and ``quarantined``, indexed by ``table``; the second and third always sum to
        the first.
    notes : tuple of Note
        Columns and sheets that were not read, what is not there, zeros that were restored.
    rejected : dict of str to DataFrame
        The quarantined rows by table as they stood: text under the headings of the source, indexed by row number.
    """

    registry: Registry
    quarantine: pd.DataFrame
    counts: pd.DataFrame
    notes: tuple[Note, ...] = ()
    rejected: dict[str, pd.DataFrame] = field(default_factory=dict)


def read_registry(
    source: str | Path,
    *,
    read_on: str | pd.Timestamp | None = None,
    mapping: str | Path | None = None,
    province_code: str = "dien_bien",
) -> Reading:
    """Read and check the registers.

    Sheets, files, tables and columns may be named in Vietnamese or English, with or without accents, in any order.
    What is not there is unknown. A row with a bad cell goes to quarantine whole, and all its bad cells are named.

    Parameters
    ----------
    source : str or Path
        An Excel workbook, a folder of CSV or Parquet files (one a table), a single such file, an SQLAlchemy URL
        (``postgresql://…``, ``sqlite:///…``), or a snapshot, which is taken as it stands. Data whose name (or
        Parquet metadata) says "simulated" is simulated.
    read_on : str or Timestamp, optional
        Day of reading, today by default: nothing in the registers may have happened later.
    mapping : str or Path, optional
        A mapping file that splits one flat file into tables (`oshrisk.registry.mapping`).
    province_code : str, default "dien_bien"
        Province whose communes are known.

    Returns
    -------
    Reading
        Registry, quarantine, counts and notes.

    Raises
    ------
    OshriskError
        If the source cannot be opened or has no table of enterprises with their ids.
    """
    if "://" not in str(source) and (Path(source) / MANIFEST).is_file():
        return _kept(read_snapshot(source))
    today = (pd.Timestamp.today() if read_on is None else pd.Timestamp(read_on)).normalize().as_unit("s")
    if mapping is None:
        opened = open_source(source)
    else:
        opened = Source()
        for name, raw in apply_mapping(read_mapping(mapping), flat_table(Path(source))).items():
            opened.take(name, raw.file, _already(raw))
    opened.simulated |= is_simulated(source)
    return read_opened(opened, today, source=source, province_code=province_code)


def read_opened(opened: Source, today: pd.Timestamp, *, source: str | Path, province_code: str) -> Reading:
    """Read and check the registers of a source that is open already.

    Parameters
    ----------
    opened : Source
        The source.
    today : Timestamp
        Day of reading.
    source : str or Path
        Its name, for messages.
    province_code : str
        As `read_registry`.

    Returns
    -------
    Reading
        As `read_registry`.

    Raises
    ------
    OshriskError
        If it has no table of enterprises with their ids.
    """
    if "enterprises" not in opened.tables:
        raise OshriskError("registry.no_enterprises", source=_shown(source))
    checked = _check_all(opened, Known(today, province_code), source)
    frames = {name: result.frame for name, result in checked.items()}
    registry = registry_of(frames, today, simulated=opened.simulated)
    notes = [*opened.notes, *(Note("missing_table", table=name) for name in TABLES if name not in checked)]
    pieces = [result.quarantine for result in checked.values() if len(result.quarantine)]
    quarantine = pd.concat(pieces, ignore_index=True) if pieces else no_quarantine()
    rejected = {name: result.rejected for name, result in checked.items() if len(result.rejected)}
    counts = _counts({name: (result.read, len(result.frame), len(result.rejected)) for name, result in checked.items()})
    return Reading(registry, quarantine, counts, tuple(notes), rejected)


def _check_all(opened: Source, known: Known, source: str | Path) -> dict[str, Checked]:
    checked = {}
    for name in TABLES:  # enterprises first and inspections before findings: later tables refer to earlier ones
        raw = opened.read(name)
        if name == "enterprises" and (raw is None or "enterprise_id" not in raw.fields):
            raise OshriskError("registry.no_ids", source=_shown(source))
        if raw is None:
            continue
        checked[name] = check_table(raw, known)
        for column, cells in checked[name].restored.items():
            opened.notes.append(Note("restored_zeros", table=name, column=raw.header(column), rows=cells))
    return checked


def _already(raw: RawTable) -> Callable[[str], RawTable]:
    return lambda _: raw


def _kept(registry: Registry) -> Reading:
    counts = _counts({name: (len(rows), len(rows), 0) for name, rows in registry.items()})
    return Reading(registry, no_quarantine(), counts)


def _counts(counts: dict[str, tuple[int, int, int]]) -> pd.DataFrame:
    frame = pd.DataFrame.from_dict(counts, orient="index", columns=["read", "accepted", "quarantined"])
    return frame.rename_axis("table").astype("int64")


def is_simulated(source: str | Path) -> bool:
    """Say whether the name of a source says that its data is simulated."""
    plain = unicodedata.normalize("NFD", Path(str(source)).name.lower())
    name = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return any(word in name for word in _SIMULATED)


def _shown(source: str | Path) -> str:
    return str(source).rsplit("@", maxsplit=1)[-1]  # never a password
