"""A backtest over shards counts what a backtest of the whole would, whatever the shards."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from oshrisk.evaluate.history import Past, date_before
from oshrisk.features import build_features
from oshrisk.planning import Quarter
from oshrisk.risk import assess
from oshrisk.scale.backtest import backtest_shards, last_matured
from oshrisk.scale.shards import write_shards
from oshrisk.settings import Programme

QUARTER = Quarter(2025, 1)


@pytest.fixture(scope="module")
def tables(registry, expert, tmp_path_factory):
    """The table of one shard and that of three."""
    made = []
    for number in (1, 3):
        folder = tmp_path_factory.mktemp("backtest")
        shards = write_shards(folder / "shards", registry, number)
        made.append(backtest_shards(shards, folder / "simulated", Programme(), expert, [QUARTER]))
        assert [path.name for path in folder.iterdir()] == ["shards"]
    return made


def test_the_first_of_the_ranking_caught_what_they_did(tables, registry, expert):
    found = tables[1].set_index(["rule", "share", "outcome"])
    as_of = date_before(QUARTER)
    features = build_features(registry, as_of)
    still_open = features[registry.known(as_of)["enterprises"]["closed_on"].isna().to_numpy()]
    ranked = assess(still_open, expert).sort_values("rank")
    came = Past(registry).outcomes(as_of).loc[ranked.index]
    for share in (0.05, 0.10, 0.20):
        edge = ranked["priority"].iloc[math.ceil(len(ranked) * share) - 1]
        first = came[ranked["priority"] >= edge]
        accidents = found.loc[("model", share, "accidents")]
        assert (accidents["caught"], accidents["of"]) == (first["accidents"].sum(), came["accidents"].sum())
        violations = found.loc[("model", share, "violations")]
        assert (violations["caught"], violations["of"]) == (first["violation"].sum(), first["violation"].notna().sum())
    assert (found["low"].fillna(0) <= found["value"].fillna(0)).all()


def test_the_numbers_do_not_depend_on_the_shards(tables):
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_the_last_quarter_is_the_last_whose_outcomes_are_known(registry):
    assert last_matured(registry.read_on) == Past(registry).last_quarter
