"""The design's slopes and information are those of the function it evaluates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import approx_fprime

from oshrisk.risk import RiskTable
from oshrisk.risk.design import Design
from oshrisk.risk.layout import make_design
from oshrisk.risk.likelihood import Credible, Likelihood, Logistic, Poisson, negative_binomial
from oshrisk.risk.scoring import look_up

Draw = Callable[..., pd.DataFrame]
COUNT = 120


def _design(table: RiskTable, features: pd.DataFrame, cap: float, *, level: bool) -> Design:
    rules = {outcome: replace(rule, cap=cap) for outcome, rule in table.combination.items()}
    return make_design(
        look_up(features, table),
        replace(table, combination=rules),
        "accident",
        fit_level=level,
        inspector=pd.Series(np.arange(len(features)) % 3),
    )


def _theta(design: Design, draw: np.random.Generator) -> np.ndarray:
    prior = design.parameters
    theta = prior.mean + draw.normal(0, 0.1, len(prior.mean)) * prior.free
    return np.clip(theta, prior.low, prior.high)


@pytest.mark.parametrize("level", [True, False])
@pytest.mark.parametrize("cap", [0.3, 2.5])
def test_slopes_and_information(small_table: RiskTable, draw_features: Draw, cap: float, level: bool) -> None:
    draw = np.random.default_rng(1)
    design = _design(small_table, draw_features(draw, small_table, COUNT), cap, level=level)
    theta, row = _theta(design, draw), draw.normal(0, 1, COUNT)
    slope = design.pull_back(theta, row, design.sums(theta))
    free = design.parameters.free
    np.testing.assert_allclose(slope[free], approx_fprime(theta, lambda t: design.eta(t) @ row)[free], atol=1e-4)
    jacobian = np.array([design.pull_back(theta, one, design.sums(theta)) for one in np.eye(COUNT)])
    weight = draw.uniform(0, 1, COUNT)
    expected = jacobian.T @ (weight[:, None] * jacobian)
    found = design.information(theta, weight)
    np.testing.assert_allclose(found[np.ix_(free, free)], expected[np.ix_(free, free)], atol=1e-9)


def _likelihoods(draw: np.random.Generator) -> list[Likelihood]:
    counts, exposure, weight = draw.poisson(1, 9).astype(float), draw.uniform(1, 5, 9), draw.uniform(0.5, 2, 9)
    past = draw.poisson(1, 9).astype(float), draw.uniform(0, 9, 9)
    return [
        Poisson(counts, exposure, weight),
        Credible(counts, exposure, weight, *past, strength=0.7),
        Logistic((counts > 0).astype(float), weight),
    ]


@pytest.mark.parametrize("which", range(3))
def test_likelihoods_slope_as_they_fall(which: int) -> None:
    draw = np.random.default_rng(which)
    likelihood, eta = _likelihoods(draw)[which], draw.normal(0, 1, 9)
    _, slope = likelihood.value_and_slope(eta)
    expected = approx_fprime(eta, lambda e: likelihood.value_and_slope(e)[0])
    np.testing.assert_allclose(slope, expected, atol=1e-5)
    assert (likelihood.information(eta) > 0).all()


@pytest.mark.parametrize("eta", [-800.0, 800.0])
def test_a_wild_step_of_the_search_stays_finite(eta: float) -> None:
    for likelihood in _likelihoods(np.random.default_rng(1)):
        value, slope = likelihood.value_and_slope(np.full(9, eta))
        assert np.isfinite(value)
        assert np.isfinite(slope).all()


def test_the_information_is_the_mean_square_of_the_slope() -> None:
    draw = np.random.default_rng(2)
    size = 400_000
    past, worked, exposure = np.full(size, 2.0), np.full(size, 50.0), np.full(size, 30.0)
    eta, strength = np.full(size, np.log(0.03)), 1.5
    rate = np.exp(eta) * (strength + past) / (strength + np.exp(eta) * worked)
    counts = draw.poisson(draw.gamma(strength + past, rate * exposure / (strength + past))).astype(float)
    likelihood = Credible(counts, exposure, np.ones(size), past, worked, strength)
    _, slope = likelihood.value_and_slope(eta)
    assert np.mean(slope**2) == pytest.approx(likelihood.information(eta)[0], rel=0.02)
    assert abs(slope.mean()) < 4 * slope.std() / np.sqrt(size)


def test_the_negative_binomial_sums_to_one() -> None:
    counts = np.arange(400.0)
    factorial = np.cumsum(np.r_[0.0, np.log(np.arange(1, 400.0))])
    logs = negative_binomial(counts, np.full(400, 3.0), np.full(400, 0.8)) - factorial
    assert np.exp(logs).sum() == pytest.approx(1)
    assert np.exp(logs) @ counts == pytest.approx(3)
