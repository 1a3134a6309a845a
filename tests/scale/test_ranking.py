"""The list is the same, bit for bit, for any number of shards, parts and workers, and as that of the whole."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oshrisk.errors import OshriskError
from oshrisk.risk.assessment import placed
from oshrisk.scale import ranking as scale_ranking
from oshrisk.scale import tasks
from oshrisk.scale.engine import Engine
from oshrisk.scale.ranking import cut, rank_shards
from oshrisk.scale.shards import write_shards
from oshrisk.settings import Programme

from .conftest import hashes, listed, ranked_whole


def rank(folder, registry, table, shards, **options):
    cut_up = write_shards(folder / f"shards-{shards}", registry, shards)
    return rank_shards(cut_up, folder / f"simulated-{shards}", Programme(), table, **options)


@pytest.fixture(scope="module")
def one(registry, expert, tmp_path_factory):
    return rank(tmp_path_factory.mktemp("one"), registry, expert, 1)


def test_one_shard_is_the_whole(one, whole):
    pd.testing.assert_frame_equal(listed(one), whole, check_exact=True)


@pytest.mark.parametrize(("shards", "jobs"), [(2, 1), (7, 2), (64, 1)])
def test_any_number_of_shards_and_processes_gives_the_same_list(tmp_path, registry, expert, one, *, shards, jobs):
    made = rank(tmp_path, registry, expert, shards, engine=Engine(jobs=jobs))
    assert hashes(made) == hashes(one)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"shards-{shards}", f"simulated-{shards}"]


@pytest.mark.parametrize("as_of", ["2024-03-31"])
def test_the_past_is_ranked_by_what_was_known(tmp_path, registry, expert, as_of):
    made = rank(tmp_path, registry, expert, 3, as_of=pd.Timestamp(as_of))
    pd.testing.assert_frame_equal(listed(made), ranked_whole(registry, expert, as_of), check_exact=True)


def test_a_sector_base_is_fitted_on_sums_over_shards(tmp_path, registry, expert):
    firms = registry["enterprises"]
    foreign = firms.assign(
        sector_scheme=pd.Categorical(["naics2022"] * len(firms), firms["sector_scheme"].cat.categories)
    )
    abroad = dataclasses.replace(registry, tables={**registry.tables, "enterprises": foreign})
    whole = ranked_whole(abroad, expert)
    lists = [rank(tmp_path, abroad, expert, shards) for shards in (1, 5)]
    assert hashes(lists[0]) == hashes(lists[1])
    pd.testing.assert_frame_equal(listed(lists[0]), whole, check_exact=True)
    assert lists[0].facts["model"]["id"] != expert.model_id


def test_parts_are_cut_where_priorities_differ(tmp_path, registry, expert, whole, monkeypatch):
    monkeypatch.setattr(scale_ranking, "PART", 40)
    monkeypatch.setattr(tasks, "BATCH", 7)  # a part takes several batches of a shard, and some of the next
    made = rank(tmp_path, registry, expert, 2)
    assert len(made.facts["parts"]) > 3
    pd.testing.assert_frame_equal(listed(made), whole, check_exact=True)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.integers(1, 20))
def test_places_of_parts_are_those_of_the_whole(values, size):
    frame = pd.DataFrame({"priority": np.array(values, dtype=float)}, index=[f"{n:03d}" for n in range(len(values))])
    limits = (4.0, 2.0, 1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scale_ranking, "PART", size)
        parts = [
            placed(frame[frame["priority"].between(*ends)], limits, whole)
            for ends, whole in cut(frame["priority"].to_numpy(copy=True))
        ]
    together = pd.concat(parts).sort_index()
    pd.testing.assert_frame_equal(together, placed(frame, limits), check_exact=True)


def test_an_interrupted_run_goes_on(tmp_path, registry, expert, one, monkeypatch):
    told = []

    def stop(progress):
        told.append(progress)
        if progress.step == "score" and progress.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rank(tmp_path, registry, expert, 3, tell=stop)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left[0] == "shards-3"
    assert left[1].startswith("simulated-3.unfinished-")
    assert not (tmp_path / "simulated-3").exists()
    assert not list(tmp_path.rglob("*.partial-*"))
    monkeypatch.setattr(tasks, "_features", lambda *_: pytest.fail("features were there"))
    made = rank(tmp_path, registry, expert, 3)
    assert hashes(made) == hashes(one)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shards-3", "simulated-3"]
    assert [progress.step for progress in told][:2] == ["features", "features"]


def test_a_file_that_was_changed_is_found(tmp_path, registry, expert):
    shards = write_shards(tmp_path / "shards", registry, 2)
    file = tmp_path / "shards" / "shard-0001" / "accidents.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(OshriskError, match=r"accidents\.parquet") as caught:
        rank_shards(shards, tmp_path / "simulated", Programme(), expert)
    assert caught.value.code == "registry.snapshot_changed"


def test_simulated_data_says_so(tmp_path, registry, expert):
    with pytest.raises(OshriskError) as caught:
        rank_shards(write_shards(tmp_path / "shards", registry, 1), tmp_path / "list", Programme(), expert)
    assert caught.value.code == "cli.simulated_name"
