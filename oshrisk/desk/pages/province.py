"""The map of the province: communes, visits and trips, with tables that say the same."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from oshrisk.desk import lists
from oshrisk.desk.failures import spoken
from oshrisk.desk.map_drawing import communes, drawn, trips
from oshrisk.planning import Quarter


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
    svg, words = drawn(issued, language, trip)
    shown = {
        "svg": mark_safe(svg),  # noqa: S308  # drawn here, every name in it is escaped: see `oshrisk.pictures.marks`
        "words": words,
        "trip": trip,
        "communes": communes(issued, language),
        "trips": trips(issued, language),
        "unknown": int(issued.visits["commune_code"].isna().sum()) if "commune_code" in issued.visits else 0,
    }
    return render(request, "desk/map.html", shown)


URLS = [path("<quarter:quarter>/map/", province, name="map")]
