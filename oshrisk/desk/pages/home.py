"""The first page: the quarter that is worked on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_GET

from oshrisk.desk.quarters import current
from oshrisk.planning import Quarter


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Go to the quarter looked at last, or the latest."""
    return redirect("quarter", current(request))


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Go to a quarter chosen from the list of quarters."""
    return redirect("quarter", Quarter.parse(request.GET.get("quarter", "")))


URLS = [path("", home, name="home"), path("choose/", choose, name="choose")]
