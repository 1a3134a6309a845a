from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.risk import RiskTable, reasons
from oshrisk.risk.neutral import neutral_table
from oshrisk.risk.straight import StraightTable


def simulated(rows: int, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    """Simulated visits: log odds −1 + age, and 0.7 more at bakeries."""
    draw = np.random.default_rng(seed)
    age, bakery = draw.normal(size=rows), draw.random(rows) < 0.3
    odds = np.exp(-1 + age + 0.7 * bakery)
    features = pd.DataFrame({"age": age, "kind": np.where(bakery, "bakery", "grocery")})
    return features, (draw.random(rows) < odds / (1 + odds)).astype(float)


def log_odds(chance: np.ndarray) -> np.ndarray:
    return np.log(chance / (1 - chance))


def test_finds_the_truth_with_many_labels():
    features, found = simulated(20_000)
    fitted = StraightTable(neutral_table(features, bins=60), spread=5.0).fit(features, found)
    asked = pd.DataFrame({"age": [-1.0, 1.0, 1.0], "kind": ["grocery", "grocery", "bakery"]})
    assert log_odds(fitted.predict(asked)) == pytest.approx([-2.0, 0.0, 0.7], abs=0.12)
    assert fitted.events_ == found.sum()


def test_the_table_sums_to_the_prediction():
    features, found = simulated(500)
    fitted = StraightTable(neutral_table(features), spread=1.0).fit(features, found)
    tidy = reasons(features, fitted.table_)
    parts = tidy[tidy["outcome"] == "violation"].groupby("enterprise_id")["multiplier"].prod()
    level = fitted.table_.base.level["violation"].value
    assert log_odds(fitted.predict(features)) == pytest.approx(log_odds(level) + np.log(parts.to_numpy()), abs=1e-9)


def test_mean_prediction_is_the_share_found():
    features, found = simulated(2000)
    fitted = StraightTable(neutral_table(features), spread=1.0).fit(features, found)
    assert fitted.predict(features).mean() == pytest.approx(found.mean(), abs=1e-3)


@pytest.mark.parametrize(("sign", "flat"), [("+", False), ("-", True)])
def test_signs_are_kept(sign, flat):
    features, found = simulated(2000)
    fitted = StraightTable(neutral_table(features, {"age": sign}), spread=1.0).fit(features, found)
    effect = fitted.effects_.set_index("factor").loc["age", "effect"]
    assert (effect == 0) if flat else (effect > 0.5)


def test_a_small_spread_stays_at_the_level():
    features, found = simulated(2000)
    fitted = StraightTable(neutral_table(features), spread=1e-4).fit(features, found)
    assert fitted.predict(features) == pytest.approx(np.full(2000, found.mean()), abs=1e-3)


def test_the_inspector_is_taken_out():
    draw = np.random.default_rng(3)
    strict = draw.random(6000) < 0.5
    age = draw.normal(size=6000) + 1.5 * strict  # the strict one is sent to the old
    odds = np.exp(-1 + 2.0 * strict)
    found = draw.random(6000) < odds / (1 + odds)
    features, who = pd.DataFrame({"age": age}), pd.Series(np.where(strict, "A", "B"))
    prior = neutral_table(features, bins=40)
    apart = StraightTable(prior, spread=1.0).fit(features, found, inspector=who)
    blind = StraightTable(prior, spread=1.0).fit(features, found)
    assert abs(apart.effects_["effect"][0]) < 0.15
    assert blind.effects_["effect"][0] > 0.5
    assert apart.inspectors_["A"] - apart.inspectors_["B"] == pytest.approx(2.0, abs=0.25)
    assert apart.predict(features).mean() == pytest.approx(found.mean(), abs=0.01)


def test_unknown_counts_as_the_mean_of_the_known():
    features, found = simulated(2000)
    fitted = StraightTable(neutral_table(features, bins=60), spread=1.0).fit(features, found)
    asked = pd.DataFrame({"age": [np.nan, features["age"].mean()], "kind": ["grocery", "grocery"]})
    first, second = log_odds(fitted.predict(asked))
    assert first == pytest.approx(second, abs=0.1)


@pytest.mark.parametrize("found", [[], [1.0], [0.0, 0.0], [1.0, 1.0, np.nan]])
def test_the_prior_is_kept_where_nothing_can_be_learned(found):
    features = pd.DataFrame({"age": np.arange(float(len(found)))})
    prior = neutral_table(pd.DataFrame({"age": np.arange(9.0)}))
    assert StraightTable(prior).fit(features, found).table_ == prior


def test_comes_back_from_json():
    features, found = simulated(300)
    table = StraightTable(neutral_table(features, {"age": "-"}), spread=0.5).fit(features, found).table_
    assert RiskTable.from_json(table.to_json()) == table


def test_weights_count_as_rows():
    features, found = simulated(400)
    prior = neutral_table(features)
    times = np.where(np.arange(400) < 200, 2, 1)
    weighted = StraightTable(prior).fit(features, found, sample_weight=times)
    repeated = StraightTable(prior).fit(features.iloc[np.repeat(np.arange(400), times)], np.repeat(found, times))
    assert weighted.predict(features) == pytest.approx(repeated.predict(features), abs=0.01)


@pytest.mark.parametrize(("spread", "found"), [(0.0, [0, 1]), (1.0, [0, 2])])
def test_bad_parameters_are_refused(spread, found):
    features = pd.DataFrame({"age": [1.0, 2.0]})
    with pytest.raises(OshriskError):
        StraightTable(neutral_table(features), spread=spread).fit(features, found)
