"""Shards: every row in the shard of its enterprise, parents read along, on any file system."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from oshrisk.errors import OshriskError
from oshrisk.features import build_features
from oshrisk.registry.tables import TABLES
from oshrisk.scale.shards import is_sharded, open_shards, shard_of, write_shards

from .conftest import READ_ON

TODAY = pd.Timestamp(READ_ON)


def test_every_row_is_in_the_shard_of_its_enterprise(tmp_path, registry):
    shards = write_shards(tmp_path / "shards", registry, 4)
    assert sum(map(shards.enterprises, range(4))) == len(registry["enterprises"])
    assert sum(map(shards.rows, range(4))) == sum(map(len, registry.values()))
    for number in range(4):
        part, own = shards.read(number, TODAY)
        assert (shard_of(pa.array(part.ids[:own]), 4) == number).all()
        assert all((part.positions(name) < own).all() for name in part if name != "enterprises")


def test_a_place_finds_its_parent_in_another_shard(tmp_path, registry):
    shards = write_shards(tmp_path / "shards", registry, 5)
    whole = build_features(registry, READ_ON)["ownership"]
    parts = []
    for number in range(5):
        part, own = shards.read(number, TODAY)
        parts.append(build_features(part, READ_ON)["ownership"].iloc[:own])
    pd.testing.assert_series_equal(pd.concat(parts).sort_index(), whole.sort_index())
    assert whole[registry["enterprises"].set_index("enterprise_id")["parent_id"].notna()].notna().any()


@pytest.mark.parametrize("as_of", ["2026-11-30", "2022-02-01", "2015-01-01"])
def test_a_table_is_held_if_any_shard_has_a_known_row(tmp_path, registry, as_of):
    shards = write_shards(tmp_path / "shards", registry, 5)
    known = registry.known(as_of)
    assert shards.held(pd.Timestamp(as_of)) == {name for name in TABLES if len(known[name])}


def test_any_file_system_will_do(registry):
    pytest.importorskip("fsspec")
    shards = write_shards("memory://country/shards", registry, 2)
    again = open_shards("memory://country/shards")
    assert again.facts == shards.facts
    assert is_sharded("memory://country/shards")
    assert again.read(0, TODAY)[1] == shards.enterprises(0)


@pytest.mark.parametrize("source", ["postgresql://base", "oracle://base", "no/such/folder"])
def test_other_sources_are_no_shards(source):
    assert not is_sharded(source)


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(OshriskError) as caught:
        open_shards(tmp_path)
    assert caught.value.code == "registry.snapshot_incomplete"
