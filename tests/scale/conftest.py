"""A small simulated province, its ranking as a whole, and the same registers as Parquet files."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest

from oshrisk import workflow
from oshrisk.report.ranking import ranking_table
from oshrisk.risk import load_table
from oshrisk.settings import Programme
from oshrisk.simulate import simulate

READ_ON = "2026-11-30"
COMMAND = [sys.executable, "-c", "from oshrisk.cli import main; main()", "--language", "en"]


@pytest.fixture(scope="session")
def registry():
    return simulate(250, seed=3, read_on=READ_ON).registry


@pytest.fixture(scope="session")
def expert():
    return load_table("dien-bien-expert")


def ranked_whole(registry, table, as_of=READ_ON):
    """The ranking by the functions that take a registry as a whole."""
    made = workflow.rank(registry, Programme(), pd.Timestamp(as_of), table)
    return ranking_table(made.known, made.features, made.assessment, made.table)


@pytest.fixture(scope="session")
def whole(registry, expert):
    return ranked_whole(registry, expert)


@pytest.fixture(scope="session")
def parquet(registry, tmp_path_factory):
    folder = tmp_path_factory.mktemp("registers") / "simulated"
    folder.mkdir()
    for name, rows in registry.items():
        rows.to_parquet(folder / f"{name}.parquet")
    return folder


def listed(made):
    """All parts of a ranked list as one frame."""
    parts = [(made.place / part["file"]).read_table().to_pandas() for part in made.facts["parts"]]
    return pd.concat(parts).set_index("enterprise_id")


def hashes(made):
    return [part["sha256"] for part in made.facts["parts"]]


def run(*arguments):
    """Run a command as its user would; it may have quarantined rows."""
    done = subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr  # 1: rows were quarantined
    return done
