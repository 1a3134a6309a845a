"""Rows of many shards in one file: sorted by shard and written once, so that each shard reads its own alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from oshrisk.scale.place import Place

SHARD: Final = "__shard"


def write_piece(file: Place, rows: pa.Table, *then_by: str) -> None:
    """Write rows in the order of their shards, a row group a shard.

    Parameters
    ----------
    file : Place
        The file.
    rows : Table
        With the number of the shard in the column `SHARD`.
    *then_by : str
        Columns that rows of one shard are in the order of.
    """
    rows = rows.sort_by([(name, "ascending") for name in (SHARD, *then_by)])
    shard = rows[SHARD].to_numpy()
    starts = np.flatnonzero(np.r_[True, shard[1:] != shard[:-1]][: len(shard)])
    with (
        file.whole() as opened,
        pq.ParquetWriter(opened, rows.schema, compression="lz4", write_statistics=[SHARD]) as writer,
    ):
        for start, end in zip(starts, np.append(starts, len(shard))[1:], strict=True):
            writer.write_table(rows.slice(start, end - start))


def rows_of(files: Iterable[Place], number: int) -> pa.Table:
    """Read the rows of one shard from pieces.

    Parameters
    ----------
    files : iterable of Place
        Pieces of the same columns; one at least.
    number : int
        The shard.

    Returns
    -------
    Table
        Its rows, in the order of the pieces, with the column `SHARD`.
    """
    return pa.concat_tables([_of_shard(file, number) for file in files])


def _of_shard(file: Place, number: int) -> pa.Table:
    system, path = file.system()
    with system.open_input_file(path) as opened:
        parquet = pq.ParquetFile(opened)
        column = parquet.schema_arrow.get_field_index(SHARD)
        groups = range(parquet.num_row_groups)  # one a shard, in their order

        def shard(group: int) -> int:
            return int(parquet.metadata.row_group(group).column(column).statistics.min)

        place = bisect_left(groups, number, key=shard)
        mine = [place] if place < len(groups) and shard(place) == number else []
        return parquet.read_row_groups(mine, use_threads=False)
