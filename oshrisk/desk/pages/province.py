"""The map of the province: communes, visits and trips, with tables that say the same."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from oshrisk.desk import lists
from oshrisk.desk.failures import spoken
from oshrisk.issued import Issued
from oshrisk.messages import Language
from oshrisk.pictures import province_map
from oshrisk.pictures.scene import make_scene
from oshrisk.planning import Quarter

_SVG = "http://www.w3.org/2000/svg"


@require_GET
def province(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Show the map of a list, or of one of its trips, and its communes and trips as tables."""
    if not lists.is_issued(quarter):
        return redirect("quarter", quarter)
    issued, language = lists.issued(quarter), spoken()
    asked = request.GET.get("trip", "")
    trip = int(asked) if asked.isdigit() else 0
    if trip and trip not in issued.trips.index:
        raise Http404
    svg, words = drawn(Same(issued), language, trip)
    shown = {
        "svg": mark_safe(svg),  # noqa: S308  # drawn here, every name in it is escaped: see `oshrisk.pictures.marks`
        "words": words,
        "trip": trip,
        "communes": _communes(issued, language),
        "trips": _trips(issued, language),
        "unknown": int(issued.visits["commune_code"].isna().sum()) if "commune_code" in issued.visits else 0,
    }
    return render(request, "desk/map.html", shown)


class Same:
    """A list, alike as long as its files are."""

    def __init__(self, issued: Issued) -> None:
        self.issued = issued
        self.key = (str(issued.quarter), issued.version, *sorted(issued.manifest["outputs"].values()))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.key == other.key


@lru_cache(maxsize=32)
def drawn(same: Same, language: Language, trip: int) -> tuple[str, str]:
    """Return the drawing with its links, and its words."""
    drawing = province_map(same.issued, language, trips=[trip] if trip else None)
    return _linked(drawing.svg, same.issued.quarter), drawing.words


def _linked(svg: str, quarter: Quarter) -> str:
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


def _communes(issued: Issued, language: Language) -> list[dict[str, Any]]:
    """Return the communes: name, hours from the office, share of the expected harm, enterprises and visits."""
    places = make_scene(issued, language, None).places
    counts = issued.registry["enterprises"]["commune_code"].value_counts()
    rows = places.assign(code=places.index, enterprises=counts.reindex(places.index, fill_value=0))
    rows = rows.assign(percent=100 * rows["harm"]).sort_values("harm", ascending=False, kind="stable")
    return [dict(row) for row in rows[["code", "name", "hours", "percent", "enterprises", "visits"]].to_dict("records")]


def _trips(issued: Issued, language: Language) -> list[dict[str, Any]]:
    names = make_scene(issued, language, None).places["name"]
    return [
        {**row, "trip": trip, "places": " – ".join(str(names.get(code, code)) for code in row["communes"])}
        for trip, row in issued.trips.to_dict("index").items()
    ]


URLS = [path("<quarter:quarter>/map/", province, name="map")]
