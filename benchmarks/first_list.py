"""Time and peak memory of every stage from Parquet to an Excel-ready list.

    python benchmarks/first_list.py [--sizes 2000 200000] [--seed 1]

Simulates the enterprises with five years of history, then runs every size in a process of its own, so that the
peak memory is that of the size alone. The baseline of the ratio is reading the same Parquet files with pandas and
doing nothing else, measured in the same process before the first stage.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

READ_ON = "2026-11-30"


def run(folder: Path, output: Path) -> None:
    """Print one line a stage: seconds, ratio to the baseline, peak memory so far."""
    import pandas as pd

    clock = _Clock()
    for file in sorted(folder.glob("*.parquet")):
        pd.read_parquet(file)
    clock.stage("baseline: read the files, no more", baseline=True)

    from oshrisk.features import build_features, records
    from oshrisk.planning import Quarter, make_plan
    from oshrisk.registry.read import read_registry
    from oshrisk.report import ListInputs, write_workbook
    from oshrisk.report.ranking import ranking_table
    from oshrisk.risk import assess, load_table, reasons, top_reasons
    from oshrisk.settings import Programme

    clock.stage("import")
    reading = read_registry(str(folder), read_on=READ_ON)
    clock.stage("read and check")
    known = reading.registry.known(READ_ON)
    features = build_features(known, READ_ON)
    clock.stage("features")
    table = load_table("dien-bien-expert")
    assessment = assess(features, table)
    clock.stage("assess")
    plan = make_plan(known, features, assessment, Programme(), Quarter(2027, 1))
    clock.stage("plan")
    ranking_table(known, features, assessment, table, "vi").to_csv(output / "ranking-simulated.csv")
    clock.stage("ranking with three reasons each, as CSV")
    ids, programme = plan.visits.index, Programme()
    inputs = ListInputs(
        plan=plan,
        features=features,
        assessment=assessment,
        reasons=reasons(features, table, ids),
        main_reasons=top_reasons(features.loc[ids], table),
        records=records(known, ids),
        registry=known,
        table=table,
        programme=programme,
        manifest={},
    )
    write_workbook(output / "list-simulated.xlsx", inputs)
    clock.stage("workbook of the quarter's list")
    print(
        f"{len(features):,} enterprises, {sum(map(len, reading.registry.values())):,} rows, {len(plan.visits)} visits"
    )
    clock.total()


class _Clock:
    """Prints what each stage took."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._baseline = 0.0
        self._sum = 0.0

    def stage(self, name: str, *, baseline: bool = False) -> None:
        seconds = time.perf_counter() - self._start
        if baseline:
            self._baseline = seconds
        else:
            self._sum += seconds
        self._line(name, seconds)
        self._start = time.perf_counter()

    def total(self) -> None:
        self._line("total", self._sum)

    def _line(self, name: str, seconds: float) -> None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"  {name:<42} {seconds:7.2f} s  {seconds / self._baseline:7.1f} x baseline  peak {peak:5.2f} GB")


def main() -> None:
    """Simulate and run each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[2_000, 200_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.folder:
        with tempfile.TemporaryDirectory() as output:
            run(arguments.folder, Path(output))
        return
    from oshrisk.simulate import write_parquet

    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "simulated"
            write_parquet(place, size, seed=arguments.seed, read_on=READ_ON)
            print(f"{size:,} simulated enterprises", flush=True)
            subprocess.run([sys.executable, __file__, "--folder", str(place)], check=True)


if __name__ == "__main__":
    main()
