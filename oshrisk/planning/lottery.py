"""The random share: a seeded, stratified draw in which every enterprise that may be checked has a known chance.

One place is drawn for a legal entity, since only one may be checked. Three random steps, each exact:

1. of every legal entity one of its ``m`` places is named, each with probability ``1/m``;
2. the expected number ``n`` of draws is shared over the strata in proportion to the named places, ``n·N_h/N``, and
   rounded at random to whole numbers with exactly that expectation: systematic rounding of the running sum,
   Cox, L. H. (1987), A constructive procedure for unbiased controlled rounding, JASA 82, 520-524;
3. within a stratum a simple random sample is drawn.

So the inclusion probability of a place is ``n / (N·m)``, whatever its stratum: the strata spread the sample over
sizes, roads and reporters, and cannot shut anybody out.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.planning.quarter import Quarter

STRATA = ("size", "area", "reports")
FAR_DAYS = 0.5  # assumed: a place is far where the road there and back takes over half a working day


def strata(costs: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Place every enterprise in its stratum.

    Parameters
    ----------
    costs : DataFrame, shape (n, ...)
        From `oshrisk.planning.costs.visit_costs`.
    features : DataFrame, shape (n, ...)
        With ``reported_periods_5y``, the number of periods with an accident report.

    Returns
    -------
    DataFrame of str, shape (n, 3)
        ``size`` (micro, small, large, unknown), ``area`` (near, far), ``reports`` (reporter, non_reporter).
    """
    area = np.where(costs["travel_days"].gt(FAR_DAYS), "far", "near")
    reports = np.where(features["reported_periods_5y"].gt(0), "reporter", "non_reporter")
    return pd.DataFrame({"size": costs["size"], "area": area, "reports": reports}, costs.index, dtype="str")


def expected_draws(frame: pd.DataFrame, days: float, room: float) -> float:
    """Return how many draws the random share pays for.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
        Everybody who may be drawn: ``entity`` and ``inspector_days``.
    days : float
        The random share [inspector-days].
    room : float
        What mandatory visits leave of the capacity [inspector-days]: even the dearest possible draw must fit,
        since a drawn enterprise that was left out would make every stored probability wrong.

    Returns
    -------
    float
        Expected number of draws; need not be whole.

    Examples
    --------
    >>> frame = pd.DataFrame({"entity": ["a", "b", "c"], "inspector_days": [2.0, 2.0, 5.0]})
    >>> expected_draws(frame, days=4.5, room=20.0)
    1.5
    >>> expected_draws(frame, days=4.5, room=6.0)
    1.0
    """
    if frame.empty or days <= 0:
        return 0.0
    by_entity = frame.sort_index().groupby("entity")["inspector_days"]
    dearest = np.sort(by_entity.max().to_numpy())[::-1]
    wanted = min(min(days, room) / float(by_entity.mean().mean()), float(len(dearest)))
    fitting = int(np.searchsorted(np.cumsum(dearest), room * (1 + 1e-12), side="right"))
    return max(wanted if np.ceil(wanted) <= fitting else float(fitting), 0.0)


def draw(frame: pd.DataFrame, expected: float, seed: int, quarter: Quarter) -> pd.DataFrame:
    """Draw the random share.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
        Everybody who may be drawn, indexed by ``enterprise_id``: ``entity`` and the columns `STRATA`. The order of
        the rows does not matter.
    expected : float
        Expected number of draws, from `expected_draws`.
    seed : int
        Seed of the programme; each quarter has its own stream (PCG64).
    quarter : Quarter
        The quarter.

    Returns
    -------
    DataFrame, shape (n, 2)
        Indexed like `frame`: ``lottery_probability`` (inclusion probability) and ``drawn``.
    """
    generator = np.random.Generator(np.random.PCG64([seed, quarter.year, quarter.number]))
    rows = frame.sort_index()
    entity = pd.factorize(rows["entity"])[0]
    stratum = rows.groupby(list(STRATA)).ngroup().to_numpy()
    places = np.bincount(entity)[entity]
    probability = expected / (max(entity.max(initial=-1) + 1, 1) * places)
    drawn = np.zeros(len(rows), dtype=bool)
    drawn[sample(entity, stratum, expected, generator)] = True
    result = pd.DataFrame({"lottery_probability": probability, "drawn": drawn}, index=rows.index)
    return result.reindex(frame.index)


def sample(
    entity: NDArray[np.intp], stratum: NDArray[np.intp], expected: float, generator: np.random.Generator
) -> NDArray[np.intp]:
    """Draw once.

    Parameters
    ----------
    entity : ndarray of int, shape (n,)
        Number of the legal entity of every place, from 0 without gaps.
    stratum : ndarray of int, shape (n,)
        Number of its stratum, likewise; strata that are neighbours are alike.
    expected : float
        Expected number of draws, at most the number of entities.
    generator : Generator
        Source of chance.

    Returns
    -------
    ndarray of int
        Positions of the drawn places.
    """
    naming, order = generator.random((2, len(entity)))
    start = generator.random()  # of the systematic rounding, uniform on [0, 1)
    by_entity = np.lexsort((naming, entity))
    named = by_entity[np.flatnonzero(np.diff(entity[by_entity], prepend=-1))]
    named = named[np.lexsort((order[named], stratum[named]))]
    sizes = np.bincount(stratum[named], minlength=stratum.max(initial=-1) + 1)
    ends = np.cumsum(sizes)
    running = np.concatenate([[0.0], expected * ends / max(len(named), 1)])
    take = np.minimum(np.diff(np.floor(running + start).astype(int)), sizes)
    place = np.arange(len(named)) - (ends - sizes)[stratum[named]]
    return named[place < take[stratum[named]]]
