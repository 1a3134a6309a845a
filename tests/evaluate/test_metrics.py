import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import brier_score_loss, mean_poisson_deviance, roc_auc_score

from oshrisk.evaluate import metrics

NAN = float("nan")
scores = hnp.arrays(np.float64, st.integers(1, 30), elements=st.integers(-5, 5).map(float))


@st.composite
def ranked(draw):
    """Scores with ties, labels of three kinds, whole weights, and a number of places."""
    score = draw(scores)
    size = len(score)
    label = np.array(draw(st.lists(st.sampled_from([0.0, 1.0, NAN]), min_size=size, max_size=size)))
    weight = np.array(draw(st.lists(st.integers(0, 4), min_size=size, max_size=size)), dtype=float)
    return score, label, weight, draw(st.integers(0, size + 2))


@given(ranked(), st.booleans())
def test_the_first_k_are_k_and_never_more_than_there_is(case, any_order):
    score, _, weight, k = case
    inside = metrics.included(score, k, weight, any_order=any_order)
    assert ((inside >= 0) & (inside <= weight + 1e-12)).all()
    assert inside.sum() == pytest.approx(min(k, weight.sum()))


@given(ranked())
def test_better_scores_are_never_left_out_for_worse(case):
    score, _, weight, k = case
    inside = metrics.included(score, k, weight)
    last = score[inside > 0].min(initial=np.inf)
    assert (inside[score > last] == weight[score > last]).all()


@given(ranked())
def test_a_weight_is_that_many_rows(case):
    score, label, weight, k = case
    times = weight.astype(int)
    many = metrics.precision_at(np.repeat(score, times), np.repeat(label, times), k)
    np.testing.assert_allclose(metrics.precision_at(score, label, k, weight), many)


@given(ranked())
def test_precision_lies_between_its_bounds(case):
    score, label, weight, k = case
    found = metrics.precision_at(score, label, k, weight)
    assert found.labelled <= found.of + 1e-12
    if found.of > 0:
        assert 0 <= found.worst <= found.best + 1e-12 <= 1 + 2e-12
    if found.labelled > 0:
        assert found.worst - 1e-12 <= found.value <= found.best + 1e-12


@given(hnp.arrays(np.float64, st.integers(1, 5), elements=st.integers(0, 2).map(float)), st.integers(0, 6))
@settings(max_examples=40)
def test_any_order_is_the_mean_over_orders(score, k):
    orders = [list(order) for order in itertools.permutations(range(len(score)))]
    inside = np.zeros(len(score))
    for order in orders:
        inside[order] += metrics.included(score[order], k)
    np.testing.assert_allclose(metrics.included(score, k, any_order=True), inside / len(orders))


@given(ranked())
def test_capture_is_a_share_that_grows_with_k(case):
    score, label, weight, k = case
    small, large = (metrics.capture_at(score, label, places, weight) for places in (k, k + 1))
    if np.isnan(small):
        assert (weight * np.nan_to_num(label)).sum() == 0
    else:
        assert 0 <= small <= large <= 1 + 1e-12
        assert metrics.capture_at(score, label, weight.sum(), weight) == pytest.approx(1.0)


@given(ranked(), st.floats(0.1, 5))
def test_a_rising_change_of_scores_changes_no_ranking_measure(case, factor):
    score, label, weight, k = case
    changed = np.exp(factor * score)
    known = ~np.isnan(label)
    np.testing.assert_array_equal(metrics.included(score, k, weight), metrics.included(changed, k, weight))
    args = (label[known], weight[known])
    np.testing.assert_allclose(metrics.auc(score[known], *args), metrics.auc(changed[known], *args))


@given(ranked())
def test_auc_is_scikit_learns(case):
    score, label, weight, _ = case
    rows = ~np.isnan(label) & (weight > 0)
    found = metrics.auc(score[rows], label[rows], weight[rows])
    if len(set(label[rows])) < 2:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(roc_auc_score(label[rows], score[rows], sample_weight=weight[rows]))
        assert metrics.auc(-score[rows], label[rows], weight[rows]) == pytest.approx(1 - found)


def test_brier_and_deviance_are_scikit_learns():
    rng = np.random.default_rng(1)
    chance, weight = rng.random(50), rng.integers(1, 4, 50)
    label, count = rng.random(50) < chance, rng.poisson(2 * chance)
    assert metrics.brier(chance, label, weight) == pytest.approx(brier_score_loss(label, chance, sample_weight=weight))
    expected = mean_poisson_deviance(count, chance, sample_weight=weight)
    assert metrics.poisson_deviance(chance, count, weight) == pytest.approx(expected)


def test_blocks_of_weights_give_one_value_each():
    rng = np.random.default_rng(2)
    score, label = rng.integers(0, 5, 40).astype(float), (rng.random(40) < 0.3).astype(float)
    weight = metrics.block_weights(40, 7, rng)
    assert (weight.sum(axis=1) == 40).all()
    for measure in (metrics.auc, metrics.brier):
        together = measure(score, label, weight)
        np.testing.assert_allclose(together, [measure(score, label, row) for row in weight])
    together = metrics.capture_at(score, label, 9, weight, any_order=True)
    np.testing.assert_allclose(together, [metrics.capture_at(score, label, 9, row, any_order=True) for row in weight])


@pytest.mark.parametrize(
    ("score", "expected"),
    [([3.0, 2.0, 1.0], 0.0), ([1.0, 2.0, 3.0], 20.0), ([1.0, 1.0, 1.0], 0.0)],
)
def test_days_earlier(score, expected):
    day, positive = [0.0, 10.0, 20.0], [0.0, 0.0, 1.0]
    assert metrics.days_earlier(score, day, positive) == expected


def test_days_earlier_of_everybody_is_nothing():
    rng = np.random.default_rng(3)
    assert metrics.days_earlier(rng.random(30), rng.random(30), np.ones(30)) == pytest.approx(0.0, abs=1e-12)
    assert np.isnan(metrics.days_earlier([1.0], [1.0], [0.0]))


@given(hnp.arrays(np.float64, st.integers(0, 60), elements=st.floats(0, 10)), st.sampled_from(["expected", "rows"]))
def test_bands_follow_the_expectation(expected, alike):
    band = metrics.bands(expected, alike=alike)
    assert ((band >= 0) & (band < 10)).all()
    order = np.argsort(expected, kind="stable")
    assert (np.diff(band[order]) >= 0).all()
    same = np.diff(expected[order]) == 0
    assert (np.diff(band[order])[same] == 0).all()


def test_bands_are_alike_in_what_they_share():
    expected = np.random.default_rng(4).gamma(1.0, 1.0, 5000)
    mass = np.bincount(metrics.bands(expected), weights=expected)
    assert np.ptp(mass) / mass.mean() < 0.02
    assert np.ptp(np.bincount(metrics.bands(expected, alike="rows"))) <= 1


def test_unknown_scores_and_impossible_expectations_are_refused():
    with pytest.raises(ValueError, match="not a number"):
        metrics.included([1.0, NAN], 1)
    with pytest.raises(ValueError, match="above zero"):
        metrics.poisson_deviance([0.0], [0])


def test_nothing_to_measure():
    assert np.isnan(metrics.capture_at([], [], 3))
    assert np.isnan(metrics.auc([], []))
    assert all(np.isnan(end) for end in metrics.interval([NAN]))
    assert metrics.block_weights(0, 3, np.random.default_rng(0)).shape == (3, 0)


def test_the_bootstrap_covers():
    """The 95 % interval of a mean share holds the truth in about 95 % of samples."""
    rng, inside = np.random.default_rng(5), 0
    for _ in range(300):
        label = (rng.random(120) < 0.3).astype(float)
        drawn = metrics.capture_at(np.ones(120), label, 120) * metrics.block_weights(120, 200, rng) @ label / 120
        low, high = metrics.interval(drawn)
        inside += low <= 0.3 <= high
    assert 0.91 <= inside / 300 <= 0.985
