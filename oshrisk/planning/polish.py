"""Better packings by exact search in a few buckets at a time: the rest of the plan stands still meanwhile.

Large neighbourhood search, Shaw, P. (1998), Using constraint programming and local search methods to solve vehicle
routing problems, CP 98, 417-431, with HiGHS instead of constraint programming. Limits count nodes, not time, so that
every machine makes the same list; only a search that breaks the limit of time as well is lost, as a whole.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from oshrisk.planning.model_matrix import assemble
from oshrisk.planning.packing import Packing
from oshrisk.planning.pouring import whole
from oshrisk.planning.ties import Ties
from oshrisk.planning.tree import Floats, Ints

TOGETHER = 2  # buckets; on the demo ten searches of threes gained 0.2 % more and took four times the time
OPTIONS = 100  # options that a search looks at, those that lose least
NODES = 1  # of a search tree
SECONDS = 20.0  # a safety: a search takes about one on the demo, some five on a busy machine
GAP = 5e-3  # where one search stops; the next begins from there


def polish(packing: Packing, options: pd.DataFrame, loss: Floats, searches: int) -> Packing:
    """Search again in `TOGETHER` buckets at a time.

    Parameters
    ----------
    packing : Packing
        Where to begin.
    options : DataFrame
        Its options.
    loss : ndarray of float, shape (n_options,)
        From `oshrisk.planning.pouring.losses`.
    searches : int
        How many.

    Returns
    -------
    Packing
        The best that was found.
    """
    generator = np.random.Generator(np.random.PCG64(2027))  # any number does
    few = min(TOGETHER, len(packing.days))
    for _ in range(searches):
        chosen = np.sort(generator.choice(len(packing.days), few, replace=False))
        trial = _search(packing, options, loss, chosen)
        if trial is not None and trial.score() > packing.score():
            packing = trial
        if few == len(packing.days):  # there is no other choice of buckets
            break
    return packing


def _search(packing: Packing, options: pd.DataFrame, loss: Floats, chosen: Ints) -> Packing | None:
    """Solve for some buckets, and pack what comes out."""
    mine = [option for option, (bucket, _) in packing.place.items() if bucket in chosen]
    trial = packing.copy()
    trial.clear(mine)
    open_now = np.flatnonzero(trial.allowed())
    kept = open_now[np.argsort(np.where(np.isin(open_now, mine), -1.0, loss[open_now]), kind="stable")[:OPTIONS]]
    kept = np.sort(kept)
    ties = packing.ties
    rest = Ties(ties.matrix, ties.least - trial.sums, ties.most - trial.sums, ties.names)
    few = options.iloc[kept].reset_index(drop=True)
    if few.empty:
        return None
    reachable = np.minimum(
        rest.least, rest.matrix[:, few["candidate"].unique()].sum(axis=1)
    )  # the musts may be too many
    rest = Ties(ties.matrix, np.minimum(reachable, packing.sums - trial.sums), rest.most, ties.names)
    matrix = assemble(few, packing.tree, rest, packing.days[chosen], packing.tree.closed[:, chosen])
    solved = whole(matrix, gap=GAP, seconds=SECONDS, nodes=NODES)
    if solved.solution is None:
        return None
    counts = solved.solution[len(few) : len(few) + len(matrix.kinds) * matrix.buckets]
    where = np.rint(counts).astype(np.intp).reshape(len(matrix.kinds), matrix.buckets)
    buckets = {kind: np.repeat(chosen, number).tolist() for kind, number in enumerate(where)}
    taken = np.flatnonzero(solved.solution[: len(few)] > 0.5)
    depth, days = packing.tree.depth[few["node"].to_numpy()], few["days"].to_numpy()
    for option in taken[np.lexsort((taken, -days[taken], -depth[taken]))]:
        bucket = buckets[matrix.kind[option]].pop(0)
        if np.isfinite(trial.added[trial.kind[kept[option]], bucket]):
            trial.put(int(kept[option]), int(bucket))
    trial.fill()
    return trial
