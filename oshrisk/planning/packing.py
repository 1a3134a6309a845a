"""Putting visits into trips, and trips into the buckets of teams and months, one after the other.

A trip is charged its road on the tree or, where that is longer, the round tour through its communes, so that what is
packed can be driven and the bound of the tree holds for it. Of all trips of all buckets, and a new one, a visit goes to
where it adds least. The greedy choice takes at every step the visit with the most worth for the days it adds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.planning.ties import Ties
from oshrisk.planning.tree import Floats, Ints, Tree, trip_cost

TOLERANCE = 1e-9  # days; sums of many days are not exact
FLOOR_WEIGHT = 1e3  # a missed floor outweighs a thousand of the worthiest visits; a missed must a thousand floors
NOISE = 0.2  # assumed: standard deviation on the log scale; 0.1 to 0.4 were tried on the demo, no clear best
SLACK = 0.01  # record-to-record travel: so much worse than the best is built on at first, in the end nothing worse
MANY_VISITS = 400  # of so many a round takes so small a part apart that what it may lose would never come back
SEAT, NEW = -1, -2  # instead of the number of a trip


@dataclass
class Trip:
    """A trip being packed.

    Parameters
    ----------
    bucket : int
        Bucket that pays for it.
    stops : list of int
        Nodes in the order of the tour, without the seat.
    work, tree, tour : float
        Work, road on the tree and round tour [days].
    visits : list of int
        Options.
    charge : float
        Days that it is charged.
    added : ndarray of float, shape (n_kinds,)
        Days that a visit of every kind adds; infinite where the trip would be too long.
    """

    bucket: int
    stops: list[int] = field(default_factory=list)
    work: float = 0.0
    tree: float = 0.0
    tour: float = 0.0
    visits: list[int] = field(default_factory=list)
    charge: float = 0.0
    added: Floats = field(default_factory=lambda: np.zeros(0))


class Packing:
    """Visits in trips in buckets.

    Parameters
    ----------
    options : DataFrame
        From `oshrisk.planning.options.make_options`.
    tree : Tree
        Roads.
    ties : Ties
        Rows over candidates.
    days : ndarray of float, shape (n_buckets,)
        Days of the buckets [team-days].
    """

    def __init__(self, options: pd.DataFrame, tree: Tree, ties: Ties, days: Floats) -> None:
        groups = options.groupby(["node", "days"], sort=True)
        kinds = groups.size().reset_index()
        self.kind: Ints = groups.ngroup().to_numpy(dtype=np.intp)
        self.node: Ints = kinds["node"].to_numpy(dtype=np.intp)
        self.length: Floats = kinds["days"].to_numpy(dtype=np.float64)
        self.worth: Floats = options["worth"].to_numpy(dtype=np.float64)
        self.candidate: Ints = options["candidate"].to_numpy(dtype=np.intp)
        self.tree, self.ties, self.days = tree, ties, days
        self.columns = ties.matrix.T.tocsr()
        self.rows_of = np.split(self.columns.indices, self.columns.indptr[1:-1])  # rows of every candidate
        self.scale = float(self.worth.max(initial=0.0)) or 1.0
        musts = np.array([name[0] == "musts" for name in ties.names], dtype=bool)
        self.weight: Floats = self.scale * FLOOR_WEIGHT * np.where(musts, FLOOR_WEIGHT, 1.0)
        self.trips: dict[int, Trip] = {}
        self.seat: list[list[int]] = [[] for _ in days]  # options done at the seat
        self.place: dict[int, tuple[int, int]] = {}  # option -> bucket, number of the trip (-1: at the seat)
        self.free = np.ones(ties.matrix.shape[1], dtype=bool)  # candidates not taken
        self.sums: Floats = np.zeros(ties.matrix.shape[0])
        self.used: Floats = np.zeros(len(days))
        self.added: Floats = np.full((len(kinds), len(days)), np.inf)  # least days that a visit of a kind adds
        self.into: Ints = np.full((len(kinds), len(days)), -1, dtype=np.intp)  # to which trip
        self.number = 0
        # The search drives the same trips and meets the same limits again and again; copies share what was computed.
        self.driven: dict[tuple[int, ...], tuple[Floats, Floats, Ints]] = {}
        self.charges: dict[tuple[object, ...], tuple[float, Floats]] = {}
        self.by_candidate: dict[tuple[str, bytes], Floats] = {}
        self.alone = self._charged(Trip(0)).added  # what a trip of its own costs
        for bucket in range(len(days)):
            self.price(bucket)

    def copy(self) -> Packing:
        """Return a packing that can be changed without changing this one."""
        other = object.__new__(Packing)
        other.__dict__.update(self.__dict__)
        other.trips = {n: replace(t, stops=t.stops.copy(), visits=t.visits.copy()) for n, t in self.trips.items()}
        other.seat = [visits.copy() for visits in self.seat]
        other.place = self.place.copy()
        for name in ("free", "sums", "used", "added", "into"):
            setattr(other, name, getattr(self, name).copy())
        return other

    def price(self, bucket: int) -> None:
        """Find what a visit of every kind would add to a bucket, and in which trip."""
        mine = [(number, trip) for number, trip in self.trips.items() if trip.bucket == bucket]
        self.used[bucket] = sum(trip.charge for _, trip in mine)
        self.used[bucket] += sum(self.length[self.kind[option]] for option in self.seat[bucket])
        added = np.stack([*(trip.added for _, trip in mine), self.alone])
        numbers = np.array([*(number for number, _ in mine), NEW], dtype=np.intp)
        best = np.asarray(added.argmin(axis=0))
        least = np.where(self.node > 0, added[best, np.arange(len(best))], self.length)
        room = self.days[bucket] - self.used[bucket]
        least[self.tree.closed[self.node, bucket] | (least > room + TOLERANCE)] = np.inf
        self.added[:, bucket] = least
        self.into[:, bucket] = np.where(self.node > 0, numbers[best], SEAT)

    def _charged(self, trip: Trip) -> Trip:
        """Price a trip, and what a visit of every kind adds to it."""
        key = (*trip.stops, trip.work, trip.tree, trip.tour, bool(trip.visits))
        if key not in self.charges:
            self.charges[key] = self._charge(trip)
        trip.charge, trip.added = self.charges[key]
        return trip

    def _charge(self, trip: Trip) -> tuple[float, Floats]:
        tree, node = self.tree, self.node
        deepest = tree.depth[trip.stops].max(initial=0.0)
        days = trip.work + max(trip.tree, trip.tour)
        charge = days + min(tree.night, deepest) * max(days - 1.0, 0.0)
        on_tree, on_tour, _ = self._roads_added(trip)
        road = np.maximum(trip.tree + on_tree[node], trip.tour + on_tour[node])
        days_then = trip.work + self.length + road
        longest = tree.longest if trip.visits else np.inf  # what can be visited at all is said by the options
        added = trip_cost(days_then, np.maximum(deepest, tree.depth[node]), tree.night) - charge
        return charge, np.where(days_then <= longest + TOLERANCE, added, np.inf)

    def _roads_added(self, trip: Trip) -> tuple[Floats, Floats, Ints]:
        """Days that a stop at every node adds on the tree and to the tour, and where it is put in the tour."""
        key = tuple(trip.stops)
        if key not in self.driven:
            self.driven[key] = (self._tree_added(trip), *self._tour_added(trip))
        return self.driven[key]

    def _tree_added(self, trip: Trip) -> Floats:
        driven = np.asarray(self.tree.below[:, trip.stops].any(axis=1))
        return np.asarray((self.tree.below & ~driven[:, None]).T @ self.tree.edge)

    def _tour_added(self, trip: Trip) -> tuple[Floats, Ints]:
        """Days that a stop at every node adds to the tour, and where it is put: cheapest insertion."""
        way = self.tree.between
        start, end = np.array([0, *trip.stops]), np.array([*trip.stops, 0])
        added = way[start] + way[end] - way[start, end][:, None]
        position = added.argmin(axis=0)
        least = np.maximum(added[position, np.arange(len(position))], 0.0)
        least[trip.stops] = 0.0
        return least, position

    def put(self, option: int, bucket: int) -> None:
        """Take an option in a bucket, where it adds least."""
        kind, number = self.kind[option], int(self.into[self.kind[option], bucket])
        node = int(self.node[kind])
        if node == 0:
            self.seat[bucket].append(option)
        else:
            if number == NEW:
                number, self.number = self.number, self.number + 1
                self.trips[number] = Trip(bucket)
            trip = self.trips[number]
            if node not in trip.stops:
                on_tree, tour, position = self._roads_added(trip)
                trip.tree += float(on_tree[node])
                trip.tour += float(tour[node])
                trip.stops.insert(int(position[node]), node)
            trip.work += float(self.length[kind])
            trip.visits.append(option)
            self._charged(trip)
        self.place[option] = (bucket, number)
        self.free[self.candidate[option]] = False
        self.sums[self.rows_of[self.candidate[option]]] += 1.0
        self.price(bucket)

    def clear(self, options: list[int]) -> None:
        """Take options out again."""
        touched = set()
        for option in options:
            bucket, number = self.place.pop(option)
            touched.add(bucket)
            (self.trips[number].visits if number >= 0 else self.seat[bucket]).remove(option)
            self.free[self.candidate[option]] = True
            self.sums[self.rows_of[self.candidate[option]]] -= 1.0
            if number >= 0:
                self._drive_again(number)
        for bucket in sorted(touched):
            self.price(bucket)

    def _drive_again(self, number: int) -> None:
        """Leave out the stops of a trip that no visit needs any more."""
        trip = self.trips[number]
        if not trip.visits:
            del self.trips[number]
            return
        needed = {int(self.node[self.kind[option]]) for option in trip.visits}
        trip.stops = [stop for stop in trip.stops if stop in needed]
        trip.work = float(sum(self.length[self.kind[option]] for option in trip.visits))
        driven = self.tree.below[:, trip.stops].any(axis=1)
        trip.tree = float(self.tree.edge[driven].sum())
        route = [0, *trip.stops, 0]
        trip.tour = float(self.tree.between[route[:-1], route[1:]].sum())
        self._charged(trip)

    def allowed(self) -> NDArray[np.bool_]:
        """Options whose candidate is not taken and breaks no ceiling or cap."""
        full = self.sums + 1.0 > self.ties.most + 0.5
        blocked = self._per_candidate("full", full.astype(np.float64)) > 0
        return np.asarray((self.free & ~blocked)[self.candidate])

    def bonus(self) -> Floats:
        """Worth of every option with what it does for floors that are not reached yet."""
        short = self.sums < self.ties.least - 0.5
        if not short.any():
            return self.worth
        missing = np.where(short, self.weight, 0.0)
        return np.asarray(self.worth + self._per_candidate("missing", missing)[self.candidate])

    def _per_candidate(self, name: str, of_rows: Floats) -> Floats:
        """Return the sum over the rows of every candidate."""
        key = (name, of_rows.tobytes())
        if key not in self.by_candidate:
            self.by_candidate[key] = np.asarray(self.columns @ of_rows)
        return self.by_candidate[key]

    def best_bucket(self, kinds: Ints) -> tuple[Ints, Floats]:
        """Bucket where a visit of each kind adds least, of equals the fullest, and the days it adds there."""
        room = (self.days - self.used) * 1e-7  # only to break ties: days differ by more
        bucket = (self.added[kinds] + room).argmin(axis=1)
        return bucket, self.added[kinds, bucket]

    def total(self) -> float:
        """Worth of what is taken."""
        return float(self.worth[sorted(self.place)].sum())

    def score(self) -> float:
        """Worth of what is taken, less the weight of every place missing below a floor."""
        missing = np.maximum(self.ties.least - self.sums, 0.0)
        return self.total() - float(missing @ self.weight)

    def fill(self, noise: Floats | float = 1.0, day_worth: float = 0.0) -> None:
        """Take, as long as anything fits, the option with the most worth for the days it adds.

        Parameters
        ----------
        noise : ndarray of float, shape (n_options,), optional
            Factors on what each option is taken for.
        day_worth : float, default 0
            Worth of a team-day. Where it is above 0, options are taken by their worth less that of the days, as long
            as that is above 0: large ones first, which pack better.
        """
        every = np.arange(len(self.length))
        while len(self.kind):
            bucket, added = self.best_bucket(every)
            fits = np.isfinite(added)
            days = np.where(fits, added, 1.0)
            if day_worth:
                value = self.bonus() - (day_worth * days)[self.kind]
            else:
                value = self.bonus() / np.maximum(days, TOLERANCE)[self.kind]
            value = np.where(fits[self.kind] & self.allowed(), value * noise, 0.0)
            option = int(value.argmax())
            if value[option] <= 0:
                return
            self.put(option, int(bucket[self.kind[option]]))

    def take(self, options: list[int]) -> list[int]:
        """Take options in their order; return those that do not fit any more."""
        left = []
        for option in options:
            kind = self.kind[option]
            bucket, added = self.best_bucket(np.array([kind]))
            if np.isfinite(added[0]) and self.allowed()[option]:
                self.put(option, int(bucket[0]))
            else:
                left.append(option)
        return left


def improve(packing: Packing, day_worth: float, rounds: int) -> Packing:
    """Improve a packing: take some of it apart, pack again with chance, keep what is no worse.

    Ruin and recreate, Schrimpf, G. et al. (2000), Record breaking optimization results using the ruin and recreate
    principle, J. Computational Physics 159, 139-171. The chance is seeded: the same packing comes of the same input.

    Parameters
    ----------
    packing : Packing
        Where to begin.
    day_worth : float
        Worth of a team-day.
    rounds : int
        How often.

    Returns
    -------
    Packing
        The best that was found.
    """
    generator = np.random.Generator(np.random.PCG64(2027))  # any number does
    best, now = packing, packing
    most = score = packing.score()
    slack = SLACK if len(packing.place) <= MANY_VISITS else 0.0
    for turn in range(rounds):
        trial = now.copy()
        trial.clear(_ruin(trial, generator, turn))
        noise = np.exp(generator.normal(0.0, NOISE, len(trial.worth)))
        trial.fill(noise, day_worth if turn % 6 < 3 else 0.0)
        trial.fill()
        found = trial.score()
        if found >= most - slack * (1 - turn / rounds) * abs(most) or found >= score:
            now, score = trial, found
        if found > most:
            best, most = trial, found
    return best


def _ruin(packing: Packing, generator: np.random.Generator, turn: int) -> list[int]:
    """Choose visits to take out: two buckets, two trips with their bucket's seat, or a few visits anywhere."""
    placed = sorted(packing.place)
    if not placed:
        return []
    if turn % 3 == 0:
        chosen = generator.choice(len(packing.days), min(2, len(packing.days)), replace=False)
        return [option for option in placed if packing.place[option][0] in chosen]
    if turn % 3 == 1 and packing.trips:
        numbers = sorted(packing.trips)
        trips = {numbers[n] for n in generator.choice(len(numbers), min(2, len(numbers)), replace=False)}
        where = {(packing.trips[number].bucket, SEAT) for number in trips}
        return [option for option in placed if packing.place[option][1] in trips or packing.place[option] in where]
    some = generator.choice(len(placed), min(6, len(placed)), replace=False)
    return [placed[n] for n in sorted(some)]
