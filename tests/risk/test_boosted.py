"""The boosted challenger: what it reads out is what it predicts, within the signs, and silence is never the safest."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn", reason="what learns is an extra")

from sklearn.utils.estimator_checks import parametrize_with_checks

from oshrisk.errors import OshriskError
from oshrisk.risk import OUTCOMES, RiskTable, load_table, reasons
from oshrisk.risk.boosted import BoostedTable, boosted_table
from oshrisk.risk.neutral import neutral_table
from oshrisk.risk.panel import Panel
from oshrisk.risk.scoring import look_up, score
from oshrisk.risk.tree_columns import columns_of, values_of

ROWS = 3000
EXPERT = load_table()
FEW = {"max_iter": 30, "cv": 2}


def draw(table: RiskTable, rows: int, seed: int, silent: float = 0.2) -> pd.DataFrame:
    """Draw rows over all bins of a table, some values unknown, sectors mixed."""
    random = np.random.default_rng(seed)
    columns = {}
    for factor in table.factors:
        if not factor.feature:
            continue
        code = random.integers(0, len(factor.bins), rows)
        if factor.kind == "numeric":
            inside = [b.low if np.isfinite(b.low) else b.high - 1 for b in factor.bins]
            values = pd.Series(np.array(inside)[code])
        else:
            values = pd.Series(np.array([b.state for b in factor.bins])[code], dtype="str")
        columns[factor.feature] = values.mask(random.random(rows) < silent)
    codes = random.choice(["08101", "41000", "4711", "62010"], rows)
    sectors = {"sector_scheme": pd.Series("vsic2018", index=range(rows)), "sector_code": pd.Series(codes)}
    return pd.DataFrame(columns | sectors)


def labels_of(features: pd.DataFrame, table: RiskTable, outcome: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw labels by the table's own score, turned and noised, so that the signs are put to work."""
    random = np.random.default_rng(seed)
    total = score(look_up(features, table), table, outcome).total
    exposure = random.uniform(20, 400, len(features))
    if outcome == "violation":
        return (random.random(len(features)) < 1 / (1 + np.exp(-total))).astype(float), np.ones(len(features))
    return random.poisson(exposure * np.exp(total)).astype(float), exposure


@pytest.fixture(scope="module", params=["accident", "fatal", "violation"])
def learned(request):
    features = draw(EXPERT, ROWS, seed=1)
    labels, exposure = labels_of(features, EXPERT, request.param, seed=2)
    if request.param == "fatal":
        exposure = exposure * 10
    given = None if request.param == "violation" else exposure
    return features, BoostedTable(EXPERT, request.param, **FEW).fit(features, labels, exposure=given)


def test_table_sums_to_the_models_own_prediction(learned):
    _, boosted = learned
    for seed, silent in ((3, 0.2), (4, 0.9)):
        rows = draw(EXPERT, 500, seed, silent)
        total = score(look_up(rows, boosted.table_), boosted.table_, boosted.outcome).total
        assert np.abs(total - boosted.raw_prediction(rows)).max() < 1e-6
    assert boosted.model_ is not None


def test_table_is_stored_and_scored_like_any_other(learned):
    features, boosted = learned
    again = RiskTable.from_json(boosted.table_.to_json())
    assert again == boosted.table_
    few = features.iloc[:20].set_axis(pd.Index([f"{n:010d}" for n in range(20)], name="enterprise_id"))
    total = score(look_up(few, again), again, boosted.outcome)
    told = reasons(few, again)
    told = told[told["outcome"] == boosted.outcome]
    product = np.log(told.groupby("enterprise_id")["multiplier"].prod())
    assert np.allclose(product, total.total - total.log_level, atol=1e-9)


def test_other_outcomes_stay(learned):
    _, boosted = learned
    for outcome in set(OUTCOMES) - {boosted.outcome}:
        assert boosted.table_.base.level[outcome] == EXPERT.base.level[outcome]
        assert boosted.table_["enterprise_size"].contributions[outcome] == pytest.approx(
            EXPERT["enterprise_size"].contributions[outcome]
        )


def test_signs_hold_and_silence_is_never_the_safest(learned):
    _, boosted = learned
    for factor in boosted.table_.factors:
        effects = [entry.effects[boosted.outcome] for entry in factor.all_bins]
        assert all(effect.log_rr >= 0 for effect in effects if effect.sign == "+"), factor.name
        assert all(effect.log_rr <= 0 for effect in effects if effect.sign == "-"), factor.name
        assert factor.unknown.effects[boosted.outcome].log_rr >= 0, factor.name


def test_moves_name_labels_and_events(learned):
    features, boosted = learned
    moved = boosted.moved_.set_index(["factor", "state"])
    assert moved.loc["temporary_share", "labels"].sum() == len(features)
    assert (moved["low"] < moved["after"]).all()
    assert (moved["after"] < moved["high"]).all()
    assert "underground_or_blasting" in set(boosted.moved_["factor"])
    assert "night_work" not in set(boosted.moved_["factor"])  # no register holds it


def test_it_learns_what_is_there():
    random = np.random.default_rng(0)
    rows = pd.DataFrame({"size": random.uniform(0, 10, 6000), "kind": random.choice(["a", "b"], 6000)})
    rate = 0.02 * np.exp(0.3 * rows["size"] + 0.5 * (rows["kind"] == "b"))
    exposure = random.uniform(1, 20, 6000)
    prior = neutral_table(rows, {"size": "+"}, bins=10)
    fitted = BoostedTable(prior, cv=3, max_iter=100).fit(rows, random.poisson(rate * exposure), exposure=exposure)
    assert np.corrcoef(np.log(fitted.predict(rows)), np.log(rate))[0, 1] > 0.97
    total = score(look_up(rows, fitted.table_), fitted.table_, "accident").total
    assert np.abs(total - fitted.raw_prediction(rows)).max() < 1e-6


def test_risk_may_not_fall_against_its_sign():
    rows = pd.DataFrame({"hazard": np.repeat(np.arange(10.0), 100)})
    falling = (rows["hazard"] < np.tile(np.arange(10), 100)).astype(float)
    held = BoostedTable(neutral_table(rows, {"hazard": "+"}, bins=10), "violation", **FEW).fit(rows, falling)
    assert np.ptp(held.predict(rows)) == pytest.approx(0, abs=1e-12)
    free = BoostedTable(neutral_table(rows, bins=10), "violation", **FEW).fit(rows, falling)
    assert np.ptp(free.predict(rows)) > 0.5


@pytest.mark.parametrize("outcome", ["accident", "violation"])
def test_silence_that_looks_safe_counts_as_the_safe_bin(outcome):
    random = np.random.default_rng(5)
    value = pd.Series(random.integers(0, 3, 3000).astype(float))
    silent = random.random(3000) < 0.5
    struck = (random.random(3000) < np.where(silent, 0.01, 0.2 + 0.2 * value)).astype(float)
    rows = pd.DataFrame({"value": value.mask(silent)})
    for signs in ({"value": "+"}, {}):
        table = BoostedTable(neutral_table(rows, signs), outcome, **FEW).fit(rows, struck).table_
        contributions = table["value"].contributions[outcome]
        assert contributions[0] == 0  # the safest known
        assert (contributions >= 0).all()


def test_few_labels_leave_the_prior():
    rows = draw(EXPERT, 40, seed=1)
    for found in (np.zeros(40), np.ones(40), np.r_[np.ones(3), np.zeros(37)]):
        assert BoostedTable(EXPERT, "violation").fit(rows, found).table_ == EXPERT
    assert BoostedTable(EXPERT).fit(rows, np.full(40, np.nan)).table_ == EXPERT
    half = np.arange(40) % 2
    assert BoostedTable(EXPERT, "violation", cv=2).fit(rows, half, groups=np.zeros(40)).table_ == EXPERT
    assert BoostedTable(EXPERT, "violation", cv=2).fit(rows, half).table_ != EXPERT


def test_own_record_is_not_counted_twice():
    random = np.random.default_rng(1)
    worked = np.full(8000, 200.0)
    own = 0.01 * random.gamma(1.0, 1.0, 8000)  # as the expert table's strength of one accident
    past, later = random.poisson(own * worked), random.poisson(own * worked)
    rows = pd.DataFrame({"accidents_5y": past.astype(float), "reported_worker_years_5y": worked})
    rows["past_serious_accidents_3y"] = rows["accidents_5y"]
    rows["workers"] = random.integers(2, 400, 8000).astype(float)
    fitted = BoostedTable(EXPERT, **FEW).fit(rows, later, exposure=worked)
    expected = fitted.predict(rows) * worked
    for count in (0, 1, 2, 3):
        inside = past == count
        assert expected[inside].sum() == pytest.approx(later[inside].sum(), rel=0.15)
    assert np.ptp(fitted.table_["past_serious_accidents_3y"].contributions["accident"]) < 0.25


def test_groups_are_kept_together_and_weights_count():
    rows = pd.DataFrame({"age": np.tile(np.arange(200.0), 3)})
    found = (rows["age"] > 100).astype(float)
    prior = neutral_table(rows, bins=4)
    one = BoostedTable(prior, "violation", **FEW).fit(rows, found, groups=rows["age"])
    assert BoostedTable(prior, "violation", **FEW).fit(rows, found, groups=rows["age"]).table_ == one.table_
    heavy = np.where(found > 0, 3.0, 1.0)
    weighted = BoostedTable(prior, "violation", **FEW).fit(rows, found, sample_weight=heavy, groups=rows["age"])
    assert weighted.table_.base.level["violation"].value != one.table_.base.level["violation"].value


def test_several_outcomes_end_in_one_table():
    features = draw(EXPERT, ROWS, seed=1)
    index = pd.MultiIndex.from_arrays([np.arange(ROWS) // 2, np.arange(ROWS) % 2], names=["enterprise_id", "as_of"])
    features = features.set_axis(index, axis=0)
    panels = {}
    for outcome in OUTCOMES:
        labels, exposure = labels_of(features, EXPERT, outcome, seed=2)
        panels[outcome] = Panel(features, labels, None if outcome == "violation" else exposure * 10)
    result = boosted_table(EXPERT, panels, **FEW)
    assert set(result.moved["outcome"]) == set(OUTCOMES)
    assert result.table.name == "dien-bien-expert-boosted"
    for outcome, fit in result.fits.items():
        total = score(look_up(features, result.table), result.table, outcome).total
        assert np.abs(total - fit.raw_prediction(features)).max() < 1e-6
    assert boosted_table(EXPERT, {}).table == EXPERT


@pytest.mark.parametrize(
    ("settings", "name"),
    [({"outcome": "injury"}, "outcome"), ({"cv": 1}, "cv"), ({"interval": 1.0}, "interval")],
)
def test_bad_parameters_are_named(settings, name):
    with pytest.raises(OshriskError, match=name):
        BoostedTable(EXPERT, **settings).fit(draw(EXPERT, 10, seed=1), np.zeros(10))


def test_bad_labels_are_named():
    rows = draw(EXPERT, 10, seed=1)
    with pytest.raises(OshriskError, match="0, 1"):
        BoostedTable(EXPERT, "violation").fit(rows, np.full(10, 0.5))
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        BoostedTable(EXPERT, "violation").fit(rows, np.zeros(10), groups=[1])


def test_columns_follow_the_expert():
    features = draw(EXPERT, 500, seed=1)
    columns = {column.name: column for column in columns_of(EXPERT, look_up(features, EXPERT), "accident")}
    of = {name: values_of(column, {})[:-1].tolist() for name, column in columns.items()}
    assert of["training_coverage"] == [2, 1, 0]  # more training, less risk
    assert of["last_inspection"] == [1, 0, 2, 3, 4]
    assert columns["enterprise_size"].rising
    assert "sector" not in columns


EXPECTED = {
    "check_sample_weight_equivalence_on_dense_data": "folds are of rows, and a leaf's least size counts rows",
    "check_supervised_y_no_nan": "labels that are not known are left out; infinite ones raise OshriskError",
    "check_sample_weights_shape": "OshriskError, not ValueError",
    "check_all_zero_sample_weights_error": "rows without weight are not learned from: the prior stays",
    "check_dataframe_column_names_consistency": "a column that is not there is unknown, others are ignored",
}


@parametrize_with_checks([BoostedTable(max_iter=5, cv=2)], expected_failed_checks=lambda _: EXPECTED)
def test_sklearn_conventions(estimator, check):
    check(estimator)
