"""How far a score reaches: how like those that were inspected an enterprise is.

Labels of violations come from the inspected alone. The score of an enterprise unlike all of them rests on the expert,
not on findings. What "like" means is taken from the inspected themselves: how far each of them is from the most alike
of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from oshrisk.risk.scoring import look_up
from oshrisk.risk.table import RiskTable

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.intp]

LIKENESS: Final = ("unlike", "little", "like")
COMMON: Final = 0.10  # assumed: less alike than nine in ten of the inspected are to each other is "little"
RARE: Final = 0.01  # assumed: less alike than 99 in 100 of them is "unlike"
MOST: Final = 1_000  # different inspected that others are compared with, evenly spaced if there are more
_BLOCK: Final = 20_000_000  # comparisons held at once


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
    none = pd.Series(np.nan, index=features.index, dtype="object")
    section, names = pd.factorize(features.get("section", none).astype("object"))
    codes = look_up(features, table).codes
    states = np.column_stack([*(codes[factor.name] for factor in table.factors), section + 1])
    of = np.arange(len(features)) if ids is None else features.index.get_indexer(pd.Index(ids))
    share, nearest, least = _most_alike(states, seen, of)
    counts = np.bincount(section[seen & (section >= 0)], minlength=len(names) + 1)
    known_ids = np.append(features.index.to_numpy(dtype=object), np.nan)
    return pd.DataFrame(
        {
            "similarity": share,
            "likeness": np.array(LIKENESS, dtype=object)[(share[:, None] >= least).sum(axis=1)],
            "nearest": known_ids[nearest],
            "inspected_in_section": counts[section[of]],
        },
        index=features.index[of],
    )


def _most_alike(states: NDArray[np.integer], seen: Flags, of: Ints) -> tuple[Floats, Ints, Floats]:
    """Return the share of equal states with the most alike of those seen, its position, and what counts as alike.

    The position is -1 where nobody was seen.
    """
    where = np.flatnonzero(seen)
    if not len(where):
        return np.zeros(len(of)), np.full(len(of), -1, dtype=np.intp), np.full(2, np.inf)
    differing = states[:, np.ptp(states, axis=0) > 0]
    width = differing.shape[1]
    kinds, kind = np.unique(differing, axis=0, return_inverse=True)  # alike rows are compared once
    kind = kind.ravel()
    others, first, many = np.unique(kind[where], return_index=True, return_counts=True)
    some = slice(None, None, -(-len(others) // MOST))
    others, first, many = others[some], first[some], many[some]
    hot = np.concatenate([column[:, None] == np.unique(column) for column in kinds.T] or [np.ones((1, 1))], axis=1)
    hot = hot.astype(np.float32)
    wanted, row = np.unique(kind[of], return_inverse=True)
    common, place = _best(hot[wanted], hot[others])
    own, _ = _best(hot[others], hot[others], alone=many == 1)
    share = (common / width if width else np.ones(len(wanted)))[row]
    share[seen[of]] = 1.0
    between = np.repeat(own / width if width else np.ones(len(others)), many)
    least = np.quantile(between, [RARE, COMMON]) if len(where) > 1 else np.ones(2)
    position = where[first][place][row]
    position[seen[of]] = of[seen[of]]
    return share, position, least


def _best(some: NDArray[np.float32], others: NDArray[np.float32], alone: Flags | None = None) -> tuple[Floats, Ints]:
    """Return the most states in common with any of `others`, and with which; those `alone` leave themselves out."""
    most, place = np.zeros(len(some)), np.zeros(len(some), dtype=np.intp)
    block = max(_BLOCK // len(others), 1)
    for start in range(0, len(some), block):
        common = some[start : start + block] @ others.T
        rows = np.arange(len(common))
        if alone is not None:
            left_out = rows[alone[start : start + block]]
            common[left_out, start + left_out] = 0
        place[start : start + block] = common.argmax(axis=1)
        most[start : start + block] = common.max(axis=1)
    return most, place
