"""How many enterprises break the law seriously, and how many hide accidents: from the draw, whose chances are known.

The enterprises that the programme chose itself are known one by one; for all others the drawn stand, each for
``1 / inclusion probability`` of them (Horvitz, D. G. & Thompson, D. J. (1952), JASA 47, 663-685; Hájek, J. (1971)
divides by the weights' own sum). Only the drawn part is uncertain.

With a handful of draws normal intervals fail badly, and so does a variance estimated in bands of one draw. The interval
is therefore Wilson's (1927, JASA 22, 209-212) with the effective number of draws ``(Σw)²/Σw²`` (Kish, L. (1965), Survey
sampling) and a finite population correction: the design-based variance for outcomes that are spread evenly over the
bands, an upper limit of it where they are not. Chosen among eight by simulation: see ``benchmarks/coverage.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

OUTCOMES = {"serious_violation": "found", "unreported_accident": "unreported"}
DOMAINS = ("size", "area", "reports", "section")
LEAST_EFFECTIVE = 5.0  # assumed: effective draws for a verdict; the level was checked from 4.5 (benchmarks/coverage.py)
Z95 = 1.959963984540054  # the normal quantile of 97.5 %

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Estimates:
    """What the visits of a quarter say of all places that might lawfully have been visited.

    Parameters
    ----------
    table : DataFrame, shape (n_outcomes × n_domains, 22)
        ``outcome`` (serious_violation, unreported_accident), ``by`` (province, size, area, reports, section),
        ``value``, ``verdict`` and what `estimate_rate` gives. Verdicts: ``estimate``; ``exact`` where nobody was left
        to chance and all answered; ``bounds`` where nobody was left to chance but some gave no answer, ``low`` and
        ``high`` are the worst ones then; ``too_few`` under `LEAST_EFFECTIVE` effective draws: estimates and limits
        are NaN, but for the worst ones.
    eligible : int
        Places that may or must be checked.
    uncovered : int
        Those of them with inclusion probability 0, of which nothing is said: another place of their entity is
        listed, or there were no days for them.
    """

    table: pd.DataFrame
    eligible: int
    uncovered: int


def estimate(frame: pd.DataFrame, results: pd.DataFrame) -> Estimates:
    """Estimate rates for the province and for groups of enterprises.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
        Every place that may or must be checked (`oshrisk.planning.redraw.read_frame`): ``inclusion_probability`` (1
        where chosen), ``drawn``, ``band``, ``stratum`` (size/area/reports), ``section``.
    results : DataFrame, shape (n_visits, ...)
        At most one row a place, indexed by ``enterprise_id``: ``done`` (done, closed, not_found, refused, not_done),
        ``found`` (a serious violation, 1, 0 or NaN), ``unreported`` (an accident that had not been reported, 1, 0, or
        NaN where it was not looked at). Visits outside of the frame are left aside.

    Returns
    -------
    Estimates
        The estimates.

    Raises
    ------
    ValueError
        If a place has two results.
    """
    if not results.index.is_unique:
        raise ValueError("one result a place")
    covered = frame[frame["inclusion_probability"].gt(0)]
    visited = results.reindex(covered.index)
    closed = visited["done"].eq("closed").to_numpy()
    done = visited["done"].eq("done")
    rows = []
    for outcome, column in OUTCOMES.items():
        answer = visited[column].astype("float64").where(done).to_numpy()
        for by, value, inside in _domains(covered):
            part = covered[inside]
            said = estimate_rate(
                part["inclusion_probability"].to_numpy(dtype=np.float64),
                part["drawn"].to_numpy(dtype=bool),
                part["band"].fillna(0).to_numpy(dtype=np.int64),
                answer[inside],
                closed[inside],
            )
            rows.append({"outcome": outcome, "by": by, "value": value, **_judged(said)})
    return Estimates(pd.DataFrame(rows), len(frame), len(frame) - len(covered))


def estimate_rate(
    probability: Floats, drawn: Flags, band: NDArray[np.int64], answer: Floats, closed: Flags
) -> dict[str, float]:
    """Estimate one rate among places with known inclusion probabilities.

    Parameters
    ----------
    probability : ndarray of float, shape (n,)
        Inclusion probability of every place, above 0; 1 where it was visited for certain.
    drawn : ndarray of bool, shape (n,)
        Whether chance took it.
    band : ndarray of int, shape (n,)
        Band of the draw, any number for places that were certain.
    answer : ndarray of float, shape (n,)
        What the visit found, 1 or 0; NaN without a visit or an answer.
    closed : ndarray of bool, shape (n,)
        Whether the visit found that the place no longer works.

    Returns
    -------
    dict of str to float
        ``places``, of them ``certain``; ``visited`` (certain or drawn), of them ``answered``, ``closed`` and
        ``unanswered``; ``draws_answered`` and ``effective_draws``; ``total``, the number of working places where it
        is so (Horvitz–Thompson), ``horvitz_thompson``, that number of all ``places``, ``hajek``, the rate among
        working places; their design-based standard errors ``se_horvitz_thompson`` and ``se_hajek`` (NaN for fewer
        than two draws); ``low`` and ``high``, 95 % limits of the rate among working places; ``worst_low`` and
        ``worst_high``, the same if all, or none, of the places without an answer were in order. For the other
        figures those that answered stand for those that did not.

    Examples
    --------
    >>> said = estimate_rate(np.array([1.0, *[0.5] * 12]), np.array([0, *[1, 0] * 6], bool), np.ones(13, int),
    ...                      np.array([1.0, *[1, np.nan, 0, np.nan] * 3]), np.zeros(13, bool))
    >>> {name: round(said[name], 2) for name in ("total", "hajek", "low", "high")}
    {'total': 7.0, 'hajek': 0.54, 'low': 0.31, 'high': 0.77}
    """
    certain = probability >= 1
    visited = certain | drawn
    asked = visited & ~closed
    answered = asked & ~np.isnan(answer)
    answer = np.where(answered, answer, np.nan)
    figures = _figures(probability, visited, closed, answer)
    errors = _standard_errors(probability, band, visited, closed, answer)
    best = _figures(probability, visited, closed, np.where(asked & ~answered, 0.0, answer))
    worst = _figures(probability, visited, closed, np.where(asked & ~answered, 1.0, answer))
    chance = ~certain
    counts = {
        "places": len(probability),
        "certain": certain.sum(),
        "visited": visited.sum(),
        "answered": answered.sum(),
        "closed": (visited & closed).sum(),
        "unanswered": (asked & ~answered).sum(),
        "draws_answered": (answered & chance).sum(),
    }
    bounds = {
        "worst_low": np.fmin(best["low"], figures["low"]),
        "worst_high": np.fmax(worst["high"], figures["high"]),
    }
    said = {**counts, **figures, **errors, **bounds}
    return {name: float(value) for name, value in said.items()}


def wilson(rate: float, effective: float) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a rate.

    Parameters
    ----------
    rate : float
        The estimated rate.
    effective : float
        Effective number of draws; 0 gives the whole range, infinity the rate itself.

    Returns
    -------
    tuple of float
        Lower and upper limit.

    Examples
    --------
    >>> tuple(round(limit, 3) for limit in wilson(0.0, 10))
    (0.0, 0.278)
    >>> wilson(0.3, float("inf"))
    (0.3, 0.3)
    """
    if effective <= 0 or np.isnan(rate):
        return 0.0, 1.0
    square = Z95**2 / effective
    middle = (rate + square / 2) / (1 + square)
    half = np.sqrt(square * rate * (1 - rate) + square**2 / 4) / (1 + square)
    return float(max(middle - half, 0.0)), float(min(middle + half, 1.0))


def _figures(probability: Floats, visited: Flags, closed: Flags, answer: Floats) -> dict[str, float]:
    """Point estimates and interval: the certain part as it is, the part left to chance by the drawn."""
    certain, answered = probability >= 1, ~np.isnan(answer)
    chance = ~certain
    sure_open = float((certain & ~closed).sum())
    sure_rate = _mean(answer[certain & answered])
    weight = np.where(visited & chance, 1 / probability, 0.0)
    asked_weight = float(weight[~closed].sum())
    chance_open = chance.sum() * asked_weight / weight.sum() if weight.any() else float(chance.sum())
    inside = answered & chance
    share = _mean(answer[inside], weight[inside])
    kish = weight[inside].sum() ** 2 / max((weight[inside] ** 2).sum(), 1e-300)
    taken = inside.sum() / chance.sum() if chance.any() else 1.0
    effective = float(kish / (1 - taken)) if taken < 1 else np.inf
    # those that answered stand for those that did not
    heard = float(weight[inside].sum())
    drawn_total = float((weight[inside] * answer[inside]).sum()) * asked_weight / heard if heard else np.nan
    drawn_total = drawn_total if chance_open else 0.0
    sure_total = sure_open * sure_rate if sure_open else 0.0
    low, high = wilson(share, effective) if chance_open else (0.0, 0.0)
    working = sure_open + chance_open
    limits = [(sure_total + chance_open * limit) / working if working else np.nan for limit in (low, high)]
    chance_total = chance_open * share if chance_open else 0.0
    total = sure_total + drawn_total
    return {
        "effective_draws": effective,
        "total": total,
        "horvitz_thompson": total / len(probability) if len(probability) else np.nan,
        "hajek": (sure_total + chance_total) / working if working else np.nan,
        "low": limits[0],
        "high": limits[1],
    }


def _standard_errors(
    probability: Floats, band: NDArray[np.int64], visited: Flags, closed: Flags, answer: Floats
) -> dict[str, float]:
    """Design-based errors: spread of the weighted values, and of their residuals, within bands of the draw."""
    taken = visited & (probability < 1)
    weight, rest, group = 1 / probability[taken], 1 - probability[taken], _pairs(band[taken])
    value, is_open = answer[taken], ~closed[taken]
    heard = weight[~np.isnan(value)].sum()
    if not heard:
        return {"se_horvitz_thompson": np.nan, "se_hajek": np.nan}
    scale = weight[is_open].sum() / heard  # those that answered stand for those that did not
    chance_open = (probability < 1).sum() * weight[is_open].sum() / weight.sum()
    working = ((probability >= 1) & ~closed).sum() + chance_open
    residual = np.nan_to_num(value - np.nansum(weight * value) / heard, nan=0.0)
    total = scale * weight * np.nan_to_num(value, nan=0.0)
    return {
        "se_horvitz_thompson": _spread(total, group, rest) / len(probability),
        "se_hajek": _spread(weight * residual, group, rest) / heard * chance_open / working,
    }


def _pairs(band: NDArray[np.int64]) -> NDArray[np.int64]:
    """Put bands of one draw together with a neighbour, so that every group has two draws where there are two at all."""
    numbers, counts = np.unique(band, return_counts=True)
    groups: list[list[int]] = []
    for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):  # bands are few
        if groups and (len(groups[-1]) < 2 or (count < 2 and number == numbers[-1])):
            groups[-1] += [number] * count
        else:
            groups.append([number] * count)
    of_number = {number: place for place, members in enumerate(groups) for number in members}
    return np.array([of_number[number] for number in band.tolist()], dtype=np.int64)


def _spread(values: Floats, group: NDArray[np.int64], rest: Floats) -> float:
    """Return the standard error of a sum drawn within groups (Hájek's variance, ``rest`` = 1 - probability)."""
    inverse, count = np.unique(group, return_inverse=True, return_counts=True)[1:]
    if len(values) < 2 or count.min() < 2:
        return np.nan
    mean = np.bincount(inverse, values) / count
    return float(np.sqrt((rest * (count / (count - 1))[inverse] * (values - mean[inverse]) ** 2).sum()))


def _mean(values: Floats, weight: Floats | None = None) -> float:
    return float(np.average(values, weights=weight)) if len(values) else np.nan


def _domains(frame: pd.DataFrame) -> Iterator[tuple[str, str, Flags]]:
    yield "province", "", np.ones(len(frame), dtype=bool)
    if frame.empty:
        return
    parts = frame["stratum"].str.extract(r"^(?P<size>[^/]+)/(?P<area>[^/]+)/(?P<reports>[^/]+)$")
    for by in DOMAINS:
        column = frame[by] if by == "section" else parts[by]
        for value in sorted(column.dropna().unique()):
            yield by, str(value), column.eq(value).fillna(False).to_numpy(dtype=bool)


def _judged(said: dict[str, float]) -> dict[str, float | str]:
    """Add the verdict; what rests on too few draws is not shown."""
    if np.isnan(said["hajek"]) or said["effective_draws"] < LEAST_EFFECTIVE:
        hidden = [name for name in said if name.startswith(("total", "horvitz", "hajek", "se_", "low", "high"))]
        return {"verdict": "too_few", **said, **dict.fromkeys(hidden, np.nan)}
    if np.isfinite(said["effective_draws"]):
        return {"verdict": "estimate", **said}
    if not said["unanswered"]:
        return {"verdict": "exact", **said}
    return {"verdict": "bounds", **said, "low": said["worst_low"], "high": said["worst_high"]}
