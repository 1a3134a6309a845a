"""What other days, another random share or other quotas would bring, before anything is kept."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

import pandas as pd
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oshrisk import settings_change
from oshrisk.desk import jobs, lists, trying
from oshrisk.desk.failures import message_of, spoken
from oshrisk.desk.frontier_picture import Words, frontier_picture
from oshrisk.desk.models import Job
from oshrisk.desk.roles import needs
from oshrisk.desk.site import ledger, workspace
from oshrisk.desk.telling import names_of
from oshrisk.errors import OshriskError
from oshrisk.issued import Issued
from oshrisk.ledger import note
from oshrisk.planning import Quarter
from oshrisk.planning.frontier import varied
from oshrisk.settings import Programme
from oshrisk.workspace import SETTINGS

FIELDS: Final = ("days", "share", "never", "near", "far")


@require_GET
def whatif(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Show the sliders; the answer comes by itself, or with the button where no script runs."""
    issued = _issued(quarter)
    if issued is None:
        return redirect("quarter", quarter)
    programme = trying.wished(issued.programme, request.GET)
    shown: dict[str, Any] = {"fields": _fields(issued, programme), "query": _query(programme)}
    if "solve" in request.GET and trying.is_quick(issued):
        shown |= {"solved": True, **_answer(issued, programme), **_changed(request, issued, programme)}
    return render(request, "desk/whatif.html", shown)


@require_GET
def answer(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Return the frontier for some settings: the part of the page that comes first."""
    issued = _issued(quarter)
    if issued is None:
        raise Http404
    programme = trying.wished(issued.programme, request.GET)
    if not trying.is_quick(issued):
        return render(request, "desk/parts/slow.html", _settings(request, issued, programme))
    shown = {"query": _query(programme), **_answer(issued, programme)}
    return render(request, "desk/parts/frontier.html", shown)


@require_GET
def changed(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Return whom some settings would bring on the list or take off it: the part that takes longer."""
    issued = _issued(quarter)
    if issued is None:
        raise Http404
    programme = trying.wished(issued.programme, request.GET)
    shown = {"query": _query(programme), **_changed(request, issued, programme)}
    return render(request, "desk/parts/tried.html", shown)


@require_POST
@needs("planner")
def tryout(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Try settings as thoroughly as the list is made: as a job."""
    asked = {name: request.POST.get(name, "")[:20] for name in FIELDS}
    job = jobs.ask("tryout", request.user.username, spoken(), quarter=str(quarter), asked=asked)
    return redirect("job", job.pk)


@require_GET
def tried(request: HttpRequest, quarter: Quarter, number: int) -> HttpResponse:
    """Show what a thorough trial found."""
    job = get_object_or_404(Job, pk=number, kind="tryout", quarter=str(quarter), state="done")
    issued = _issued(quarter)
    if issued is None:
        raise Http404
    programme = trying.wished(issued.programme, job.result["asked"])
    people = {side: _named(issued, job.result[side]) for side in ("coming", "leaving")}
    shown = {
        "query": _query(programme),
        "job": job,
        "outdated": job.result["version"] != issued.version,
        "now": trying.present(issued),
        "then": job.result["figures"],
        "lines": _lines(programme),
        "asked": job.result["asked"],
        "may": "planner" in request.roles,
        **people,
    }
    return render(request, "desk/tried.html", shown)


@require_POST
@needs("planner")
def adopt(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Write settings into ``programme.toml``, and into the log who did it; the list itself is made again later."""
    issued = _issued(quarter)
    if issued is None:
        raise Http404
    wanted = _wanted(trying.wished(issued.programme, request.POST))
    if wanted:
        said = "; ".join(f"{change.section}.{change.line}" for change in wanted)
        settings_change.write_changes(workspace().path(SETTINGS), wanted)
        note(ledger(), "settings", request.user.username, {"changes": said})
        messages.success(request, _("The settings are written. The list stays as it is until it is made again."))
    return redirect("quarter", quarter)


def _issued(quarter: Quarter) -> Issued | None:
    return lists.issued(quarter) if lists.is_issued(quarter) else None


def _values(programme: Programme) -> dict[str, float]:
    return {
        "days": programme.capacity.inspector_days,
        "share": round(100 * programme.draw.random_share, 1),
        "never": programme.selection.least_never_visited,
        "near": trying.floor_of(programme, "near"),
        "far": trying.floor_of(programme, "far"),
    }


def _query(programme: Programme) -> str:
    return urlencode({name: f"{value:g}" for name, value in _values(programme).items()})


def _fields(issued: Issued, programme: Programme) -> list[dict[str, Any]]:
    """Return the sliders: name, label, unit, range, step, and where they stand now and in the list."""
    days = issued.programme.capacity.inspector_days
    most = float(len(issued.visits))
    titles = {
        "days": (_("Inspector-days of the quarter"), round(days / 2), round(1.5 * days), 1),
        "share": (_("Random share, % of the days"), 0, 60, 1),
        "never": (_("At least so many never visited before"), 0, max(most, 10), 1),
        "near": (_("At least so many visits near the office"), 0, max(most, 10), 1),
        "far": (_("At least so many visits far from the office"), 0, max(most, 10), 1),
    }
    stands, wished = _values(issued.programme), _values(programme)
    return [
        {
            "name": name, "label": label, "low": f"{low:g}", "high": f"{high:g}", "step": step,
            "value": f"{wished[name]:g}", "now": stands[name],
        }
        for name, (label, low, high, step) in titles.items()
    ]  # fmt: skip


def _answer(issued: Issued, programme: Programme) -> dict[str, Any]:
    now, language = trying.present(issued), spoken()
    best_now = trying.best_of(workspace(), issued, issued.programme)
    other = _differs(issued.programme, programme, days=False)
    best_then = trying.best_of(workspace(), issued, programme) if other else None
    words = Words(
        about=_("Worth of the best list by inspector-days; the table beside it has the figures."),
        days=_("inspector-days of the quarter"),
        worth=_("worth, the list that stands = 100"),
        now=_("the list that stands"),
        then=_("with these settings"),
        best_now=_("best, settings of the list"),
        best_then=_("best, these settings"),
    )
    point = None
    if _differs(issued.programme, programme, days=True):
        point = {"days": programme.capacity.inspector_days, "worth": _on(best_then if other else best_now, programme)}
    picture = frontier_picture(now, point, best_now, best_then, words, language)
    return {
        "picture": mark_safe(picture),  # noqa: S308  # drawn here of numbers and of our own words
        "table": _table(best_now, best_then, now),
        "other": other,
        "present": now,
        "impossible": other and best_then is not None and best_then["worth"].isna().all(),
    }


def _on(best: pd.DataFrame | None, programme: Programme) -> float:
    """Return the worth on a frontier for the days of a programme."""
    rows = pd.DataFrame() if best is None else best.dropna(subset="worth")
    if rows.empty:
        return 0.0
    import numpy as np  # noqa: PLC0415

    return float(np.interp(programme.capacity.inspector_days, rows["days"], rows["worth"]))


def _table(best_now: pd.DataFrame, best_then: pd.DataFrame | None, now: dict[str, float]) -> list[dict[str, Any]]:
    rows = best_now.assign(index=100 * best_now["worth"] / now["worth"])
    if best_then is not None:
        rows["then_index"] = 100 * best_then["worth"] / now["worth"]
        rows["then_findings"] = best_then["findings"]
        rows["then_lots"] = best_then["lots"]
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def _changed(request: HttpRequest, issued: Issued, programme: Programme) -> dict[str, Any]:
    shown = _settings(request, issued, programme) | {"now": trying.present(issued)}
    if shown["same"]:
        return shown
    try:
        trial = trying.tried(workspace(), issued, programme)
    except OshriskError as error:
        return shown | {"said": message_of(error, spoken())}
    then = trying.figures(trial, programme) | {"gap": float(trial.selection.report["gap"])}
    return shown | {"then": then, **trying.compared(issued, trial)}


def _settings(request: HttpRequest, issued: Issued, programme: Programme) -> dict[str, Any]:
    return {
        "asked": {name: f"{value:g}" for name, value in _values(programme).items()},
        "may": "planner" in request.roles,
        "lines": _lines(programme),
        "same": not _differs(issued.programme, programme, days=True),
    }


def _differs(first: Programme, second: Programme, *, days: bool) -> bool:
    one, other = _values(first), _values(second)
    names = FIELDS if days else FIELDS[1:]
    return any(one[name] != other[name] for name in names)


def _wanted(programme: Programme) -> list[settings_change.Change]:
    """Return what would have to change in ``programme.toml`` as it stands today."""
    today = workspace().programme
    after = varied(
        today,
        inspector_days=programme.capacity.inspector_days,
        random_share=programme.draw.random_share,
        least_never_visited=programme.selection.least_never_visited,
        limits=programme.selection.limits,
    )
    return settings_change.changes(today, after)


def _lines(programme: Programme) -> list[dict[str, str]]:
    return [
        {"section": change.section, "before": change.old_line, "after": change.line} for change in _wanted(programme)
    ]


def _named(issued: Issued, ids: list[str]) -> list[dict[str, Any]]:
    known = pd.Index([one for one in ids if one in issued.assessment.index])
    names = names_of(issued, known)
    rows = issued.assessment.loc[known].sort_values("rank")
    return [
        {"id": one, "name": names[str(one)], "risk_class": row["risk_class"], "rank": row["rank"]}
        for one, row in rows.to_dict("index").items()
    ]


URLS = [
    path("<quarter:quarter>/what-if/", whatif, name="whatif"),
    path("<quarter:quarter>/what-if/frontier/", answer, name="whatif_frontier"),
    path("<quarter:quarter>/what-if/list/", changed, name="whatif_list"),
    path("<quarter:quarter>/what-if/thoroughly/", tryout, name="tryout"),
    path("<quarter:quarter>/what-if/adopt/", adopt, name="adopt"),
    path("<quarter:quarter>/what-if/<int:number>/", tried, name="tried"),
]
