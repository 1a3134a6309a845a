"""Visits and trips as GeoJSON (RFC 7946) and KML (OGC 2.2), for maps on phones and in offices."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.etree import ElementTree

import pandas as pd

from oshrisk.field.levels import Level, facts_for
from oshrisk.issued import Issued
from oshrisk.messages import Language, catalogue, text
from oshrisk.reference.communes import communes

_DIGITS: Final = 6  # of a degree: a tenth of a metre, finer than any position here
_KML: Final = "http://www.opengis.net/kml/2.2"
_PLACE: Final = ("lat", "lon")
_COLOURS: Final = ("ff8c3e1a", "ff1e54b3", "ff4b7a2b", "ffa03f6b")  # aabbggrr, a colour a team


def features(issued: Issued, level: Level, language: Language) -> list[dict[str, Any]]:
    """Return visits and trips as GeoJSON features.

    Parameters
    ----------
    issued : Issued
        The list.
    level : {"public", "team", "internal"}
        Who may read it; trips are for teams.
    language : {"vi", "en"}
        Language of the words.

    Returns
    -------
    list of dict
        A point a visit (no geometry where its commune is not known), then a line a trip, from the office through the
        centre points of its communes and back: positions on WGS 84, longitude first.
    """
    found = [
        _visit(str(number), row, issued, language) for number, row in facts_for(issued, level, language).iterrows()
    ]
    return found if level == "public" else [*found, *_trips(issued, language)]


def geojson(issued: Issued, level: Level, language: Language) -> bytes:
    """Return visits and trips as a GeoJSON file.

    Parameters
    ----------
    issued, level, language
        As `features`.

    Returns
    -------
    bytes
        UTF-8. The collection says of itself what is estimated and whether it is simulated.
    """
    about = {"title": _title(issued, language), "notes": _notes(issued, language), "simulated": issued.simulated}
    collection = {"type": "FeatureCollection", **about, "features": features(issued, level, language)}
    return (json.dumps(collection, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def kml(issued: Issued, level: Level, language: Language) -> bytes:
    """Return visits and trips as a KML file, in folders of visits and of trips by team.

    Parameters
    ----------
    issued, level, language
        As `features`.

    Returns
    -------
    bytes
        UTF-8. What has no place is left out: KML cannot say it.
    """
    ElementTree.register_namespace("", _KML)
    root = ElementTree.Element(f"{{{_KML}}}kml")
    document = _child(root, "Document")
    _child(document, "name", _title(issued, language))
    _child(document, "description", _notes(issued, language))
    for team in range(1, issued.programme.capacity.teams + 1):
        line = _child(_child(document, "Style", id=f"team{team}"), "LineStyle")
        _child(line, "color", _COLOURS[(team - 1) % len(_COLOURS)])
        _child(line, "width", "3")
    folders: dict[str, ElementTree.Element] = {}
    for feature in features(issued, level, language):
        if feature["geometry"] is not None:
            _placemark(folders, document, feature, language)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _visit(number: str, row: pd.Series, issued: Issued, language: Language) -> dict[str, Any]:
    known = pd.notna(row["lat"]) and pd.notna(row["lon"])
    where = [round(float(row["lon"]), _DIGITS), round(float(row["lat"]), _DIGITS)] if known else None
    facts = {name: _plain(value) for name, value in row.drop(labels=list(_PLACE)).items()}
    words = catalogue("report", language)
    said = {name: words[group][facts[name]] for name, group in (("arm", "arms"), ("mode", "modes")) if name in facts}
    properties = {"kind": "visit", "quarter": str(issued.quarter), "id": number, **facts, **said}
    return {
        "type": "Feature",
        "id": f"{issued.quarter}-{number}",
        "geometry": None if where is None else {"type": "Point", "coordinates": where},
        "properties": properties,
    }


def _trips(issued: Issued, language: Language) -> Iterator[dict[str, Any]]:
    places = communes(issued.programme.office.province_code)
    seat, estimated = issued.programme.office.seat_commune, bool(issued.manifest["roads"]["estimated"])
    for trip, row in issued.trips.iterrows():
        stops = [code for code in (seat, *row["communes"], seat) if code in places.index]
        line = [[round(float(places.at[code, axis]), _DIGITS) for axis in ("lon", "lat")] for code in stops]
        names = " – ".join(str(places.at[code, "name"]) for code in stops[1:-1])
        properties = {
            "kind": "trip",
            "quarter": str(issued.quarter),
            "trip": int(str(trip)),
            "name": text(
                "field.places.trip", language, trip=trip, team=row["team"], month=row["month"], communes=names
            ),
            "team": int(row["team"]),
            "month": int(row["month"]),
            "visits": int(row["visits"]),
            "road_hours": round(float(row["road_hours"]), 2),
            "road_hours_estimated": estimated,
            "days": round(float(row["days"]), 2),
        }
        geometry = {"type": "LineString", "coordinates": line} if len(line) > 2 else None
        yield {"type": "Feature", "id": f"{issued.quarter}-trip-{trip}", "geometry": geometry, "properties": properties}


def _title(issued: Issued, language: Language) -> str:
    mark = f" – {text('report.simulated_short', language)}" if issued.simulated else ""
    return text("field.places.title", language, quarter=issued.quarter) + mark


def _notes(issued: Issued, language: Language) -> str:
    roads = "estimated" if issued.manifest["roads"]["estimated"] else "measured"
    notes = [text("field.places.notes", language), text(f"report.roads.{roads}", language)]
    return " ".join([*notes, text("report.simulated", language)] if issued.simulated else notes)


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it."""
    if hasattr(value, "item"):
        value = value.item()
    return None if value is None or pd.isna(value) else value


def _placemark(
    folders: dict[str, ElementTree.Element],
    document: ElementTree.Element,
    feature: Mapping[str, Any],
    language: Language,
) -> None:
    facts = feature["properties"]
    kind = text(f"field.places.{facts['kind']}s", language)
    team = text("field.form.team", language, value=facts["team"]) if "team" in facts else ""
    name = " – ".join(part for part in (kind, team) if part)
    if name not in folders:
        folders[name] = _child(document, "Folder")
        _child(folders[name], "name", name)
    mark = _child(folders[name], "Placemark", id=f"f-{feature['id']}")
    number = f"{facts['order']}. " if "order" in facts else ""
    _child(mark, "name", f"{number}{facts['name']}")
    if "team" in facts and facts["kind"] == "trip":
        _child(mark, "styleUrl", f"#team{facts['team']}")
    data = _child(mark, "ExtendedData")
    titles = catalogue("field", language)["columns"]
    for key, value in facts.items():
        if key in titles and value not in (None, ""):
            _child(_child(data, "Data", name=key), "displayName", titles[key])
            _child(data[-1], "value", str(value))
    shape = _child(mark, feature["geometry"]["type"])
    points = feature["geometry"]["coordinates"]
    points = points if isinstance(points[0], list) else [points]
    _child(shape, "coordinates", " ".join(f"{lon},{lat}" for lon, lat in points))


def _child(parent: ElementTree.Element, tag: str, words: str = "", **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{_KML}}}{tag}", attributes)
    made.text = words or None
    return made
