"""The random share: a stratified draw that anybody can redo, in which every enterprise has a known chance.

Chance comes from SHA-256 of the seed, the quarter and the enterprise's id alone, so neither the order of the rows nor
the version of a program matters. Of each cost band (`oshrisk.planning.slots`) with ``N`` legal entities and ``n``
slots, three steps:

1. of every legal entity one of its ``m`` places is named, each with probability ``1/m``: only one may be checked;
2. the named places are sorted by stratum and at random within it;
3. ``n`` of the ``N`` are taken at equal steps from a random start.

So the inclusion probability of a place is exactly ``n / (N·m)`` whatever its stratum, and every stratum gets its share
``n·N_h/N`` rounded up or down at random: systematic rounding of the running sum, Cox, L. H. (1987), A constructive
procedure for unbiased controlled rounding, JASA 82, 520-524.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.planning.quarter import Quarter
from oshrisk.planning.slots import Slots

STRATA = ("size", "area", "reports")
FAR_DAYS = 0.5  # assumed: a place is far where the road there and back takes over half a working day

Whole = NDArray[np.int64]


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


def stratum_of(frame: pd.DataFrame) -> pd.Series:
    """Name the stratum of every enterprise.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
        With the columns `STRATA`.

    Returns
    -------
    Series of str, shape (n,)
        ``size/area/reports``.

    Examples
    --------
    >>> stratum_of(pd.DataFrame({"size": ["micro"], "area": ["far"], "reports": ["reporter"]})).tolist()
    ['micro/far/reporter']
    """
    return frame[STRATA[0]].str.cat(frame[list(STRATA[1:])], sep="/").astype("str")


def draw_lots(frame: pd.DataFrame, slots: Slots, seed: int, quarter: Quarter) -> pd.DataFrame:
    """Draw the random share among those who may be checked and were not chosen.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
        Indexed by ``enterprise_id``: ``entity`` and the columns `STRATA`; places of the frame that the slots were
        reserved for. The order of the rows does not matter.
    slots : Slots
        From `oshrisk.planning.slots.reserve_slots`.
    seed : int
        Seed (`oshrisk.planning.seeds.seed_of`); each quarter has numbers of its own.
    quarter : Quarter
        The quarter.

    Returns
    -------
    DataFrame, shape (n, 6)
        Indexed like `frame`: ``band`` (NA: fits into no bucket), ``stratum``, ``inclusion_probability``, ``drawn``,
        and ``team`` and ``month`` of the slot of those drawn (NA otherwise).
    """
    band = frame["entity"].map(slots.band_of).mask(frame.index.isin(slots.left_out)).astype("Int64")
    rows = pd.DataFrame({"band": band, "stratum": stratum_of(frame)}, index=frame.index)
    places = rows.assign(entity=frame["entity"]).dropna(subset="band")  # in this order: an empty frame takes any index
    lots = cast_lots(places, slots.counts, seed, quarter).reindex(frame.index)
    rows["inclusion_probability"] = lots["inclusion_probability"].fillna(0.0)
    rows["drawn"] = lots["drawn"].eq(True)
    return rows.join(_slots_taken(rows.join(lots["turn"])[rows["drawn"]], slots))


def chances(frame: pd.DataFrame, slots: Slots) -> pd.Series:
    """Return the inclusion probability of every place, without a draw: it hangs on no seed.

    Parameters
    ----------
    frame, slots
        As `draw_lots`.

    Returns
    -------
    Series of float64, shape (n,)
        As `draw_lots` gives it.
    """
    band = frame["entity"].map(slots.band_of).mask(frame.index.isin(slots.left_out))
    entity = frame["entity"][band.notna()]
    size = entity.groupby(band[band.notna()]).nunique()
    take = np.minimum(pd.Series(slots.counts, dtype="float64").reindex(size.index), size)
    chance = (take / size).reindex(band).set_axis(frame.index) / frame["entity"].map(entity.value_counts())
    return chance.fillna(0.0).astype("float64")


def cast_lots(places: pd.DataFrame, counts: Mapping[int, int], seed: int, quarter: Quarter) -> pd.DataFrame:
    """Draw from places with bands and strata: all that is needed to redo a draw.

    Parameters
    ----------
    places : DataFrame, shape (n, ...)
        Indexed by ``enterprise_id``: ``entity``, ``band`` (the same for all places of an entity), ``stratum``.
    counts : mapping of int to int
        Slots of every band; a band with fewer entities is taken whole.
    seed, quarter
        As in `draw_lots`.

    Returns
    -------
    DataFrame, shape (n, 3)
        Indexed like `places`: ``inclusion_probability``, ``drawn``, ``turn`` (from 0, in its band; -1 if not drawn).
    """
    rows = places.sort_index()
    entity = pd.factorize(rows["entity"])[0]
    bands, band = np.unique(rows["band"].to_numpy(dtype=np.int64), return_inverse=True)
    stratum = pd.factorize(rows["stratum"].to_numpy(dtype=object), sort=True)[0]
    slots = np.array([counts[int(number)] for number in bands], dtype=np.int64)
    starts = random_numbers([f"band {number}" for number in bands], seed, quarter)[:, 0]
    chosen, size = sample(entity, band, stratum, slots, (random_numbers(rows.index.tolist(), seed, quarter), starts))
    take = np.minimum(slots, size)
    drawn = np.zeros(len(rows), dtype=bool)
    drawn[chosen] = True
    turn = np.full(len(rows), -1)
    turn[chosen] = np.arange(len(chosen)) - (np.cumsum(take) - take)[band[chosen]]
    probability = take[band] / (size[band] * np.bincount(entity)[entity])
    result = pd.DataFrame({"inclusion_probability": probability, "drawn": drawn, "turn": turn}, index=rows.index)
    return result.reindex(places.index)


def sample(
    entity: NDArray[np.intp],
    band: NDArray[np.intp],
    stratum: NDArray[np.intp],
    slots: Whole,
    chance: tuple[NDArray[np.uint64], NDArray[np.uint64]],
) -> tuple[NDArray[np.intp], Whole]:
    """Draw once.

    Parameters
    ----------
    entity, band, stratum : ndarray of int, shape (n,)
        Numbers from 0 without gaps; all places of an entity have one band; strata that are neighbours are alike.
    slots : ndarray of int, shape (n_bands,)
        Places to draw of every band.
    chance : tuple of ndarray of uint64, shapes (n, 2) and (n_bands,)
        Random numbers of places and bands.

    Returns
    -------
    chosen : ndarray of int
        Positions of the drawn places, by band, stratum and second random number.
    size : ndarray of int, shape (n_bands,)
        Number of entities.
    """
    numbers, starts = chance
    by_entity = np.lexsort((numbers[:, 0], entity))
    named = by_entity[np.flatnonzero(np.diff(entity[by_entity], prepend=-1))]
    size = np.bincount(band[named], minlength=len(slots))
    start = np.array([int(u) * int(n) >> 64 for u, n in zip(starts, size, strict=True)], dtype=np.int64)  # below n
    ordered = named[np.lexsort((numbers[named, 1], stratum[named], band[named]))]
    take, of, all_of = np.minimum(slots, size)[band[ordered]], start[band[ordered]], size[band[ordered]]
    place = np.arange(len(ordered)) - (np.cumsum(size) - size)[band[ordered]]
    return ordered[(take * (place + 1) + of) // all_of > (take * place + of) // all_of], size  # exact: whole numbers


def random_numbers(names: Iterable[str], seed: int, quarter: Quarter) -> NDArray[np.uint64]:
    """Return two random numbers for every name, the same wherever and whenever they are made.

    Parameters
    ----------
    names : iterable of str
        Ids.
    seed : int
        Seed.
    quarter : Quarter
        The quarter.

    Returns
    -------
    ndarray of uint64, shape (n, 2)
        The first 16 bytes, big end first, of SHA-256 of ``<seed>|<quarter>|<name>`` in UTF-8: uniform below 2**64.

    Examples
    --------
    >>> random_numbers(["5600000001"], 2027, Quarter(2027, 1)).tolist()
    [[3406773593046015675, 3305017000485792660]]
    """
    head = f"{seed}|{quarter}|"
    digests = b"".join(hashlib.sha256(f"{head}{name}".encode()).digest()[:16] for name in names)
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64).reshape(-1, 2)


def _slots_taken(drawn: pd.DataFrame, slots: Slots) -> pd.DataFrame:
    """Give every drawn place a slot of its band, in the order of the draw."""
    free = slots.slots.assign(turn=slots.slots.groupby("band").cumcount())
    taken = drawn.reset_index(names="place").merge(free, on=["band", "turn"], validate="one_to_one")
    return taken.set_index("place")[["team", "month"]].astype("Int64")
