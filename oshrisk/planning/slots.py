"""Slots for the random share, reserved among teams and months before anybody is chosen.

Whoever is drawn takes a slot that is as long as the dearest place of his cost band, so the draw always fits, the
optimiser need not know its result, and every inclusion probability is exact.

Bands are made so that a province's rate is estimated as well as the days allow: of all ways to cut the enterprises at
eighths of their costs the one with the least ``Σ W²/n`` (``W`` a band's share of the places, ``n`` its slots), the
variance of a stratified rate but for a factor. Slots go one by one where they lower it most for a day, which is
Neyman's allocation ``n ~ W/√cost`` in whole numbers: Cochran, W. G. (1977), Sampling techniques, 3rd ed., 5.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PARTS = 8  # assumed: bands are cut at eighths of the costs, 128 ways in all
_TOLERANCE = 1e-9  # days

Floats = NDArray[np.float64]
Counts = NDArray[np.intp]


@dataclass(frozen=True)
class Slots:
    """What is reserved for the draw.

    Parameters
    ----------
    days_left : Series of float64, shape (n_buckets,)
        Inspector-days that remain for the choice, indexed by ``team`` and ``month``.
    slots : DataFrame, shape (n_slots, 4)
        ``band``, ``team``, ``month``, ``days`` [inspector-days], by band, month and team.
    bands : DataFrame, shape (n_bands, 5)
        Indexed by ``band`` from 1: ``entities``, ``places``, ``days`` of one slot [inspector-days], ``closed``
        (cannot be reached in the closed months), ``slots``.
    band_of : Series of int64, shape (n_entities,)
        Band of every legal entity that can be drawn.
    left_out : Index
        Places that fit into no bucket: nobody could check them, they cannot be drawn.
    """

    days_left: pd.Series
    slots: pd.DataFrame
    bands: pd.DataFrame
    band_of: pd.Series
    left_out: pd.Index

    @property
    def counts(self) -> dict[int, int]:
        """Number of slots of every band."""
        return {int(band): int(count) for band, count in self.bands["slots"].items()}


def reserve_slots(
    frame: pd.DataFrame, days_per_bucket: pd.Series, share: float, closed_months: tuple[int, ...] = ()
) -> Slots:
    """Reserve slots for the random share.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
        All places that may be checked, indexed by ``enterprise_id``: ``entity``; ``inspector_days``, driven alone by
        the whole team; optionally ``closed``, whether the place cannot be reached in the closed months. The order of
        the rows does not matter.
    days_per_bucket : Series of float64, shape (n_buckets,)
        Inspector-days by ``team`` and ``month`` (`oshrisk.planning.buckets.buckets`).
    share : float
        The random share of all days, 0 to 1. It is exceeded only where one slot a band is dearer.
    closed_months : tuple of int, default ()
        Calendar months in which places with ``closed`` cannot be reached.

    Returns
    -------
    Slots
        At least one slot for every band, so nobody in a band has probability zero. No bands at all where `share` is
        0 or where not even one slot of the dearest place fits.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([[1], [1, 2, 3]], names=["team", "month"])
    >>> frame = pd.DataFrame({"entity": list("abcdef"), "inspector_days": [1.0, 1.0, 1.0, 1.0, 3.0, 3.0]})
    >>> reserved = reserve_slots(frame, pd.Series(10.0, index), 0.2)
    >>> reserved.bands[["entities", "days", "slots"]].to_numpy().tolist()
    [[4.0, 1.0, 3.0], [2.0, 3.0, 1.0]]
    >>> reserved.days_left.tolist()
    [7.0, 8.0, 9.0]
    """
    open_bucket = ~days_per_bucket.index.get_level_values("month").isin(closed_months)
    closed = frame["closed"].astype(bool) if "closed" in frame else pd.Series(False, frame.index)
    longest = np.where(closed, days_per_bucket[open_bucket].max(), days_per_bucket.max())
    fits = frame["inspector_days"].le(longest + _TOLERANCE)  # nothing fits where every month is closed
    entities = (
        frame.assign(closed=closed)[fits]
        .groupby("entity")
        .agg(days=("inspector_days", "max"), places=("inspector_days", "size"), closed=("closed", "any"))
    )
    best = _Attempt.none(days_per_bucket, len(entities))
    if share > 0 and len(entities):
        drafts = sorted(_drafts(entities, share * float(days_per_bucket.sum())), key=lambda draft: draft.loss)
        for draft in drafts:
            if draft.loss >= best.loss:
                break
            best = min(best, _packed(draft, days_per_bucket, open_bucket), key=lambda attempt: attempt.loss)
    drawable = np.isfinite(best.loss)
    return Slots(
        days_left=best.days_left,
        slots=best.slots,
        bands=_bands(entities, best) if drawable else _bands(entities.iloc[:0], best),
        band_of=pd.Series(best.band + 1, entities.index, name="band", dtype="int64").iloc[: None if drawable else 0],
        left_out=frame.index[~fits] if drawable else frame.index,
    )


@dataclass(frozen=True)
class _Draft:
    """One way to cut bands: band of every entity (from 0); days, closed, share of the places and slots of each."""

    band: Counts
    days: Floats
    closed: NDArray[np.bool_]
    weight: Floats
    counts: Counts

    @property
    def loss(self) -> float:
        """What estimating a rate loses by it: ``Σ W²/n``."""
        return float((self.weight**2 / self.counts).sum())


@dataclass(frozen=True)
class _Attempt:
    """A draft with its slots in their buckets."""

    band: Counts
    counts: Counts
    slots: pd.DataFrame
    days_left: pd.Series
    loss: float

    @classmethod
    def none(cls, days_per_bucket: pd.Series, size: int) -> _Attempt:
        slots = pd.DataFrame({"band": [], "team": [], "month": [], "days": []}).astype(
            {"band": "int64", "team": "int64", "month": "int64", "days": "float64"}
        )
        nobody = np.zeros(0, dtype=np.intp)
        return cls(np.zeros(size, dtype=np.intp), nobody, slots, days_per_bucket.copy(), np.inf)


def _drafts(entities: pd.DataFrame, budget: float) -> Iterator[_Draft]:
    """Cut the entities at every choice of eighths of their costs; reachable always or not is a band of its own."""
    cost, shut = entities["days"].to_numpy(), entities["closed"].to_numpy()
    places = entities["places"].to_numpy(dtype=np.float64)
    limits = np.unique(np.quantile(cost, np.arange(1, PARTS) / PARTS, method="higher"))
    limits = limits[limits < cost.max()]
    for chosen in (chosen for count in range(len(limits) + 1) for chosen in combinations(limits, count)):
        by_cost = np.searchsorted(np.asarray(chosen), cost, side="left")
        cells, band = np.unique(2 * by_cost + shut, return_inverse=True)
        days = np.zeros(len(cells))
        np.maximum.at(days, band, cost)
        if days.sum() > budget + _TOLERANCE and chosen:
            continue  # the coarsest cut may exceed the share, no other
        weight = np.bincount(band, places) / places.sum()
        yield _Draft(band, days, cells % 2 == 1, weight, _allocate(weight, days, np.bincount(band), budget))


def _packed(draft: _Draft, days_per_bucket: pd.Series, open_bucket: NDArray[np.bool_]) -> _Attempt:
    """Pack a draft; while that fails, the dearest band with more than one slot gives one up."""
    counts = draft.counts.copy()
    while (packed := _pack(counts, draft.days, draft.closed, days_per_bucket, open_bucket)) is None:
        if counts.max() <= 1:
            return _Attempt.none(days_per_bucket, len(draft.band))
        counts[np.argmax(np.where(counts > 1, draft.days, 0.0))] -= 1
    return _Attempt(draft.band, counts, *packed, loss=replace(draft, counts=counts).loss)


def _allocate(weight: Floats, days: Floats, most: Counts, budget: float) -> Counts:
    """Give every band one slot, then one slot after another where it lowers ``Σ W²/n`` most for a day."""
    counts = np.ones(len(days), dtype=np.intp)
    while True:
        possible = (counts < most) & (days <= budget - counts @ days + _TOLERANCE)
        if not possible.any():
            return counts
        gain = weight**2 / (counts * (counts + 1)) / days
        counts[np.argmax(np.where(possible, gain, -1.0))] += 1


def _pack(
    counts: Counts, days: Floats, closed: NDArray[np.bool_], days_per_bucket: pd.Series, open_bucket: NDArray[np.bool_]
) -> tuple[pd.DataFrame, pd.Series] | None:
    """Put each slot, those with fewest months and longest first, where most days are left; None if one does not fit."""
    left = days_per_bucket.to_numpy(dtype=np.float64, copy=True)
    rows = []
    band_of_slot = np.repeat(np.arange(len(days)), counts)
    for band in band_of_slot[np.lexsort((-days[band_of_slot], ~closed[band_of_slot]))]:
        room = np.where(open_bucket | ~closed[band], left, -1.0)
        bucket = int(np.argmax(np.round(room, 9)))
        if days[band] > room[bucket] + _TOLERANCE:
            return None
        left[bucket] = max(left[bucket] - days[band], 0.0)
        team, month = days_per_bucket.index[bucket]
        rows.append((int(band) + 1, int(team), int(month), float(days[band])))
    slots = pd.DataFrame(rows, columns=["band", "team", "month", "days"]).sort_values(["band", "month", "team"])
    return slots.reset_index(drop=True), pd.Series(left, days_per_bucket.index, name=days_per_bucket.name)


def _bands(entities: pd.DataFrame, best: _Attempt) -> pd.DataFrame:
    grouped = entities.groupby(pd.Series(best.band[: len(entities)] + 1, entities.index, name="band", dtype="int64"))
    bands = grouped.agg(
        entities=("days", "size"), places=("places", "sum"), days=("days", "max"), closed=("closed", "any")
    )
    return bands.assign(slots=best.counts)
