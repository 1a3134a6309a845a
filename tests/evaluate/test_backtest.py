from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.evaluate import Past, compare, run_backtest
from oshrisk.evaluate.history import date_before
from oshrisk.evaluate.policies import policies
from oshrisk.evaluate.replay import fit, replay, searched_briefly
from oshrisk.evaluate.scorecard import MADE, scorecard
from oshrisk.features import build_features
from oshrisk.messages import LANGUAGES
from oshrisk.planning import Quarter, make_plan
from oshrisk.registry.registry import registry_of
from oshrisk.risk import RiskTable, assess, covering
from oshrisk.settings import Programme

QUARTER = Quarter(2025, 2)


@pytest.fixture(scope="module")
def played(past, expert):
    return replay(past, Programme(), expert, {"expert": expert, **policies()}, (QUARTER.previous, QUARTER))


def test_the_past_is_planned_as_the_next_quarter_is(small, expert, played):
    as_of = date_before(QUARTER)
    known = small.registry.known(as_of)
    features = build_features(known, as_of)
    still_open = features[known["enterprises"]["closed_on"].isna().to_numpy()]
    assessment = assess(still_open, covering(expert, features))
    plan = make_plan(known, features, assessment, searched_briefly(Programme()), QUARTER)
    listed = played.plans[(played.plans["quarter"] == 1) & (played.plans["model"] == "expert")]
    assert listed["enterprise_id"].tolist() == plan.visits.index.tolist()
    rows = played.rows[played.rows["quarter"] == 1]
    assert set(rows["visits"]) == {len(plan.visits)}
    expected = assessment.loc[rows["enterprise_id"], "priority"].to_numpy()
    np.testing.assert_array_equal(played.scores["expert"]["priority"][rows.index], expected)


def test_what_became_known_later_changes_no_score_and_no_list(small, expert, played):
    as_of = date_before(QUARTER)
    tables = dict(small.registry)
    for name, rows in tables.items():
        if "known_on" in rows:
            tables[name] = rows[rows["known_on"] <= as_of]
    cut = registry_of(tables, small.registry.read_on, simulated=True)
    again = replay(Past(cut), Programme(), expert, {"expert": expert, **policies()}, (QUARTER,))
    for name, found in again.scores.items():
        whole = played.scores[name][(played.rows["quarter"] == 1).to_numpy()]
        np.testing.assert_array_equal(found["priority"], whole["priority"], err_msg=name)
    listed = played.plans[played.plans["quarter"] == 1]
    assert again.plans["enterprise_id"].tolist() == listed["enterprise_id"].tolist()


def test_rows_are_those_that_could_be_visited_in_the_order_of_ids(played):
    for _, rows in played.rows.groupby("quarter"):
        assert rows["enterprise_id"].is_monotonic_increasing
        assert rows["enterprise_id"].is_unique


def test_truth_labels_everybody(small, past, expert):
    truth = small.truth_accidents
    played = replay(past, Programme(), expert, {"expert": expert}, (QUARTER,), truth_accidents=truth)
    assert played.rows["accident_label"].notna().all()
    opens, until = date_before(QUARTER), past.until(date_before(QUARTER))
    inside = truth[(truth["occurred_on"] > opens) & (truth["occurred_on"] <= until)]
    inside = inside[inside["enterprise_id"].isin(played.rows["enterprise_id"])]
    assert played.rows["accidents"].sum() == len(inside)


def test_models_of_every_kind(expert):
    class Estimator:
        outcome = "accident"

        def fit(self, *_, **extra):
            assert set(extra) == {"exposure", "sample_weight", "inspector"}
            self.table_, self.moved_ = expert, pd.DataFrame({"factor": ["a"]})

    class Panel:
        features, outcome, exposure, weight, inspector = pd.DataFrame(), [], None, None, None

    labels = {"accident": Panel()}.copy
    assert fit(expert, labels) == (expert, None)
    assert fit(lambda _: expert, labels)[0] is expert
    table, moved = fit(Estimator(), labels)
    assert table is expert
    assert moved["factor"].tolist() == ["a"]
    rule = policies()["size"]
    assert not isinstance(fit(rule, labels)[0], RiskTable)
    assert fit(rule, labels)[0] is not rule  # a copy: what one quarter learned never reaches another


def test_random_choice_finds_what_is_due_to_chance(played):
    card = scorecard(played, draws=20)
    rows = played.rows
    share = (rows["visits"] / rows.groupby("quarter")["visits"].transform("size")).mean()
    curve = card.curve[(card.curve["model"] == "random") & (card.curve["outcome"] == "accident")]
    low, high = (np.interp(share, curve["share"], curve[end]) for end in ("low", "high"))
    assert low <= share <= high


def test_figures_agree_with_a_count_by_hand(played):
    table = scorecard(played, draws=5).table.set_index(["model", "outcome", "metric"])
    rows = played.rows.assign(score=played.scores["size"]["priority"])
    first = pd.concat([part.nlargest(int(part["visits"].iloc[0]), "score") for _, part in rows.groupby("quarter")])
    assert table.loc[("size", "accident", "capture"), "value"] == first["accidents"].sum() / rows["accidents"].sum()
    precision = table.loc[("size", "violation", "precision")]
    assert precision["value"] == pytest.approx(first["violation"].mean())
    assert precision["labelled"] == first["violation"].notna().sum()
    assert precision["of"] == len(first)
    worst, best = (table.loc[("size", "violation", f"precision_{end}"), "value"] for end in ("worst", "best"))
    assert worst == pytest.approx(first["violation"].sum() / len(first))
    assert best == pytest.approx((first["violation"].fillna(1.0)).mean())
    sets = [set(part["enterprise_id"]) for _, part in first.groupby("quarter")]
    assert table.loc[("size", "list", "churn"), "value"] == pytest.approx(len(sets[1] - sets[0]) / len(sets[1]))


def test_expected_and_observed_are_those_of_reported_work(played):
    rows, rate = played.rows, played.scores["expert"]["accident_rate"]
    table = scorecard(played, draws=5).table.set_index(["model", "outcome", "metric"])
    expected = (rate * rows["exposure"]).sum()
    found = table.loc[("expert", "accident", "observed_to_expected"), "value"]
    assert found == pytest.approx(rows["reported_accidents"].sum() / expected)
    bands = scorecard(played, draws=5).calibration
    bands = bands[(bands["model"] == "expert") & (bands["outcome"] == "accident")]
    assert bands["expected"].sum() == pytest.approx(expected)


def test_table_is_tidy_and_says_how_many_were_labelled(backtest):
    table = backtest.table
    assert list(table.columns) == ["model", "outcome", "metric", "value", "low", "high", "labelled", "of"]
    assert not table.duplicated(["model", "outcome", "metric"]).any()
    assert (table["labelled"] <= table["of"]).all()
    assert set(table["model"]) == {"expert", "again", MADE, *policies()}
    shares = table[table["metric"].isin(["capture", "precision", "churn", "auc"])]
    assert shares["value"].dropna().between(0, 1).all()


def test_the_same_seed_gives_the_same_figures(played):
    one, two, other = (scorecard(played, draws=10, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.table, two.table)
    assert not one.table["low"].equals(other.table["low"])


def test_resamples_are_paired_and_surround_the_value(backtest):
    for outcome in ("accident", "harm", "violation"):
        pair = (backtest.samples[name, outcome, "capture"] for name in ("expert", "again"))
        np.testing.assert_array_equal(*pair)
    rows = backtest.table[backtest.table["metric"].isin(["capture", "precision", "precision_best"])].dropna()
    assert ((rows["low"] <= rows["value"] + 1e-12) & (rows["value"] <= rows["high"] + 1e-12)).mean() > 0.95


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentence(backtest, language):
    sentence = backtest.sentence(language)
    assert sentence.startswith({"vi": "DỮ LIỆU MÔ PHỎNG.", "en": "SIMULATED DATA."}[language])
    assert f"{backtest.visits:.0f} " in sentence
    own = backtest.table.set_index(["model", "outcome", "metric"]).loc[("expert", "violation", "precision")]
    assert f"{own['of']:.0f}" in sentence
    assert "nan" not in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_four_sentences_with_a_verdict_each(backtest, language):
    found = backtest.findings(language)
    assert len(found) == 4
    assert all("nan" not in line and "{" not in line for line in found)
    told = {"vi": ("khác biệt", "chưa đủ số liệu"), "en": ("differ", "not enough data")}[language]
    assert all(any(word in line for word in told) for line in found)


def test_errors_and_drift_are_those_of_the_model(backtest, expert):
    assert backtest.tables["expert"] == expert  # what does not learn is as it was, its lost days too
    drift = backtest.drift
    quarters = set(map(str, backtest.quarters))
    assert set(drift.loc[drift["what"] != "feature", "name"]) == quarters
    held = {factor.name for factor in expert.factors if factor.feature}
    assert set(drift.loc[drift["what"] == "feature", "name"]) <= held | {"sector"}
    assert set(drift["verdict"]) | set(backtest.errors["verdict"]) <= {"differs", "no_sign", "not_enough_data"}
    few = backtest.errors[backtest.errors["labelled"] < 10]
    assert (few["verdict"] == "not_enough_data").all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_save_writes_everything_and_says_simulated(backtest, tmp_path, language):
    folder = backtest.save(tmp_path / "out", language)
    names = sorted(path.name for path in folder.iterdir())
    assert all("-simulated." in name for name in names)
    assert {name.rsplit(".")[-1] for name in names} == {"csv", "txt", "png"}
    tables = [pd.read_csv(path) for path in sorted(folder.glob("*.csv"))]
    assert len(backtest.table) in {len(table) for table in tables}
    assert len(names) == 12
    text = next(folder.glob("*.txt")).read_text(encoding="utf-8")
    assert all(line in text for line in backtest.findings(language))


def test_save_writes_all_or_nothing(backtest, tmp_path, monkeypatch):
    backtest.save(tmp_path / "out", "en")
    before = sorted(path.name for path in (tmp_path / "out").iterdir())
    monkeypatch.setattr("oshrisk.evaluate.pictures.of_backtest", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        backtest.save(tmp_path / "out", "vi")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"last": Quarter(2026, 4)}, "evaluate.not_matured"),
        ({"first": Quarter(2025, 2), "last": Quarter(2025, 1)}, "evaluate.wrong_order"),
        ({"first": Quarter(2010, 1), "last": Quarter(2025, 1)}, "evaluate.no_history"),
        ({"last": Quarter(2012, 1)}, "evaluate.no_history"),
        ({"model": "no_such_model"}, "evaluate.no_model"),
    ],
)
def test_wishes_that_cannot_be_met(small, wish, code):
    with pytest.raises(OshriskError) as caught:
        run_backtest(small.registry, Programme(), **wish)
    assert caught.value.code == code
    assert all(caught.value.message(language) for language in LANGUAGES)


# ------------------------------------------------------------------------------------------------ promotion
def test_a_model_is_never_promoted_over_itself(backtest):
    found = compare(backtest, "expert", "again")
    assert found.difference == found.low == found.high == 0
    assert found.verdict in {"not_shown", "too_few"}


@pytest.mark.parametrize(
    ("gain", "events", "verdict"),
    [(0.05, 40, "promote"), (-0.05, 40, "keep"), (0.0, 40, "not_shown"), (0.05, 3, "too_few")],
)
def test_promotion_needs_an_interval_without_zero(backtest, gain, events, verdict):
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.01, 200)
    base = rng.normal(0.3, 0.2, 200)  # shared by both: only the paired difference counts
    rows = [("a", "accident", "capture", 0.3), ("b", "accident", "capture", 0.3 + gain)]
    rows += [(name, "accident", "found", events / 2 / len(backtest.quarters)) for name in "ab"]
    table = pd.DataFrame(rows, columns=["model", "outcome", "metric", "value"])
    samples = {("a", "accident", "capture"): base, ("b", "accident", "capture"): base + gain + noise}
    found = compare(replace(backtest, table=table, samples=samples), "a", "b")
    assert found.verdict == verdict
    for language in LANGUAGES:
        assert "b" in found.sentence(language)


def test_an_unknown_model_cannot_be_compared(backtest):
    with pytest.raises(OshriskError) as caught:
        compare(backtest, "expert", "nobody")
    assert caught.value.code == "evaluate.no_model"
