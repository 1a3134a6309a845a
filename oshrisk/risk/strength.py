"""How much an enterprise's own record says: strength and yearly discount by marginal likelihood, and completeness.

Given its structural rate λ, an enterprise's next count is negative binomial (`oshrisk.risk.credibility`): shape a + n
and mean E · λ (a + n) / (a + λ e), where n and e are its earlier accidents and reported worker-years, each year
counted δ times as much as the year after it. Strength a and discount δ are where the product of these probabilities
and a weak prior is largest; with nothing recorded they stay where they were. Where labels come from elsewhere than the
reports, such as from visits, the rates λ that fit the labels may expect more accidents in the reported periods than
the reports hold: their ratio is the completeness c, by which the record's exposure counts.
Sources: H. Bühlmann and E. Straub (1970), see `oshrisk.risk.credibility`; the discount: A. C. Harvey and
C. Fernandes, "Time series models for count or qualitative observations", JBES 7 (1989), 407–417.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize

from oshrisk.risk.credibility import YEARS, discounted, yearly_record
from oshrisk.risk.likelihood import negative_binomial

Floats = NDArray[np.float64]

STRENGTH_SD: Final = 1.0  # assumed: the strength stated is within a factor of 2.7, two times in three
DISCOUNT_SD: Final = 0.5  # assumed: an older year counts exp(−0.5) = 0.6 of a newer one, or more, two times in three
STRENGTHS: Final = (0.02, 1000.0)
DISCOUNTS: Final = (0.05, 1.0)
COMPLETENESS_EVENTS: Final = 10.0  # assumed: so many accidents reported as expected stand behind a completeness of 1
_STEP: Final = 0.02  # of the logs, in second differences


@dataclass(frozen=True)
class Strength:
    """Strength and discount of the own record.

    Parameters
    ----------
    strength : float
        Shape a of the gamma prior [accidents].
    discount : float
        δ, what a year counts against the year after it, in (0, 1].
    log_strength_sd, log_discount_sd : float
        Standard deviations of their logs, from the curvature; that of a parameter at its bound is NaN.
    events : float
        Accidents that it rests on.
    rows : int
        Rows with exposure.
    gain : float
        Log posterior gained against the values stated before.
    completeness : float, default 1
        c, the share of the accidents of reported periods that reports hold, in (0, 1].
    """

    strength: float
    discount: float
    log_strength_sd: float
    log_discount_sd: float
    events: float
    rows: int
    gain: float
    completeness: float = 1.0


@dataclass(frozen=True)
class Histories:
    """Counts, each with the record that came before it.

    Parameters
    ----------
    rate : ndarray, shape (n,)
        Structural rates [accidents per worker-year].
    counts, exposure : ndarray, shape (n,)
        What happened next: accidents, reported worker-years.
    past_counts, past_exposure : ndarray, shape (n, years)
        The record before it, latest year first.
    weight : ndarray, shape (n,)
        Weight of the row.
    """

    rate: Floats
    counts: Floats
    exposure: Floats
    past_counts: Floats
    past_exposure: Floats
    weight: Floats


def histories(features: pd.DataFrame, rate: ArrayLike) -> Histories:
    """Take the record of each enterprise apart into years, each given the years before it.

    Parameters
    ----------
    features : DataFrame
        From `oshrisk.features.build_features`, with the yearly record.
    rate : array-like, shape (n,)
        Structural rates of the enterprises.

    Returns
    -------
    Histories
        A row an enterprise and year with exposure.
    """
    counts, exposure = yearly_record(features)
    lam = np.asarray(rate, dtype=float)
    parts = []
    for year in range(YEARS):
        seen = exposure[:, year] > 0
        earlier = np.zeros((2, int(seen.sum()), YEARS))
        earlier[0, :, : YEARS - year - 1] = counts[seen, year + 1 :]
        earlier[1, :, : YEARS - year - 1] = exposure[seen, year + 1 :]
        parts.append((lam[seen], counts[seen, year], exposure[seen, year], earlier[0], earlier[1]))
    of, count, worked, past_count, past_worked = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Histories(of, count, worked, past_count, past_worked, weight=np.ones(len(of)))


def fit_strength(record: Histories, *, strength: float = 1.0, discount: float = 1.0, drag: float = 0.0) -> Strength:
    """Estimate how much the own record says, and how fast it ages.

    Parameters
    ----------
    record : Histories
        Counts and the records before them.
    strength, discount : float
        What is stated so far: the centre of the prior.
    drag : float, default 0
        What is taken off the log likelihood for each unit of log strength, because the rates were fitted on the same
        counts and lie too near to them (half the slope of the log determinant of their information).

    Returns
    -------
    Strength
        The posterior mode. The discount stays as stated where no row has a record older than a year.

    Examples
    --------
    >>> none, no_years = np.zeros(0), np.zeros((0, 5))
    >>> fit_strength(Histories(none, none, none, no_years, no_years, none)).strength
    1.0
    """
    seen = (record.exposure > 0) & (record.weight > 0)
    ages = bool((record.past_exposure[seen][:, 1:] > 0).any())
    start = np.log([strength, discount])
    bounds = np.log([STRENGTHS, DISCOUNTS if ages else (discount, discount)]).T
    fixed = (record.rate[seen], record.counts[seen], record.exposure[seen], record.weight[seen])
    share = completeness(record)
    past = record.past_counts[seen], share * record.past_exposure[seen]

    def lost(logs: Floats) -> float:
        shape, mean = _shape_and_mean(np.exp(logs), fixed, past)
        prior = ((logs - start) / (STRENGTH_SD, DISCOUNT_SD)) ** 2
        return float(
            0.5 * prior.sum() + drag * (logs[0] - start[0]) - fixed[3] @ negative_binomial(fixed[1], mean, shape)
        )

    before = lost(start)
    if not seen.any():
        return Strength(strength, discount, STRENGTH_SD, np.nan, 0.0, 0, 0.0)
    found = minimize(
        lambda logs: lost(logs) - before, start, method="L-BFGS-B", bounds=bounds.T, options={"ftol": 1e-10}
    )
    best = np.clip(found.x, *bounds)
    spread = _spread(lost, best, bounds)
    return Strength(
        float(np.exp(best[0])),
        float(np.exp(best[1])),
        *spread,
        events=float(record.counts[seen].sum()),
        rows=int(seen.sum()),
        gain=before - lost(best),
        completeness=share,
    )


def completeness(record: Histories) -> float:
    """Compare the accidents of reported periods with those that the structure expects there.

    Parameters
    ----------
    record : Histories
        With structural rates that fit labels; records without exposure say nothing.

    Returns
    -------
    float
        Share of the accidents that reports hold, in (0, 1]; 1 where nothing is reported. Where the labels are reports
        themselves, the rates fit them, and it is near 1.

    Examples
    --------
    >>> none, one = np.zeros(1), np.ones(1)
    >>> round(completeness(Histories(one, none, none, 20 * one[:, None], 65 * one[:, None], one)), 6)
    0.4
    """
    worked = record.past_exposure.sum(axis=1)
    known = float(record.past_counts[worked > 0].sum())
    expected = float(record.rate @ worked)
    return min((COMPLETENESS_EVENTS + known) / (COMPLETENESS_EVENTS + expected), 1.0)


def _shape_and_mean(
    values: Floats, fixed: tuple[Floats, Floats, Floats, Floats], past: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    strength, discount = float(values[0]), float(values[1])
    rate, _, exposure, _ = fixed
    counts, earlier = (discounted(part, discount) for part in past)
    shape = strength + counts
    return shape, exposure * rate * shape / (strength + rate * earlier)


def _spread(lost: Callable[[Floats], float], best: Floats, bounds: Floats) -> tuple[float, float]:
    """Return the standard deviations of both logs from second differences; NaN for one at its bound."""
    inner = np.flatnonzero((best - _STEP > bounds[0]) & (best + _STEP < bounds[1]))
    steps = np.eye(2)[inner] * _STEP
    curvature = [
        [(lost(best + a + b) - lost(best + a - b) - lost(best - a + b) + lost(best - a - b)) for b in steps]
        for a in steps
    ]
    result = np.full(2, np.nan)
    if len(inner):
        variance = np.diag(np.linalg.inv(np.array(curvature) / (4 * _STEP**2)))
        result[inner] = np.sqrt(np.where(variance > 0, variance, np.nan))
    return float(result[0]), float(result[1])
