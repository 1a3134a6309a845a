"""The map of a list with links, and the tables that say the same."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pandas as pd
from django.urls import reverse

from oshrisk.desk.answers import key_of, once
from oshrisk.issued import Issued
from oshrisk.messages import Language
from oshrisk.pictures import province_map
from oshrisk.pictures.scene import make_scene
from oshrisk.planning import Quarter

_SVG = "http://www.w3.org/2000/svg"


def drawn(issued: Issued, language: Language, trip: int) -> tuple[str, str]:
    """Return the drawing of a list, or of one of its trips (0: all), with its links; and its words."""

    def draw() -> tuple[str, str]:
        drawing = province_map(issued, language, trips=[trip] if trip else None)
        return linked(drawing.svg, issued.quarter), drawing.words

    return once((*key_of(issued), "map", language, trip), draw)


def linked(svg: str, quarter: Quarter) -> str:
    """Let visits lead to their enterprises and communes to those who are in them."""
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(svg)  # noqa: S314  # drawn here
    root.set("role", "group")  # an image would hide its links
    for parent in list(root.iter()):
        for place, mark in enumerate(list(parent)):
            if enterprise := mark.get("data-enterprise"):
                _wrap(parent, place, mark, reverse("enterprise", args=[quarter, enterprise]))
            elif commune := mark.get("data-commune"):
                _wrap(parent, place, mark, f"{reverse('list', args=[quarter])}?listed=&commune={commune}")
    return ElementTree.tostring(root, encoding="unicode")


def _wrap(parent: ElementTree.Element, place: int, mark: ElementTree.Element, address: str) -> None:
    link = ElementTree.Element(f"{{{_SVG}}}a", {"href": address})
    title = mark.find(f".//{{{_SVG}}}title")
    if title is not None and title.text:
        link.set("aria-label", title.text)
    parent.remove(mark)
    link.append(mark)
    parent.insert(place, link)


def communes(issued: Issued, language: Language) -> list[dict[str, Any]]:
    """Return the communes: name, hours from the office, share of the expected harm, enterprises and visits."""
    places = _places(issued, language)
    counts = issued.registry["enterprises"]["commune_code"].value_counts()
    rows = places.assign(code=places.index, enterprises=counts.reindex(places.index, fill_value=0))
    rows = rows.assign(percent=100 * rows["harm"]).sort_values("harm", ascending=False, kind="stable")
    return [dict(row) for row in rows[["code", "name", "hours", "percent", "enterprises", "visits"]].to_dict("records")]


def trips(issued: Issued, language: Language) -> list[dict[str, Any]]:
    """Return the trips, with their communes by name."""
    names = _places(issued, language)["name"]
    return [
        {**row, "trip": trip, "places": " – ".join(str(names.get(code, code)) for code in row["communes"])}
        for trip, row in issued.trips.to_dict("index").items()
    ]


def _places(issued: Issued, language: Language) -> pd.DataFrame:
    return once((*key_of(issued), "places", language), lambda: make_scene(issued, language, None).places)
