"""Registers of any size into a snapshot, as if read whole: from files and a database, interrupted or not."""

from __future__ import annotations

import dataclasses
import os
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.registry.read import read_registry
from oshrisk.registry.tables import TABLES
from oshrisk.scale import feeds, intake
from oshrisk.scale.intake import make_snapshot
from tests.ledger.postgres import NEEDED, binaries, server

from .conftest import READ_ON

TODAY = pd.Timestamp(READ_ON)


def together(shards):
    """All tables of a snapshot, and those of a registry, in one order."""
    parts = [shards.read(number, TODAY) for number in range(shards.count)]
    frames = {}
    for name in TABLES:
        rows = [part[name].iloc[:own] if name == "enterprises" else part[name] for part, own in parts]
        frames[name] = in_order(pd.concat(rows))
    return frames


def in_order(rows):
    return rows.sort_values(list(rows.columns), ignore_index=True)


def assert_same(shards, registry):
    known = registry.known(TODAY)
    for name, rows in together(shards).items():
        pd.testing.assert_frame_equal(rows, in_order(known[name]), obj=name)


def test_parquet_is_accepted_as_if_it_were_read_whole(tmp_path, parquet):
    made, quarantined = make_snapshot(parquet, tmp_path / "country", shards=3, read_on=TODAY)
    assert quarantined == 0
    assert made.simulated
    assert_same(made, read_registry(parquet, read_on=READ_ON).registry)
    assert [path.name for path in tmp_path.iterdir()] == ["country"]


def test_bad_rows_are_quarantined_in_their_shard(tmp_path, registry, parquet):
    folder = tmp_path / "simulated"
    shutil.copytree(parquet, folder)
    firms = registry["enterprises"].astype({"workers": "object"})
    firms.loc[5, "workers"] = "12 người"
    firms["workers"] = firms["workers"].map(lambda value: None if pd.isna(value) else str(value))
    firms.to_parquet(folder / "enterprises.parquet")
    whole = read_registry(folder, read_on=READ_ON)
    made, quarantined = make_snapshot(folder, tmp_path / "country", shards=3, read_on=TODAY)
    assert quarantined == whole.counts["quarantined"].sum() >= 1
    assert_same(made, whole.registry)
    told = pd.concat(pd.read_parquet(file) for file in (tmp_path / "country" / "quarantine").iterdir())
    assert sorted(told["code"]) == sorted(whole.quarantine["code"])
    assert set(told.loc[told["table"] == "enterprises", "row"]) == {"6"}


def test_copying_goes_on_where_it_was_stopped(tmp_path, parquet):
    def stop(progress):
        if progress.step == "check" and progress.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_snapshot(parquet, tmp_path / "country", shards=3, read_on=TODAY, tell=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["country.partial"]
    assert not list(tmp_path.rglob("*.partial-*"))
    told = []
    made, _ = make_snapshot(parquet, tmp_path / "country", shards=3, read_on=TODAY, tell=told.append)
    assert told[0].step == "stage"
    assert told[0].kept == told[0].total == sum(map(made.rows, range(3)))
    assert_same(made, read_registry(parquet, read_on=READ_ON).registry)


def test_an_inspection_of_two_enterprises_is_an_error(tmp_path, registry, parquet):
    folder = tmp_path / "simulated"
    shutil.copytree(parquet, folder)
    registry["inspections"].assign(inspection_id="same").to_parquet(folder / "inspections.parquet")
    with pytest.raises(OshriskError) as caught:
        make_snapshot(folder, tmp_path / "country", shards=3, read_on=TODAY)
    assert caught.value.code == "scale.torn_inspections"


@pytest.mark.parametrize("kind", ["workbook", "nothing"])
def test_other_sources_are_read_whole_and_missing_ones_are_said(tmp_path, registry, kind):
    if kind == "workbook":
        file = tmp_path / "simulated.csv"
        registry["enterprises"].to_csv(file, index=False)
        made, _ = make_snapshot(file, tmp_path / "country", read_on=TODAY)
        assert made.count == 1
        assert made.enterprises(0) == len(registry["enterprises"])
        return
    (tmp_path / "folder").mkdir()
    registry["accidents"].to_parquet(tmp_path / "folder" / "accidents.parquet")
    with pytest.raises(OshriskError) as caught:
        make_snapshot(tmp_path / "folder", tmp_path / "country")
    assert caught.value.code == "scale.no_table"


@pytest.fixture(scope="module")
def base(registry):
    """A PostgreSQL database with the registers, accidents as a view; its address."""
    if binaries() is None and not os.environ.get(NEEDED):
        pytest.skip(f"PostgreSQL is not installed, and {NEEDED} is not set")
    sqlalchemy = pytest.importorskip("sqlalchemy")
    folder = Path(tempfile.mkdtemp(prefix="oshrisk-"))
    try:
        with server(folder) as address:
            url = address("postgres").replace("postgresql://", "postgresql+psycopg://")
            engine = sqlalchemy.create_engine(url)
            for name, rows in registry.items():
                plain = rows.astype({column: "object" for column in rows.columns if rows[column].dtype == "category"})
                plain.to_sql("all_accidents" if name == "accidents" else name, engine, index=False)
            with engine.begin() as connection:
                connection.execute(sqlalchemy.text("CREATE VIEW accidents AS SELECT * FROM all_accidents"))
            engine.dispose()
            yield url
    finally:
        shutil.rmtree(folder)


def test_postgresql_is_copied_piece_by_piece_and_goes_on(tmp_path, base, parquet, monkeypatch):
    monkeypatch.setattr(feeds, "PIECE", 60)

    def stop(progress):
        if progress.done > 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_snapshot(base, tmp_path / "country", shards=3, read_on=TODAY, tell=stop)
    told = []
    made, quarantined = make_snapshot(base, tmp_path / "country", shards=3, read_on=TODAY, tell=told.append)
    assert 0 < told[0].kept < told[0].total
    assert quarantined == 0
    assert_same(made, read_registry(parquet, read_on=READ_ON).registry)


def test_a_table_that_changes_meanwhile_is_an_error(tmp_path, base, monkeypatch):
    real = intake.feeds_of
    monkeypatch.setattr(
        intake, "feeds_of", lambda url: [dataclasses.replace(feed, count=lambda: 1) for feed in real(url)]
    )
    with pytest.raises(OshriskError) as caught:
        make_snapshot(base, tmp_path / "country", shards=2, read_on=TODAY)
    assert caught.value.code == "scale.changed"


@pytest.mark.parametrize("sizes", [[], [5], [70], [20, 20, 20, 20], [59, 1, 1, 200, 3]])
def test_row_groups_are_put_together_in_order_to_pieces(monkeypatch, sizes):
    monkeypatch.setattr(feeds, "PIECE", 60)
    pieces = list(feeds._together(sizes))
    assert [group for piece in pieces for group in piece] == list(range(len(sizes)))
    held = [sum(sizes[group] for group in piece) for piece in pieces]
    assert all(size <= 60 or len(piece) == 1 for size, piece in zip(held, pieces, strict=True))
    assert all(size + sizes[after[0]] > 60 for size, after in zip(held, pieces[1:], strict=False))
