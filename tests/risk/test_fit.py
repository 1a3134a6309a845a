from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, PoissonRegressor

from oshrisk.errors import OshriskError
from oshrisk.risk import OUTCOMES, RiskTable, assess
from oshrisk.risk.design import BLEND
from oshrisk.risk.fit import Fitted, RiskTableFit, fit_table
from oshrisk.risk.panel import Panel
from oshrisk.risk.scoring import look_up, score

Draw = Callable[..., pd.DataFrame]
RATES = {"accident": "accident_rate", "fatal": "fatal_rate", "violation": "violation_probability"}
few = settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])


def _labels(
    draw: np.random.Generator, features: pd.DataFrame, table: RiskTable, outcome: str, times: float = 1.0
) -> Any:
    """Draw outcomes of a table; `times` is the level against the table's."""
    log_rate = score(look_up(features, table), table, outcome).total + np.log(times)
    if outcome == "violation":
        return (draw.random(len(features)) < 1 / (1 + np.exp(-log_rate))).astype(float), {}
    exposure = draw.lognormal(5 if outcome == "accident" else 9, 0.5, len(features))
    return draw.poisson(np.exp(log_rate) * exposure).astype(float), {"exposure": exposure}


def _with_record(draw: np.random.Generator, features: pd.DataFrame) -> pd.DataFrame:
    """Add a yearly record of five years."""
    record = {f"accidents_y{year}": draw.poisson(0.2, len(features)).astype(float) for year in range(1, 6)}
    record |= {f"reported_worker_years_y{year}": draw.lognormal(3, 1, len(features)) for year in range(1, 6)}
    whole = pd.DataFrame(record, index=features.index)
    sums = {name: whole.filter(like=name.removesuffix("5y")).sum(axis=1) for name in RECORD}
    return features.join(whole).assign(**sums)


RECORD = ("accidents_5y", "reported_worker_years_5y")


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("how", ["no rows", "no labels", "no exposure"])
def test_without_labels_it_is_the_expert_table(table: RiskTable, draw_features: Draw, outcome: str, how: str) -> None:
    features = draw_features(np.random.default_rng(1), table, 0 if how == "no rows" else 20)
    labels = np.full(len(features), np.nan if how == "no labels" else 0.0)
    exposure = np.zeros(len(features)) if how == "no exposure" and outcome != "violation" else None
    weight = np.zeros(len(features)) if how == "no exposure" and outcome == "violation" else None
    fitted = RiskTableFit(table, outcome).fit(features, labels, exposure=exposure, sample_weight=weight)
    assert fitted.table_ == table
    assert fitted.table_.model_id == table.model_id
    assert fitted.moved_.empty
    assert (fitted.labels_, fitted.events_) == (0, 0)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("count", [1, 15, 300])
@pytest.mark.parametrize("classes", ["none", "all", "both"])
def test_it_survives_few_labels_and_one_class(
    table: RiskTable, draw_features: Draw, outcome: str, count: int, classes: str
) -> None:
    draw = np.random.default_rng(count)
    features = _with_record(draw, draw_features(draw, table, count))
    labels, extra = _labels(draw, features, table, outcome)
    if classes != "both":
        labels = np.full(count, float(classes == "all"))
    fitted = RiskTableFit(table, outcome).fit(features, labels, **extra)
    assert fitted.labels_ == count
    assert RiskTable.from_json(fitted.table_.to_json()) == fitted.table_
    np.testing.assert_allclose(fitted.predict(features), assess(features, fitted.table_)[RATES[outcome]], rtol=1e-12)
    sure = fitted.moved_.dropna(subset=["low", "high"])
    assert (sure["low"] <= sure["after"] + 1e-12).all()
    assert (sure["after"] <= sure["high"] + 1e-12).all()


def test_few_labels_move_little_and_many_move_more(small_table: RiskTable, draw_features: Draw) -> None:
    draw = np.random.default_rng(4)
    moves = []
    for count in (15, 300, 3000):
        features = draw_features(draw, small_table, count)
        labels, _ = _labels(draw, features, small_table, "violation")
        moved = RiskTableFit(small_table, "violation").fit(features, labels).moved_
        bins = moved[moved["factor"].isin([factor.name for factor in small_table.factors])]
        moves.append((bins["after"] - bins["before"]).abs().mean())
    assert moves[0] < moves[1] < moves[2]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_scorer_evaluates_the_very_model_that_was_fitted(
    table: RiskTable, draw_features: Draw, outcome: str
) -> None:
    draw = np.random.default_rng(5)
    low_cap = replace(table, combination={o: replace(rule, cap=0.6) for o, rule in table.combination.items()})
    features = _with_record(draw, draw_features(draw, low_cap, 400))
    labels, extra = _labels(draw, features, low_cap, outcome)
    fitted = RiskTableFit(low_cap, outcome).fit(features, labels, **extra)
    eta = fitted.design_.eta(fitted.posterior_.mode)
    found = score(look_up(features, fitted.table_), fitted.table_, outcome)
    np.testing.assert_allclose(found.total, eta, rtol=0, atol=BLEND / 4 + 1e-9)
    assert (np.abs(found.factors) == 0.6).any(), "no row reaches the cap: the test would say nothing of it"


def test_what_no_row_falls_in_does_not_move(table: RiskTable, draw_features: Draw) -> None:
    draw = np.random.default_rng(6)
    features = draw_features(draw, table, 500, known=1.0)
    features["ownership"] = features["ownership"].where(features["ownership"] != "foreign")
    features["training_coverage"] = 0.95  # the same for all: it cannot be told from the level
    labels, _ = _labels(draw, features, table, "violation")
    fitted = RiskTableFit(table, "violation").fit(features, labels).table_
    outcome = "violation"
    assert fitted["ownership"].bins[1].effects[outcome] == table["ownership"].bins[1].effects[outcome]
    for name in ("training_coverage", "night_work"):
        assert fitted[name] == table[name]
    for before, after in zip(table.factors, fitted.factors, strict=True):
        for one, other in zip(before.all_bins, after.all_bins, strict=True):
            assert all(one.effects[o] == other.effects[o] for o in ("accident", "fatal"))


def test_reference_bins_stay_at_zero(table: RiskTable, draw_features: Draw) -> None:
    draw = np.random.default_rng(7)
    features = draw_features(draw, table, 2000)
    labels, _ = _labels(draw, features, table, "violation")
    fitted = RiskTableFit(table, "violation").fit(features, labels).table_
    for before, after in zip(table.factors, fitted.factors, strict=True):
        for one, other in zip(before.bins, after.bins, strict=True):
            effect = one.effects["violation"]
            if effect.log_rr == 0 and effect.sign == "0" and effect.sd <= 0.01:
                assert other.effects["violation"] == effect


@given(seed=st.integers(0, 10_000), outcome=st.sampled_from(OUTCOMES), count=st.integers(5, 400))
@few
def test_no_sign_is_turned_and_silence_is_never_rewarded(
    small_table: RiskTable, draw_features: Draw, seed: int, outcome: str, count: int
) -> None:
    draw = np.random.default_rng(seed)
    features = draw_features(draw, small_table, count)
    labels = draw.integers(0, 2, count).astype(float)  # nothing to do with the factors: half of the signs would turn
    fitted = RiskTableFit(small_table, outcome).fit(features, labels, exposure=draw.uniform(1, 500, count))
    for factor in fitted.table_.factors:
        for entry in factor.all_bins:
            effect = entry.effects[outcome]
            assert not (effect.sign == "+" and effect.log_rr < 0)
            assert not (effect.sign == "-" and effect.log_rr > 0)
        assert factor.unknown.effects[outcome].log_rr >= 0
    assert 0 < fitted.table_.combination[outcome].shrink <= 1


def _one_hot(features: pd.DataFrame, table: RiskTable) -> np.ndarray:
    lookup = look_up(features, table)
    columns = [lookup.codes[factor.name][:, None] == np.arange(1, len(factor.bins) + 1) for factor in table.factors]
    return np.concatenate([*columns, lookup.sector[:, None] == np.arange(1, len(table.base.rows))], axis=1).astype(
        float
    )


def _vague(table: RiskTable) -> RiskTable:
    """Two factors and three sectors with next to no prior; no shrinkage, no cap, no signs."""
    factors = []
    for name in ("ownership", "unskilled_share"):
        bins = [
            replace(entry, effects={o: replace(e, sd=50.0, sign="0") for o, e in entry.effects.items()})
            for entry in table[name].all_bins
        ]
        bins[0] = table[name].bins[0]
        factors.append(replace(table[name], bins=tuple(bins[:-1]), unknown=bins[-1]))
    spread = {f"{outcome}_sd": 50.0 for outcome in OUTCOMES}
    rows = tuple(replace(row, group="", **spread) for row in table.base.rows[:3])
    rules = {outcome: replace(rule, shrink=1.0, cap=1e9) for outcome, rule in table.combination.items()}
    return replace(table, factors=tuple(factors), base=replace(table.base, rows=rows), combination=rules)


@pytest.mark.parametrize("outcome", ["accident", "violation"])
def test_with_next_to_no_prior_it_is_the_fit_of_largest_likelihood(
    table: RiskTable, draw_features: Draw, outcome: str
) -> None:
    vague, draw = _vague(table), np.random.default_rng(8)
    features = draw_features(draw, vague, 20_000)
    true = replace(vague, factors=tuple(_louder(factor) for factor in vague.factors))
    labels, extra = _labels(draw, features, true, outcome)
    fitted = RiskTableFit(vague, outcome, fit_shrink=False, own_record=False).fit(features, labels, **extra)
    columns = _one_hot(features, vague)
    if outcome == "violation":
        model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000).fit(columns, labels)
        expected = model.predict_proba(columns)[:, 1]
    else:
        exposure = extra["exposure"]
        model = PoissonRegressor(alpha=0, tol=1e-10, max_iter=10_000, solver="newton-cholesky")
        expected = model.fit(columns, labels / exposure, sample_weight=exposure).predict(columns)
    np.testing.assert_allclose(fitted.predict(features), expected, rtol=2e-3)


def _louder(factor: Any) -> Any:
    """The same factor with effects that the expert did not expect, within his signs."""

    def effects(entry: Any, log_rr: float) -> Any:
        turned = {o: replace(e, log_rr=-log_rr if e.sign == "-" else log_rr) for o, e in entry.effects.items()}
        return replace(entry, effects=turned)

    bins = tuple(
        effects(entry, 0.0 if entry.effects["accident"].sd <= 0.01 else 0.25 + 0.2 * n)
        for n, entry in enumerate(factor.bins)
    )
    return replace(factor, bins=bins, unknown=effects(factor.unknown, 0.4))


def test_many_labels_overrule_the_expert(small_table: RiskTable, draw_features: Draw) -> None:
    draw = np.random.default_rng(9)
    true = replace(small_table, factors=tuple(_louder(factor) for factor in small_table.factors))
    features = draw_features(draw, small_table, 40_000)
    labels, extra = _labels(draw, features, true, "accident", times=3.0)
    fitted = RiskTableFit(small_table).fit(features, labels, **extra)
    truth, found = (score(look_up(features, one), one, "accident").total for one in (true, fitted.table_))
    before = score(look_up(features, small_table), small_table, "accident").total
    assert np.std(found - truth - np.log(3)) < 0.12
    assert np.std(before - truth) > 0.3
    assert np.mean(found - truth) == pytest.approx(np.log(3), abs=0.05)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_weight_of_two_is_the_row_twice(small_table: RiskTable, draw_features: Draw, outcome: str) -> None:
    draw = np.random.default_rng(10)
    features = draw_features(draw, small_table, 200)
    labels, extra = _labels(draw, features, small_table, outcome)
    estimator = RiskTableFit(small_table, outcome, fit_strength=False)
    weighted = clone(estimator).fit(features, labels, sample_weight=np.where(np.arange(200) < 50, 2.0, 1.0), **extra)
    again = np.r_[np.arange(200), np.arange(50)]
    twice = clone(estimator).fit(features.iloc[again], labels[again], **{k: v[again] for k, v in extra.items()})
    np.testing.assert_allclose(weighted.posterior_.mode, twice.posterior_.mode, atol=5e-3)
    np.testing.assert_allclose(weighted.posterior_.sd, twice.posterior_.sd, rtol=1e-2, atol=1e-4)


def test_rows_without_exposure_say_nothing(small_table: RiskTable, draw_features: Draw) -> None:
    draw = np.random.default_rng(11)
    features = draw_features(draw, small_table, 300)
    labels, extra = _labels(draw, features, small_table, "accident")
    silent = np.arange(300) < 100
    exposure = np.where(silent, np.nan, extra["exposure"])
    whole = RiskTableFit(small_table).fit(features, labels, exposure=exposure)
    part = RiskTableFit(small_table).fit(features[~silent], labels[~silent], exposure=exposure[~silent])
    assert whole.labels_ == part.labels_ == 200
    assert whole.table_ == part.table_


def test_the_moved_table_says_which_points_on_how_many_labels(small_table: RiskTable, draw_features: Draw) -> None:
    draw = np.random.default_rng(12)
    features = draw_features(draw, small_table, 600)
    labels, _ = _labels(draw, features, small_table, "violation")
    fitted = RiskTableFit(small_table, "violation").fit(features, labels)
    moved = fitted.moved_.set_index(["factor", "state"])
    here = (features["ownership"] == "sole_owner").to_numpy()
    row = moved.loc[("ownership", "sole_owner")]
    assert (row["labels"], row["events"]) == (here.sum(), labels[here].sum())
    effect = fitted.table_["ownership"].bins[3].effects["violation"]
    assert row["after"] == effect.log_rr
    assert row["before"] == small_table["ownership"].bins[3].effects["violation"].log_rr
    assert effect.mark == "fitted"
    assert f"{here.sum()} labels" in effect.basis
    assert moved.loc[("level", "")]["labels"] == 600
    size = (fitted.moved_["after"] - fitted.moved_["before"]).abs()
    assert size.is_monotonic_decreasing


def test_a_sector_without_labels_is_moved_by_its_group_and_less(table: RiskTable, draw_features: Draw) -> None:
    draw = np.random.default_rng(13)
    features = draw_features(draw, table, 4000)
    pairs = [("vsic2018", "05"), ("vsic2018", "08"), ("vsic2018", "47")]  # 07 and 08 are of one group
    row = draw.integers(0, 3, len(features))
    features["sector_scheme"] = [pairs[n][0] for n in row]
    features["sector_code"] = [pairs[n][1] for n in row]
    exposure = np.full(len(features), 100.0)
    labels = draw.poisson(np.array([0.02, 0.2, 0.02])[row] * exposure).astype(float)
    after = {
        (r.scheme, r.prefix): r for r in RiskTableFit(table).fit(features, labels, exposure=exposure).table_.base.rows
    }
    before = {(r.scheme, r.prefix): r for r in table.base.rows}
    change = {key: after[key].accident - before[key].accident for key in before}
    assert change["vsic2018", "08"] == change["vsic2025", "08"] > 0.3
    assert 0 < change["vsic2018", "07"] < change["vsic2018", "08"]
    assert (
        after["vsic2018", "08"].accident_sd < after["vsic2018", "07"].accident_sd < before["vsic2018", "07"].accident_sd
    )
    assert after["vsic2018", "86"] == before["vsic2018", "86"]


def test_an_unknown_bin_without_rows_stays_the_mean_of_the_moved_ones(
    small_table: RiskTable, draw_features: Draw
) -> None:
    draw = np.random.default_rng(14)
    features = draw_features(draw, small_table, 3000, known=1.0)
    true = replace(small_table, factors=tuple(_louder(factor) for factor in small_table.factors))
    labels, _ = _labels(draw, features, true, "violation")
    factor = RiskTableFit(small_table, "violation").fit(features, labels).table_["unskilled_share"]
    shares, logs = zip(*((entry.share, entry.effects["violation"].log_rr) for entry in factor.bins), strict=True)
    assert factor.unknown.effects["violation"].log_rr == pytest.approx(np.log(np.dot(shares, np.exp(logs))))


def test_the_level_and_the_shrinkage_can_be_held(small_table: RiskTable, draw_features: Draw) -> None:
    draw = np.random.default_rng(15)
    features = draw_features(draw, small_table, 300)
    labels, extra = _labels(draw, features, small_table, "accident", times=3.0)
    held = RiskTableFit(small_table, fit_level=False, fit_shrink=False).fit(features, labels, **extra).table_
    assert held.base.level == small_table.base.level
    assert held.combination == small_table.combination
    free = RiskTableFit(small_table).fit(features, labels, **extra).table_
    assert free.base.level["accident"].value > 1.5 * small_table.base.level["accident"].value


def test_all_outcomes_at_once(small_table: RiskTable, draw_features: Draw) -> None:
    draw = np.random.default_rng(16)
    features = _with_record(draw, draw_features(draw, small_table, 400))
    panels = {}
    for outcome in OUTCOMES:
        labels, extra = _labels(draw, features, small_table, outcome)
        inspector = pd.Series(draw.choice(["A", "B", "C"], 400)) if outcome == "violation" else None
        panels[outcome] = Panel(features, labels, extra.get("exposure"), inspector=inspector)
    fitted = fit_table(small_table, panels)
    assert isinstance(fitted, Fitted)
    assert set(fitted.moved["outcome"]) == set(OUTCOMES)
    assert fitted.table.name == "dien-bien-expert-fitted"
    assert "accident: 400 labelled rows" in fitted.table.note
    for outcome, column in RATES.items():
        alone = RiskTableFit(small_table, outcome).fit(
            features, panels[outcome].labels, exposure=panels[outcome].exposure, inspector=panels[outcome].inspector
        )
        np.testing.assert_allclose(assess(features, fitted.table)[column], alone.predict(features), rtol=1e-12)
    assert fit_table(small_table, {}).table == small_table


def test_a_fitted_table_can_be_the_next_prior(small_table: RiskTable, draw_features: Draw) -> None:
    draw = np.random.default_rng(17)
    features = draw_features(draw, small_table, 300)
    labels, _ = _labels(draw, features, small_table, "violation")
    first = RiskTableFit(small_table, "violation").fit(features, labels).table_
    second = RiskTableFit(first, "violation").fit(features, labels).table_
    assert second.name == first.name
    assert RiskTable.from_json(second.to_json()) == second
    assert second["ownership"].bins[3].effects["violation"].sd < first["ownership"].bins[3].effects["violation"].sd


def test_parameters_are_stored_untouched(small_table: RiskTable) -> None:
    estimator = RiskTableFit(small_table, "fatal", interval=0.5)
    assert clone(estimator).get_params() == estimator.get_params()
    assert estimator.get_params()["prior"] is small_table


@pytest.mark.parametrize(
    ("parameters", "labels", "code"),
    [
        ({"outcome": "wealth"}, [0, 1], "risk.bad_parameter"),
        ({"interval": 1.0}, [0, 1], "risk.bad_parameter"),
        ({"outcome": "violation"}, [0, 2], "risk.bad_parameter"),
        ({}, [0, -1], "risk.panel_value"),
        ({}, [0, 1, 2], "risk.panel_length"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(
    small_table: RiskTable, parameters: dict[str, Any], labels: list[float], code: str
) -> None:
    features = pd.DataFrame({"workers": [4.0, 400.0]})
    with pytest.raises(OshriskError) as caught:
        RiskTableFit(small_table, **parameters).fit(features, labels)
    assert caught.value.code == code
    assert caught.value.message("vi")
    assert caught.value.message("en")
