"""A snapshot in shards: all tables cut alike, by a hash of the enterprise's id, on any file system.

A folder of a shard holds a Parquet file a table, and ``parents.parquet``: the legal entities of its branches and sites
that live in other shards, which are read along so that a place finds what it belongs to. ``shards.json`` says when
each table first had a known row: whether the department holds a table at all depends on the whole, not on a shard.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from oshrisk.errors import OshriskError
from oshrisk.registry.registry import Registry, conform, empty_frame
from oshrisk.registry.tables import HISTORY, TABLES
from oshrisk.scale.pieces import SHARD, rows_of, write_piece
from oshrisk.scale.place import Place

MANIFEST: Final = "shards.json"
PARENTS: Final = "parents"
FORM: Final = 1
HELD: Final = 250_000  # parents that are held at once, about


def shard_of(ids: pa.Array | pa.ChunkedArray, shards: int) -> NDArray[np.int64]:
    """Return the shard of each enterprise: CRC-32 of its id as UTF-8, modulo the number of shards.

    Examples
    --------
    >>> shard_of(pa.array(["0101234567", "0101234568"]), 7).tolist()
    [6, 3]
    """
    coded = ids.cast(pa.string()).dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    hashes = np.array([zlib.crc32((name or "").encode()) for name in coded.dictionary.to_pylist()], dtype=np.int64)
    codes = pc.fill_null(coded.indices, 0).to_numpy(zero_copy_only=False)
    return hashes[codes] % shards if len(hashes) else np.zeros(len(ids), dtype=np.int64)


@dataclass(frozen=True)
class Shards:
    """A snapshot in shards.

    Parameters
    ----------
    place : Place
        Its folder.
    facts : mapping
        Its manifest.
    """

    place: Place
    facts: Mapping[str, Any]

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to tasks as the address: the manifest grows with the country, and so would every task."""
        return _arrived, (self.place, self.facts["snapshot"])

    @property
    def count(self) -> int:
        """Number of shards."""
        return len(self.facts["shards"])

    @property
    def read_on(self) -> pd.Timestamp:
        """The day the registers were read."""
        return pd.Timestamp(self.facts["read_on"]).as_unit("s")

    @property
    def simulated(self) -> bool:
        """Whether the data is simulated."""
        return bool(self.facts["simulated"])

    def enterprises(self, number: int) -> int:
        """Enterprises of a shard."""
        return int(self.facts["shards"][number]["rows"]["enterprises"])

    def rows(self, number: int) -> int:
        """Rows of a shard, all tables together."""
        return sum(self.facts["shards"][number]["rows"].values())

    def held(self, as_of: pd.Timestamp) -> frozenset[str]:
        """Tables that have any row that was known on a date, in whatever shard."""
        first = [shard["first_known"] for shard in self.facts["shards"]]
        return frozenset(
            name
            for name in TABLES
            if any(known[name] is not None and pd.Timestamp(known[name]) <= as_of for known in first)
        )

    def read(self, number: int, as_of: pd.Timestamp) -> tuple[Registry, int]:
        """Read what was known on a date of the enterprises of a shard, and of the parents of its places.

        Parameters
        ----------
        number : int
            The shard.
        as_of : Timestamp
            The date.

        Returns
        -------
        registry : Registry
            What was known; parents that live in other shards are the last rows of ``enterprises``.
        own : int
            How many of the enterprises are the shard's own.

        Raises
        ------
        OshriskError
            If a file is not what was written.
        """
        folder = self.place / shard_name(number)
        frames = {name: self._frame(folder, number, name) for name in TABLES}
        parents = self._frame(folder, number, PARENTS)
        residents = len(frames["enterprises"])
        frames["enterprises"] = pd.concat([frames["enterprises"], parents], ignore_index=True)
        absent = {name: tuple(columns) for name, columns in self.facts["absent"].items()}
        registry = Registry(frames, self.read_on, simulated=self.simulated, absent=absent, held=self.held(as_of))
        known = registry.known(as_of)
        return known, int((known["enterprises"].index < residents).sum())

    def _frame(self, folder: Place, number: int, name: str) -> pd.DataFrame:
        file = folder / f"{name}.parquet"
        content = file.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.facts["shards"][number]["sha256"][name]:
            raise OshriskError("registry.snapshot_changed", folder=folder.url, file=file.name)
        stored = pq.read_table(pa.BufferReader(content), use_threads=False)
        seconds = [  # Parquet has no dates to the second
            field.with_type(pa.timestamp("s")) if pa.types.is_timestamp(field.type) else field
            for field in stored.schema
        ]
        rows = stored.cast(pa.schema(seconds, stored.schema.metadata)).to_pandas()
        table = "enterprises" if name == PARENTS else name
        return rows if rows.dtypes.equals(_nothing(table).dtypes) else conform(rows, TABLES[table])


@cache
def _nothing(name: str) -> pd.DataFrame:
    return empty_frame(TABLES[name])


def is_sharded(source: str | Path) -> bool:
    """Say whether a source is a snapshot in shards."""
    try:
        return (Place.of(source) / MANIFEST).exists()
    except (ImportError, ValueError):  # the address of a database
        return False


def open_shards(source: str | Path) -> Shards:
    """Open a snapshot in shards.

    Parameters
    ----------
    source : str or Path
        Its folder: a path, or an fsspec URL.

    Returns
    -------
    Shards
        The snapshot.

    Raises
    ------
    OshriskError
        If there is none.
    """
    place = Place.of(source)
    try:
        facts = (place / MANIFEST).read_json()
    except (OSError, ValueError) as error:
        raise OshriskError("registry.snapshot_incomplete", folder=place.url, file=MANIFEST) from error
    return Shards(place, facts)


@cache
def _arrived(place: Place, snapshot: str) -> Shards:
    """Read the manifest where tasks arrive, once a process."""
    shards = open_shards(place.url)
    if shards.facts["snapshot"] != snapshot:
        raise OshriskError("registry.snapshot_changed", folder=place.url, file=MANIFEST)
    return shards


def write_shards(folder: str | Path, registry: Registry, shards: int) -> Shards:
    """Cut a registry in memory into shards.

    Parameters
    ----------
    folder : str or Path
        Where they will be, a path or an fsspec URL; what stands there is replaced.
    registry : Registry
        Accepted rows.
    shards : int
        How many.

    Returns
    -------
    Shards
        The snapshot.
    """
    target = Place.of(folder)
    partial = Place(f"{target.url}.partial")
    numbers = shard_of(pa.array(registry["enterprises"]["enterprise_id"], pa.string()), shards)
    written = [write_shard(partial, shard, _part(registry, numbers, shard)) for shard in range(shards)]
    write_parents(partial, written)
    facts = {"read_on": registry.read_on, "simulated": registry.simulated, "absent": registry.absent}
    return finish(partial, target, written, **facts)


def write_shard(folder: Place, number: int, part: Registry) -> dict[str, Any]:
    """Write the tables of one shard.

    Parameters
    ----------
    folder : Place
        The snapshot's.
    number : int
        The shard.
    part : Registry
        Its enterprises and their history.

    Returns
    -------
    dict
        Its entry in the manifest, without ``parents``.
    """
    mine = folder / shard_name(number)
    hashes = {name: _write(mine / f"{name}.parquet", part[name]) for name in TABLES}
    rows = {name: len(part[name]) for name in TABLES}
    return {"rows": rows, "sha256": hashes, "first_known": _first_known(part)}


def write_parents(folder: Place, written: list[dict[str, Any]]) -> None:
    """Write beside each shard the parents of its places that live in other shards.

    Parameters
    ----------
    folder : Place
        The snapshot's.
    written : list of dict
        Entries of the shards; each is given the hash of the new file.
    """
    asked = _asked(folder, len(written))
    pieces: list[Place] = []
    held: list[pa.Table] = []
    for home in range(len(written)):
        mine = asked.filter(pc.equal(asked["home"], home))
        held.append(_found(folder / shard_name(home), mine))
        if sum(part.num_rows for part in held) >= HELD or home == len(written) - 1:
            pieces.append(folder / f"{PARENTS}-{len(pieces):05d}.parquet")
            write_piece(pieces[-1], pa.concat_tables(held).unify_dictionaries(), "enterprise_id")
            held.clear()
    for number, entry in enumerate(written):
        rows = rows_of(pieces, number).drop_columns(SHARD).to_pandas().sort_values("enterprise_id")
        file = folder / shard_name(number) / f"{PARENTS}.parquet"
        entry["sha256"][PARENTS] = _write(file, conform(rows, TABLES["enterprises"]))
    for piece in pieces:
        piece.remove()


def _asked(folder: Place, shards: int) -> pa.Table:
    """Return the parents that live in other shards: parent, its shard, and who asks for it."""
    parts = []
    for number in range(shards):
        ids = (folder / shard_name(number) / "enterprises.parquet").read_table(["parent_id"])["parent_id"].unique()
        ids = ids.drop_null().cast(pa.string())
        asks = pa.array(np.full(len(ids), number))
        parts.append(pa.table({"parent_id": ids, "home": pa.array(shard_of(ids, shards)), SHARD: asks}))
    asked = pa.concat_tables(parts)
    return asked.filter(pc.not_equal(asked["home"], asked[SHARD]))


def _found(folder: Place, asked: pa.Table) -> pa.Table:
    """Return the rows of a shard that others ask for, once for each of them."""
    firms = (folder / "enterprises.parquet").read_table()
    place = pc.index_in(asked["parent_id"], value_set=firms["enterprise_id"].cast(pa.string()))
    there = pc.is_valid(place)
    return firms.take(place.filter(there)).append_column(SHARD, asked[SHARD].filter(there))


def finish(
    partial: Place,
    target: Place,
    written: list[dict[str, Any]],
    *,
    read_on: pd.Timestamp,
    simulated: bool,
    absent: Mapping[str, tuple[str, ...]],
) -> Shards:
    """Write the manifest and put a snapshot in its place.

    Parameters
    ----------
    partial, target : Place
        Where it was written, and where it shall be.
    written : list of dict
        Entries of the shards.
    read_on, simulated, absent
        As `oshrisk.registry.registry.Registry`.

    Returns
    -------
    Shards
        The snapshot.
    """
    facts = {
        "form": FORM,
        "read_on": f"{read_on:%Y-%m-%d}",
        "simulated": simulated,
        "absent": {name: list(columns) for name, columns in absent.items() if columns},
        "shards": written,
    }
    facts["snapshot"] = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    (partial / MANIFEST).write_json(facts)
    partial.move(target)
    return Shards(target, facts)


def shard_name(number: int) -> str:
    """Return the name of a shard's folder."""
    return f"shard-{number:04d}"


def _part(registry: Registry, numbers: NDArray[np.int64], shard: int) -> Registry:
    tables = {"enterprises": registry["enterprises"][numbers == shard]}
    tables |= {name: registry[name][numbers[registry.positions(name)] == shard] for name in HISTORY}
    return replace(registry, tables={name: tables[name] for name in TABLES})


def _write(file: Place, frame: pd.DataFrame) -> str:
    """Write a table; return the hash of the file."""
    file.write_table(pa.Table.from_pandas(frame.reset_index(drop=True), preserve_index=False))
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _first_known(part: Registry) -> dict[str, str | None]:
    """Return by table the first day on which it has a row that is known of an enterprise that is known."""
    founded = part["enterprises"]["founded_on"].fillna(pd.Timestamp("1900-01-01")).to_numpy("datetime64[s]")
    first: dict[str, Any] = {"enterprises": founded}
    for name in HISTORY:
        known = part[name]["known_on"].to_numpy("datetime64[s]")
        first[name] = np.maximum(known, founded[part.positions(name)])
    if len(part["findings"]):  # a finding is known with its inspection, if not later
        visits = pd.Series(first["inspections"], index=part["inspections"]["inspection_id"])
        of_visit = visits[~visits.index.duplicated()].reindex(part["findings"]["inspection_id"]).to_numpy()
        first["findings"] = np.maximum(first["findings"], of_visit)
    return {name: str(days.min())[:10] if len(days) else None for name, days in first.items()}
