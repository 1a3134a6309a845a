"""The enterprise's own accident record: Gamma–Poisson (Bühlmann–Straub) credibility.

An enterprise's accidents are Poisson with mean e λ θ, where λ is its structural rate, e its exposure and θ a gamma
variable of mean 1 and shape a: how far enterprises alike in structure differ. After n accidents in exposure e,

    λ̂ = (a + n) / (a / λ + e) = λ · (a + n) / (a + λ e).

Exposure counts reported periods only (worker-years). An unreported period adds no exposure, so that silence returns
an enterprise to its structural rate and can never lower it; an accident known from elsewhere counts all the same.
Older years may count less: n and e are then sums over years, each counted δ times as much as the year after it, δ
being the table's constant ``record_discount`` (1 where it has none). Reports may hold only a share c of the accidents:
then e counts c times, c being the table's constant ``record_completeness`` (1 where it has none), or else whoever
reports would look safer than whoever does not. a, δ and c are estimated in `oshrisk.risk.strength`.
Source: H. Bühlmann and E. Straub, "Glaubwürdigkeit für Schadensätze", Mitteilungen der VSVM 70 (1970), 111–133.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from oshrisk.errors import OshriskError

Floats = NDArray[np.float64]

YEARS: Final = 5  # of the record
YEARLY: Final = tuple(
    tuple(f"{name}_y{year}" for year in range(1, YEARS + 1)) for name in ("accidents", "reported_worker_years")
)


def record_of(features: pd.DataFrame, discount: float = 1.0, completeness: float = 1.0) -> tuple[Floats, Floats]:
    """Return the own record: known accidents of five years, and the worker-years of reported periods.

    Parameters
    ----------
    features : DataFrame
        From `oshrisk.features.build_features`; a column that is not there is unknown for all.
    discount : float, default 1
        What a year counts against the year after it.
    completeness : float, default 1
        Share of the accidents of reported periods that reports hold.

    Returns
    -------
    tuple of ndarray, each of shape (n,)
        Accidents and worker-years (times `completeness`), NaN where unknown; with a discount below 1, sums of the
        discounted years.

    Raises
    ------
    OshriskError
        If years are to be discounted and the features hold the record as a whole only.

    Examples
    --------
    >>> counts, exposure = (dict.fromkeys(names, [amount]) for names, amount in zip(YEARLY, (1.0, 8.0)))
    >>> [float(part[0]) for part in record_of(pd.DataFrame(counts | exposure), discount=0.5)]
    [1.9375, 15.5]
    """
    if discount == 1.0:
        return column(features, "accidents_5y"), completeness * column(features, "reported_worker_years_5y")
    counts, exposure = yearly_record(features)
    return discounted(counts, discount), completeness * discounted(exposure, discount)


def has_years(features: pd.DataFrame) -> bool:
    """Say whether features hold the record year by year."""
    return all(name in features.columns for names in YEARLY for name in names)


def yearly_record(features: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return accidents and reported worker-years by year of the record.

    Parameters
    ----------
    features : DataFrame
        From `oshrisk.features.build_features`.

    Returns
    -------
    tuple of ndarray, each of shape (n, 5)
        Latest year first; unknown counts as none.

    Raises
    ------
    OshriskError
        If the features hold the record as a whole only, and any record at all.
    """
    if not has_years(features):
        whole = [name for name in ("accidents_5y", "reported_worker_years_5y") if name in features.columns]
        if whole and features[whole].notna().to_numpy().any():
            raise OshriskError("risk.no_yearly_record", columns=", ".join(whole))
        return np.zeros((len(features), YEARS)), np.zeros((len(features), YEARS))
    counts, exposure = (np.column_stack([column(features, name) for name in names]) for names in YEARLY)
    return np.nan_to_num(counts), np.nan_to_num(exposure)


def discounted(by_year: Floats, discount: float) -> Floats:
    """Add up years, each counted `discount` times as much as the one before it in the row.

    Examples
    --------
    >>> discounted(np.array([[8.0, 4.0, 0.0]]), 0.5).tolist()
    [10.0]
    """
    return np.asarray(by_year @ discount ** np.arange(by_year.shape[1]))


def column(features: pd.DataFrame, name: str) -> Floats:
    """Return a feature as numbers; NaN where it is unknown or not there."""
    if name not in features.columns:
        return np.full(len(features), np.nan)
    return np.asarray(features[name].to_numpy(dtype=float, na_value=np.nan))


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
    return strength_of_sums(float(np.sum((known - mean) ** 2 - mean)), float(np.sum(mean**2)))


def strength_of_sums(excess: float, squares: float) -> float:
    """Return `estimate_strength` of Σ (n − μ)² − μ and Σ μ²."""
    return float(np.clip(squares / excess, 0.05, 1000.0)) if excess > 0 else 1000.0
