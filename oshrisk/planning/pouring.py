"""The selection with all days poured together: a relaxation that solves fast and whose bound holds for every plan.

1. The linear relaxation gives a bound and, for every option, what taking it would lose (its reduced cost).
2. Of candidates alike in all that counts the worthier are taken first, so a candidate loses what the worthier ones
   before it lose as well. Those that lose too much are left out: no plan with one of them is worth more than the
   relaxation less that loss, so the bound stays good.
3. What is left is solved by HiGHS as a mixed-integer programme.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.planning.model_matrix import Matrix, assemble
from oshrisk.planning.ties import Ties
from oshrisk.planning.tree import Floats, Ints, Tree

LOSS_SHARE = 0.02  # of the relaxation: options that lose more are left out; assumed, see the bound above
MOST_OPTIONS = 4_000  # HiGHS is asked for whole numbers of these at most: it does not keep its time limit in presolve
MOST_TAKEN = 1_000  # and not at all where the relaxation takes more: what it would gain is little beside the packing


@dataclass(frozen=True)
class Poured:
    """The optimum with all days poured together.

    Parameters
    ----------
    taken : ndarray of int
        Positions of the options taken; where HiGHS was not asked, those that the linear relaxation takes.
    pool : ndarray of int
        Positions of the options that were not left out.
    loss : ndarray of float, shape (n_pool,)
        What a plan with each of them lacks of the linear relaxation at least.
    objective : float
        Worth of those taken.
    bound : float
        No plan is worth more.
    day_worth : float
        What one team-day more is worth at the margin (dual value).
    proven : bool
        True where `objective` is within the gap of `bound`.
    feasible : bool
        False where no plan keeps all limits.
    """

    taken: Ints
    pool: Ints
    loss: Floats
    objective: float
    bound: float
    day_worth: float
    proven: bool
    feasible: bool = True


INFEASIBLE = 2  # status of scipy.optimize.milp

NOTHING = Poured(np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0), 0.0, 0.0, 0.0, proven=True)


def pour(
    options: pd.DataFrame,
    likeness: NDArray[np.intp],
    tree: Tree,
    ties: Ties,
    days: Floats,
    *,
    gap: float,
    seconds: float,
    nodes: int,
) -> Poured:
    """Choose options with all days of alike buckets poured together.

    Parameters
    ----------
    options : DataFrame
        From `oshrisk.planning.options.make_options`.
    likeness : ndarray of int, shape (n_candidates,)
        From `oshrisk.planning.options.alike`.
    tree : Tree
        Roads.
    ties : Ties
        Rows over candidates.
    days : ndarray of float, shape (n_buckets,)
        Team-days.
    gap : float
        Where to stop [share of the best].
    seconds : float
        Longest search: a safety.
    nodes : int
        Most nodes of the search tree.

    Returns
    -------
    Poured
        The optimum; the best that was found where the nodes did not suffice (`proven` is False then).
    """
    if options.empty or not days.sum() > 0:
        missing = bool((ties.least > 0).any())
        return NOTHING if not missing else replace(NOTHING, feasible=False)
    found = pour_linear(options, likeness, tree, ties, days, links=True)
    if found is None:
        return replace(NOTHING, feasible=False)
    if (found.shares > 0.5).sum() > MOST_TAKEN:
        taken = found.pool[found.shares > 0.5]
        worth = float(options["worth"].to_numpy()[taken].sum())
        return Poured(taken, found.pool, found.loss, worth, found.bound, found.day_worth, proven=False)
    found = _fewer(found, options, tree, ties, days)
    pool = found.pool
    solved = whole(found.matrix, gap=gap, seconds=seconds, nodes=nodes)
    if not solved.feasible:
        return replace(NOTHING, feasible=False)
    bound = min(found.bound, max(solved.bound, found.worth - found.limit))
    inside = (found.shares if solved.solution is None else solved.solution[: len(pool)]) > 0.5
    proven = bool(bound - solved.objective <= gap * abs(bound) + 1e-9)
    objective = float(options["worth"].to_numpy()[pool[inside]].sum())
    return Poured(pool[inside], pool, found.loss, objective, max(bound, solved.objective), found.day_worth, proven)


@dataclass(frozen=True)
class Linear:
    """The optimum where visits can be divided.

    Parameters
    ----------
    matrix : Matrix
        The programme over the options that were not left out.
    pool : ndarray of int
        Their positions.
    loss : ndarray of float, shape (n_pool,)
        What a plan with each of them lacks at least.
    limit : float
        The least loss of those left out.
    worth : float
        What losses are measured from: the worth of the relaxation over all options.
    shares : ndarray of float, shape (n_pool,)
        How much of each is taken.
    bound : float
        No plan is worth more.
    day_worth : float
        What one team-day more is worth at the margin (dual value).
    """

    matrix: Matrix
    pool: Ints
    loss: Floats
    limit: float
    worth: float
    shares: Floats
    bound: float
    day_worth: float


def _fewer(found: Linear, options: pd.DataFrame, tree: Tree, ties: Ties, days: Floats) -> Linear:
    """Leave out more, those that lose most, until `MOST_OPTIONS` are left; the bound stays good."""
    if len(found.pool) <= MOST_OPTIONS:
        return found
    kept, limit = _pool(found.loss, found.worth, MOST_OPTIONS)
    matrix = assemble(options.iloc[found.pool[kept]].reset_index(drop=True), tree, ties, *_merge(tree, days))
    return replace(
        found, matrix=matrix, pool=found.pool[kept], loss=found.loss[kept], limit=limit, shares=found.shares[kept]
    )


def pour_linear(
    options: pd.DataFrame, likeness: NDArray[np.intp], tree: Tree, ties: Ties, days: Floats, *, links: bool
) -> Linear | None:
    """Choose options with all days of alike buckets poured together, and visits that can be divided.

    Parameters
    ----------
    options, likeness, tree, ties, days
        As `pour`; there are options, and days.
    links : bool
        Whether every option is tied to its road from the start; otherwise only those that are not left out are:
        quicker, with a bound that is up to `LOSS_SHARE` weaker.

    Returns
    -------
    Linear or None
        None where no plan keeps all limits.
    """
    poured, closed = _merge(tree, days)
    rough = relax(assemble(options, tree, ties, poured, closed, links=links))
    if rough is None:
        return None
    loss = losses(options, likeness, rough.reduced)
    pool, limit = _pool(loss, rough.worth, 8 * MOST_OPTIONS)
    matrix = assemble(options.iloc[pool].reset_index(drop=True), tree, ties, poured, closed)
    bound, shares, day_worth = rough.worth, rough.solution[pool], rough.day_worth
    fine = None if links else relax(matrix)
    if fine is not None:  # it bounds plans of the pool alone: losses stay measured from the relaxation over all
        bound, shares = min(bound, max(fine.worth, rough.worth - limit)), fine.solution[: len(pool)]
        day_worth = fine.day_worth
    return Linear(matrix, pool, loss[pool], limit, rough.worth, shares, bound, day_worth)


@dataclass(frozen=True)
class Relaxation:
    """A solved linear relaxation.

    Parameters
    ----------
    worth : float
        Its optimum.
    solution : ndarray of float, shape (n_variables,)
        Its solution.
    reduced : ndarray of float, shape (n_options,)
        Reduced cost of every option: what taking one more would gain (below 0: lose).
    day_worth : float
        Dual value of a team-day.
    """

    worth: float
    solution: Floats
    reduced: Floats
    day_worth: float


@dataclass(frozen=True)
class Solved:
    """What HiGHS found.

    Parameters
    ----------
    solution : ndarray of float, shape (n_variables,), or None
        The best solution, if any was found in time.
    objective, bound : float
        Its worth, and what no solution exceeds.
    feasible : bool
        False where it is proven that there is no solution.
    """

    solution: Floats | None
    objective: float
    bound: float
    feasible: bool


def relax(matrix: Matrix) -> Relaxation | None:
    """Solve the linear relaxation.

    Parameters
    ----------
    matrix : Matrix
        The programme.

    Returns
    -------
    Relaxation or None
        None where it has no solution.
    """
    from scipy.optimize import linprog  # noqa: PLC0415  # slow to import
    from scipy.sparse import vstack  # noqa: PLC0415  # slow to import

    equal = np.flatnonzero(matrix.least == matrix.most)
    over = np.flatnonzero(np.isfinite(matrix.most) & (matrix.least < matrix.most))
    under = np.flatnonzero(np.isfinite(matrix.least) & (matrix.least < matrix.most))
    result = linprog(
        -matrix.worth,
        A_ub=vstack([matrix.rows[over], -matrix.rows[under]]),
        b_ub=np.concatenate([matrix.most[over], -matrix.least[under]]),
        A_eq=matrix.rows[equal],
        b_eq=matrix.most[equal],
        bounds=np.stack([matrix.lower, matrix.upper], axis=1),
        method="highs",
    )
    if result.x is None:
        return None
    days = np.searchsorted(over, matrix.days_row + np.arange(matrix.buckets))
    return Relaxation(
        worth=float(-result.fun),
        solution=result.x,
        reduced=-(result.lower.marginals + result.upper.marginals)[: matrix.options],
        day_worth=float(np.max(-result.ineqlin.marginals[days])),
    )


def whole(matrix: Matrix, *, gap: float, seconds: float, nodes: int | None = None) -> Solved:
    """Solve for whole numbers with HiGHS.

    Parameters
    ----------
    matrix : Matrix
        The programme.
    gap : float
        Where to stop [share of the best].
    seconds : float
        Longest search.
    nodes : int, optional
        Most nodes of the search tree: a limit that is the same on every machine.

    Returns
    -------
    Solved
        The best that was found.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415  # slow to import

    with _standard_output_closed():
        result = milp(
            -matrix.worth,
            constraints=LinearConstraint(matrix.rows, matrix.least, matrix.most),
            bounds=Bounds(matrix.lower, matrix.upper),
            integrality=matrix.whole,
            options={"mip_rel_gap": gap, "time_limit": seconds} | ({} if nodes is None else {"node_limit": nodes}),
        )
    dual = result.mip_dual_bound
    bound = np.inf if dual is None else float(-dual)
    objective = -np.inf if result.x is None else float(-result.fun)
    return Solved(result.x, objective, bound, feasible=result.status != INFEASIBLE)


@contextmanager
def _standard_output_closed() -> Iterator[None]:
    """Keep HiGHS 1.12 from printing a line of its own now and then, which would break the output for scripts."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def losses(options: pd.DataFrame, likeness: NDArray[np.intp], reduced: Floats) -> Floats:
    """Say what taking each option would lose at least.

    Parameters
    ----------
    options : DataFrame
        Options.
    likeness : ndarray of int, shape (n_candidates,)
        Candidates with the same number can stand for each other; -1 stands for nobody else.
    reduced : ndarray of float, shape (n_options,)
        Reduced costs.

    Returns
    -------
    ndarray of float, shape (n_options,)
        Worth that a plan with this option lacks of the relaxation at least.
    """
    own = pd.Series(np.maximum(-reduced, 0.0), options.index)
    by_candidate = pd.DataFrame({
        "loss": own.groupby(options["candidate"].to_numpy()).min(),
        "worth": options["worth"].groupby(options["candidate"].to_numpy()).max(),
    })  # fmt: skip
    by_candidate["group"] = likeness[by_candidate.index.to_numpy()]
    ordered = by_candidate.sort_values(["group", "worth"], ascending=[True, False], kind="stable")
    before = ordered.groupby("group")["loss"].cumsum() - ordered["loss"]
    before = before.where(ordered["group"].ge(0), 0.0)
    return np.asarray(own + before.reindex(options["candidate"].to_numpy()).to_numpy())


def _pool(loss: Floats, worth: float, most: int) -> tuple[Ints, float]:
    """Options that lose little, at most so many, and the least loss of those left out."""
    order = np.argsort(loss, kind="stable")
    count = min(int((loss <= LOSS_SHARE * abs(worth)).sum()), most)
    return np.sort(order[:count]), float(loss[order[count]]) if count < len(order) else np.inf


def _merge(tree: Tree, days: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Pour together the days of buckets in which the same communes are closed."""
    patterns, group = np.unique(tree.closed, axis=1, return_inverse=True)
    poured = np.zeros(patterns.shape[1])
    np.add.at(poured, group.ravel(), days)
    return poured, patterns
