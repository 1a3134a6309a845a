"""How far a score reaches: how like those that were inspected an enterprise is.

Labels of violations come from the inspected alone. The score of an enterprise unlike all of them rests on the expert,
not on findings. What "like" means is taken from the inspected themselves: how far each of them is from the most alike
of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from oshrisk.risk.scoring import Lookup, look_up
from oshrisk.risk.table import RiskTable

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.intp]
States = NDArray[np.int8]

LIKENESS: Final = ("unlike", "little", "like")
COMMON: Final = 0.10  # assumed: less alike than nine in ten of the inspected are to each other is "little"
RARE: Final = 0.01  # assumed: less alike than 99 in 100 of them is "unlike"
MOST: Final = 1_000  # different inspected that others are compared with, drawn by their hashes if there are more
_BLOCK: Final = 4_000_000  # comparisons held at once


def similarity_to_inspected(
    features: pd.DataFrame, inspected: ArrayLike, table: RiskTable, ids: Sequence[str] | pd.Index | None = None
) -> pd.DataFrame:
    """Say how like those that were inspected enterprises are.

    Two enterprises are alike to the share of points they have in common: the bins of the table's factors (not known
    is a state of its own) and the section of the sector, of those in which enterprises differ at all.

    Parameters
    ----------
    features : DataFrame
        Everybody, indexed by enterprise_id.
    inspected : array-like of bool, shape (n,)
        Who was inspected.
    table : RiskTable
        The model.
    ids : sequence of str, optional
        Of whom to say it; all by default.

    Returns
    -------
    DataFrame
        Indexed by `ids`: similarity (0 to 1, to the most alike that was inspected; 1 for those themselves, 0 where
        nobody was), likeness (``"like"``, ``"little"`` or ``"unlike"``: at least as alike as nine in ten, or as 99 in
        100, of the inspected are to the most alike of the others; fewer than two inspected are like nobody else),
        nearest (its enterprise_id, NaN where nobody was), inspected_in_section (how many were).
    """
    seen = np.asarray(inspected, dtype=bool)
    of = np.arange(len(features)) if ids is None else features.index.get_indexer(pd.Index(ids))
    return likeness(features.iloc[of], seen[of], table, Inspected.among(features, seen, table))


@dataclass(frozen=True)
class Inspected:
    """What likeness is measured against: it adds up over the shards of a registry.

    Parameters
    ----------
    low, high : ndarray of int8, shape (factors,)
        Least and highest bin of each factor, of everybody.
    sections : frozenset of str
        Sections of everybody; "" for none.
    states : ndarray of int8, shape (kinds, factors)
        The different bins of those inspected, in order.
    section : ndarray of str, shape (kinds,)
        Their section.
    many : ndarray of int, shape (kinds,)
        How many were inspected of each kind.
    first : ndarray of str, shape (kinds,)
        The first of them.
    """

    low: States
    high: States
    sections: frozenset[str]
    states: States
    section: NDArray[np.object_]
    many: Ints
    first: NDArray[np.object_]

    @classmethod
    def among(cls, features: pd.DataFrame, inspected: Flags, table: RiskTable) -> Inspected:
        """Take them from everybody, or from a shard of everybody."""
        states, section = _states(features, table), _sections(features)
        ids = features.index.to_numpy(dtype=object)[inspected]
        low = states.min(axis=0, initial=np.iinfo(np.int8).max)
        high = states.max(axis=0, initial=-1)
        once = np.ones(len(ids), dtype=np.intp)
        alone = cls(low, high, frozenset(section), states[inspected], section[inspected], once, ids)
        return cls.combined([alone])

    @classmethod
    def combined(cls, parts: Iterable[Inspected]) -> Inspected:
        """Put the inspected of shards together."""
        every = list(parts)
        states, section, many, first = (
            np.concatenate([getattr(part, name) for part in every]) for name in ("states", "section", "many", "first")
        )
        which, first_of = _kinds(states, section)
        return cls(
            np.min([part.low for part in every], axis=0),
            np.max([part.high for part in every], axis=0),
            frozenset().union(*(part.sections for part in every)),
            states[first_of],
            section[first_of],
            np.bincount(which, weights=many, minlength=len(first_of)).astype(np.intp),
            first[first_of],
        )

    def some(self) -> Inspected:
        """Keep at most `MOST` kinds, those of the least hashes: of shards put together, the same as of the whole."""
        chosen = np.sort(np.argsort(_hashes(self.states, self.section), kind="stable")[:MOST])
        kept = (getattr(self, name)[chosen] for name in ("states", "section", "many", "first"))
        return Inspected(self.low, self.high, self.sections, *kept)


def likeness(
    features: pd.DataFrame, inspected: Flags, table: RiskTable, among: Inspected, at: Lookup | None = None
) -> pd.DataFrame:
    """Say how like those that were inspected some enterprises are.

    Parameters
    ----------
    features : DataFrame
        Of the enterprises.
    inspected : ndarray of bool, shape (n,)
        Which of them were inspected.
    table : RiskTable
        The model.
    among : Inspected
        Taken from everybody.
    at : Lookup, optional
        Where `features` fall in `table`, if that was looked up already.

    Returns
    -------
    DataFrame
        As `similarity_to_inspected`.
    """
    states, section = _states(features, table, at), _sections(features)
    counts = pd.Series(among.many).groupby(among.section).sum()
    counts = counts[counts.index != ""]
    share, nearest = np.ones(len(states)), features.index.to_numpy(dtype=object).copy()  # the inspected themselves
    share[~inspected], nearest[~inspected], least = _most_alike(states[~inspected], section[~inspected], among)
    return pd.DataFrame(
        {
            "similarity": share,
            "likeness": np.array(LIKENESS, dtype=object)[(share[:, None] >= least).sum(axis=1)],
            "nearest": nearest,
            "inspected_in_section": counts.reindex(section, fill_value=0).to_numpy(),
        },
        index=features.index,
    )


def _states(features: pd.DataFrame, table: RiskTable, at: Lookup | None = None) -> States:
    codes = (look_up(features, table) if at is None else at).codes
    return np.column_stack([codes[factor.name] for factor in table.factors])


def _sections(features: pd.DataFrame) -> NDArray[np.object_]:
    if "section" not in features.columns:
        return np.full(len(features), "", dtype=object)
    return np.asarray(features["section"].astype("object").fillna("").to_numpy(dtype=object))


def _kinds(states: States, section: NDArray[np.object_]) -> tuple[Ints, Ints]:
    """Return the number of each row's kind, by bins and then section in order, and the first row of each kind."""
    letters = np.unique(section, return_inverse=True)[1].astype(">u2")  # bytes in the order of the numbers
    keys = np.column_stack([states.view(np.uint8), letters[:, None].view(np.uint8)])
    _, first, number = np.unique(keys.view(f"V{keys.shape[1]}").ravel(), return_index=True, return_inverse=True)
    return number, first


def _hashes(states: States, section: NDArray[np.object_]) -> NDArray[np.uint64]:
    """Return 64 bits of each row (FNV-1a over bins, from the hash of the section)."""
    found: NDArray[np.uint64] = pd.util.hash_array(section)
    for column in states.T:
        found = (found ^ column.astype(np.uint64)) * np.uint64(0x100000001B3)
    return found ^ (found >> np.uint64(32))


def _most_alike(
    states: States, section: NDArray[np.object_], among: Inspected
) -> tuple[Floats, NDArray[np.object_], Floats]:
    """Return the share of equal points with the most alike of those inspected, its id, and what counts as alike."""
    if not len(among.states):
        return np.zeros(len(states)), np.full(len(states), np.nan, dtype=object), np.full(2, np.inf)
    others = among.some()
    differing, apart = among.low < among.high, len(among.sections) > 1
    width = int(differing.sum()) + apart
    points = _Points(others.states[:, differing], others.section if apart else None)
    number, first = _kinds(states, section)  # far fewer than enterprises
    common, place = (found[number] for found in points.best(states[first][:, differing], section[first]))
    own, _ = points.best(others.states[:, differing], others.section, alone=others.many == 1)
    share = common / width if width else np.ones(len(states))
    between = np.repeat(own / width if width else np.ones(len(own)), others.many)
    least = np.quantile(between, [RARE, COMMON]) if among.many.sum() > 1 else np.ones(2)
    return share, others.first[place], least


class _Points:
    """Some enterprises as rows of zeros and ones, a column a state that any of them has."""

    def __init__(self, states: States, section: NDArray[np.object_] | None) -> None:
        self.values = [np.unique(column) for column in states.T]
        self.sections = None if section is None else pd.Index(np.unique(section))
        self.rows = self._hot(states, section)

    def _hot(self, states: States, section: NDArray[np.object_] | None) -> NDArray[np.float32]:
        parts = [column[:, None] == values for column, values in zip(states.T, self.values, strict=True)]
        if self.sections is not None and section is not None:
            parts.append(self.sections.get_indexer(pd.Index(section))[:, None] == np.arange(len(self.sections)))
        return np.concatenate(parts or [np.ones((len(states), 1))], axis=1).astype(np.float32)

    def best(self, states: States, section: NDArray[np.object_], alone: Flags | None = None) -> tuple[Floats, Ints]:
        """Return the most states in common with any, and with which; those `alone` leave themselves out."""
        most, place = np.zeros(len(states)), np.zeros(len(states), dtype=np.intp)
        block = max(_BLOCK // len(self.rows), 1)
        for start in range(0, len(states), block):
            here = slice(start, start + block)
            common = self._hot(states[here], section[here]) @ self.rows.T
            if alone is not None:
                left_out = np.flatnonzero(alone[here])
                common[left_out, start + left_out] = 0
            place[here] = common.argmax(axis=1)
            most[here] = common[np.arange(len(common)), place[here]]
        return most, place
