"""Snapshots and lists in HDFS through its REST interface: the same list as on disk."""

from __future__ import annotations

import json

import pytest

from oshrisk.scale.place import Place
from oshrisk.scale.ranking import rank_shards
from oshrisk.scale.shards import is_sharded, write_shards
from oshrisk.settings import Programme

from .conftest import READ_ON, hashes, run
from .webhdfs import server

pytest.importorskip("fsspec")
pytest.importorskip("requests")


@pytest.fixture
def country(tmp_path):
    with server(tmp_path / "hdfs") as address:
        (tmp_path / "hdfs").mkdir()
        yield f"webhdfs://{address}/country"


def test_commands_work_in_hdfs(country, parquet, tmp_path, registry, expert):
    run("snapshot", parquet, f"{country}/snapshot", "--shards", 3, "--read-on", READ_ON)
    assert is_sharded(f"{country}/snapshot")
    for _ in range(2):  # the second list takes the place of the first
        said = run("rank", f"{country}/snapshot", "--output", f"{country}/list-simulated", "--json")
        assert json.loads(said.stdout)["output"] == f"{country}/list-simulated"

    on_disk = write_shards(tmp_path / "shards", registry, 3)
    made = rank_shards(on_disk, tmp_path / "list-simulated", Programme(), expert, as_of=on_disk.read_on, language="en")
    parts = (Place.of(country) / "list-simulated/ranking.json").read_json()["parts"]
    assert [part["sha256"] for part in parts] == hashes(made)
    assert Place.of(country).names() == ["list-simulated", "snapshot"]  # nothing half done


def test_a_file_that_is_written_again_is_the_new_one(country):
    file = Place.of(country) / "facts.json"
    for facts in (1, 2):
        file.write_json(facts)
    assert file.read_json() == 2
    assert Place.of(country).names() == ["facts.json"]
