"""What a map shows, in the drawing's units: communes, visits, trips."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from oshrisk.issued import Issued
from oshrisk.messages import Language
from oshrisk.pictures.network import positions, roads_of, route
from oshrisk.planning.roads import Roads
from oshrisk.reference.communes import communes
from oshrisk.report.facts import identity

WIDTH: Final = 1000.0  # of the drawing; its height follows from the province
_MARGIN: Final = 60.0
_TALL: Final = 1.6  # height over width at most
_LARGEST: Final = 30.0  # radius of the commune with the most expected harm
_LEAST: Final = 4.0
_ALIKE: Final = 9.0  # where the size says nothing
_SHOWN: Final = ["order", "arm", "mode", "team", "month", "trip", "commune_code"]


@dataclass(frozen=True)
class Scene:
    """What is drawn.

    Parameters
    ----------
    issued : Issued
        The list.
    roads : Roads
        Its roads.
    language : {"vi", "en"}
        Language.
    places : DataFrame, shape (n_communes, 7)
        Indexed by commune: ``x``, ``y``, ``radius`` (the area of the symbol is the expected harm), ``harm`` (share of
        the province's), ``hours`` (from the office), ``name``, ``visits``.
    visits : DataFrame
        The visits that are shown, with ``name``.
    trips : list of int
        The trips that are shown.
    height : float
        Height of the map without its legend.
    km : float
        Units a kilometre.
    risk : bool
        Whether the expected harm is shown.
    """

    issued: Issued
    roads: Roads
    language: Language
    places: pd.DataFrame
    visits: pd.DataFrame
    trips: list[int]
    height: float
    km: float
    risk: bool

    @cached_property
    def points(self) -> dict[str, tuple[float, float]]:
        """Where every commune is, by its code."""
        x, y = self.places["x"].tolist(), self.places["y"].tolist()
        return dict(zip(self.places.index, zip(x, y, strict=True), strict=True))


def make_scene(issued: Issued, language: Language, trips: Iterable[int] | None, *, risk: bool = True) -> Scene:
    """Lay a map out.

    Parameters
    ----------
    issued : Issued
        The list.
    language : {"vi", "en"}
        Language.
    trips : iterable of int or None
        Trips to show, with their communes and visits alone; None: everything.
    risk : bool, default True
        Whether symbols are as large as the expected harm; else all are alike.

    Returns
    -------
    Scene
        As large as what is shown allows.
    """
    roads = roads_of(issued)
    province = issued.programme.office.province_code
    chosen, visits, places = issued.trips.index.tolist(), issued.visits, positions(province)
    if trips is not None:
        chosen = sorted(set(trips))
        visits = visits[visits["trip"].isin(chosen)]
        passed = {code for trip in chosen for code in route(issued.trips.at[trip, "communes"], roads)}
        places = places[places.index.isin(passed | {roads.seat})]
    visits = visits[_SHOWN].assign(name=identity(issued.registry, visits.index, province, language)["name"])
    wide, high = (max(float(np.ptp(places[axis])), 1.0) for axis in ("x", "y"))
    room = WIDTH - 2 * _MARGIN
    km = min(room / wide, _TALL * room / high)
    harm = _harm(issued)
    shown = harm.reindex(places.index, fill_value=0.0)
    places = places.assign(
        x=(WIDTH - km * wide) / 2 + km * (places["x"] - places["x"].min()),
        y=_MARGIN + km * (places["y"] - places["y"].min()),
        radius=(_LARGEST * np.sqrt(shown / max(float(harm.max()), 1e-12))).clip(lower=_LEAST) if risk else _ALIKE,
        harm=shown,
        hours=roads.from_seat.reindex(places.index),
        name=communes(province)["name"].reindex(places.index).astype("str"),
        visits=visits["commune_code"].value_counts().reindex(places.index, fill_value=0),
    )
    return Scene(issued, roads, language, places, visits, chosen, float(places["y"].max()) + _MARGIN, km, risk)


def _harm(issued: Issued) -> pd.Series:
    """Share of the province's expected harm by commune."""
    registry = issued.registry
    commune = registry["enterprises"]["commune_code"].set_axis(registry.ids).reindex(issued.assessment.index)
    harm = issued.assessment["expected_harm"].groupby(commune).sum()
    return harm / max(float(issued.assessment["expected_harm"].sum()), 1e-12)
