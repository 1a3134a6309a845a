"""How strongly all factors count together: the shrinkage, by its marginal posterior.

A risk is moved by γ = s · β, the shrinkage s times a bin's log ratio, and labels speak of γ alone. So s is told by how
the γ that labels ask for lie to the expert's: γ ~ N(s b, s² sd²) under the prior N(b, sd²) of β. The mode of s and
all β together would set s too high, because the β then fit the labels and their priors both. So the β are averaged
out: around the mode the log likelihood is taken as a parabola in γ, over which the normal prior integrates exactly.
Bounds are left out of that integral.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from oshrisk.risk.design import SHRINK, Design
from oshrisk.risk.likelihood import Likelihood
from oshrisk.risk.posterior import find_mode, precision_at

Floats = NDArray[np.float64]

_ROUNDS: Final = 8
_SETTLED: Final = 0.005  # change of s that ends the rounds


def settle_shrinkage(design: Design, likelihood: Likelihood, *, start: Floats | None = None) -> Floats:
    """Find the shrinkage and the mode of the other parameters given it, in turn.

    Parameters
    ----------
    design : Design
        Rows and priors.
    likelihood : Likelihood
        What the labels say.
    start : ndarray, shape (p,), optional
        Where to begin; by default at the prior.

    Returns
    -------
    ndarray, shape (p,)
        Near the mode, with the shrinkage in its place.
    """
    theta = find_mode(design, likelihood, start=start)
    prior = design.parameters
    bins = np.array([key[0] == "bin" for key in prior.keys]) & prior.free
    if not prior.free[SHRINK] or not bins.any():
        return theta
    for _ in range(_ROUNDS):
        before = theta[SHRINK]
        after = _most_probable(_parabola(design, likelihood, theta, bins), design)
        begin = theta.copy()
        begin[SHRINK] = after
        begin[bins] *= before / after  # the same γ
        theta = find_mode(design, likelihood, start=begin)
        if abs(after - before) < _SETTLED:
            break
    return theta


@dataclass(frozen=True)
class _Parabola:
    """Log likelihood of γ, up to a constant: pull · γ − ½ γ′ bend γ; and the expert's means and variances of β."""

    pull: Floats
    bend: Floats
    mean: Floats
    variance: Floats

    def evidence(self, shrink: float) -> float:
        """Return the log marginal likelihood of a shrinkage, up to a constant."""
        precision = self.bend + np.diag(1 / (shrink**2 * self.variance))
        pull = self.pull + self.mean / (shrink * self.variance)
        _, log_determinant = np.linalg.slogdet(precision)
        return float(0.5 * pull @ np.linalg.solve(precision, pull) - 0.5 * log_determinant - len(pull) * np.log(shrink))


def _parabola(design: Design, likelihood: Likelihood, theta: Floats, bins: NDArray[np.bool_]) -> _Parabola:
    prior, shrink = design.parameters, theta[SHRINK]
    sums = design.sums(theta)
    _, by_row = likelihood.value_and_slope(design.eta(theta, sums))
    slope = design.pull_back(theta, by_row, sums)[bins] / shrink
    others = prior.free & ~bins
    others[SHRINK] = False
    precision = precision_at(design, likelihood, theta)
    cross = precision[np.ix_(bins, others)]
    told = precision[np.ix_(bins, bins)] - np.diag(1 / prior.sd[bins] ** 2)
    told = told - cross @ np.linalg.solve(precision[np.ix_(others, others)], cross.T)
    bend = told / shrink**2
    return _Parabola(slope + bend @ (theta[bins] * shrink), bend, prior.mean[bins], prior.sd[bins] ** 2)


def _most_probable(parabola: _Parabola, design: Design) -> float:
    prior = design.parameters
    mean, sd = prior.mean[SHRINK], prior.sd[SHRINK]

    def lost(shrink: float) -> float:
        return float(0.5 * ((shrink - mean) / sd) ** 2) - parabola.evidence(shrink)

    bounds = (prior.low[SHRINK], prior.high[SHRINK])
    return float(minimize_scalar(lost, bounds=bounds, method="bounded", options={"xatol": 1e-4}).x)
