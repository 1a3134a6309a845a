"""The selection as a mixed-integer programme over the tree of roads.

Variables, for every bucket ``b`` (a team's month) where they depend on it:

- ``x_o``: option ``o`` is taken, 0 or 1;
- ``n_kb``: how many options of kind ``k`` (alike in node and days) are done in ``b``;
- ``z_eb``: how many trips drive the road ``e``, from a node's parent to the node and back;
- ``y_fb``: nights away of trips beyond ``f``, the first node on its road from where a night is cheaper than home.

Rows: every candidate once; the ties; kinds add up over buckets; the days of a bucket; a road is driven only by trips
that drive its parent; what lies beyond a road is done within the longest trip; days beyond the first of a trip cost
nights, and near the seat a trip each; no visit without a trip there.

With all buckets poured into one it is a relaxation without symmetry: its bound holds for every plan by teams and
months. Aggregating the trips of a bucket on a tree relaxes how visits are packed into trips as well;
`oshrisk.planning.packing` does that, and what it cannot fit shows in the gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.planning.ties import Ties
from oshrisk.planning.tree import Floats, Ints, Tree

if TYPE_CHECKING:
    from scipy.sparse import csr_array  # slow to import


@dataclass(frozen=True)
class Matrix:
    """A mixed-integer programme: the largest ``worth @ v`` with ``least <= rows @ v <= most``, ``lower <= v <= upper``.

    Parameters
    ----------
    worth : ndarray of float, shape (n_variables,)
        Worth; only options have one.
    rows : csr_array, shape (n_rows, n_variables)
        Coefficients.
    least, most : ndarray of float, shape (n_rows,)
        Bounds of the rows.
    lower, upper : ndarray of float, shape (n_variables,)
        Bounds of the variables.
    whole : ndarray of int, shape (n_variables,)
        1 where the variable is a whole number.
    kinds : DataFrame, shape (n_kinds, 2)
        ``node`` and ``days``.
    kind : ndarray of int, shape (n_options,)
        Kind of every option; options are the first variables, then ``n_kb``, ``z_eb``, ``y_fb``, each by bucket last.
    buckets : int
        Number of buckets.
    days_row : int
        The first of the rows that hold the days of the buckets.
    """

    worth: Floats
    rows: csr_array
    least: Floats
    most: Floats
    lower: Floats
    upper: Floats
    whole: Ints
    kinds: pd.DataFrame
    kind: Ints
    buckets: int
    days_row: int

    @property
    def options(self) -> int:
        """Number of options."""
        return len(self.kind)


def assemble(
    options: pd.DataFrame, tree: Tree, ties: Ties, days: Floats, closed: NDArray[np.bool_], *, links: bool = True
) -> Matrix:
    """Write the programme down.

    Parameters
    ----------
    options : DataFrame
        From `oshrisk.planning.options.make_options`; ``candidate`` counts the columns of `ties`.
    tree : Tree
        Roads.
    ties : Ties
        Rows over candidates.
    days : ndarray of float, shape (n_buckets,)
        Days of the buckets [team-days].
    closed : ndarray of bool, shape (n_nodes, n_buckets)
        Nodes that cannot be reached.
    links : bool, default True
        Whether to add "no visit without a trip there" for each option: redundant where work forces the trip, but it
        lifts the relaxation; 100,000 such rows cost more than they bring.

    Returns
    -------
    Matrix
        The programme.
    """
    from scipy.sparse import csr_array, eye_array, hstack, kron, vstack  # noqa: PLC0415  # slow to import

    kinds, kind = _kinds(options)
    count, size = len(days), len(options)
    frontier = np.flatnonzero(tree.far & ~tree.far[tree.parent])
    edges = np.arange(1, len(tree.communes))
    node = kinds["node"].to_numpy()
    one = eye_array(count)  # what holds in every bucket by itself

    def block(kinds_part: Floats, edges_part: Floats, nights_part: Floats) -> csr_array:
        inner = np.hstack([kinds_part, edges_part, nights_part])
        width = [kinds_part.shape[1], edges_part.shape[1]]
        parts = np.split(inner, np.cumsum(width), axis=1)
        return csr_array(hstack([kron(csr_array(part), one) for part in parts]))

    inside, high = _bucket_rows(kinds, tree, edges, frontier)
    bucket_rows = block(*inside)
    took = csr_array((np.ones(size), (kind, np.arange(size))), shape=(len(kinds), size))
    trips = [len(kinds) * count, len(edges) * count, len(frontier) * count]
    add_up = hstack([-took, kron(eye_array(len(kinds)), np.ones((1, count))), csr_array((len(kinds), sum(trips[1:])))])
    out = np.flatnonzero((options["node"].to_numpy() > 0) & links)
    link = csr_array((np.ones(len(out)), (np.arange(len(out)), out)), shape=(len(out), size))
    driven = csr_array(
        (np.ones(len(out)), (np.arange(len(out)), options["node"].to_numpy()[out] - 1)), shape=(len(out), len(edges))
    )
    link = hstack(
        [link, csr_array((len(out), trips[0])), -kron(driven, np.ones((1, count))), csr_array((len(out), trips[2]))]
    )
    once, taken = _candidate_rows(options, ties)
    rest = csr_array((once.shape[0] + taken.shape[0], sum(trips)))
    rows = vstack([
        hstack([vstack([once, taken]), rest]),
        add_up,
        hstack([csr_array((bucket_rows.shape[0], size)), bucket_rows]),
        link,
    ])  # fmt: skip
    ends = np.repeat(high, count)
    ends[:count] = days
    least = [np.full(once.shape[0], -np.inf), ties.least, np.zeros(len(kinds)), np.full(len(ends), -np.inf)]
    most = [np.ones(once.shape[0]), ties.most, np.zeros(len(kinds)), ends, np.zeros(len(out))]
    shut = closed[node].ravel()
    size_of = np.repeat(np.bincount(kind, minlength=len(kinds)), count).astype(np.float64)
    upper = [np.ones(size), np.where(shut, 0.0, size_of), np.full(trips[1] + trips[2], np.inf)]
    whole = [np.ones(size), np.full(trips[0], int(count > 1)), np.repeat(tree.far[edges], count), np.zeros(trips[2])]
    return Matrix(
        worth=np.concatenate([options["worth"], np.zeros(sum(trips))]),
        rows=csr_array(rows),
        least=np.concatenate([*least, np.full(len(out), -np.inf)]),
        most=np.concatenate(most),
        lower=np.zeros(size + sum(trips)),
        upper=np.concatenate(upper),
        whole=np.concatenate(whole).astype(np.intp),
        kinds=kinds,
        kind=kind,
        buckets=count,
        days_row=once.shape[0] + taken.shape[0] + len(kinds),
    )


def _kinds(options: pd.DataFrame) -> tuple[pd.DataFrame, Ints]:
    """Options alike in node and days, in that order."""
    groups = options.groupby(["node", "days"], sort=True)
    kinds = groups.size().reset_index()[["node", "days"]]
    return kinds, groups.ngroup().to_numpy(dtype=np.intp)


def _candidate_rows(options: pd.DataFrame, ties: Ties) -> tuple[csr_array, csr_array]:
    """Rows over options: every candidate with two ways once, and the ties."""
    from scipy.sparse import csr_array  # noqa: PLC0415  # slow to import

    candidate = options["candidate"].to_numpy()
    taken = csr_array(
        (np.ones(len(options)), (np.arange(len(options)), candidate)), shape=(len(options), ties.matrix.shape[1])
    )
    twice = np.flatnonzero(np.bincount(candidate, minlength=ties.matrix.shape[1]) > 1)
    return csr_array(taken.T)[twice], csr_array(ties.matrix @ taken.T)


def _bucket_rows(
    kinds: pd.DataFrame, tree: Tree, edges: Ints, frontier: Ints
) -> tuple[tuple[Floats, Floats, Floats], Floats]:
    """Coefficients of kinds, roads and nights in the rows of one bucket, and their upper bounds; its days first."""
    node, days = kinds["node"].to_numpy(), kinds["days"].to_numpy(dtype=np.float64)
    below, edge = tree.below.astype(np.float64), tree.edge[edges]
    far, near = np.flatnonzero(tree.far), np.flatnonzero(~tree.far & (tree.depth > 0))
    inner = edges[tree.parent[edges] > 0]
    strict = below - np.eye(len(below))

    def unit(nodes: Ints, among: Ints) -> Floats:
        return np.equal(nodes[:, None], among).astype(np.float64)

    work, roads = below[:, node] * days, strict[:, edges] * edge
    parts = [
        (days[None, :], edge[None, :], np.full((1, len(frontier)), tree.night)),
        (
            np.zeros((len(inner), len(days))),
            unit(inner, edges) - unit(tree.parent[inner], edges),
            np.zeros((len(inner), len(frontier))),
        ),
        (
            work[far],
            roads[far] - unit(far, edges) * (tree.longest - tree.depth[far])[:, None],
            np.zeros((len(far), len(frontier))),
        ),
        (
            work[frontier],
            roads[frontier] + unit(frontier, edges) * (tree.depth[frontier] - 1.0)[:, None],
            -unit(frontier, frontier),
        ),
        (
            work[near],
            roads[near] * tree.far[edges] - unit(near, edges),
            -below[np.ix_(near, frontier)],
        ),
    ]
    stacked = tuple(np.vstack([part[column] for part in parts]) for column in range(3))
    return (stacked[0], stacked[1], stacked[2]), np.zeros(len(stacked[0]))
