"""Where registers of any size come from, piece by piece: a folder of Parquet files, or PostgreSQL by COPY."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from oshrisk.errors import OshriskError
from oshrisk.registry.files import PARQUET
from oshrisk.registry.read import is_simulated
from oshrisk.registry.titles import find_table

PIECE: Final = 1_000_000  # rows that are held at once, about: each shard opens every piece, so few must do
_POSTGRESQL: Final = ("postgresql://", "postgresql+psycopg://")
# What COPY writes of each type; everything else is text, which the checks read.
_TYPES: Final = {
    **dict.fromkeys(("smallint", "integer", "bigint", "real", "double precision", "numeric"), pa.float64()),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}


@dataclass(frozen=True)
class Feed:
    """One table of a source.

    Parameters
    ----------
    table : str
        Table of the registry.
    name : str
        File or database table that holds it.
    rows : int
        Rows.
    units : tuple of callable
        Each reads some of the rows, piece by piece, always the same ones: where copying is interrupted, it goes on
        with the first unit that is not done.
    count : callable
        Counts the rows again.
    simulated : bool
        Whether the source says that its data is simulated.
    """

    table: str
    name: str
    rows: int
    units: tuple[Callable[[], Iterator[pa.Table]], ...]
    count: Callable[[], int]
    simulated: bool


def feeds_of(source: str | Path) -> list[Feed] | None:
    """Look what tables a large source has.

    Parameters
    ----------
    source : str or Path
        A folder of Parquet files, or the address of a PostgreSQL database.

    Returns
    -------
    list of Feed or None
        Its tables; None for a source of another kind, which is read as a whole.

    Raises
    ------
    OshriskError
        If the database does not answer.
    """
    text = str(source)
    if text.startswith(_POSTGRESQL):
        return _postgresql(text.replace("+psycopg", "", 1))
    if "://" in text or not Path(text).is_dir():
        return None
    files = [file for file in sorted(Path(text).iterdir()) if file.suffix.lower() in PARQUET]
    named = [(find_table(file.stem), file) for file in files]
    return [_parquet(table, file, is_simulated(text)) for table, file in named if table] or None


def _parquet(table: str, file: Path, simulated: bool) -> Feed:
    facts = pq.read_metadata(file)
    marked = (facts.metadata or {}).get(b"oshrisk.simulated") == b"true"
    sizes = [facts.row_group(group).num_rows for group in range(facts.num_row_groups)]
    units = tuple(partial(_row_groups, file, groups) for groups in _together(sizes))
    return Feed(
        table, file.name, facts.num_rows, units, lambda: int(pq.read_metadata(file).num_rows), simulated or marked
    )


def _together(sizes: list[int]) -> Iterator[list[int]]:
    """Put neighbouring row groups together until they are a piece."""
    held: list[int] = []
    for group, size in enumerate(sizes):
        if held and sum(sizes[one] for one in held) + size > PIECE:
            yield held
            held = []
        held.append(group)
    if held:
        yield held


def _row_groups(file: Path, groups: list[int]) -> Iterator[pa.Table]:
    with pq.ParquetFile(file) as opened:
        yield from _joined(opened.iter_batches(batch_size=PIECE, row_groups=groups), opened.schema_arrow)


def _joined(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Put batches, which end with their row group or block, together to pieces; at least one."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(part.num_rows for part in held) >= PIECE:
            yield pa.Table.from_batches(held)
            held = []
    yield pa.Table.from_batches(held, schema)


def _postgresql(url: str) -> list[Feed]:
    with closing(_connect(url)) as connection:
        found = connection.execute(
            "SELECT c.oid, n.nspname, c.relname, c.relkind IN ('r', 'm'), pg_relation_size(c.oid)"
            " / current_setting('block_size')::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname = ANY (current_schemas(false))"
            " ORDER BY c.relname"
        ).fetchall()
        feeds = []
        for oid, schema, name, stored, pages in found:
            if (table := find_table(name)) is None:
                continue
            rows = _count(connection, schema, name)
            kinds = connection.execute(
                "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
                " WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                (oid,),
            ).fetchall()
            types = {column: _TYPES.get(kind, pa.string()) for column, kind in kinds}
            step = max(int(pages * PIECE / max(rows, 1)), 1)
            ranges = [(start, start + step) for start in range(0, max(pages, 1), step)] if stored else [None]
            units = tuple(partial(_copied, url, schema, name, types, pages=some) for some in ranges)
            feeds.append(Feed(table, name, rows, units, partial(_recount, url, schema, name), is_simulated(url)))
    return feeds


def _copied(
    url: str, schema: str, name: str, types: dict[str, pa.DataType], *, pages: tuple[int, int] | None
) -> Iterator[pa.Table]:
    """Copy the rows of some pages of a table, or all rows of a view."""
    from psycopg import sql  # noqa: PLC0415  # an optional extra

    columns = sql.SQL(", ").join(map(sql.Identifier, types))
    select = sql.SQL("SELECT {} FROM {}").format(columns, sql.Identifier(schema, name))
    if pages is not None:
        first, end = (sql.Literal(f"({page},0)") for page in pages)
        select += sql.SQL(" WHERE ctid >= {}::tid AND ctid < {}::tid").format(first, end)
    convert = csv.ConvertOptions(
        column_types=types,
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        true_values=["t"],
        false_values=["f"],
    )
    query = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER true)").format(select)
    with closing(_connect(url)) as connection, connection.cursor() as cursor, cursor.copy(query) as copy:
        yield from _pieces(_Bytes(iter(copy)), convert)


def _pieces(stream: _Bytes, convert: csv.ConvertOptions) -> Iterator[pa.Table]:
    reader = csv.open_csv(
        pa.PythonFile(stream, mode="r"),
        csv.ReadOptions(use_threads=False, block_size=1 << 24),
        csv.ParseOptions(newlines_in_values=True),
        convert,
    )
    yield from _joined(reader, reader.schema)


class _Bytes:
    """What COPY sends, as a file to read."""

    closed = False

    def __init__(self, chunks: Iterator[Any]) -> None:
        self._chunks, self._rest = chunks, b""

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes; none at the end."""
        parts, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            chunk = bytes(next(self._chunks, b""))
            if not chunk:
                break
            parts.append(chunk)
            length += len(chunk)
        whole = b"".join(parts)
        end = len(whole) if size < 0 else size
        self._rest = whole[end:]
        return whole[:end]

    def close(self) -> None:
        """Do nothing: the connection is closed by whoever opened it."""


def _connect(url: str) -> Any:
    import psycopg  # noqa: PLC0415  # an optional extra

    try:
        connection = psycopg.connect(url)
    except psycopg.Error as error:
        shown = url.rsplit("@", maxsplit=1)[-1]
        raise OshriskError("registry.bad_database", source=shown, problem=type(error).__name__) from error
    connection.read_only = True
    return connection


def _count(connection: Any, schema: str, name: str) -> int:
    from psycopg import sql  # noqa: PLC0415  # an optional extra

    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name))
    return cast(int, connection.execute(query).fetchone()[0])


def _recount(url: str, schema: str, name: str) -> int:
    with closing(_connect(url)) as connection:
        return _count(connection, schema, name)
