from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES
from oshrisk.registry.read import read_registry
from oshrisk.registry.registry import conform
from oshrisk.registry.tables import TABLES
from oshrisk.simulate import simulate, write_parquet


def test_tables_come_back_as_they_were(tmp_path: Path) -> None:
    folder = write_parquet(tmp_path / "big_simulated", 10_500, seed=3, truth_folder=tmp_path / "truth_simulated")
    simulation = simulate(10_500, seed=3)
    assert {file.stem for file in folder.iterdir()} == set(TABLES)
    for name in TABLES:
        back = conform(pd.read_parquet(folder / f"{name}.parquet"), TABLES[name])  # Parquet has no whole seconds
        pd.testing.assert_frame_equal(back, simulation.registry[name])
        assert pq.read_schema(folder / f"{name}.parquet").metadata[b"oshrisk.simulated"] == b"true"
    truth = pd.read_parquet(tmp_path / "truth_simulated" / "truth.parquet").set_index("enterprise_id")
    pd.testing.assert_frame_equal(truth, simulation.truth)


def test_the_registry_reads_the_folder(tmp_path: Path) -> None:
    reading = read_registry(write_parquet(tmp_path / "simulated", 500, seed=3), read_on="2026-11-30")
    assert reading.registry.simulated
    assert reading.counts["quarantined"].sum() == 0
    for name, frame in simulate(500, seed=3).registry.items():
        expected = frame.drop(columns="sector_scheme") if name == "enterprises" else frame
        back = reading.registry[name][expected.columns]
        pd.testing.assert_frame_equal(back, expected)


def test_one_row_group_a_block(tmp_path: Path) -> None:
    folder = write_parquet(tmp_path / "simulated", 10_200, seed=3)
    assert pq.ParquetFile(folder / "enterprises.parquet").num_row_groups == 2


def test_the_name_must_say_simulated(tmp_path: Path) -> None:
    with pytest.raises(OshriskError) as failure:
        write_parquet(tmp_path / "province", 200)
    assert failure.value.code == "simulate.name_not_simulated"
    assert all("simulated" in failure.value.message(language) for language in LANGUAGES)
    assert not (tmp_path / "province").exists()


def test_the_truth_stands_apart(tmp_path: Path) -> None:
    with pytest.raises(OshriskError) as failure:
        write_parquet(tmp_path / "simulated", 200, truth_folder=tmp_path / "simulated")
    assert failure.value.code == "simulate.truth_beside_registers"
    assert all(failure.value.message(language) for language in LANGUAGES)
