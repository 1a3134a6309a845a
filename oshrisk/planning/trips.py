"""The trips of a quarter: which visits drive together, in which order, and what each costs.

What `oshrisk.planning.optimise.select` chose keeps its trips; visits that come with a team and month alone, such as
those drawn by lot, join the trip to which they add least, or drive alone, which is never dearer than their slot. Stops
are put in order by cheapest insertion and 2-opt (Croes, G. A. (1958), A method for solving traveling-salesman problems,
Operations Research 6, 791-812) over the hours between communes: what that saves against the tree of roads is reserve.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from oshrisk.planning.options import lone_road
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.roads import Roads
from oshrisk.planning.tree import Floats, Tree, make_tree, trip_cost
from oshrisk.settings import Programme


@dataclass
class _Trip:
    """Rows of the visits that drive together, the nodes in their order, and the road of a place not known where."""

    rows: list[int] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)
    work: float = 0.0
    lone: float = 0.0


def plan_trips(
    visits: pd.DataFrame, roads: Roads, programme: Programme, quarter: Quarter
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Order visits into trips and share the road among them.

    Parameters
    ----------
    visits : DataFrame, shape (n, ...)
        Indexed by ``enterprise_id``: ``mode``, ``team``, ``month``, ``commune_code``, ``visit_days`` [days; of a
        remote check the days of that], and where known ``trip`` (0 or NaN: none yet) and ``travel_days`` (for unknown
        communes).
    roads : Roads
        Roads.
    programme : Programme
        Settings of capacity and roads.
    quarter : Quarter
        The quarter; trips are numbered by month and team.

    Returns
    -------
    visits : DataFrame, shape (n, ...)
        As given, with ``trip`` (from 1; 0 where nobody drives), ``stop`` (place in the trip), ``travel_days`` (the
        visit's share of road and nights, by its distance from the seat) and ``inspector_days``.
    trips : DataFrame
        Indexed by ``trip``: ``team``, ``month``, ``communes`` (codes in the order of the tour), ``visits``,
        ``work_days``, ``road_hours``, ``days``, ``nights``, ``inspector_days``.

    Raises
    ------
    ValueError
        If a visit lies outside the quarter.
    """
    months = 3 * quarter.number - 2 + np.arange(3)
    if not visits["month"].isin(months).all():
        raise ValueError(f"visits outside {quarter}")
    ordered = visits.sort_index()
    tree = make_tree(roads, ordered["commune_code"], pd.Series(0.0, _buckets(ordered)), programme)
    number = {code: node for node, code in enumerate(tree.communes)}
    place = ordered["commune_code"].map(number).fillna(-1)
    nodes = place.mask(ordered["mode"].eq("remote"), 0).to_numpy(dtype=int)
    lone = lone_road(ordered, tree.depth[nodes[nodes >= 0]])
    packed = [
        (team, month, trip)
        for (month, team), rows in ordered.groupby(["month", "team"]).indices.items()
        for trip in _bucket_trips(ordered, rows, nodes, lone, tree)
    ]
    shared = _shares(ordered, packed, nodes, tree, programme.capacity.team_size)
    return shared.reindex(visits.index), _frame(packed, tree, programme)


def order_stops(between: Floats, stops: list[int]) -> list[int]:
    """Put the stops of a round tour from node 0 in order.

    Parameters
    ----------
    between : ndarray of float, shape (n_nodes, n_nodes)
        Time between nodes, symmetric.
    stops : list of int
        Nodes, without node 0.

    Returns
    -------
    list of int
        Cheapest insertion, then 2-opt until no exchange shortens the tour. The same for any order of `stops`.

    Examples
    --------
    >>> line = np.abs(np.subtract.outer([0.0, 3, 1, 2], [0.0, 3, 1, 2]))
    >>> order_stops(line, [1, 2, 3])
    [2, 3, 1]
    """
    route = [0, 0]
    for stop in sorted(set(stops), key=lambda node: (-between[0, node], node)):
        start, end = np.array(route[:-1]), np.array(route[1:])
        added = between[start, stop] + between[stop, end] - between[start, end]
        route.insert(int(added.argmin()) + 1, stop)
    better = True
    while better:
        better = False
        for i in range(1, len(route) - 2):
            for j in range(i + 1, len(route) - 1):
                a, b, c, d = route[i - 1], route[i], route[j], route[j + 1]
                if between[a, c] + between[b, d] < between[a, b] + between[c, d] - 1e-12:
                    route[i : j + 1] = route[i : j + 1][::-1]
                    better = True
    inner = route[1:-1]
    return inner if not inner or (between[0, inner[0]], inner[0]) <= (between[0, inner[-1]], inner[-1]) else inner[::-1]


def tour_days(between: Floats, stops: list[int]) -> float:
    """Length of a round tour from node 0 in the given order."""
    route = [0, *stops, 0]
    return float(between[route[:-1], route[1:]].sum())


def _buckets(visits: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(visits[["team", "month"]].drop_duplicates())


def _bucket_trips(visits: pd.DataFrame, rows: np.ndarray, nodes: np.ndarray, lone: Floats, tree: Tree) -> list[_Trip]:
    """Trips of one team in one month, nearest first; those without a road are none."""
    days = visits["visit_days"].to_numpy(dtype=np.float64)
    given = visits["trip"].fillna(0).to_numpy(dtype=int) if "trip" in visits else np.zeros(len(visits), dtype=int)
    trips = [_Trip([row], [], days[row], lone[row]) for row in rows if nodes[row] < 0]
    driving = [row for row in rows if nodes[row] > 0]
    together: dict[int, _Trip] = {}
    for row in driving:
        if given[row] > 0:
            _join(together.setdefault(given[row], _Trip()), row, nodes[row], days[row], tree)
    packed = [together[number] for number in sorted(together)]
    waiting = [row for row in driving if given[row] <= 0]
    for row in sorted(waiting, key=lambda row: (-tree.depth[nodes[row]], -days[row], row)):
        choices = [*packed, _Trip()]
        added = [_added(trip, nodes[row], days[row], tree) for trip in choices]
        best = int(np.argmin(added))
        packed += [choices[best]] if best == len(packed) else []
        _join(packed[best], row, nodes[row], days[row], tree)
    packed.sort(key=lambda trip: (tree.depth[trip.stops].max(), min(trip.rows)))
    return packed + trips


def _join(trip: _Trip, row: int, node: int, days: float, tree: Tree) -> None:
    trip.rows.append(row)
    trip.work += days
    trip.stops = order_stops(tree.between, [*trip.stops, node])


def _added(trip: _Trip, node: int, days: float, tree: Tree) -> float:
    """Days that a visit adds to a trip; infinite where the trip would be too long."""
    stops = order_stops(tree.between, [*trip.stops, node])
    long = trip.work + days + tour_days(tree.between, stops)
    if trip.rows and long > tree.longest + 1e-9:
        return float("inf")
    return _charge(trip.work + days, 0.0, stops, tree) - _charge(trip.work, trip.lone, trip.stops, tree)


def _charge(work: float, lone: float, stops: list[int], tree: Tree) -> float:
    """Days of capacity that a trip takes."""
    depth = max(tree.depth[stops].max(initial=0.0), lone)
    return float(trip_cost(np.array(work + lone + tour_days(tree.between, stops)), np.array(depth), tree.night))


def _shares(
    visits: pd.DataFrame, packed: list[tuple[int, int, _Trip]], nodes: np.ndarray, tree: Tree, team_size: int
) -> pd.DataFrame:
    number, stop = np.zeros(len(visits), dtype=np.int64), np.zeros(len(visits), dtype=np.int64)
    travel = np.zeros(len(visits))
    for count, (_, _, trip) in enumerate(packed, start=1):
        rows = np.array(trip.rows)
        number[rows] = count
        stop[rows] = [trip.stops.index(node) + 1 if node > 0 else 1 for node in nodes[rows]]
        weight = tree.depth[nodes[rows]] if trip.stops else np.ones(len(rows))
        travel[rows] = (_charge(trip.work, trip.lone, trip.stops, tree) - trip.work) * weight / weight.sum()
    inspector_days = team_size * (visits["visit_days"] + travel)
    return visits.assign(trip=number, stop=stop, travel_days=travel, inspector_days=inspector_days)


def _frame(packed: list[tuple[int, int, _Trip]], tree: Tree, programme: Programme) -> pd.DataFrame:
    capacity = programme.capacity
    rows = []
    for team, month, trip in packed:
        road = trip.lone + tour_days(tree.between, trip.stops)
        charge = _charge(trip.work, trip.lone, trip.stops, tree)
        away = trip.lone or tree.far[trip.stops].any()  # near the seat the team drives home
        rows.append({
            "team": team,
            "month": month,
            "communes": tuple(tree.communes[stop] for stop in trip.stops),
            "visits": len(trip.rows),
            "work_days": trip.work,
            "road_hours": road * capacity.hours_per_day,
            "days": trip.work + road,
            "nights": max(trip.work + road - 1.0, 0.0) if away else 0.0,
            "inspector_days": capacity.team_size * charge,
        })  # fmt: skip
    columns = ["team", "month", "communes", "visits", "work_days", "road_hours", "days", "nights", "inspector_days"]
    return pd.DataFrame(rows, pd.RangeIndex(1, len(rows) + 1, name="trip"), columns)
