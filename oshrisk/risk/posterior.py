"""The posterior mode of a design's parameters, and intervals around it by Laplace's approximation.

The objective is the log likelihood plus the normal log prior, within the bounds; L-BFGS-B comes near its maximum and
Newton's method reaches it. The shrinkage stays where a search begins: it is settled apart
(`oshrisk.risk.shrinkage`), and only the intervals take account of what is not known of it. Around the mode the
posterior is taken as normal with the expected information as precision, cut off at the bounds: a parameter that rests
on its bound keeps the slope that presses it there, so that its interval begins at the bound and ends where a truncated
normal says.
Source: L. Tierney and J. B. Kadane, "Accurate approximations for posterior moments and marginal densities",
JASA 81 (1986), 82–86.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.optimize import lsq_linear, minimize
from scipy.special import ndtr, ndtri
from scipy.stats import truncnorm

from oshrisk.errors import OshriskError
from oshrisk.risk.design import SHRINK, Design
from oshrisk.risk.likelihood import Likelihood

Floats = NDArray[np.float64]

_ROUNDS: Final = 2000  # of L-BFGS-B, which comes near the mode
_NEWTON: Final = 50  # steps of Newton's method, which reach it
_HALVINGS: Final = 20
_CLOSE: Final = 1e-5  # log posterior that may be left to gain: no parameter is off by 0.005 standard deviations
_NEAR: Final = 0.02  # the same for a first look
_GOOD_ENOUGH: Final = 1e-3  # the same after all steps


@dataclass(frozen=True)
class Posterior:
    """What labels and prior say of the parameters.

    Parameters
    ----------
    mode : ndarray, shape (p,)
        Posterior mode.
    covariance : ndarray, shape (p, p)
        Covariance of the parameters that are neither held nor at a bound; 0 for the others.
    sd : ndarray, shape (p,)
        Standard deviation before it is cut off at the bounds; 0 for what is held.
    low, high : ndarray, shape (p,)
        Interval, within the bounds.
    log_likelihood : float
        At the mode, without terms free of the parameters.
    log_evidence : float
        Laplace's approximation of the log marginal likelihood, up to a constant of the labels; bounds are ignored.
    """

    mode: Floats
    covariance: Floats
    sd: Floats
    low: Floats
    high: Floats
    log_likelihood: float
    log_evidence: float


def find_posterior(
    design: Design, likelihood: Likelihood, *, interval: float = 0.8, start: Floats | None = None
) -> Posterior:
    """Find the posterior mode and the intervals around it.

    Parameters
    ----------
    design : Design
        Rows and priors.
    likelihood : Likelihood
        What the labels of the rows say.
    interval : float, default 0.8
        Probability that each interval holds.
    start : ndarray, shape (p,), optional
        Where to begin; by default at the prior means.

    Returns
    -------
    Posterior
        The posterior.

    Raises
    ------
    OshriskError
        If no maximum was found.
    """
    prior = design.parameters
    theta = _newton(design, likelihood, _begin(design, likelihood, start), _CLOSE)
    precision = precision_at(design, likelihood, theta)
    value, slope = _objective(design, likelihood, theta)
    slope[SHRINK] = 0.0
    pressed = ((theta <= prior.low) & (slope > 0)) | ((theta >= prior.high) & (slope < 0))
    inner = prior.free & ~pressed
    covariance, log_determinant_inner = _inverse(precision, inner)
    sd = np.sqrt(np.diag(covariance))
    center = theta.copy()
    for j in np.flatnonzero(prior.free & pressed):
        left = precision[j, j] - precision[j, inner] @ covariance[np.ix_(inner, inner)] @ precision[inner, j]
        sd[j], center[j] = 1 / np.sqrt(left), theta[j] - slope[j] / left
    low, high = _interval(center, sd, prior.low, prior.high, interval)
    log_likelihood, _ = likelihood.value_and_slope(design.eta(theta))
    evidence = -value - float(np.log(prior.sd[inner]).sum()) - 0.5 * log_determinant_inner
    return Posterior(theta, covariance, sd, low, high, log_likelihood, evidence)


def _newton(design: Design, likelihood: Likelihood, theta: Floats, until: float) -> Floats:
    """Walk by Newton's method until the log posterior has no more than `until` to gain.

    The precision is dear and changes little: it is computed anew only where a step gains less than it should.
    """
    prior, precision, fresh, last = design.parameters, precision_at(design, likelihood, theta), True, np.inf
    for _ in range(_NEWTON):
        value, slope = _objective(design, likelihood, theta)
        low, high = prior.low - theta, prior.high - theta
        low[SHRINK] = high[SHRINK] = 0.0
        step, gain = _newton_step(precision, slope, low, high)
        if gain > last / 10 and not fresh:
            precision, fresh = precision_at(design, likelihood, theta), True
            step, gain = _newton_step(precision, slope, low, high)
        further = theta if gain <= until else _walk(design, likelihood, theta, step, value)
        if further is theta:
            break
        theta, fresh, last = further, False, gain
    if gain > max(until, _GOOD_ENOUGH):
        raise OshriskError("risk.no_maximum", gain=gain)
    return theta


def _inverse(precision: Floats, inner: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Return the covariance of the inner parameters, 0 elsewhere, and the log determinant of their precision."""
    covariance = np.zeros_like(precision)
    if not inner.any():
        return covariance, 0.0
    factor = cho_factor(precision[np.ix_(inner, inner)])
    covariance[np.ix_(inner, inner)] = cho_solve(factor, np.eye(int(inner.sum())))
    return covariance, 2 * float(np.log(np.diag(factor[0])).sum())


def _newton_step(precision: Floats, slope: Floats, low: Floats, high: Floats) -> tuple[Floats, float]:
    """Return the step to the lowest point, within bounds, of a parabola of this slope and curvature, and its depth."""
    moving = low < high
    step = np.zeros(len(slope))
    step[moving] = np.linalg.solve(precision[np.ix_(moving, moving)], -slope[moving])
    if ((step < low) | (step > high)).any():
        root = np.linalg.cholesky(precision[np.ix_(moving, moving)]).T
        aim = solve_triangular(root, -slope[moving], trans="T")
        step[moving] = lsq_linear(root, aim, (low[moving], high[moving]), method="bvls").x
    return step, -float(step @ slope + 0.5 * step @ precision @ step)


def _walk(design: Design, likelihood: Likelihood, theta: Floats, step: Floats, value: float) -> Floats:
    """Take Newton's step, or half of it for as long as it does not lead down; stay where nothing does."""
    for halvings in range(_HALVINGS):
        landed = theta + step * 0.5**halvings
        if _objective(design, likelihood, landed)[0] < value:
            return np.asarray(np.clip(landed, design.parameters.low, design.parameters.high))
    return theta


def log_determinant(design: Design, likelihood: Likelihood, theta: Floats) -> float:
    """Return the log determinant of the precision of the parameters that are not held.

    Parameters
    ----------
    design : Design
        Rows and priors.
    likelihood : Likelihood
        What the labels say.
    theta : ndarray, shape (p,)
        Values of the parameters.

    Returns
    -------
    float
        Log determinant.
    """
    free = design.parameters.free
    return float(np.linalg.slogdet(precision_at(design, likelihood, theta)[np.ix_(free, free)])[1])


def precision_at(design: Design, likelihood: Likelihood, theta: Floats) -> Floats:
    """Return the precision of all parameters at a place: prior and expected information; arguments as there."""
    told = design.information(theta, likelihood.information(design.eta(theta)))
    return np.asarray(np.diag(1 / design.parameters.sd**2) + told)


def _objective(design: Design, likelihood: Likelihood, theta: Floats) -> tuple[float, Floats]:
    """Return minus the log posterior and its slope."""
    prior = design.parameters
    sums = design.sums(theta)
    value, slope = likelihood.value_and_slope(design.eta(theta, sums))
    away = (theta - prior.mean) / prior.sd
    return 0.5 * float(away @ away) - value, away / prior.sd - design.pull_back(theta, slope, sums)


def find_mode(design: Design, likelihood: Likelihood, *, start: Floats | None = None) -> Floats:
    """Come near the posterior mode, to a small part of each parameter's standard deviation.

    Parameters
    ----------
    design, likelihood, start
        As `find_posterior`.

    Returns
    -------
    ndarray, shape (p,)
        Near the mode.
    """
    return _newton(design, likelihood, _begin(design, likelihood, start), _NEAR)


def _begin(design: Design, likelihood: Likelihood, start: Floats | None) -> Floats:
    """Return where Newton's method begins: at the start that was given, or where L-BFGS-B comes from the prior."""
    prior = design.parameters
    if start is not None:
        return np.clip(start, prior.low, prior.high)
    return _climb(design, likelihood, prior.mean) if prior.free.any() else prior.mean


def _climb(design: Design, likelihood: Likelihood, start: Floats) -> Floats:
    """Search in units of each parameter's rough posterior standard deviation, so that all move alike."""
    prior, free = design.parameters, design.parameters.free
    free[SHRINK] = False
    told = design.diagonal(start, likelihood.information(design.eta(start)))
    unit = 1 / np.sqrt(1 / prior.sd[free] ** 2 + told[free])

    begun, _ = _objective(design, likelihood, start)

    def scaled(moved: Floats) -> tuple[float, Floats]:
        theta = start.copy()
        theta[free] += unit * moved
        value, slope = _objective(design, likelihood, theta)
        return value - begun, slope[free] * unit

    bounds = np.column_stack([(bound[free] - start[free]) / unit for bound in (prior.low, prior.high)])
    options = {"maxiter": _ROUNDS, "maxfun": 2 * _ROUNDS, "maxcor": 20, "ftol": 1e-8, "gtol": 1e-3}
    found = minimize(scaled, np.zeros(len(unit)), jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    theta = start.copy()
    theta[free] = np.clip(start[free] + unit * found.x, prior.low[free], prior.high[free])
    return theta


def _interval(center: Floats, sd: Floats, low: Floats, high: Floats, interval: float) -> tuple[Floats, Floats]:
    """Return the densest interval of normals cut off at their bounds; a held parameter is its own interval."""
    starts, ends = center.copy(), center.copy()
    moving = sd > 0
    middle, spread, floor, ceiling = (values[moving] for values in (center, sd, low, high))
    cut = {"a": (floor - middle) / spread, "b": (ceiling - middle) / spread, "loc": middle, "scale": spread}
    inside = ndtr(cut["b"]) - ndtr(cut["a"])
    reach = spread * ndtri((1 + interval * inside) / 2)
    starts[moving], ends[moving] = middle - reach, middle + reach
    under, over = starts < low, ends > high
    starts[under], ends[over] = low[under], high[over]
    at_floor, at_ceiling = (under & ~over)[moving], (over & ~under)[moving]
    for which, side, share in ((at_floor, ends, interval), (at_ceiling, starts, 1 - interval)):
        if which.any():
            part = {name: values[which] for name, values in cut.items()}
            side[np.flatnonzero(moving)[which]] = truncnorm.ppf(share, **part)
    return starts, ends
