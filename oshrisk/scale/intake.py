"""Registers of any size into a snapshot in shards: copied piece by piece, then checked shard by shard.

Copied rows lie in files of their own, sorted by shard, until all shards are checked: an interrupted run goes on with
the first piece that is not there. Every check looks at one enterprise or at the records of one, so a shard is checked
as the whole would be; only the ids of inspections must be of one enterprise each, which is checked over all shards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from oshrisk.errors import OshriskError
from oshrisk.registry.files import raw_of_arrow
from oshrisk.registry.raw import RawTable
from oshrisk.registry.read import read_opened, read_registry
from oshrisk.registry.source import Source
from oshrisk.registry.tables import TABLES
from oshrisk.registry.titles import find_columns
from oshrisk.scale.engine import Engine
from oshrisk.scale.feeds import Feed, feeds_of
from oshrisk.scale.pieces import SHARD, rows_of, write_piece
from oshrisk.scale.place import Place
from oshrisk.scale.progress import Progress, Watch, quiet
from oshrisk.scale.shards import Shards, finish, shard_name, shard_of, write_parents, write_shard, write_shards

PER_SHARD: Final = 25_000  # enterprises of a shard
ROW: Final = "__row"
_ENTRY: Final = "entry.json"


def unfinished(folder: str | Path) -> Place:
    """Return the folder beside a snapshot in which it is made."""
    return Place(f"{Place.of(folder).url}.partial")


def make_snapshot(
    source: str | Path,
    folder: str | Path,
    *,
    shards: int | None = None,
    read_on: pd.Timestamp | None = None,
    province_code: str = "dien_bien",
    engine: Engine | None = None,
    tell: Callable[[Progress], None] = quiet,
) -> tuple[Shards, int]:
    """Copy and check registers of any size.

    Parameters
    ----------
    source : str or Path
        A folder of Parquet files or a PostgreSQL address, which are copied piece by piece; any other source of
        `oshrisk.registry.read.read_registry` is read as a whole.
    folder : str or Path
        Where the snapshot will be, a path or an fsspec URL; what stands there is replaced when it is whole.
    shards : int, optional
        How many; by default one for `PER_SHARD` enterprises.
    read_on : Timestamp, optional
        Day of reading, today by default.
    province_code : str
        Province whose communes are known.
    engine : Engine, optional
        Where shards are checked; by default in this process.
    tell : callable, optional
        Is told of the progress.

    Returns
    -------
    shards : Shards
        The snapshot.
    quarantined : int
        Rows that were quarantined; why, is in the folder ``quarantine`` of the snapshot.

    Raises
    ------
    OshriskError
        If the source cannot be read, has no enterprises, is changed meanwhile, or has one inspection id for several
        enterprises.
    """
    feeds = feeds_of(source)
    target, partial = Place.of(folder), unfinished(folder)
    if feeds is None:
        reading = read_registry(source, read_on=read_on, province_code=province_code)
        many = shards or -(-len(reading.registry["enterprises"]) // PER_SHARD) or 1
        return write_shards(folder, reading.registry, many), int(reading.counts["quarantined"].sum())
    of_table = {feed.table: feed for feed in feeds}
    if "enterprises" not in of_table:
        raise OshriskError("scale.no_table", source=str(source).rsplit("@", maxsplit=1)[-1])
    many = shards or -(-of_table["enterprises"].rows // PER_SHARD) or 1
    today = (pd.Timestamp.today() if read_on is None else read_on).normalize().as_unit("s")
    raw = partial / "raw"
    with raw.swept():
        rows = _stage([of_table[name] for name in TABLES if name in of_table], raw, many, tell)
    simulated = any(feed.simulated for feed in feeds)
    tables = {name: feed.name for name, feed in of_table.items()}
    tasks = [(partial, number, tables, today, (province_code, simulated)) for number in range(many)]
    run = engine or Engine()
    with _swept(partial, many), run.started():
        checked = run.run(
            check_shard, tasks, rows=[rows // many] * many, watch=Watch(tell, "check", rows // many * many)
        )
    written = [entry for entry, _ in checked]
    absent = {name: tuple(columns) for name, columns in checked[0][1].items()}
    watch = Watch(tell, "parents", len(written))
    write_parents(partial, written)
    watch.done(len(written))
    (partial / "raw").remove()
    for number in range(many):
        (partial / shard_name(number) / _ENTRY).remove()
    quarantined = sum(entry.pop("quarantined") for entry in written)
    return finish(partial, target, written, read_on=today, simulated=simulated, absent=absent), quarantined


@contextmanager
def _swept(partial: Place, shards: int) -> Iterator[None]:
    with ExitStack() as stack:
        for number in range(shards):
            stack.enter_context((partial / shard_name(number)).swept())
        yield


def _stage(feeds: list[Feed], raw: Place, shards: int, tell: Callable[[Progress], None]) -> int:
    """Copy all tables, sorted by shard; return their rows."""
    done = {name.removesuffix(".json"): (raw / name).read_json() for name in raw.names() if name.endswith(".json")}
    watch = Watch(tell, "stage", sum(feed.rows for feed in feeds), kept=sum(done.values()))
    total = 0
    for feed in feeds:
        owners = _owners(raw) if feed.table == "findings" else None
        rows = 0
        for number, unit in enumerate(feed.units):
            name = f"{feed.table}-{number:05d}"
            if name not in done:
                done[name] = 0
                for piece, data in enumerate(unit()):
                    file = raw / f"{name}-{piece:05d}.parquet"
                    write_piece(file, _numbered(feed.table, data, rows + done[name], shards, owners), ROW)
                    done[name] += data.num_rows
                    watch.done(data.num_rows)
                (raw / f"{name}.json").write_json(done[name])
            rows += done[name]
        now = feed.count()
        if now != rows:
            raise OshriskError("scale.changed", table=feed.name, now=now, copied=rows, folder=raw.url)
        total += rows
    return total


def _numbered(
    table: str, data: pa.Table, before: int, shards: int, owners: tuple[NDArray[np.int64], NDArray[np.int64]] | None
) -> pa.Table:
    """Add shard and row number."""
    key = "inspection_id" if table == "findings" else "enterprise_id"
    column = find_columns(table, data.column_names).get(key)
    if column is None:
        shard = np.zeros(data.num_rows, dtype=np.int64)  # the check will say what is missing
    elif owners is None:
        shard = shard_of(pc.utf8_trim_whitespace(data.column(column).cast(pa.string())), shards)
    else:
        names, of_name = owners
        sought = _hashes(data.column(column))
        place = np.minimum(np.searchsorted(names, sought), max(len(names) - 1, 0))
        shard = (
            np.where(names[place] == sought, of_name[place], 0) if len(names) else np.zeros(len(sought), dtype=np.int64)
        )
    row = before + 1 + np.arange(data.num_rows, dtype=np.int64)
    return data.append_column(SHARD, pa.array(shard)).append_column(ROW, pa.array(row))


def _owners(raw: Place) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the hashes of all inspections, sorted, and the shard of each: eight bytes and eight an inspection."""
    names, of_name = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for file in raw.names():
        if file.startswith("inspections-") and file.endswith(".parquet"):
            system, path = (raw / file).system()
            with system.open_input_file(path) as opened:
                headers = pq.ParquetFile(opened).schema_arrow.names
            column = find_columns("inspections", headers).get("inspection_id")
            if column is not None:
                rows = (raw / file).read_table([headers[column], SHARD])
                names.append(_hashes(rows[headers[column]]))
                of_name.append(rows[SHARD].to_numpy())
    every, owner = np.concatenate(names), np.concatenate(of_name)
    order = np.lexsort((owner, every))
    every, owner = every[order], owner[order]
    torn = int(((every[1:] == every[:-1]) & (owner[1:] != owner[:-1])).sum())
    if torn:
        raise OshriskError("scale.torn_inspections", count=torn)
    return every, owner


def _hashes(ids: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return 64 bits of each id: of two million, two are taken for one with a chance of one in ten million."""
    coded = pc.utf8_trim_whitespace(ids.cast(pa.string())).dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    digests = b"".join(blake2b((name or "").encode(), digest_size=8).digest() for name in coded.dictionary.to_pylist())
    both = np.frombuffer(digests, dtype=np.int64)
    codes = pc.fill_null(coded.indices, 0).to_numpy(zero_copy_only=False)
    return both[codes] if len(both) else np.zeros(len(ids), dtype=np.int64)


def check_shard(
    partial: Place, number: int, tables: dict[str, str], today: pd.Timestamp, known: tuple[str, bool]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Check the rows of a shard and write what is accepted; return its entry and the columns that are not there.

    `known` is what all shards have in common: the province, and whether the data is simulated.
    """
    kept = partial / shard_name(number) / _ENTRY
    if not kept.exists():
        province_code, simulated = known
        opened = Source(simulated=simulated)
        for table, name in tables.items():
            opened.take(table, name, _reader(partial / "raw", number, name))
        reading = read_opened(opened, today, source=partial.name, province_code=province_code)
        entry = write_shard(partial, number, reading.registry)
        if len(reading.quarantine):
            file = partial / "quarantine" / f"{shard_name(number)}.parquet"
            file.write_table(pa.Table.from_pandas(reading.quarantine.astype("str"), preserve_index=False))
        entry["quarantined"] = int(reading.counts["quarantined"].sum())
        absent = {name: list(columns) for name, columns in reading.registry.absent.items()}
        kept.write_json({"entry": entry, "absent": absent})
    facts = kept.read_json()
    return facts["entry"], facts["absent"]


def _reader(raw: Place, number: int, name: str) -> Callable[[str], RawTable]:
    def read(table: str) -> RawTable:
        files = [file for file in raw.names() if file.startswith(f"{table}-") and file.endswith(".parquet")]
        rows = rows_of([raw / file for file in files], number).sort_by(ROW)
        return raw_of_arrow(table, name, rows.drop_columns([SHARD, ROW]), rows[ROW].to_numpy())

    return read
