"""Names of communes on a map, each with its driving time, its trips and a mark a visit."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import Any, Final

import numpy as np
import pandas as pd

from oshrisk.features.wording import number_text
from oshrisk.messages import Language, text
from oshrisk.pictures.labels import Box, Label, place_labels, text_width
from oshrisk.pictures.marks import arm_mark, element, titled, writing
from oshrisk.pictures.network import legs
from oshrisk.pictures.scene import WIDTH, Scene

_NAME: Final = 15.0  # size of letters
_SMALL: Final = 12.0
_BOLD: Final = 1.08  # how much wider bold letters are
_MARK: Final = 14.0  # room of one visit's mark
_MARKS_A_ROW: Final = 8
_MOST_MARKS: Final = 24  # more visits to a commune are a number
_FAR: Final = 11.0  # a name that stands farther away is tied to its place
_STEP: Final = 6.0  # roads are kept clear in steps of so much
_HALO: Final = {"stroke": "#ffffff", "stroke_width": 2.5, "paint_order": "stroke"}


@dataclass(frozen=True)
class _Block:
    """The words and marks of one commune."""

    name: str
    under: str
    many: str
    visits: list[Any]  # rows of the visits as named tuples

    @property
    def bold(self) -> float:
        return _BOLD if len(self.visits) else 1.0

    @property
    def rows(self) -> int:
        return 0 if self.many else -(-len(self.visits) // _MARKS_A_ROW)

    @property
    def width(self) -> float:
        marks = 0.0 if self.many else _MARK * min(len(self.visits), _MARKS_A_ROW)
        words = (text_width(self.under, _SMALL), _BOLD * text_width(self.many, _SMALL))
        return max(marks, self.bold * text_width(self.name, _NAME), *words)

    @property
    def height(self) -> float:
        return _NAME + _SMALL + 5 + (_SMALL + 3 if self.many else _MARK * self.rows)


def hours_text(hours: float, language: Language) -> str:
    """Write a driving time."""
    return text("pictures.map.hours", language, hours=number_text(round(float(hours), 1), language))


def write_names(scene: Scene) -> str:
    """Write the names: those that are visited choose their place first.

    Parameters
    ----------
    scene : Scene
        The map.

    Returns
    -------
    str
        The drawing.
    """
    places = scene.places.assign(seat=scene.places.index == scene.roads.seat)
    places = places.sort_values(["seat", "visits", "radius"], ascending=False, kind="stable")
    visits = scene.visits.sort_values("order").groupby("commune_code")
    rows = {str(code): list(here.itertuples()) for code, here in visits}
    blocks = [
        _block(scene, name, hours, rows.get(str(code), []))
        for code, name, hours in zip(places.index, places["name"], places["hours"], strict=True)
    ]
    labels = [
        Label(x, y, radius, block.width, block.height)
        for x, y, radius, block in zip(places["x"], places["y"], places["radius"], blocks, strict=True)
    ]
    boxes = place_labels(labels, [*_symbols(places), *_roads(scene)], (WIDTH, scene.height))
    drawn = []
    for label, box, block in zip(labels, boxes, blocks, strict=True):
        where = f"translate({box[0]:.1f} {box[1]:.1f})"
        inside = _written(scene, block, right=box[2] < label.x)
        drawn.append(_leader(label, box) + element("g", *inside, transform=where, class_="name"))
    return element("g", *drawn, class_="names")


def _block(scene: Scene, name: str, hours: float, visits: list[Any]) -> _Block:
    many = text("pictures.map.many", scene.language, count=len(visits)) if len(visits) > _MOST_MARKS else ""
    return _Block(name, _under(visits, hours, scene.language), many, visits)


def _under(visits: list[Any], hours: float, language: Language) -> str:
    """Return what stands below a name: the hours, the trips that go there, and who is checked from the office."""
    said = [hours_text(hours, language) if hours > 1e-9 else text("pictures.map.seat", language)]
    trips = sorted({visit.trip for visit in visits if visit.trip > 0})
    if trips:
        said.append(text("pictures.map.trips", language, trips=", ".join(map(str, trips))))
    if remote := sum(visit.mode == "remote" for visit in visits):
        said.append(text("pictures.map.remote", language, count=remote))
    return " · ".join(said)


def _symbols(places: pd.DataFrame) -> list[Box]:
    return [
        (x - radius, y - radius, x + radius, y + radius)
        for x, y, radius in zip(places["x"], places["y"], places["radius"], strict=True)
    ]


def _roads(scene: Scene) -> list[Box]:
    """Return small boxes along the roads of the trips, which names should not cover."""
    boxes = []
    for leg in legs(scene.issued, scene.roads, scene.trips):
        one, two = (np.array(scene.points[end]) for end in (leg.start, leg.end))
        steps = max(int(hypot(*(two - one)) / _STEP), 1)
        for x, y in one + np.linspace(0, 1, steps + 1)[:, None] * (two - one):
            boxes.append((x - 2.0, y - 2.0, x + 2.0, y + 2.0))
    return boxes


def _written(scene: Scene, block: _Block, *, right: bool) -> list[str]:
    """Write a block; what stands to the left of its place is set to the right."""
    side: dict[str, object] = {"text_anchor": "end"} if right else {}
    x = block.width if right else 0.0
    visited: dict[str, object] = {"font_weight": "bold"} if len(block.visits) else {"fill": "#333333"}
    parts = [writing(block.name, x, 0.85 * _NAME, _NAME, **visited, **_HALO, **side)]
    parts.append(writing(block.under, x, _NAME + _SMALL, _SMALL, fill="#333333", **_HALO, **side))
    top = _NAME + _SMALL + 5
    if block.many:
        return [*parts, writing(block.many, x, top + _SMALL, _SMALL, font_weight="bold", **_HALO, **side)]
    return parts + _marks(scene, block, top + _MARK / 2, right=right)


def _marks(scene: Scene, block: _Block, top: float, *, right: bool) -> list[str]:
    marks = []
    for number, visit in enumerate(block.visits):
        step, down = number % _MARKS_A_ROW, number // _MARKS_A_ROW
        along = _MARK * (step + 0.5)
        where = f"translate({block.width - along if right else along:.1f} {top + _MARK * down:.1f})"
        said = text(
            "pictures.map.visit",
            scene.language,
            order=visit.order,
            name=visit.name,
            arm=text(f"report.arms.{visit.arm}", scene.language),
            team=visit.team,
            month=visit.month,
        )
        about = {"data_enterprise": visit.Index, "data_trip": visit.trip, "data_team": visit.team}
        marks.append(element("g", titled(said), arm_mark(visit.arm), class_="visit", transform=where, **about))
    return marks


def _leader(label: Label, box: Box) -> str:
    """Tie a name to its place where it stands far away."""
    x, y = min(max(label.x, box[0]), box[2]), min(max(label.y, box[1]), box[3])
    long = hypot(x - label.x, y - label.y)
    if long - label.radius < _FAR:
        return ""
    edge = label.radius / long
    start = {"x1": label.x + edge * (x - label.x), "y1": label.y + edge * (y - label.y)}
    return element("line", **start, x2=x, y2=y, stroke="#666666", stroke_width=0.7)
