import numpy as np
import pandas as pd
import pytest

from oshrisk.evaluate.drift import MIN_EVENTS, recalibrated, shifted

COUNT = 300


def firms(rng, count=COUNT, first=0):
    ids = pd.Index([f"{first + number:010d}" for number in range(count)], name="enterprise_id")
    return pd.DataFrame(
        {
            "workers": rng.choice([3.0, 30.0, 300.0, np.nan], count, p=[0.5, 0.3, 0.1, 0.1]),
            "temporary_share": rng.choice([0.0, 0.2, 0.5, np.nan], count, p=[0.3, 0.2, 0.1, 0.4]),
            "ownership": rng.choice(["state", "foreign", "domestic_private"], count, p=[0.1, 0.1, 0.8]),
            "section": rng.choice(list("BCFG"), count),
        },
        index=ids,
    )


def aged(rng, then, change=0.15, gone=20):
    """Return the same enterprises later: some are new, some gone, and a share of the features drawn anew."""
    now = pd.concat([then.iloc[gone:], firms(rng, gone, first=1000)])
    fresh = firms(rng, len(now)).set_axis(now.index, axis=0)
    return now.where(rng.random(now.shape) > change, fresh)


def test_on_pure_noise_features_cry_no_more_often_than_their_level(expert):
    """The same law on both days, most enterprises the same: 100 pairs of days."""
    rng = np.random.default_rng(4)
    alarms = smallest = 0
    for seed in range(100):
        then = firms(rng)
        found = shifted(then, aged(rng, then), expert, draws=99, seed=seed)
        alarms += (found["verdict"] == "differs").any()
        smallest += found["p"].min() <= 0.05  # before the limit of the index
    assert alarms <= 11  # binomial(100, .05): more than 11 has a chance below 0.5 %
    assert smallest <= 11
    assert smallest >= 1  # and it is not blind


def test_a_feature_that_moved_is_told_and_the_others_are_not(expert):
    rng = np.random.default_rng(5)
    then = firms(rng)
    now = aged(rng, then)
    now["temporary_share"] = np.where(rng.random(len(now)) < 0.5, 0.5, now["temporary_share"])
    found = shifted(then, now, expert).set_index("name")
    assert found.loc["temporary_share", "verdict"] == "differs"
    assert found["verdict"].drop("temporary_share").eq("no_sign").all()
    assert set(found.index) == {"temporary_share", "enterprise_size", "ownership", "sector"}
    assert found.index[0] == "temporary_share"


def test_a_new_sector_is_told(expert):
    rng = np.random.default_rng(6)
    then = firms(rng)
    now = pd.concat([then, firms(rng, 90, first=1000).assign(section="F")])
    found = shifted(then, now, expert).set_index("name")
    assert found.loc["sector", "verdict"] == "differs"


def test_few_enterprises_are_not_judged_and_nothing_new_is_no_sign(expert):
    rng = np.random.default_rng(7)
    few, many = firms(rng, 40), firms(rng)
    assert set(shifted(few, few, expert)["verdict"]) == {"not_enough_data"}
    same = shifted(many, many, expert)
    assert (same["value"] == 0).all()
    assert set(same["verdict"]) == {"no_sign"}
    assert shifted(many.iloc[:0], many.iloc[:0], expert).empty


def quarters(rng, count=400, number=6):
    """Rows of enterprises whose windows of a year overlap: four quarters share an accident."""
    rate, years = rng.gamma(1.0, 0.2, count), rng.uniform(0.5, 4, count)
    by_quarter = rng.poisson(np.repeat((rate * years / 4)[:, None], number + 3, axis=1))
    counts = np.stack([by_quarter[:, first : first + 4].sum(axis=1) for first in range(number)], axis=1)
    chance = rng.uniform(0.1, 0.6, (count, number))
    visited = rng.random((count, number)) < 0.15
    found = np.where(visited, rng.random((count, number)) < chance, np.nan)
    ids, quarter = np.meshgrid([f"{row:010d}" for row in range(count)], np.arange(number), indexing="ij")
    columns = {"enterprise_id": ids, "quarter": quarter, "reported_accidents": counts, "violation": found}
    rows = pd.DataFrame({name: part.ravel() for name, part in columns.items()}).assign(
        exposure=np.repeat(years, number)
    )
    scores = pd.DataFrame({"accident_rate": 0.1, "violation_probability": chance.ravel()}, rows.index)
    return rows, scores


@pytest.mark.parametrize("what", ["accident", "violation"])
def test_on_pure_noise_calibration_cries_no_more_often_than_its_level(what):
    """Enterprises that differ (gamma), windows that overlap, a level that is off by two: 100 histories."""
    rng = np.random.default_rng(8)
    alarms = 0
    for seed in range(100):
        found = recalibrated(*quarters(rng), draws=99, seed=seed)
        alarms += (found.loc[found["what"] == what, "verdict"] == "differs").any()
    assert alarms <= 11  # binomial(100, .05): more than 11 has a chance below 0.5 %


def test_a_quarter_that_differs_is_told():
    rng = np.random.default_rng(9)
    rows, scores = quarters(rng)
    rows.loc[rows["quarter"] == 5, "reported_accidents"] *= 3
    found = recalibrated(rows, scores).set_index(["what", "name"])
    assert found.loc[("accident", 5), "verdict"] == "differs"
    assert found.loc[("accident", 5), "value"] > 2 * found.loc[("accident", 0), "value"]
    assert found.loc["violation"]["verdict"].eq("no_sign").all()


def test_figures_are_sums_and_few_events_are_not_judged():
    rng = np.random.default_rng(10)
    rows, scores = quarters(rng, count=20)
    found = recalibrated(rows, scores).set_index(["what", "name"])
    first = rows[rows["quarter"] == 0]
    assert found.loc[("accident", 0), "observed"] == first["reported_accidents"].sum()
    assert found.loc[("accident", 0), "expected"] == pytest.approx(0.1 * first["exposure"].sum())
    assert found.loc[("violation", 0), "observed"] == first["violation"].sum()
    few = found[found[["expected", "observed"]].min(axis=1) < MIN_EVENTS]
    assert len(few)
    assert set(few["verdict"]) == {"not_enough_data"}
    assert recalibrated(rows.iloc[:0], scores.iloc[:0]).empty
