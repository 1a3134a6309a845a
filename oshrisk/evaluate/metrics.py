"""Measures of a ranking and of its probabilities: plain numpy functions that take weights.

Every function takes ``weight`` of shape (..., n): one row of weights gives one value, a block of rows one value a
row, so that a bootstrap is one call. Weights count how often a row stands in a resample.

Ties. A ranking orders rows by falling score, and equal scores by position: hand the rows over in the order of
``enterprise_id``. The measures at k say with ``any_order=True`` what they are in expectation over all orders of equal
scores instead. A score that is not a number is refused, so that nothing unknown can land at the top of a list.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


class Precision(NamedTuple):
    """Precision of the first k, with what is not known of them.

    Parameters
    ----------
    value : ndarray
        Share of positives among the labelled of the first k; NaN where none is labelled.
    worst, best : ndarray
        Share of positives among the first k if none, or every one, of the unlabelled were positive.
    labelled, of : ndarray
        How many of the first k are labelled, and how many the first k are.
    """

    value: Floats
    worst: Floats
    best: Floats
    labelled: Floats
    of: Floats


def included(score: ArrayLike, k: float, weight: ArrayLike | None = None, *, any_order: bool = False) -> Floats:
    """Return how much of each row stands among the first k.

    Parameters
    ----------
    score : array-like, shape (n,)
        Higher comes first.
    k : float
        Number of places; the row at the border is counted in part where its weight does not fit.
    weight : array-like, shape (..., n), optional
        Weights; 1 by default.
    any_order : bool, default False
        Share the places at the border evenly over the rows of equal score, instead of by position.

    Returns
    -------
    ndarray, shape (..., n)
        Between 0 and the weight; sums to k, or to the whole weight if that is less.

    Raises
    ------
    ValueError
        If a score is not a number.

    Examples
    --------
    >>> included([3.0, 1.0, 1.0], 2).tolist()
    [1.0, 1.0, 0.0]
    >>> included([3.0, 1.0, 1.0], 2, any_order=True).tolist()
    [1.0, 0.5, 0.5]
    """
    values, weights = _score(score), _weights(weight, np.shape(score))
    order = np.argsort(-values, kind="stable")
    ordered = weights[..., order]
    if any_order:
        starts, group = _groups(values[order])
        size = np.add.reduceat(ordered, starts, axis=-1) if len(order) else ordered
        before = np.cumsum(size, axis=-1) - size
        share = np.divide(np.clip(k - before, 0, size), size, out=np.zeros_like(size), where=size > 0)
        inside = ordered * share[..., group]
    else:
        inside = np.clip(k - (np.cumsum(ordered, axis=-1) - ordered), 0, ordered)
    result: Floats = np.empty_like(inside)
    result[..., order] = inside
    return result


def capture_at(
    score: ArrayLike, outcome: ArrayLike, k: float, weight: ArrayLike | None = None, *, any_order: bool = False
) -> Floats:
    """Return the share of an outcome that falls on the first k.

    Parameters
    ----------
    score, k, weight, any_order
        As `included`.
    outcome : array-like, shape (n,)
        Accidents, lost days, violations …; NaN counts as none known.

    Returns
    -------
    ndarray, shape (...)
        Between 0 and 1; NaN where there is no outcome at all.

    Examples
    --------
    >>> float(capture_at([3, 2, 1], [2, 0, 2], k=1))
    0.5
    """
    known = np.nan_to_num(np.asarray(outcome, dtype=float))
    total = (_weights(weight, known.shape) * known).sum(axis=-1)
    return _ratio((included(score, k, weight, any_order=any_order) * known).sum(axis=-1), total)


def precision_at(
    score: ArrayLike, positive: ArrayLike, k: float, weight: ArrayLike | None = None, *, any_order: bool = False
) -> Precision:
    """Return the share of positives among the first k, with bounds for those that have no label.

    Parameters
    ----------
    score, k, weight, any_order
        As `included`.
    positive : array-like, shape (n,)
        1, 0, or NaN for a row without a label.

    Returns
    -------
    Precision
        Each field of shape (...).

    Examples
    --------
    >>> found = precision_at([4, 3, 2, 1], [1, float("nan"), 0, 1], k=3)
    >>> [round(float(part), 2) for part in found]
    [0.5, 0.33, 0.67, 2.0, 3.0]
    """
    label = np.asarray(positive, dtype=float)
    inside = included(score, k, weight, any_order=any_order)
    return precision_of(inside, label)


def precision_of(inside: ArrayLike, positive: ArrayLike) -> Precision:
    """Return the precision of a list that is already chosen.

    Parameters
    ----------
    inside : array-like, shape (..., n)
        How much of each row is on the list.
    positive : array-like, shape (n,)
        1, 0, or NaN for a row without a label.

    Returns
    -------
    Precision
        Each field of shape (...).
    """
    chosen, label = np.asarray(inside, dtype=float), np.asarray(positive, dtype=float)
    of = chosen.sum(axis=-1)
    labelled = (chosen * ~np.isnan(label)).sum(axis=-1)
    hits = (chosen * np.nan_to_num(label)).sum(axis=-1)
    return Precision(_ratio(hits, labelled), _ratio(hits, of), _ratio(hits + of - labelled, of), labelled, of)


def auc(score: ArrayLike, positive: ArrayLike, weight: ArrayLike | None = None) -> Floats:
    """Return the area under the ROC curve: the chance that a positive ranks before a negative, ties as one half.

    Parameters
    ----------
    score : array-like, shape (n,)
        Higher is likelier.
    positive : array-like, shape (n,)
        1 or 0.
    weight : array-like, shape (..., n), optional
        Weights.

    Returns
    -------
    ndarray, shape (...)
        NaN where one class is missing.

    Examples
    --------
    >>> float(auc([3, 2, 2, 1], [1, 1, 0, 0]))
    0.875
    """
    values, label = _score(score), np.asarray(positive, dtype=float)
    weights = _weights(weight, label.shape)
    if not len(values):
        return np.full(weights.shape[:-1], np.nan)
    order = np.argsort(values, kind="stable")
    starts, _ = _groups(values[order])
    above = np.add.reduceat((weights * label)[..., order], starts, axis=-1)
    below = np.add.reduceat((weights * (1 - label))[..., order], starts, axis=-1)
    before = np.cumsum(below, axis=-1) - below / 2
    return _ratio((above * before).sum(axis=-1), above.sum(axis=-1) * below.sum(axis=-1))


def brier(probability: ArrayLike, positive: ArrayLike, weight: ArrayLike | None = None) -> Floats:
    """Return the Brier score, the mean squared error of probabilities (0 is perfect).

    Examples
    --------
    >>> float(brier([0.5, 1.0], [1, 1]))
    0.125
    """
    error = (np.asarray(probability, dtype=float) - np.asarray(positive, dtype=float)) ** 2
    weights = _weights(weight, error.shape)
    return _ratio((weights * error).sum(axis=-1), weights.sum(axis=-1))


def poisson_deviance(expected: ArrayLike, observed: ArrayLike, weight: ArrayLike | None = None) -> Floats:
    """Return the mean Poisson deviance of counts, 2 (n log(n / μ) − n + μ) (0 is perfect).

    Raises
    ------
    ValueError
        If an expectation is not above zero.

    Examples
    --------
    >>> round(float(poisson_deviance([1.0, 2.0], [1, 0])), 3)
    2.0
    """
    mean, count = np.asarray(expected, dtype=float), np.asarray(observed, dtype=float)
    if not (mean > 0).all():
        raise ValueError("expected counts must be above zero")
    log = np.log(np.divide(count, mean, out=np.ones_like(mean), where=count > 0))
    deviance = 2 * (count * log - count + mean)
    weights = _weights(weight, deviance.shape)
    return _ratio((weights * deviance).sum(axis=-1), weights.sum(axis=-1))


def bands(expected: ArrayLike, count: int = 10, *, alike: str = "expected") -> Ints:
    """Cut rows into bands of rising expectation, for calibration.

    Parameters
    ----------
    expected : array-like, shape (n,)
        Expected counts or probabilities.
    count : int, default 10
        Number of bands; fewer come out where rows are few or equal.
    alike : {"expected", "rows"}, default "expected"
        What the bands have in equal parts: the expectation (for counts) or the rows (for probabilities).

    Returns
    -------
    ndarray of int, shape (n,)
        Band of each row, from 0; rows of equal expectation are in one band.

    Examples
    --------
    >>> bands([4.0, 1.0, 1.0, 2.0], 2).tolist()
    [1, 0, 0, 0]
    """
    values = np.asarray(expected, dtype=float)
    order = np.argsort(values, kind="stable")
    starts, group = _groups(values[order])
    mass = values[order] if alike == "expected" else np.ones(len(values))
    middle = np.cumsum(mass) - mass / 2
    where = np.floor(middle[starts] / max(mass.sum(), np.finfo(float).tiny) * count).clip(0, count - 1)
    result = np.empty(len(values), dtype=np.intp)
    result[order] = where.astype(np.intp)[group] if len(values) else 0
    return result


def days_earlier(score: ArrayLike, day: ArrayLike, positive: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Return by how many days the positives would have been visited earlier, in the order of the score.

    The visits that were made keep their days; the days are handed out anew in the order of the score, the first day
    to the highest. The mean of (actual day − new day) over the positives is the measure of the City of Chicago's
    evaluation (github.com/Chicago/food-inspections-evaluation, 2014).

    Parameters
    ----------
    score : array-like, shape (n,)
        Higher goes first; ties by position.
    day : array-like, shape (n,)
        Day of each visit, as a number.
    positive : array-like, shape (n,)
        1 or 0.
    weight : array-like of int, shape (n,), optional
        How often each visit stands in a resample.

    Returns
    -------
    float
        Days; NaN without positives.

    Examples
    --------
    >>> days_earlier([1, 3, 2], day=[10, 20, 30], positive=[0, 1, 1])
    10.0
    """
    values, days, label = _score(score), np.asarray(day, dtype=float), np.asarray(positive, dtype=float) == 1
    times = np.ones(len(values), dtype=np.intp) if weight is None else np.asarray(weight).astype(np.intp)
    rows = np.repeat(np.arange(len(values)), times)
    first = rows[np.argsort(-values[rows], kind="stable")]
    earlier = (days[first] - np.sort(days[rows]))[label[first]]
    return float(earlier.mean()) if len(earlier) else float("nan")


def block_weights(blocks: int, draws: int, generator: np.random.Generator) -> Floats:
    """Draw the weights of a bootstrap over blocks (enterprises, with all their rows).

    Parameters
    ----------
    blocks : int
        Number of blocks.
    draws : int
        Number of resamples.
    generator : Generator
        Source of chance.

    Returns
    -------
    ndarray, shape (draws, blocks)
        How often each block stands in each resample; every row sums to `blocks`.
    """
    if not blocks:
        return np.zeros((draws, 0))
    return generator.multinomial(blocks, np.full(blocks, 1 / blocks), size=draws).astype(np.float64)


def interval(samples: ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """Return the percentile interval of bootstrap values; NaN values (nothing to measure) are left out.

    Examples
    --------
    >>> low, high = interval([1.0, 2.0, 3.0, float("nan")], level=0.5)
    >>> low, high
    (1.5, 2.5)
    """
    values = np.asarray(samples, dtype=float)
    values = values[~np.isnan(values)]
    if not len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _score(score: ArrayLike) -> Floats:
    values = np.asarray(score, dtype=float)
    if np.isnan(values).any():
        raise ValueError("a score is not a number: rows that cannot be ranked must not be in the ranking")
    return values


def _weights(weight: ArrayLike | None, shape: tuple[int, ...]) -> Floats:
    return np.ones(shape) if weight is None else np.asarray(weight, dtype=float)


def _groups(ordered: Floats) -> tuple[Ints, Ints]:
    """Return where runs of equal values start, and the run of each value."""
    new = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    return np.flatnonzero(new), np.cumsum(new) - 1


def _ratio(above: Floats, below: Floats) -> Floats:
    quotient: Floats = np.divide(above, below, out=np.full(np.shape(above), np.nan), where=np.asarray(below) > 0)
    return quotient
