"""Snapshots: equal content has an equal hash, and nothing else is accepted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from oshrisk.errors import OshriskError
from oshrisk.registry.read import read_registry
from oshrisk.registry.registry import Registry, registry_of
from oshrisk.registry.snapshot import MANIFEST, read_snapshot, snapshot_hash, write_snapshot
from oshrisk.registry.tables import TABLES

IDS = ["0101234567", "5600000002", "5600000003"]


def _registry(**changes: object) -> Registry:
    firms = pd.DataFrame(
        {
            "enterprise_id": IDS,
            "name": ["Mỏ đá A", "Xưởng B", "C"],
            "workers": [3.0, np.nan, -0.0],
            "legal_form": ["limited", None, "site"],
        }
    )
    reports = pd.DataFrame(
        {"enterprise_id": IDS, "period": "2026H1", "reported_zero": pd.array([True, False, None], "boolean")}
    )
    return registry_of(
        {"enterprises": firms.assign(**changes), "accident_reports": reports}, "2026-11-23", simulated=True
    )


def test_round_trip(tmp_path: Path) -> None:
    registry = _registry()
    digest = write_snapshot(tmp_path / "snapshot", registry)
    back = read_snapshot(tmp_path / "snapshot")
    assert digest == snapshot_hash(registry) == snapshot_hash(back)
    assert (back.read_on, back.simulated, back.as_of) == (registry.read_on, True, None)
    assert back.absent == {name: columns for name, columns in registry.absent.items() if columns}
    for name in TABLES:
        pd.testing.assert_frame_equal(back[name], registry[name])


def test_the_hash_is_of_values_not_of_files(tmp_path: Path) -> None:
    write_snapshot(tmp_path / "snapshot", _registry())
    file = tmp_path / "snapshot" / "enterprises.parquet"
    pq.write_table(pq.read_table(file), file, row_group_size=1, compression="gzip", version="1.0", use_dictionary=False)
    assert snapshot_hash(read_snapshot(tmp_path / "snapshot")) == snapshot_hash(_registry())


@pytest.mark.parametrize(
    "changes",
    [
        {"workers": [3.0, np.nan, 1.0]},
        {"workers": [3.0, 0.0, 0.0]},
        {"name": ["Mỏ đá A", "Xưởng BC", ""]},
        {"name": ["Mỏ đá A", "Xưởng B", None]},
        {"legal_form": ["limited", None, "branch"]},
        {"address": ["a", "b", "c"]},
    ],
)
def test_other_content_has_another_hash(changes: dict[str, object]) -> None:
    assert snapshot_hash(_registry(**changes)) != snapshot_hash(_registry())


def test_the_day_of_reading_and_simulated_count() -> None:
    tables = {"enterprises": _registry()["enterprises"]}
    hashes = {
        snapshot_hash(registry_of(tables, day, simulated=sim))
        for day in ("2026-01-01", "2026-01-02")
        for sim in (True, False)
    }
    assert len(hashes) == 4


def test_a_snapshot_is_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    digest = write_snapshot(folder, _registry())
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert write_snapshot(folder, _registry()) == digest
    with pytest.raises(OshriskError) as failure:
        write_snapshot(folder, _registry(workers=[1.0, 1.0, 1.0]))
    assert failure.value.code == "registry.snapshot_exists"
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("x")
    with pytest.raises(OshriskError):
        write_snapshot(tmp_path / "full", _registry())


def test_a_changed_table_is_refused(tmp_path: Path) -> None:
    write_snapshot(tmp_path / "snapshot", _registry())
    file = tmp_path / "snapshot" / "enterprises.parquet"
    pd.read_parquet(file).assign(workers=1.0).to_parquet(file)
    with pytest.raises(OshriskError) as failure:
        read_snapshot(tmp_path / "snapshot")
    assert failure.value.code == "registry.snapshot_changed"
    assert "enterprises.parquet" in failure.value.message("vi")


@pytest.mark.parametrize("key", ["read_on", "simulated", "absent", "snapshot"])
def test_a_changed_manifest_is_refused(tmp_path: Path, key: str) -> None:
    write_snapshot(tmp_path / "snapshot", _registry())
    file = tmp_path / "snapshot" / MANIFEST
    manifest = json.loads(file.read_text())
    manifest[key] = {"read_on": "2020-01-01", "simulated": False, "absent": {}, "snapshot": "0" * 64}[key]
    file.write_text(json.dumps(manifest))
    with pytest.raises(OshriskError) as failure:
        read_snapshot(tmp_path / "snapshot")
    assert failure.value.code == "registry.snapshot_changed"


@pytest.mark.parametrize("name", [MANIFEST, "signals.parquet"])
@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_an_incomplete_snapshot_is_refused(tmp_path: Path, name: str, damage: str) -> None:
    write_snapshot(tmp_path / "snapshot", _registry())
    file = tmp_path / "snapshot" / name
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(OshriskError) as failure:
        read_snapshot(tmp_path / "snapshot")
    assert failure.value.code == "registry.snapshot_incomplete"
    assert name in failure.value.message("en")


def test_a_snapshot_is_a_source(tmp_path: Path) -> None:
    digest = write_snapshot(tmp_path / "snapshot", _registry())
    reading = read_registry(tmp_path / "snapshot")
    assert snapshot_hash(reading.registry) == digest
    assert reading.counts.loc["enterprises"].tolist() == [3, 3, 0]
    assert reading.quarantine.empty
