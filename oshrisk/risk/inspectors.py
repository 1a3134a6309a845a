"""The inspector as a random effect: fitted with the factors, shrunk, shown, and left out of every score.

Inspectors differ in what they find at alike workplaces. Their effects on the log odds are N(0, τ²); τ is where
Laplace's approximation of the marginal likelihood, times a weak half-normal prior, is largest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from oshrisk.risk.design import Design
from oshrisk.risk.likelihood import Likelihood
from oshrisk.risk.posterior import Posterior, find_posterior

Floats = NDArray[np.float64]

SPREADS: Final = (0.01, 3.0)  # of τ, searched
SPREAD_SD: Final = 1.0  # assumed: half-normal prior of τ; odds that differ by more than a factor of 3 are rare
_LOGISTIC_VARIANCE: Final = np.pi**2 / 3


@dataclass(frozen=True)
class Inspectors:
    """How much of what was found is the inspector.

    Parameters
    ----------
    effects : DataFrame
        inspector, effect (log odds, or log rate, against the average inspector), low, high, labels.
    sd : float
        τ, standard deviation among inspectors.
    latent_share : float
        Share of the variance of the log odds, chance included (π²/3), that lies between inspectors.
    deviance_share : float
        Share of the deviance explained by factors and inspectors that the inspectors add; NaN where nothing is
        explained.
    gain : float
        Log marginal likelihood gained by having inspectors at all; below 0: no sign of them.
    labels : int
        Rows with a named inspector.
    """

    effects: pd.DataFrame
    sd: float
    latent_share: float
    deviance_share: float
    gain: float
    labels: int


def fit_inspectors(
    design_of: Callable[[float], Design],
    likelihood: Likelihood,
    *,
    without: tuple[Design, Posterior],
    inspector: pd.Series,
    interval: float,
) -> tuple[Inspectors, Design, Posterior]:
    """Fit inspectors beside the factors.

    Parameters
    ----------
    design_of : callable
        Makes the design for a standard deviation τ among inspectors.
    likelihood : Likelihood
        What the labels say.
    without : tuple of Design and Posterior
        The same fit without inspectors.
    inspector : Series, shape (n,)
        Who made the visit; NaN where unknown.
    interval : float
        Probability of the intervals.

    Returns
    -------
    tuple
        The inspectors; design and posterior with them.
    """
    begin, mode = design_of(1.0).parameters.mean.copy(), without[1].mode
    begin[: len(mode) - 1] = mode[:-1]  # inspectors come last, before the one that is always 0
    start = [begin]

    def lost(log_sd: float) -> float:
        sd = float(np.exp(log_sd))
        posterior = find_posterior(design_of(sd), likelihood, interval=interval, start=start[0])
        start[0] = posterior.mode
        return 0.5 * (sd / SPREAD_SD) ** 2 - posterior.log_evidence

    found = minimize_scalar(lost, bounds=np.log(SPREADS), method="bounded", options={"xatol": 0.05})
    sd = float(np.exp(found.x))
    design = design_of(sd)
    posterior = find_posterior(design, likelihood, interval=interval, start=start[0])
    effects = _effects(design, posterior)
    eta, added = design.eta(posterior.mode), _by_row(effects, inspector)
    spread = float(np.var(added))
    everything = float(np.var(eta)) + _LOGISTIC_VARIANCE
    return (
        Inspectors(
            effects,
            sd,
            spread / everything,
            _deviance_share(likelihood, without[1].log_likelihood, posterior.log_likelihood, len(inspector)),
            posterior.log_evidence - without[1].log_evidence,
            int(inspector.notna().sum()),
        ),
        design,
        posterior,
    )


def _effects(design: Design, posterior: Posterior) -> pd.DataFrame:
    keys = design.parameters.keys
    where = np.array([position for position, key in enumerate(keys) if key[0] == "inspector"])
    frame = pd.DataFrame(
        {
            "inspector": [keys[position][1] for position in where],
            "effect": posterior.mode[where],
            "low": posterior.low[where],
            "high": posterior.high[where],
            "labels": design.counts[where].astype(int),
        }
    )
    return frame.sort_values("effect", ascending=False, kind="stable", ignore_index=True)


def _by_row(effects: pd.DataFrame, inspector: pd.Series) -> Floats:
    known = dict(zip(effects["inspector"], effects["effect"], strict=True))
    codes, names = pd.factorize(inspector)
    values = np.array([*(known[str(name)] for name in names), 0.0])
    return np.asarray(values[codes])


def _deviance_share(likelihood: Likelihood, without: float, with_them: float, rows: int) -> float:
    """Return what inspectors add to the explained deviance, as a share of it; the null model is the level alone."""
    flat = minimize_scalar(lambda level: -likelihood.value_and_slope(np.full(rows, level))[0], bounds=(-20, 20))
    explained = with_them + float(flat.fun)
    return float((with_them - without) / explained) if explained > 0 else float("nan")
