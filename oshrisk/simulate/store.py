"""Simulated registers of any size as Parquet, written block by block so that memory stays flat."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from oshrisk.registry.tables import TABLES
from oshrisk.simulate.naming import check_name
from oshrisk.simulate.province import simulate_blocks

NOTE = {b"oshrisk.simulated": b"true"}


class _Writers:
    """One Parquet file a table, opened with its first block; a row group a block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> _Writers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self.open.values():
            writer.close()

    def write(self, tables: Mapping[str, pd.DataFrame]) -> None:
        for name, frame in tables.items():
            rows = pa.Table.from_pandas(frame, preserve_index=False)
            if name not in self.open:
                schema = rows.schema.with_metadata({**(rows.schema.metadata or {}), **NOTE})
                self.open[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", schema, compression="zstd")
            self.open[name].write_table(rows.cast(self.open[name].schema))


def write_parquet(
    folder: str | Path,
    n: int | None = None,
    *,
    seed: int = 1,
    read_on: str = "2026-11-30",
    years: int = 5,
    history_per_enterprise: float | None = None,
    shard: int = 0,
    shards: int = 1,
    truth_folder: str | Path | None = None,
) -> Path:
    """Write simulated registers into a folder, one Parquet file a table.

    Parameters
    ----------
    folder : str or Path
        Folder whose name contains "simulated"; made if it is not there. ``pandas.read_parquet`` reads each file,
        and the registry's reader the folder; each file carries the note ``oshrisk.simulated``.
    n, seed, read_on, years, history_per_enterprise, shard, shards
        As in `oshrisk.simulate.simulate_blocks`. Shards go to folders of their own.
    truth_folder : str or Path, optional
        Where to write ``truth.parquet`` and ``truth_accidents.parquet``; by default nowhere.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OshriskError
        If the folder's name does not say "simulated", or the truth would stand beside the registers.
    """
    target = check_name(Path(folder))
    target.mkdir(parents=True, exist_ok=True)
    blocks = simulate_blocks(
        n,
        seed=seed,
        read_on=read_on,
        years=years,
        history_per_enterprise=history_per_enterprise,
        shard=shard,
        shards=shards,
    )
    if truth_folder is None:
        with _Writers(target) as registers:
            for block in blocks:
                registers.write({name: block.registry[name] for name in TABLES})
        return target
    truth = check_name(Path(truth_folder), apart_from=target)
    truth.mkdir(parents=True, exist_ok=True)
    with _Writers(target) as registers, _Writers(truth) as truths:
        for block in blocks:
            registers.write({name: block.registry[name] for name in TABLES})
            truths.write({"truth": block.truth.reset_index(), "truth_accidents": block.truth_accidents})
    return target
