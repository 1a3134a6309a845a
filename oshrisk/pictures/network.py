"""The communes of a list on a plane, and the roads that its trips take between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from oshrisk.issued import Issued
from oshrisk.planning.roads import Roads, make_roads
from oshrisk.reference.communes import communes

KM_PER_DEGREE = 111.2  # of latitude, on the mean sphere


@dataclass(frozen=True)
class Leg:
    """A piece of road between two communes.

    Parameters
    ----------
    start, end : str
        Communes, in the order of their codes.
    team : int
        Who drives it.
    trips : int
        How many trips of the team use it.
    """

    start: str
    end: str
    team: int
    trips: int


def roads_of(issued: Issued) -> Roads:
    """Return the roads of a list's settings; a table is looked for in the working folder that holds the list."""
    return make_roads(issued.programme, issued.folder.parent.parent)


def positions(province_code: str) -> pd.DataFrame:
    """Return the communes in kilometres: true to scale near the middle of the province.

    Parameters
    ----------
    province_code : str
        Folder of the province's reference data.

    Returns
    -------
    DataFrame of float64, shape (n_communes, 2)
        Indexed by code: ``x`` to the east, ``y`` to the south [km].
    """
    places = communes(province_code)
    middle = np.radians(places["lat"].mean())
    x = (places["lon"] - places["lon"].min()) * np.cos(middle) * KM_PER_DEGREE
    return pd.DataFrame({"x": x, "y": (places["lat"].max() - places["lat"]) * KM_PER_DEGREE})


def route(stops: Sequence[str], roads: Roads) -> list[str]:
    """Return the communes that a tour from the seat and back passes, by the tree of roads.

    Between two stops it goes straight: the tree knows only roads to the seat.

    Parameters
    ----------
    stops : sequence of str
        Communes in the order of the tour; those that the tree does not know are left out.
    roads : Roads
        The roads.

    Returns
    -------
    list of str
        Communes, the seat first and last; empty where no stop is known.
    """
    known = [stop for stop in stops if stop in roads.parent.index]
    if not known:
        return []
    out, back = _to_seat(known[0], roads), _to_seat(known[-1], roads)
    return [*reversed(out), *known[1:-1], *back]


def legs(issued: Issued, roads: Roads, trips: Iterable[int]) -> list[Leg]:
    """Return the pieces of road that trips use, counted by team.

    Parameters
    ----------
    issued : Issued
        The list.
    roads : Roads
        Its roads.
    trips : iterable of int
        Numbers of trips.

    Returns
    -------
    list of Leg
        By commune and team. A piece that a trip drives there and back counts once.
    """
    used: dict[tuple[str, str, int], int] = {}
    for trip in trips:
        row = issued.trips.loc[trip]
        for start, end in {tuple(sorted(pair)) for pair in pairwise(route(row["communes"], roads))}:
            if start != end:
                key = (start, end, int(row["team"]))
                used[key] = used.get(key, 0) + 1
    return [Leg(*key, count) for key, count in sorted(used.items())]


def _to_seat(commune: str, roads: Roads) -> list[str]:
    way = [commune]
    while way[-1] != roads.seat:
        way.append(str(roads.parent[way[-1]]))
    return way
