from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oshrisk.risk import RiskTable
from oshrisk.risk.scoring import look_up
from oshrisk.risk.similarity import Inspected, similarity_to_inspected

Frame = Callable[[RiskTable, list[dict[str, Any]]], pd.DataFrame]
Draw = Callable[..., pd.DataFrame]


def test_similarity_is_the_share_of_points_in_common(table: RiskTable, frame: Frame) -> None:
    seen = {"workers": 400.0, "temporary_share": 0.4, "ownership": "state"}
    features = frame(table, [seen, seen | {"workers": 350.0}, seen | {"ownership": "foreign"}, {}])
    features["section"] = ["B", "B", "F", np.nan]
    result = similarity_to_inspected(features, [True, False, False, False], table)
    assert result["similarity"].tolist() == [1.0, 1.0, 0.5, 0.0]  # of size, seasonal work, ownership and section
    assert result["nearest"].tolist() == [features.index[0]] * 4
    assert result["inspected_in_section"].tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize("inspected", [[False, False], [True, True]])
def test_similarity_where_nobody_or_everybody_was_inspected(
    table: RiskTable, frame: Frame, inspected: list[bool]
) -> None:
    features = frame(table, [{"workers": 400.0}, {"workers": 4.0}])
    result = similarity_to_inspected(features, inspected, table)
    assert result["similarity"].tolist() == [float(flag) for flag in inspected]
    assert result["nearest"].notna().tolist() == inspected
    assert similarity_to_inspected(features.iloc[:0], [], table).empty


def test_similarity_does_not_depend_on_how_it_is_cut(
    small_table: RiskTable, draw_features: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = draw_features(np.random.default_rng(10), small_table, 300)
    inspected = np.arange(300) % 7 == 0
    whole = similarity_to_inspected(features, inspected, small_table)
    monkeypatch.setattr("oshrisk.risk.similarity._BLOCK", 500)
    pd.testing.assert_frame_equal(similarity_to_inspected(features, inspected, small_table), whole)
    codes = look_up(features, small_table).codes
    states = np.column_stack([codes[factor.name] for factor in small_table.factors])
    own = max((states[1] == states[other]).mean() for other in np.flatnonzero(inspected))
    assert whole["similarity"].iloc[1] == pytest.approx(own)


@pytest.mark.parametrize("parts", [2, 7])
def test_the_inspected_of_shards_are_drawn_as_those_of_the_whole(
    small_table: RiskTable, draw_features: Draw, monkeypatch: pytest.MonkeyPatch, parts: int
) -> None:
    monkeypatch.setattr("oshrisk.risk.similarity.MOST", 20)
    features = draw_features(np.random.default_rng(13), small_table, 60).iloc[np.arange(400) % 60]
    features["section"] = np.array(["B", "F", "G"])[np.arange(400) % 3]
    inspected = np.arange(400) % 4 != 0
    whole = Inspected.among(features, inspected, small_table).some()
    shards = [
        Inspected.among(features[here], inspected[here], small_table).some()
        for here in (np.arange(400) % parts == number for number in range(parts))
    ]
    together = Inspected.combined(shards).some()
    assert len(whole.states) == 20
    assert whole.many.sum() > 20
    for name in ("states", "section", "many", "low", "high"):
        np.testing.assert_array_equal(getattr(together, name), getattr(whole, name))


def test_those_who_are_drawn_are_mostly_like_the_inspected(small_table: RiskTable, draw_features: Draw) -> None:
    features = draw_features(np.random.default_rng(11), small_table, 2000)
    result = similarity_to_inspected(features, np.arange(2000) < 300, small_table).iloc[300:]
    share = result["likeness"].value_counts(normalize=True)
    assert share["like"] > 0.85  # nine in ten, and ties
    assert share.get("unlike", 0.0) < 0.05


def test_a_trade_that_nobody_inspected_is_unlike(table: RiskTable, frame: Frame) -> None:
    shop = {"workers": 4.0, "ownership": "domestic_private", "temporary_share": 0.0}
    shops = [shop | {"workers": 4.0 + number % 3} for number in range(40)]
    quarry = {"workers": 400.0, "ownership": "foreign", "temporary_share": 0.9}
    features = frame(table, [*shops, quarry])
    features["section"] = [*["G"] * 40, "B"]
    result = similarity_to_inspected(features, np.arange(41) < 20, table)
    assert result["likeness"].iloc[-1] == "unlike"
    assert (result["likeness"].iloc[:40] == "like").all()


def test_one_inspected_says_nothing_of_others(table: RiskTable, frame: Frame) -> None:
    features = frame(table, [{"workers": 400.0, "ownership": "state"}, {"workers": 300.0}, {"workers": 4.0}])
    result = similarity_to_inspected(features, [True, False, False], table)
    assert result["likeness"].tolist() == ["like", "unlike", "unlike"]


def test_some_are_said_as_all_are(small_table: RiskTable, draw_features: Draw) -> None:
    features = draw_features(np.random.default_rng(12), small_table, 200)
    inspected = np.arange(200) % 5 == 0
    some = features.index[[7, 3, 150]]
    whole = similarity_to_inspected(features, inspected, small_table)
    pd.testing.assert_frame_equal(similarity_to_inspected(features, inspected, small_table, some), whole.loc[some])


def test_of_many_inspected_some_are_enough(
    small_table: RiskTable, draw_features: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = draw_features(np.random.default_rng(13), small_table, 400)
    inspected = np.arange(400) % 2 == 0
    whole = similarity_to_inspected(features, inspected, small_table)
    monkeypatch.setattr("oshrisk.risk.similarity.MOST", 50)
    part = similarity_to_inspected(features, inspected, small_table)
    assert (part.loc[inspected, "similarity"] == 1).all()
    assert (part["similarity"] <= whole["similarity"]).all()
    assert (whole["similarity"] - part["similarity"]).mean() < 0.1
