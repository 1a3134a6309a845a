"""The tree of roads in team-days, and what a trip costs on it.

A trip longer than a day costs nights away. Where driving home and back is cheaper than a night, the team drives home,
and every day is a trip.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.planning.roads import Roads
from oshrisk.settings import Programme

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Tree:
    """The roads in team-days; node 0 is the seat, parents come before their children.

    Parameters
    ----------
    communes : tuple of str
        Code of every node.
    parent : ndarray of int, shape (n_nodes,)
        Node through which the road comes; 0 for the seat.
    edge, depth : ndarray of float, shape (n_nodes,)
        From the parent, and from the seat, there and back [days].
    far : ndarray of bool, shape (n_nodes,)
        Where a night away is cheaper than the drive home and back.
    below : ndarray of bool, shape (n_nodes, n_nodes)
        ``below[e, c]``: the road to ``c`` passes ``e``, or ends there.
    between : ndarray of float, shape (n_nodes, n_nodes)
        One way between nodes, the mean of there and back [days].
    closed : ndarray of bool, shape (n_nodes, n_buckets)
        Nodes that cannot be reached.
    night : float
        Cost of a night away of the whole team [days].
    longest : float
        Longest trip [days].
    """

    communes: tuple[str, ...]
    parent: Ints
    edge: Floats
    depth: Floats
    far: NDArray[np.bool_]
    below: NDArray[np.bool_]
    between: Floats
    closed: NDArray[np.bool_]
    night: float
    longest: float

    def alone(self, node: Ints, days: Floats) -> Floats:
        """Cost of a visit driven alone: days on site, road and nights [days]."""
        return trip_cost(days + self.depth[node], self.depth[node], self.night)


def trip_cost(days: Floats, depth: Floats, night: float) -> Floats:
    """Price trips: their days, and for the time beyond the first day nights away or the drive home and back.

    A trip of two and a half days is counted as one and a half nights, so that a quarter of an hour more on the road
    does not cost a whole night.

    Parameters
    ----------
    days : ndarray of float
        Road and work [days].
    depth : ndarray of float
        Road to the farthest commune of the trip and back [days].
    night : float
        Cost of a night away [days].

    Returns
    -------
    ndarray of float
        Team-days of capacity that the trips take.

    Examples
    --------
    >>> trip_cost(np.array([0.8, 2.5, 2.0]), np.array([0.5, 0.5, 0.0]), 0.1).round(9).tolist()
    [0.8, 2.65, 2.0]
    """
    return np.asarray(days + np.minimum(night, depth) * np.maximum(days - 1.0, 0.0))


def make_tree(roads: Roads | None, communes: pd.Series, days: pd.Series, programme: Programme) -> Tree:
    """Cut the tree of roads down to the communes that have candidates.

    Parameters
    ----------
    roads : Roads or None
        The roads; None for a plan without roads.
    communes : Series of str
        Communes of the candidates; those outside the roads are left out.
    days : Series
        Days by ``team`` and ``month``.
    programme : Programme
        Settings of capacity and roads.

    Returns
    -------
    Tree
        The roads in team-days.
    """
    night = programme.roads.night_cost  # a night costs each person so many days, so the team as many team-days
    if roads is None:
        none = np.zeros(1)
        shut, here = np.zeros((1, len(days)), dtype=bool), np.ones((1, 1), dtype=bool)
        start = np.zeros(1, dtype=np.intp)
        return Tree(("",), start, none, none, none > 0, here, none[None, :], shut, night, programme.roads.trip_days)
    depth_of = 2.0 * roads.from_seat / programme.capacity.hours_per_day
    wanted = set(communes.dropna().unique()) & set(depth_of.index) - {roads.seat}
    for commune in list(wanted):
        while (commune := roads.parent[commune]) != roads.seat:
            wanted.add(commune)
    order = [roads.seat, *sorted(wanted, key=lambda code: (depth_of[code], code))]
    number = {code: position for position, code in enumerate(order)}
    parent = np.array([number[roads.parent[code]] for code in order], dtype=np.intp)
    depth = depth_of.reindex(order).to_numpy(dtype=np.float64)
    below = np.eye(len(order), dtype=bool)
    for node in range(len(order) - 1, 0, -1):
        below[parent[node]] |= below[node]
    closed = roads.closed(days.index.get_level_values("month").tolist()).reindex(order).to_numpy(dtype=bool)
    far = (depth >= night) & (depth > 0)
    way = roads.hours.loc[order, order].to_numpy(dtype=np.float64) / programme.capacity.hours_per_day
    return Tree(
        communes=tuple(order),
        parent=parent,
        edge=depth - depth[parent],
        depth=depth,
        far=far,
        below=below,
        between=(way + way.T) / 2,
        closed=closed,
        night=night,
        longest=programme.roads.trip_days,
    )
