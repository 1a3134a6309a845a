"""What the visits say of all places: unbiased, at its level, and silent where there is too little."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oshrisk.evaluate.prevalence import LEAST_EFFECTIVE, Z95, estimate, estimate_rate, wilson

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def coverage():
    before = list(sys.path)
    sys.path.insert(0, str(BENCHMARKS))  # the folder is no package
    yield importlib.import_module("coverage")
    sys.path[:] = before


def test_the_interval_holds_its_level_over_1000_provinces_and_nothing_is_biased(coverage):
    setting = coverage.Setting(days=140, rate=0.3, closed=0.05)
    played = coverage.play(setting, 1000, seed=11)
    said = coverage.figures(played)
    assert played["visited"].sub(played["draws"]).mean() > 30  # the programme's own choice, where the rate is higher
    assert 0.93 <= said["coverage"] <= 0.97
    assert abs(said["bias_hajek"]) < 4 * said["bias_error"]
    assert abs(said["bias_ht"]) < 4 * said["bias_error"]
    naive = played["naive"] - played["truth"]
    assert naive.mean() > 0.1  # the plain share of the visited is far off


def simple(count, answers, *, certain=0, band=None):
    """`certain` places visited for certain, then `count` of which the first len(answers) were drawn from all."""
    probability = np.concatenate([np.ones(certain), np.full(count, len(answers) / count)])
    drawn = np.arange(certain + count) - certain
    drawn = (drawn >= 0) & (drawn < len(answers))
    answer = np.full(certain + count, np.nan)
    answer[drawn] = answers
    answer[:certain] = 1.0
    bands = np.ones(certain + count, dtype=np.int64) if band is None else np.asarray(band)
    return probability, drawn, bands, answer, np.zeros(certain + count, dtype=bool)


def test_a_simple_random_sample_gives_the_formulas_of_the_book():
    said = estimate_rate(*simple(100, [1] * 4 + [0] * 16))
    assert said["horvitz_thompson"] == pytest.approx(0.2)
    assert said["hajek"] == pytest.approx(0.2)
    assert said["total"] == pytest.approx(20)
    error = np.sqrt((1 - 20 / 100) * 0.2 * 0.8 / 19)  # Cochran (1977), 3.2
    assert said["se_horvitz_thompson"] == pytest.approx(error)
    assert said["se_hajek"] == pytest.approx(error)
    assert said["effective_draws"] == pytest.approx(20 / 0.8)
    assert (said["low"], said["high"]) == pytest.approx(wilson(0.2, 25))


def test_the_certain_part_counts_for_itself_alone():
    said = estimate_rate(*simple(90, [1, 0, 0] * 5, certain=10))
    low, high = wilson(1 / 3, 15 / (1 - 15 / 90))
    assert said["hajek"] == pytest.approx((10 + 30) / 100)
    assert said["total"] == pytest.approx(40)
    assert (said["low"], said["high"]) == pytest.approx(((10 + 90 * low) / 100, (10 + 90 * high) / 100))
    assert (said["certain"], said["draws_answered"], said["answered"]) == (10, 15, 25)


def test_unequal_chances_are_weighted():
    probability = np.repeat([0.5, 0.1], [20, 100])
    drawn = np.zeros(120, dtype=bool)
    drawn[:10], drawn[20:30] = True, True
    answer = np.where(drawn, np.repeat([1.0, 0.0], [20, 100]), np.nan)
    said = estimate_rate(probability, drawn, np.repeat([1, 2], [20, 100]), answer, np.zeros(120, dtype=bool))
    assert said["hajek"] == pytest.approx(20 / 120)
    assert said["effective_draws"] * (1 - 20 / 120) == pytest.approx(120**2 / (10 * 4 + 10 * 100))
    assert said["se_hajek"] == pytest.approx(0.0)  # within the bands all are alike


def test_standard_errors_are_the_spread_over_redraws():
    chance = np.random.default_rng(3)
    size, draws = np.array([300, 200, 60]), np.array([8, 6, 5])
    band = np.repeat([1, 2, 3], size)
    probability = np.concatenate([np.ones(40), np.repeat(draws / size, size)])
    bad = chance.random(600) < np.concatenate([np.full(40, 0.8), np.repeat([0.2, 0.4, 0.6], size)])
    rows = []
    for _ in range(800):
        order = np.lexsort((chance.random(560), band))
        turn = np.arange(560) - np.repeat([0, 300, 500], size)
        drawn = np.zeros(600, dtype=bool)
        drawn[40 + order[turn < np.repeat(draws, size)]] = True
        answer = np.where(drawn | (probability == 1), bad, np.nan)
        bands = np.concatenate([np.zeros(40, dtype=np.int64), band])
        rows.append(estimate_rate(probability, drawn, bands, answer, np.zeros(600, dtype=bool)))
    said = pd.DataFrame(rows)
    for name in ("horvitz_thompson", "hajek"):
        assert abs(said[name].mean() - bad.mean()) < 4 * said[name].std() / np.sqrt(800)
        assert (said[f"se_{name}"] ** 2).mean() == pytest.approx(said[name].var(), rel=0.2)


def test_closed_places_leave_the_population():
    probability, drawn, band, answer, closed = simple(100, [1] * 5 + [0] * 15)
    closed[10:20] = True  # ten of the twenty drawn, all without a violation
    answer[closed] = np.nan
    said = estimate_rate(probability, drawn, band, answer, closed)
    assert said["hajek"] == pytest.approx(0.5)
    assert said["total"] == pytest.approx(25)
    assert said["horvitz_thompson"] == pytest.approx(0.25)
    assert (said["closed"], said["unanswered"]) == (10, 0)
    assert (said["worst_low"], said["worst_high"]) == (said["low"], said["high"])


def test_no_answer_is_a_bound_and_never_a_zero():
    probability, drawn, band, answer, closed = simple(100, [1] * 5 + [0] * 10 + [np.nan] * 5)
    said = estimate_rate(probability, drawn, band, answer, closed)
    assert said["hajek"] == pytest.approx(1 / 3)
    assert said["unanswered"] == 5
    assert said["worst_low"] == pytest.approx(wilson(5 / 20, 25)[0])
    assert said["worst_high"] == pytest.approx(wilson(10 / 20, 25)[1])
    assert said["worst_low"] < said["low"] < said["high"] < said["worst_high"]
    assert said["total"] == pytest.approx(100 / 3)


@pytest.mark.parametrize(("rate", "effective"), [(0.0, 6), (0.3, 6), (0.5, 40), (1.0, 9)])
def test_wilson_is_where_the_score_test_rejects(rate, effective):
    for limit in wilson(rate, effective):
        if 0 < limit < 1:
            assert abs(rate - limit) / np.sqrt(limit * (1 - limit) / effective) == pytest.approx(Z95)
    assert wilson(rate, 0) == (0.0, 1.0)
    assert wilson(rate, np.inf) == pytest.approx((rate, rate))


@given(
    st.lists(st.tuples(st.sampled_from([1.0, 0.5, 0.2]), st.sampled_from([1.0, 0.0, np.nan, -1.0])), max_size=40),
    st.integers(0, 10**6),
)
@settings(max_examples=60)
def test_invariants(places, seed):
    probability = np.array([chance for chance, _ in places])
    closed = np.array([answer == -1.0 for _, answer in places], dtype=bool)
    drawn = (np.random.default_rng(seed).random(len(places)) < probability) & (probability < 1)
    visited = drawn | (probability >= 1)
    answer = np.where(visited & ~closed, [answer for _, answer in places], np.nan)
    band = np.where(probability > 0.3, 1, 2)
    said = estimate_rate(probability, drawn, band, answer, closed & visited)
    assert said["visited"] == said["answered"] + said["closed"] + said["unanswered"] == visited.sum()
    if not np.isnan(said["hajek"]):
        assert -1e-9 <= said["worst_low"] <= said["low"] <= said["hajek"] + 1e-9
        assert said["hajek"] - 1e-9 <= said["high"] <= said["worst_high"] <= 1 + 1e-9
        assert said["total"] >= 0


def frame_of(count=120, chosen=10, drawn=30):
    index = pd.Index([f"{number:010d}" for number in range(count)], name="enterprise_id")
    probability = np.where(np.arange(count) < chosen, 1.0, drawn / (count - chosen - 5))
    probability[-5:] = 0.0
    stratum = np.where(np.arange(count) % 6 == 0, "large/far/reporter", "micro/near/non_reporter")
    frame = pd.DataFrame({"inclusion_probability": probability, "stratum": stratum, "section": "C"}, index)
    frame.loc[frame.index[::2], "section"] = None
    frame["band"] = pd.Series(1, index, dtype="Int64").where(probability < 1)
    return frame.assign(drawn=(np.arange(count) >= chosen) & (np.arange(count) < chosen + drawn))


def results_of(frame, **columns):
    visited = frame[frame["drawn"] | frame["inclusion_probability"].eq(1)]
    results = pd.DataFrame({"done": "done", "found": 0.0, "unreported": np.nan}, visited.index)
    return results.assign(**columns)


def test_by_groups_with_a_verdict_for_each():
    frame = frame_of()
    found = estimate(frame, results_of(frame, found=np.arange(40) % 4 == 0))
    table = found.table.set_index(["outcome", "by", "value"])
    assert (found.eligible, found.uncovered) == (120, 5)
    province = table.loc[("serious_violation", "province", "")]
    assert province["verdict"] == "estimate"
    assert province["places"] == 115
    groups = table.loc["serious_violation"]
    assert groups.loc[("size", "large"), "effective_draws"] == pytest.approx(6.0 / (1 - 5 / 18), rel=0.5)
    assert groups["places"].groupby("by").sum()[["size", "area", "reports"]].eq(115).all()
    assert groups.loc[("section", "C"), "places"] < 115
    assert ("section", "nan") not in groups.index
    nobody_looked = table.loc["unreported_accident"]
    assert nobody_looked["verdict"].eq("too_few").all()
    assert nobody_looked[["hajek", "low", "high", "total"]].isna().all(axis=None)
    assert nobody_looked["unanswered"].loc[("province", "")] == 40


def test_places_of_unknown_stratum_count_for_the_province_alone():
    frame = frame_of().assign(stratum="")
    found = estimate(frame, results_of(frame)).table
    assert set(found["by"]) == {"province", "section"}
    assert found["places"].iloc[0] == 115


def test_too_few_is_said_and_nothing_shown():
    frame = frame_of(drawn=4)
    row = estimate(frame, results_of(frame)).table.iloc[0]
    assert row["effective_draws"] < LEAST_EFFECTIVE
    assert row["verdict"] == "too_few"
    assert row[["total", "horvitz_thompson", "hajek", "se_hajek", "low", "high"]].isna().all()


@pytest.mark.parametrize(("done", "verdict"), [("done", "exact"), ("refused", "bounds")])
def test_where_nobody_was_left_to_chance(done, verdict):
    frame = frame_of().iloc[:10]
    found = estimate(frame, results_of(frame, found=[1.0] * 5 + [0.0] * 5, done=["done"] * 9 + [done]))
    row = found.table.iloc[0]
    assert row["verdict"] == verdict
    limits = {"exact": (0.5, 0.5), "bounds": (0.5, 0.6)}[verdict]
    assert (row["low"], row["high"]) == pytest.approx(limits)


@pytest.mark.parametrize("done", ["refused", "not_found", "not_done", "missing"])
def test_every_way_of_no_answer(done):
    frame = frame_of()
    results = results_of(frame, done=["done"] * 35 + [done] * 5)
    row = estimate(frame, results[results["done"].ne("missing")]).table.iloc[0]
    assert (row["answered"], row["unanswered"]) == (35, 5)


def test_results_of_others_are_left_aside_and_doubles_refused():
    frame = frame_of()
    results = results_of(frame)
    stranger = results.iloc[:1].rename(index=lambda _: "9999999999").assign(found=1.0)
    more = pd.concat([results, stranger])
    pd.testing.assert_frame_equal(estimate(frame, more).table, estimate(frame, results).table)
    with pytest.raises(ValueError, match="one result"):
        estimate(frame, pd.concat([results, results.iloc[:1]]))


def test_nobody_at_all():
    frame = frame_of().iloc[:0]
    found = estimate(frame, results_of(frame))
    assert found.table["verdict"].eq("too_few").all()
    assert (found.eligible, found.uncovered) == (0, 0)
