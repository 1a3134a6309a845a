"""The enterprise's own accident record: Gamma–Poisson (Bühlmann–Straub) credibility.

An enterprise's accidents are Poisson with mean e λ θ, where λ is its structural rate, e its exposure and θ a gamma
variable of mean 1 and shape a: how far enterprises alike in structure differ. After n accidents in exposure e,

    λ̂ = (a + n) / (a / λ + e) = λ · (a + n) / (a + λ e).

Exposure counts reported periods only (worker-years). An unreported period adds no exposure, so that silence returns
an enterprise to its structural rate and can never lower it; an accident known from elsewhere counts all the same.
Source: H. Bühlmann and E. Straub, "Glaubwürdigkeit für Schadensätze", Mitteilungen der VSVM 70 (1970), 111–133.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def own_record(rate: ArrayLike, events: ArrayLike, exposure: ArrayLike, strength: float) -> Floats:
    """Return the multiplier λ̂ / λ of the own record.

    Parameters
    ----------
    rate : array-like, shape (n,)
        Structural rate λ [accidents per worker-year].
    events : array-like, shape (n,)
        Own accidents; NaN counts as none known.
    exposure : array-like, shape (n,)
        Reported worker-years; NaN counts as none reported.
    strength : float
        Shape a of the gamma prior [accidents].

    Returns
    -------
    ndarray, shape (n,)
        1 where nothing is reported and nothing known.

    Examples
    --------
    >>> own_record([0.01, 0.01, 0.01], [0, 0, 3], [0, 100, 100], strength=1.0).tolist()
    [1.0, 0.5, 2.0]
    """
    expected = np.asarray(rate, dtype=float) * np.nan_to_num(np.asarray(exposure, dtype=float))
    known = np.nan_to_num(np.asarray(events, dtype=float))
    return np.asarray((strength + known) / (strength + expected))


def credibility(rate: ArrayLike, exposure: ArrayLike, strength: float) -> Floats:
    """Return the weight of the own record, λe / (a + λe), between 0 and 1; parameters as `own_record`."""
    expected = np.asarray(rate, dtype=float) * np.nan_to_num(np.asarray(exposure, dtype=float))
    return np.asarray(expected / (strength + expected))


def too_quiet(
    rate: ArrayLike, events: ArrayLike, exposure: ArrayLike, strength: float, below: float
) -> NDArray[np.bool_]:
    """Flag reported zeros that the structure makes improbable.

    Parameters
    ----------
    rate, events, exposure, strength
        As `own_record`.
    below : float
        Probability under which "no accident at all" is too quiet. The probability is negative binomial,
        (a / (a + λe))^a: enterprises alike in structure differ, so it is larger than a Poisson's.

    Returns
    -------
    ndarray of bool, shape (n,)
        False where any accident is known or nothing is reported.

    Examples
    --------
    >>> too_quiet([0.01, 0.01], [0, 0], [5000, 0], strength=1.0, below=0.05).tolist()
    [True, False]
    """
    expected = np.asarray(rate, dtype=float) * np.nan_to_num(np.asarray(exposure, dtype=float))
    none = (strength / (strength + expected)) ** strength
    return np.asarray((np.nan_to_num(np.asarray(events, dtype=float)) == 0) & (none < below))


def estimate_strength(events: ArrayLike, expected: ArrayLike) -> float:
    """Estimate the shape a by moments: Var(n) = μ + μ² / a.

    Parameters
    ----------
    events : array-like, shape (n,)
        Accidents in reported periods.
    expected : array-like, shape (n,)
        What the structure expects in the same periods.

    Returns
    -------
    float
        The shape, within 0.05 and 1000: fewer differences between enterprises give a larger one.

    Examples
    --------
    >>> estimate_strength([0, 4, 0, 4], [2, 2, 2, 2])
    2.0
    """
    mean, known = np.asarray(expected, dtype=float), np.asarray(events, dtype=float)
    excess = float(np.sum((known - mean) ** 2 - mean))
    squares = float(np.sum(mean**2))
    return float(np.clip(squares / excess, 0.05, 1000.0)) if excess > 0 else 1000.0
