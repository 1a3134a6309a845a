"""From a province to a country: time, processor time and memory of everything that has to be large.

    python benchmarks/scale.py [--sizes 10000 100000 1000000] [--folder FOLDER] [--only rank slope …] [--picture FILE]

Simulates enterprises with ten rows of history each (once, into the folder), cuts them into a snapshot in shards, and
measures every command in processes of its own: seconds by the clock, seconds of processor time of all processes
together, and the largest sum of their memory (proportional set size, sampled every 0.1 s). Needs the extras ``scale``
and ``learn``; ``postgresql`` and a database named by ``OSHRISK_BENCH_POSTGRESQL`` to read the same registers from
there. On a machine that others use at the same time, processor time says more than the clock.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

READ_ON = "2026-11-30"
OSHRISK = [sys.executable, "-c", "from oshrisk.cli import main; main()", "--language", "en"]
JOBS = 2
POSTGRESQL = "OSHRISK_BENCH_POSTGRESQL"  # address of a database that the registers may be put into


@dataclass(frozen=True)
class Measure:
    """Seconds by the clock and of the processors, and gigabytes."""

    clock: float
    processor: float
    memory: float

    def __str__(self) -> str:
        return f"{self.clock:8.1f} s  {self.processor:8.1f} s CPU  {self.memory:6.2f} GB"


def measured(command: list[str], **environment: str) -> Measure:
    """Run a command and measure all its processes."""
    peak = [0.0]
    start = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1", **environment}, **quiet)
    threading.Thread(target=_watch, args=(process.pid, peak), daemon=True).start()
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    clock = time.perf_counter() - start
    if process.returncode not in (0, 1):  # 1: rows were quarantined
        raise SystemExit(f"{' '.join(command)}\n{told}")
    return Measure(clock, usage.ru_utime + usage.ru_stime, peak[0])


def _watch(pid: int, peak: list[float]) -> None:
    while memory := sum(map(_memory, [pid, *_descendants(pid)])):
        peak[0] = max(peak[0], memory)
        time.sleep(0.1)


def _descendants(pid: int) -> list[int]:
    mine = []
    with suppress(OSError):
        for of_thread in Path(f"/proc/{pid}/task").glob("*/children"):  # any thread may have started it
            mine += [int(number) for number in of_thread.read_text().split()]
    return mine + [other for child in mine for other in _descendants(child)]


def _memory(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 2**20 for line in lines if line.startswith("Pss:")), 0.0)


def registers(folder: Path, size: int) -> Path:
    """Simulate registers, and cut them into a snapshot in shards; both once."""
    from oshrisk.simulate import write_parquet

    raw, snapshot = folder / f"simulated-{size}", folder / f"snapshot-simulated-{size}"
    if not snapshot.exists():
        if not raw.exists():
            write_parquet(raw, size, read_on=READ_ON, history_per_enterprise=10.0)
        told = measured([*OSHRISK, "snapshot", str(raw), str(snapshot), "--read-on", READ_ON, "--jobs", str(JOBS)])
        print(f"{size:>10,} enterprises: Parquet files copied and checked into a snapshot   {told}", flush=True)
    return snapshot


def rank(snapshot: Path, *options: str) -> Measure:
    with tempfile.TemporaryDirectory(dir=snapshot.parent) as output:
        return measured([*OSHRISK, "rank", str(snapshot), "--output", f"{output}/list-simulated", *options])


def baseline(snapshot: Path) -> Measure:
    """Measure, in a process of its own, reading the same files and predicting with a plain gradient boosting."""
    return measured([sys.executable, __file__, "--baseline", str(snapshot)], OMP_NUM_THREADS=str(JOBS))


def _baseline(snapshot: Path) -> None:
    import numpy as np
    import pandas as pd
    from sklearn.ensemble import HistGradientBoostingRegressor

    start, count = _now(), 0
    for file in sorted(snapshot.glob("shard-*/*.parquet")):
        rows = pd.read_parquet(file)
        count += len(rows) if file.stem == "enterprises" else 0
    read = [after - before for before, after in zip(start, _now(), strict=True)]
    draw = np.random.default_rng(1)
    columns = draw.normal(size=(count, 40)).astype(np.float32)
    some = slice(0, 20_000)
    model = HistGradientBoostingRegressor().fit(columns[some], columns[some].sum(axis=1))
    start = _now()
    model.predict(columns)
    facts = {"read": read, "predict": [after - before for before, after in zip(start, _now(), strict=True)]}
    (snapshot.parent / "baseline.json").write_text(json.dumps(facts))


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def whole(folder: Path, size: int) -> None:
    """Rank the largest, beside reading the same files and plain gradient boosting."""
    snapshot = registers(folder, size)
    baseline(snapshot)
    plain = json.loads((folder / "baseline.json").read_text())
    made = rank(snapshot, "--jobs", str(JOBS))
    print(
        f"{size:>10,} from Parquet to the ranked list with reasons, {JOBS} processes      {made}   (target 60 s, 4 GB)"
    )
    for place, (name, own) in enumerate((("clock", made.clock), ("processor", made.processor))):
        read, predict = plain["read"][place], plain["predict"][place]
        print(
            f"{'':>10} {name}: reading the same files {read:.1f} s + boosting {predict:.1f} s:"
            f" {own / (read + predict):.2f} times that (target 3)",
            flush=True,
        )


def slope(folder: Path, sizes: list[int], picture: Path | None) -> None:
    """Say how time and memory grow with the number of enterprises."""
    found = {size: rank(registers(folder, size), "--jobs", str(JOBS)) for size in sizes}
    for size, made in found.items():
        print(f"{size:>10,} ranked                                                        {made}")
    least, most = min(found), max(found)
    for name in ("clock", "processor"):
        grown = getattr(found[most], name) / getattr(found[least], name)
        print(f"{'':>10} slope of {name} time {math.log(grown) / math.log(most / least):.3f} (target 1.05)", flush=True)
    if picture is not None:
        draw(found, picture)


def draw(found: dict[int, Measure], picture: Path) -> None:
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    sizes = list(found)
    left.loglog(sizes, [made.clock for made in found.values()], "o-", label="clock")
    left.loglog(sizes, [made.processor for made in found.values()], "s--", label="processor time")
    left.set(xlabel="enterprises (simulated)", ylabel="seconds", title=f"Parquet to ranked list, {JOBS} processes")
    left.legend()
    right.semilogx(sizes, [made.memory for made in found.values()], "o-")
    right.set(xlabel="enterprises (simulated)", ylabel="GB", title="peak memory of all processes", ylim=(0, None))
    for axes in (left, right):
        axes.grid(visible=True, alpha=0.3)
    figure.savefig(picture, dpi=110)


def dask(folder: Path, size: int) -> None:
    """Compare one Dask worker with two, in turn; the medians say how much faster two are."""
    found: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(3):
        for workers, clocks in found.items():
            made = _on_cluster(folder, size, workers)
            clocks.append(made.clock)
            print(
                f"{size:>10,} on {workers} Dask worker(s)                                           {made}", flush=True
            )
    one, two = (statistics.median(clocks) for clocks in found.values())
    print(f"{'':>10} two are {one / two:.2f} times as fast (target 1.7)", flush=True)


def _on_cluster(folder: Path, size: int, workers: int) -> Measure:
    with ExitStack() as stack:
        file = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "scheduler.json"
        common = ["--scheduler-file", str(file), "--no-dashboard"]
        starts = [["scheduler", "--host", "127.0.0.1", "--port", "0", *common]]
        starts += [["worker", "--nthreads", "1", "--no-nanny", *common]] * workers
        for program, *options in starts:
            command = [sys.executable, "-m", f"distributed.cli.dask_{program}", *options]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            process = subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"}, **quiet)
            stack.callback(process.wait)
            stack.callback(process.kill)
        while not file.exists():
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        options = ["--backend", "dask", "--scheduler", address]
        rank(registers(folder, 10_000), *options)  # workers import everything first
        return rank(registers(folder, size), *options)


def reasons(folder: Path, size: int) -> None:
    """Give reasons for everybody: from features to three reasons in words, shard by shard in one process."""
    import pandas as pd

    from oshrisk.features import build_features
    from oshrisk.risk import load_table, top_reasons
    from oshrisk.scale.shards import open_shards

    shards, table, clock, processor, people = open_shards(registers(folder, size)), load_table(), 0.0, 0.0, 0
    for number in range(shards.count):
        known, own = shards.read(number, pd.Timestamp(READ_ON))
        features = build_features(known, READ_ON).iloc[:own]
        begun = time.perf_counter(), time.process_time()
        top_reasons(features, table)
        clock, processor = clock + time.perf_counter() - begun[0], processor + time.process_time() - begun[1]
        people += own
    print(
        f"{people:>10,} given three reasons each            {clock:8.1f} s  {processor:8.1f} s CPU   (target 10 s)",
        flush=True,
    )


def excel(folder: Path, rows: int = 100_000) -> None:
    """Check a large workbook with one bad row in a hundred."""
    import xlsxwriter

    from oshrisk.simulate import simulate

    firms = simulate(rows, read_on=READ_ON).registry["enterprises"].head(rows)
    file = folder / "registers-simulated.xlsx"
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("enterprises")
        names = ["enterprise_id", "name", "sector_scheme", "sector_code", "commune_code", "workers"]
        sheet.write_row(0, 0, names)
        for number, row in enumerate(firms[names].astype("object").fillna("").itertuples(index=False), start=1):
            sheet.write_row(number, 0, [*row[:-1], "12 người" if number % 100 == 0 else row[-1]])
    made = measured([*OSHRISK, "check", str(file), "--report", str(folder / "bad-simulated.xlsx")])
    print(
        f"{rows:>10,} rows of Excel, 1 % bad, to the report of quarantined rows       {made}   (target 30 s)",
        flush=True,
    )


def postgresql(folder: Path, size: int) -> None:
    """Put the registers into a PostgreSQL database (not measured), and make a snapshot of them in shards."""
    url = os.environ.get(POSTGRESQL)
    if not url:
        print(f"{'':>10} PostgreSQL is not measured: {POSTGRESQL} names no empty database", flush=True)
        return
    registers(folder, size)
    load(url, folder / f"simulated-{size}")
    with tempfile.TemporaryDirectory(dir=folder) as output:
        options = [f"{output}/snapshot-simulated", "--read-on", READ_ON, "--jobs", str(JOBS)]
        made = measured([*OSHRISK, "snapshot", url, *options])
    print(f"{size:>10,} enterprises: PostgreSQL copied and checked into a snapshot       {made}", flush=True)


def load(url: str, raw: Path) -> None:
    """Copy Parquet files into tables of the same names."""
    import psycopg
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet as pq
    from psycopg import sql

    kinds = {pa.float64(): "double precision", pa.bool_(): "boolean", pa.int16(): "smallint", pa.int64(): "bigint"}
    with psycopg.connect(url) as connection:
        for file in sorted(raw.glob("*.parquet")):
            schema, name = pq.read_schema(file), sql.Identifier(file.stem)
            types = ["date" if pa.types.is_temporal(field.type) else kinds.get(field.type, "text") for field in schema]
            columns = [
                sql.SQL("{} " + kind).format(sql.Identifier(n)) for n, kind in zip(schema.names, types, strict=True)
            ]
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
            connection.execute(sql.SQL("CREATE TABLE {} ({})").format(name, sql.SQL(", ").join(columns)))
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(name)) as copy:
                for batch in pq.ParquetFile(file).iter_batches():
                    sink = pa.BufferOutputStream()
                    pyarrow.csv.write_csv(batch, sink, pyarrow.csv.WriteOptions(include_header=False))
                    copy.write(sink.getvalue().to_pybytes())


def start_up(folder: Path) -> None:
    """Start: import, help, and the quarter's list of the demo province; the best of three."""
    demo = folder / "demo"
    if not demo.exists():
        measured([*OSHRISK, "demo", "--folder", str(demo)])
    for name, command, target in (
        ("import oshrisk", [sys.executable, "-c", "import oshrisk"], 0.5),
        ("oshrisk --help", [*OSHRISK, "--help"], 0.7),
        ("oshrisk plan on the demo province", [*OSHRISK, "plan", "2027Q1", "--folder", str(demo)], 5),
    ):
        best = min((measured(command) for _ in range(3)), key=lambda made: made.clock)
        print(f"{'':>10} {name:<40} {best.clock:6.2f} s  {best.processor:6.2f} s CPU   (target {target} s)", flush=True)


def main() -> None:
    """Measure everything, or some of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, help="kept; by default a temporary one")
    parser.add_argument(
        "--only", nargs="+", choices=["whole", "slope", "dask", "reasons", "excel", "start", "postgresql"]
    )
    parser.add_argument("--picture", type=Path, default=Path("scale-simulated.png"))
    parser.add_argument("--baseline", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.baseline:
        _baseline(arguments.baseline)
        return
    folder = Path(tempfile.mkdtemp()) if arguments.folder is None else arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    million = 1_000_000 if 1_000_000 in arguments.sizes else max(arguments.sizes)
    steps: dict[str, Callable[[], None]] = {
        "start": lambda: start_up(folder),
        "excel": lambda: excel(folder),
        "slope": lambda: slope(folder, arguments.sizes, arguments.picture),
        "whole": lambda: whole(folder, million),
        "reasons": lambda: reasons(folder, million),
        "postgresql": lambda: postgresql(folder, million),
        "dask": lambda: dask(folder, million),
    }
    for name, step in steps.items():
        if arguments.only is None or name in arguments.only:
            step()
    if arguments.folder is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
