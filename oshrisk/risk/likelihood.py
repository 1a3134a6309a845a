"""What labels say of log rates: the value of a log likelihood, its slope and its expected information, row by row.

Every likelihood is a function of η, the log of the structural rate (for violation its log odds), so that the same
design serves all of them. Rows are independent given η; `weight` multiplies them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Floats = NDArray[np.float64]
_TOP: Final = 50.0  # of η: a line search may try anything, and exp(50) is far beyond every rate


class Likelihood(Protocol):
    """A log likelihood of η."""

    def value_and_slope(self, eta: Floats) -> tuple[float, Floats]:
        """Return the sum over rows, without terms free of η, and its derivative by η, shape (n,)."""

    def information(self, eta: Floats) -> Floats:
        """Return the expected information on η, shape (n,), never below 0."""


@dataclass(frozen=True)
class Poisson:
    """Counts in an exposure: y ~ Poisson(e · exp(η)).

    Parameters
    ----------
    counts, exposure, weight : ndarray, shape (n,)
        Events; worker-years; weight of the row.
    """

    counts: Floats
    exposure: Floats
    weight: Floats

    def value_and_slope(self, eta: Floats) -> tuple[float, Floats]:
        """See `Likelihood`."""
        mean = self.exposure * np.exp(np.minimum(eta, _TOP))
        return float(self.weight @ (self.counts * eta - mean)), self.weight * (self.counts - mean)

    def information(self, eta: Floats) -> Floats:
        """See `Likelihood`."""
        return self.weight * self.exposure * np.exp(np.minimum(eta, _TOP))


@dataclass(frozen=True)
class Credible:
    """Counts of enterprises that differ beyond their structure, given each one's own record.

    With n accidents in an earlier exposure e, and the gamma prior of shape a of `oshrisk.risk.credibility`,

        y ~ NegativeBinomial(shape a + n, mean E · λ (a + n) / (a + λ e)),   λ = exp(η).

    This is the very rate that the scorer gives, own record included. Where an enterprise stands in several rows, each
    with the earlier ones in its record, the product over rows is the joint likelihood of its whole history.

    Parameters
    ----------
    counts, exposure, weight : ndarray, shape (n,)
        Events y; worker-years E; weight of the row.
    past_counts, past_exposure : ndarray, shape (n,)
        Own record n and e at the date of the row; discounted, if the table discounts older years.
    strength : float
        Shape a of the gamma prior.
    """

    counts: Floats
    exposure: Floats
    weight: Floats
    past_counts: Floats
    past_exposure: Floats
    strength: float

    def _mean(self, eta: Floats) -> tuple[Floats, Floats]:
        """Return the mean and the share a / (a + λe) of η's change that reaches its log."""
        rate = np.exp(np.minimum(eta, _TOP))
        left = self.strength / (self.strength + rate * self.past_exposure)
        return self.exposure * rate * left * (self.strength + self.past_counts) / self.strength, left

    def value_and_slope(self, eta: Floats) -> tuple[float, Floats]:
        """See `Likelihood`."""
        mean, left = self._mean(eta)
        shape = self.strength + self.past_counts
        log_mean = np.log(np.maximum(mean, 1e-300))
        value = self.counts * log_mean - (shape + self.counts) * np.log1p(mean / shape)
        slope = left * (self.counts - mean) * shape / (shape + mean)
        return float(self.weight @ value), self.weight * slope

    def information(self, eta: Floats) -> Floats:
        """See `Likelihood`."""
        mean, left = self._mean(eta)
        shape = self.strength + self.past_counts
        return self.weight * left**2 * mean * shape / (shape + mean)


@dataclass(frozen=True)
class Logistic:
    """Found or not: y ~ Bernoulli(1 / (1 + exp(−η))).

    Parameters
    ----------
    found, weight : ndarray, shape (n,)
        1 or 0; weight of the row.
    """

    found: Floats
    weight: Floats

    def value_and_slope(self, eta: Floats) -> tuple[float, Floats]:
        """See `Likelihood`."""
        value = self.found * eta - np.logaddexp(0.0, eta)
        return float(self.weight @ value), self.weight * (self.found - _probability(eta))

    def information(self, eta: Floats) -> Floats:
        """See `Likelihood`."""
        chance = _probability(eta)
        return self.weight * chance * (1 - chance)


def negative_binomial(counts: Floats, mean: Floats, shape: Floats) -> Floats:
    """Return the log probability of counts, row by row, without log y!.

    Parameters
    ----------
    counts, mean, shape : ndarray, shape (n,)
        Counts, their means and the shapes; the variance is mean + mean² / shape.

    Returns
    -------
    ndarray, shape (n,)
        Log probabilities plus log y!.
    """
    struck = counts > 0
    ways = np.zeros(len(counts))
    ways[struck] = gammaln(shape[struck] + counts[struck]) - gammaln(shape[struck])
    log_share = np.log(np.maximum(mean, 1e-300)) - np.log(shape + mean)
    return np.asarray(ways + counts * log_share - shape * np.log1p(mean / shape))


def _probability(eta: Floats) -> Floats:
    return np.asarray(np.exp(-np.logaddexp(0.0, -eta)))
