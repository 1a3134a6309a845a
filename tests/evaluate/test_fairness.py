import numpy as np
import pandas as pd
import pytest

from oshrisk.evaluate.fairness import VERDICTS, audit, error_rates, groups

COUNT = 300


def world(rng):
    ids = pd.Index([f"{number:010d}" for number in range(COUNT)], name="enterprise_id")
    group = pd.DataFrame(
        {
            "size": rng.choice(["micro", "small", "large"], COUNT, p=[0.6, 0.3, 0.1]),
            "sector": rng.choice(list("ABCFGH"), COUNT),
            "remoteness": rng.choice(["near", "far"], COUNT),
        },
        index=ids,
    )
    return group, pd.DataFrame({"enterprises": 1.0, "workers": rng.lognormal(2, 1, COUNT)}, index=ids)


def drawn_list(rng, reference, size, repeats=False):
    key = rng.exponential(size=COUNT) / reference.to_numpy()
    visits = pd.Series(0.0, reference.index)
    visits.iloc[np.argsort(key)[:size]] = rng.integers(1, 9, size) if repeats else 1.0
    return visits


@pytest.mark.parametrize(("name", "repeats"), [("enterprises", False), ("enterprises", True), ("workers", True)])
def test_on_pure_noise_it_cries_no_more_often_than_its_level(name, repeats):
    """Over 100 lists drawn in proportion to the reference, with or without the same places again each quarter."""
    rng = np.random.default_rng(11)
    alarms = 0
    for seed in range(100):
        group, reference = world(rng)
        visits = drawn_list(rng, reference[name], 60, repeats)
        found = audit(visits, group, reference[[name]], draws=199, seed=seed)
        alarms += (found["verdict"] == "differs").any()
    assert alarms <= 11  # binomial(100, .05): more than 11 has a chance below 0.5 %


def test_a_list_that_leaves_out_the_far_is_told():
    rng = np.random.default_rng(1)
    group, reference = world(rng)
    near = reference["enterprises"] * np.where(group["remoteness"] == "near", 1.0, 0.1)
    found = audit(drawn_list(rng, near, 60), group, reference[["enterprises"]])
    verdicts = found.set_index(["dimension", "group"])["verdict"].sort_index()
    assert verdicts["remoteness", "far"] == verdicts["remoteness", "near"] == "differs"
    assert (verdicts[["size", "sector"]] != "differs").all()


def test_a_short_list_has_not_enough_data():
    rng = np.random.default_rng(2)
    group, reference = world(rng)
    found = audit(drawn_list(rng, reference["enterprises"], 15), group, reference)
    assert set(found["verdict"]) == {"not_enough_data"}
    assert found["p"].isna().all()


def test_shares_intervals_and_chance_fit_together():
    rng = np.random.default_rng(3)
    group, reference = world(rng)
    found = audit(drawn_list(rng, reference["workers"], 80, repeats=True), group, reference)
    assert set(found["verdict"]) <= set(VERDICTS)
    sums = found.groupby(["reference", "dimension"])[["share", "reference_share"]].sum()
    np.testing.assert_allclose(sums, 1.0)
    assert ((found["low"] <= found["share"]) & (found["share"] <= found["high"])).all()
    told = found[found["verdict"] != "not_enough_data"]
    outside = (told["share"] < told["chance_low"] - 1e-9) | (told["share"] > told["chance_high"] + 1e-9)
    assert outside[told["p"] < 0.04].all()
    assert not outside[told["p"] > 0.06].any()


def test_no_list_and_nobody():
    rng = np.random.default_rng(4)
    group, reference = world(rng)
    found = audit(pd.Series(0.0, group.index), group, reference)
    assert set(found["verdict"]) == {"not_enough_data"}


def flagged_visits(rng, count, chance):
    group, _ = world(rng)
    ids = group.index[:count]
    violation = (rng.random(count) < 0.5).astype(float)
    flagged = rng.random(count) < np.where(group.loc[ids, "remoteness"] == "far", chance, 0.5)
    return pd.DataFrame({"arm": "random", "violation": violation, "flagged": flagged}, index=ids), group


def test_errors_count_on_the_random_stratum_only():
    visits, group = flagged_visits(np.random.default_rng(5), 200, 0.5)
    chosen = visits.assign(arm="risk")
    assert error_rates(pd.concat([visits, chosen]), group).equals(error_rates(visits, group))
    assert error_rates(chosen, group).empty


def test_errors_that_differ_are_told_and_few_are_not_judged():
    rng = np.random.default_rng(6)
    visits, group = flagged_visits(rng, 300, 0.02)
    told = error_rates(visits, group).set_index(["error", "dimension", "group"])
    assert told.loc[("missed", "remoteness", "far"), "verdict"] == "differs"
    assert told.loc[("missed", "remoteness", "far"), "rate"] > 0.8
    few = error_rates(visits.iloc[:12], group)
    assert set(few["verdict"]) == {"not_enough_data"}


def test_errors_on_pure_noise():
    rng = np.random.default_rng(12)
    alarms = 0
    for seed in range(100):
        visits, group = flagged_visits(rng, 250, 0.5)
        found = error_rates(visits, group, draws=199, seed=seed)
        alarms += (found[found["error"] == "missed"]["verdict"] == "differs").any()
    assert alarms <= 11  # binomial(100, .05): more than 11 has a chance below 0.5 %


def test_groups_are_words_and_unknown_is_a_group():
    features = pd.DataFrame(
        {
            "workers": [5.0, float("nan")],
            "section": ["B", None],
            "commune_code": ["03127", None],
            "travel_hours": [0.2, float("nan")],
            "months_since_inspection": [3.0, float("nan")],
        },
        index=["a", "b"],
    )
    found = groups(features)
    assert found.loc["a", ["size", "sector", "remoteness", "visited_before"]].tolist() == ["micro", "B", "near", "yes"]
    assert found.loc["b"].tolist() == ["unknown", "unknown", "unknown", "unknown", "no"]
