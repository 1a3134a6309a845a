import numpy as np
import pandas as pd
import pytest

from oshrisk.evaluate.policies import SiteSpecificTargeting, own_rate, policies
from oshrisk.messages import LANGUAGES, catalogue

NAMES = list(policies())


def fitted(policy, frame, seed=0):
    rng = np.random.default_rng(seed)
    outcome = rng.poisson(0.3, len(frame)) if policy.outcome == "accident" else rng.random(len(frame)) < 0.3
    return policy.fit(frame, outcome.astype(float), exposure=np.full(len(frame), 20.0))


@pytest.mark.parametrize("name", NAMES)
def test_every_policy_ranks_everybody_and_says_where_it_comes_from(name, features):
    frame = features()
    policy = fitted(policies()[name], frame)
    score = policy.predict(frame)
    assert score.shape == (len(frame),)
    assert np.isfinite(score).all()
    assert policy.source
    assert policy.outcome in {"", "accident", "violation"}


@pytest.mark.parametrize("name", NAMES)
def test_a_score_does_not_depend_on_the_order_of_rows(name, features):
    frame = features()
    policy = fitted(policies()[name], frame)
    order = np.random.default_rng(1).permutation(len(frame))
    shuffled = pd.Series(policy.predict(frame.iloc[order]), frame.index[order]).reindex(frame.index).to_numpy()
    score = policy.predict(frame)
    if name == "osha_sst":  # places of equal rate go by position
        rate = own_rate(frame)
        assert sorted(zip(score, rate, strict=True)) == sorted(zip(shuffled, rate, strict=True))
    else:
        np.testing.assert_allclose(score, shuffled)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("labels", [0, 1, 15])
def test_few_labels_and_one_class_are_survived(name, labels, features):
    frame = features()
    policy = policies()[name]
    policy.fit(frame.iloc[:labels], np.zeros(labels), exposure=np.zeros(labels))
    assert np.isfinite(policy.predict(frame)).all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_policy_has_a_name(name, language):
    assert catalogue("evaluate", language)["models"][name]


def test_random_order_is_drawn_anew_for_another_set(features):
    frame, policy = features(), policies(7)["random"]
    np.testing.assert_array_equal(policy.predict(frame), policies(7)["random"].predict(frame))
    assert not np.allclose(policy.predict(frame)[1:], policy.predict(frame.iloc[1:]))


def test_site_specific_targeting_draws_its_share_of_non_responders(features):
    frame = features(1000)
    score = fitted(SiteSpecificTargeting(), frame).predict(frame)
    first = frame.iloc[np.argsort(-score, kind="stable")[:20]]
    assert (first["reported_periods_5y"] == 0).sum() == 4
    assert (first["section"] != "F").all()
    assert (first["workers"] >= 20).all()
    rates = own_rate(first[first["reported_periods_5y"] > 0])
    assert (np.diff(rates) <= 0).all()


def test_rating_and_matrix_follow_the_record(features):
    frame = features(2).assign(past_fatal_accident_5y="no", past_serious_accidents_3y=0.0, workers=30.0)
    for name in ("hse_rating", "world_bank"):
        frame["past_violations_3y"] = ["repeat", "none_serious"]
        worse, better = policies()[name].predict(frame.assign(high_risk_sector=1.0))
        assert worse > better


def test_silence_is_no_good_record(features):
    frame = features(2).assign(past_fatal_accident_5y="no", past_serious_accidents_3y=0.0, workers=30.0)
    frame["past_violations_3y"] = [None, "none_serious"]
    frame = frame.assign(high_risk_sector=1.0, chemical_ratio=2.0)
    for name in ("hse_rating", "world_bank"):
        unknown, clean = policies()[name].predict(frame)
        assert unknown > clean


def test_four_groups_are_four(features):
    frame = features(400)
    assert set(fitted(policies()["norway"], frame).predict(frame)) <= {1.0, 2.0, 3.0, 4.0}
