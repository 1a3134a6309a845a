"""The map of the province: where the risk and the visits are, how far it is, and who drives where.

Communes are known by their centre points alone, so they are drawn as symbols and no borders are invented. The area of
a symbol is the commune's share of the province's expected harm, its pattern the driving time from the office.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot

from oshrisk.features.wording import number_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, text
from oshrisk.pictures.drawing import Drawing
from oshrisk.pictures.legend import legend
from oshrisk.pictures.marks import SHAPES, element, sheet, titled
from oshrisk.pictures.names import hours_text, write_names
from oshrisk.pictures.network import legs, route
from oshrisk.pictures.patterns import band_of, patterns, team_look, time_mark
from oshrisk.pictures.scene import WIDTH, Scene, make_scene
from oshrisk.planning.texts import quarter_text


def province_map(
    issued: Issued, language: Language = "vi", *, trips: Iterable[int] | None = None, risk: bool = True
) -> Drawing:
    """Draw the map of a list.

    Every mark has a class and ``data-`` attributes (``commune``, ``enterprise``, ``trip``, ``team``) and a title, for
    pages that show it.

    Parameters
    ----------
    issued : Issued
        The list.
    language : {"vi", "en"}, default "vi"
        Language.
    trips : iterable of int, optional
        Trips to show, with their communes and visits alone and as large as they allow; by default everything.
    risk : bool, default True
        Whether to show the expected harm; not for those who may not see scores (FACTS R7.4).

    Returns
    -------
    Drawing
        The map. Distances are to scale between centre points; roads are drawn straight from centre to centre.
    """
    scene = make_scene(issued, language, trips, risk=risk)
    bottom, foot = legend(
        scene.height,
        WIDTH,
        bands=sorted({band_of(hours) for hours in scene.places["hours"]}),
        arms=[arm for arm in SHAPES if arm in set(scene.visits["arm"])],
        teams=sorted(set(issued.trips.loc[scene.trips, "team"])),
        km=scene.km,
        estimated=scene.roads.estimated,
        simulated=issued.simulated,
        risk=risk,
        language=language,
    )
    words = _words(scene)
    parts = [patterns(), _tree(scene), _legs(scene), _communes(scene), write_names(scene), _routes(scene), bottom]
    title = text(
        f"pictures.map.{'title' if risk else 'plain_title'}", language, quarter=quarter_text(issued.quarter, language)
    )
    return Drawing("map", title, words, sheet(WIDTH, foot, words, *parts, name="oshrisk-map"))


def _tree(scene: Scene) -> str:
    """Draw the roads from the office to every commune, thinly."""
    shown = scene.places.index
    lines = [
        _line(scene, code, parent, 0.0, stroke="#9a9a9a", stroke_width=0.8, stroke_dasharray="1 3")
        for code, parent in scene.roads.parent.items()
        if code != parent and code in shown and parent in shown
    ]
    return element("g", *lines, class_="roads") if lines else ""


def _legs(scene: Scene) -> str:
    """Draw the roads of the trips: one line a team, side by side, as wide as it is often driven."""
    used = legs(scene.issued, scene.roads, scene.trips)
    teams = sorted({leg.team for leg in used})
    lines = []
    for leg in used:
        aside = 3.4 * (teams.index(leg.team) - (len(teams) - 1) / 2)
        look = team_look(leg.team, min(1.6 + 0.7 * (leg.trips - 1), 4.5))
        lines.append(_line(scene, leg.start, leg.end, aside, class_="leg", data_team=leg.team, **look))
    return element("g", *lines, class_="legs") if lines else ""


def _line(scene: Scene, start: str, end: str, aside: float, **look: object) -> str:
    (x1, y1), (x2, y2) = scene.points[start], scene.points[end]
    long = max(hypot(x2 - x1, y2 - y1), 1e-9)
    dx, dy = -aside * (y2 - y1) / long, aside * (x2 - x1) / long
    return element("line", x1=x1 + dx, y1=y1 + dy, x2=x2 + dx, y2=y2 + dy, **look)


def _routes(scene: Scene) -> str:
    """Lay an unseen line over every trip, so that a page can point at it."""
    drawn = []
    for trip in scene.trips:
        row = scene.issued.trips.loc[trip]
        points = " ".join("{:.1f},{:.1f}".format(*scene.points[stop]) for stop in route(row["communes"], scene.roads))
        if not points:
            continue
        look = {"fill": "none", "stroke": "#000000", "stroke_opacity": 0, "stroke_width": 8}
        said = titled(_trip_words(scene, trip))
        drawn.append(
            element("polyline", said, points=points, class_="trip", data_trip=trip, data_team=row["team"], **look)
        )
    return element("g", *drawn, class_="trips") if drawn else ""


def _trip_words(scene: Scene, trip: int) -> str:
    row, names = scene.issued.trips.loc[trip], scene.places["name"]
    return text(
        "pictures.map.trip",
        scene.language,
        trip=trip,
        team=row["team"],
        month=row["month"],
        communes=" – ".join(str(names.get(code, code)) for code in row["communes"]),
        visits=row["visits"],
        hours=number_text(round(float(row["road_hours"]), 1), scene.language),
        days=number_text(round(float(row["days"]), 1), scene.language),
    )


def _communes(scene: Scene) -> str:
    """Draw the communes, the largest first, so that none hides another."""
    marks = []
    for code, row in scene.places.sort_values("radius", ascending=False, kind="stable").iterrows():
        seat = code == scene.roads.seat
        share = number_text(round(100 * float(row["harm"]), 1), scene.language)
        said = text(
            f"pictures.map.{'commune' if scene.risk else 'plain_commune'}",
            scene.language,
            name=row["name"],
            **({"share": share} if scene.risk else {}),
            visits=row["visits"],
            hours=hours_text(row["hours"], scene.language),
        )
        x, y, radius = (float(row[name]) for name in ("x", "y", "radius"))
        circle = time_mark(float(row["hours"]), x, y, radius, titled(said), width=2.4 if seat else 1.0)
        inner = element("circle", cx=x, cy=y, r=2.6, fill="#000000") if seat else ""
        marks.append(element("g", circle, inner, class_="commune", data_commune=code))
    return element("g", *marks, class_="communes")


def _words(scene: Scene) -> str:
    """Say what the map shows: the main figures."""
    places, trips = scene.places, scene.issued.trips.loc[scene.trips]
    most = places.sort_values("visits", ascending=False, kind="stable")
    most = most[most["visits"] > 0].head(5)
    said = text(
        "pictures.map.words",
        scene.language,
        quarter=quarter_text(scene.issued.quarter, scene.language),
        visits=int(places["visits"].sum()),
        communes=int(places["visits"].gt(0).sum()),
        most=", ".join(f"{row['name']} {row['visits']}" for _, row in most.iterrows()),
        trips=len(trips),
        hours=number_text(round(float(trips["road_hours"].sum()), 1), scene.language),
    )
    notes = [_riskiest(scene)] if scene.risk else []
    notes += [text(f"report.roads.{'estimated' if scene.roads.estimated else 'measured'}", scene.language)]
    if scene.issued.simulated:
        notes.append(text("report.simulated", scene.language))
    return " ".join([said, *notes])


def _riskiest(scene: Scene) -> str:
    """Say where the most harm is expected."""
    first = scene.places.sort_values("harm", ascending=False, kind="stable").head(3)
    shares = [
        f"{name} {number_text(round(100 * harm, 1), scene.language)} %"
        for name, harm in zip(first["name"], first["harm"], strict=True)
    ]
    return text("pictures.map.riskiest", scene.language, communes=", ".join(shares))
