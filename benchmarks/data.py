"""Where the benchmarks find their data, which is no part of the project."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

SETTING = "OSHRISK_BENCH_DATA"
DEFAULT = "../shared/data"


def find(names: Iterable[str]) -> list[Path] | None:
    """Return the paths of data files; where one is missing, say which on standard error and return None."""
    folder = Path(os.environ.get(SETTING, DEFAULT))
    paths = [folder / name for name in names]
    missing = [path.name for path in paths if not path.exists()]
    if missing:
        listed = ", ".join(missing)
        print(f"missing in {folder}: {listed}\nSet {SETTING} to the folder that holds {listed}.", file=sys.stderr)
        return None
    return paths
