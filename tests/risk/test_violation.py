from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oshrisk.errors import OshriskError
from oshrisk.risk import RiskTable
from oshrisk.risk.fit import RiskTableFit
from oshrisk.risk.panel import Panel
from oshrisk.risk.scoring import look_up, score
from oshrisk.risk.violation import (
    bounds,
    estimate_propensity,
    inspector_share,
    inverse_probability_weights,
    weigh_visits,
)

Draw = Callable[..., pd.DataFrame]
Frame = Callable[[RiskTable, list[dict[str, Any]]], pd.DataFrame]
chances = st.lists(st.floats(1e-4, 1.0), min_size=1, max_size=40)


@given(chances=chances, limit=st.floats(1.0, 50.0))
def test_weights_add_up_to_what_they_are_worth(chances: list[float], limit: float) -> None:
    weights = inverse_probability_weights(chances, limit=limit)
    effective = weights.weight.sum() ** 2 / (weights.weight**2).sum()
    assert weights.effective == pytest.approx(effective)
    assert 0 < weights.effective <= len(chances) + 1e-9
    order = np.argsort(chances)
    assert (np.diff(weights.weight[order]) <= 1e-12).all(), "the more probable a visit, the less it speaks for"


def test_equal_chances_are_equal_weights() -> None:
    weights = inverse_probability_weights([0.02] * 7)
    assert weights.weight.tolist() == pytest.approx([1.0] * 7)
    assert not weights.truncated.any()


def test_no_visit_speaks_for_too_many() -> None:
    weights = inverse_probability_weights([1.0] * 99 + [1e-6])
    assert weights.truncated.tolist() == [False] * 99 + [True]
    assert "10" in weights.report("vi")
    assert "1 % of the weights" in weights.report("en")
    assert inverse_probability_weights([]).effective == 0
    assert inverse_probability_weights([]).report("en").startswith("0 visits")


@pytest.mark.parametrize("chance", [0.0, 1.1, -0.5, np.nan])
def test_an_impossible_probability_is_refused(chance: float) -> None:
    with pytest.raises(OshriskError) as caught:
        inverse_probability_weights([0.5, chance])
    assert caught.value.code == "risk.bad_probability"


def test_weights_undo_the_selection() -> None:
    draw = np.random.default_rng(1)
    large = draw.random(20_000) < 0.2
    found = draw.random(20_000) < np.where(large, 0.6, 0.2)
    chance = np.where(large, 0.5, 0.02)
    visited = draw.random(20_000) < chance
    weights = inverse_probability_weights(chance[visited], limit=1000)
    assert found[visited].mean() > 0.45
    assert np.average(found[visited], weights=weights.weight) == pytest.approx(found.mean(), abs=0.05)


def _cohort(draw: np.random.Generator, size: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "workers": np.where(draw.random(size) < 0.1, np.nan, np.exp(draw.normal(2.5, 1.2, size))),
            "section": pd.Series(draw.choice(["B", "F", "G"], size), dtype="str"),
            "travel_hours": draw.exponential(2.0, size),
            "months_since_inspection": np.where(draw.random(size) < 0.8, np.nan, draw.uniform(1, 60, size)),
        },
        index=pd.Index([f"{n:010d}" for n in range(size)], name="enterprise_id"),
    )


def test_the_propensity_is_calibrated_and_finds_what_decides() -> None:
    draw = np.random.default_rng(2)
    cohort = _cohort(draw, 20_000)
    size = np.log1p(cohort["workers"].fillna(10.0)).to_numpy()
    truth = 1 / (1 + np.exp(-(-6 + size + 1.0 * (cohort["section"] == "B") - 0.5 * cohort["travel_hours"])))
    visited = draw.random(len(cohort)) < truth
    chance = estimate_propensity(cohort, visited)
    assert chance.sum() == pytest.approx(visited.sum(), rel=0.02)
    assert np.corrcoef(np.log(chance), np.log(truth))[0, 1] > 0.97


def test_a_large_cohort_is_sampled_without_bias(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(3)
    cohort = _cohort(draw, 6000)
    visited = draw.random(6000) < 0.05
    whole = estimate_propensity(cohort, visited)
    monkeypatch.setattr("oshrisk.risk.violation._UNVISITED", 1500)
    assert estimate_propensity(cohort, visited).mean() == pytest.approx(whole.mean(), rel=0.05)


@pytest.mark.parametrize("visited", [0, 1])
def test_where_all_or_none_were_visited_the_propensity_is_flat(visited: int) -> None:
    cohort = _cohort(np.random.default_rng(4), 20)
    assert len(set(estimate_propensity(cohort, np.full(20, visited)))) == 1
    assert estimate_propensity(cohort.iloc[:0], []).shape == (0,)


def test_visits_without_a_logged_probability_get_an_estimate() -> None:
    draw = np.random.default_rng(5)
    cohort = _cohort(draw, 3000)
    dates = pd.to_datetime(["2026-03-31", "2026-06-30"])
    large = cohort.index[(cohort["workers"] > 20).to_numpy()][:60]
    small = cohort.index[(cohort["workers"] < 5).to_numpy()][:6]
    ids = [*large, *small]
    keys = pd.MultiIndex.from_arrays([ids, [dates[n % 2] for n in range(len(ids))]], names=["enterprise_id", "as_of"])
    visits = pd.DataFrame({"inclusion_probability": np.nan}, index=keys)
    visits.iloc[0, 0] = 0.5
    weights = weigh_visits(visits, lambda _: cohort)
    assert weights.estimated.tolist() == [False] + [True] * (len(ids) - 1)
    assert weights.probability[0] == 0.5
    assert weights.probability[1:60].mean() > 3 * weights.probability[60:].mean()
    assert weights.weight[60:].mean() > weights.weight[1:60].mean()
    assert "98 %" in weights.report("en")
    assert weigh_visits(visits.iloc[:0], lambda _: cohort).effective == 0


def _visits(draw: np.random.Generator, table: RiskTable, features: pd.DataFrame, spread: float) -> Panel:
    """Draw visits of six inspectors whose log odds differ by a standard deviation of `spread`."""
    inspector = draw.integers(0, 6, len(features))
    effects = spread * np.array([-1.5, -0.9, -0.3, 0.3, 0.9, 1.5])
    eta = score(look_up(features, table), table, "violation").total + effects[inspector]
    found = (draw.random(len(features)) < 1 / (1 + np.exp(-eta))).astype(float)
    return Panel(features, found, inspector=pd.Series([f"KT-{n}" for n in inspector]))


def test_the_inspector_is_found_shrunk_and_left_out(small_table: RiskTable, draw_features: Draw) -> None:
    draw = np.random.default_rng(6)
    panel = _visits(draw, small_table, draw_features(draw, small_table, 1500), 1.0)
    found = inspector_share(panel, small_table)
    assert found is not None
    assert found.effects["inspector"].tolist() == ["KT-5", "KT-4", "KT-3", "KT-2", "KT-1", "KT-0"]
    assert found.sd == pytest.approx(1.0, abs=0.5)
    assert found.gain > 20
    assert found.latent_share == pytest.approx(1.05 / (1.05 + 0.6 + np.pi**2 / 3), abs=0.08)
    assert 0.2 < found.deviance_share < 0.8
    assert found.labels == 1500
    fitted = RiskTableFit(small_table, "violation").fit(panel.features, panel.labels, inspector=panel.inspector)
    assert "KT-5" not in fitted.table_.to_json()
    truth = score(look_up(panel.features, small_table), small_table, "violation").total
    error = score(look_up(panel.features, fitted.table_), fitted.table_, "violation").total - truth
    assert abs(error.mean()) < 0.5, "the score is that of the average inspector"


def test_inspectors_who_do_not_differ_are_shrunk_to_nothing(small_table: RiskTable, draw_features: Draw) -> None:
    draw = np.random.default_rng(7)
    panel = _visits(draw, small_table, draw_features(draw, small_table, 800), 0.0)
    found = inspector_share(panel, small_table)
    assert found is not None
    assert found.latent_share < 0.02
    assert found.gain < 2
    assert found.effects["effect"].abs().max() < 0.25


def test_an_inspector_who_gets_the_worst_sites_is_not_blamed(small_table: RiskTable, draw_features: Draw) -> None:
    draw = np.random.default_rng(8)
    features = draw_features(draw, small_table, 3000)
    eta = score(look_up(features, small_table), small_table, "violation").total
    strict = (eta > np.median(eta)).astype(int)
    found = (draw.random(3000) < 1 / (1 + np.exp(-eta))).astype(float)
    fitted = inspector_share(Panel(features, found, inspector=pd.Series(strict).map({0: "A", 1: "B"})), small_table)
    assert fitted is not None
    raw = np.log(np.mean(found[strict == 1]) / np.mean(found[strict == 0]))
    assert raw > 0.3
    assert np.ptp(fitted.effects["effect"]) < 0.5 * raw


@pytest.mark.parametrize("inspector", [None, pd.Series([np.nan] * 30, dtype="object")])
def test_without_named_inspectors_there_is_no_share(
    small_table: RiskTable, draw_features: Draw, inspector: pd.Series | None
) -> None:
    draw = np.random.default_rng(9)
    panel = Panel(draw_features(draw, small_table, 30), draw.integers(0, 2, 30), inspector=inspector)
    assert inspector_share(panel, small_table) is None


@pytest.mark.parametrize(
    ("found", "labelled", "k", "expected"),
    [
        ([1, 0, 1], [1, 1, 1], 3, (2 / 3, 2 / 3)),
        ([1, 0, 1], [1, 1, 1], 1, (1, 1)),
        ([np.nan] * 4, [0] * 4, 4, (0, 1)),
        ([1, np.nan], [1, 0], 9, (0.5, 1)),
        ([], [], 5, (0, 0)),
    ],
)
def test_bounds_hold_whatever_the_unlabelled_are(
    found: list[float], labelled: list[int], k: int, expected: tuple[float, float]
) -> None:
    result = bounds(found, labelled, k)
    assert (result.worst, result.best) == pytest.approx(expected)
    assert f"{result.labelled} labelled of {result.k}" in result.sentence("en")
    assert str(result.k) in result.sentence("vi")
