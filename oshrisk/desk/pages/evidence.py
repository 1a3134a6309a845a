"""What the lists rest on: estimates, the quarter looked back on, backtests, calibration, fairness, the model in use."""

from __future__ import annotations

from typing import Any

import pandas as pd
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST

from oshrisk.desk import jobs, lists, model_store, replayed
from oshrisk.desk.failures import spoken
from oshrisk.desk.looked_back import looked_back
from oshrisk.desk.models import Job
from oshrisk.desk.roles import needs
from oshrisk.desk.site import workspace
from oshrisk.evaluate.names import model_name
from oshrisk.messages import Language, text
from oshrisk.planning import Quarter


@require_GET
def evidence(request: HttpRequest, quarter: Quarter, number: int = 0) -> HttpResponse:
    """Show what the list of a quarter, and the model behind it, rest on."""
    job = get_object_or_404(Job, pk=number, kind__in=("backtest", "train", "models")) if number else None
    language, place = spoken(), workspace()
    played = replayed.newest(place)
    shown: dict[str, Any] = {
        "job": job,
        "said": job.result.get("said", {}).get(language, ()) if job else (),
        "model_setting": place.programme.ranking.model,
        "can_learn": model_store.can_learn(),
        "needed": ", ".join(model_store.NEEDED),
        "store": _store(language),
        "played": played,
        "may": "planner" in request.roles,
    }
    if played is not None:
        model, bands = replayed.calibration(played)
        shown |= {
            "figures": replayed.figures(played, language),
            "calibrated": model_name(model, language),
            "bands": bands,
            "fairness": replayed.fairness(played, language),
            "pictures": [name for name in replayed.PICTURES if played.file(name)],
        }
    if lists.is_issued(quarter):
        issued = lists.issued(quarter)
        shown["model"] = (issued.table.name, issued.table.model_id)
        shown |= looked_back(issued, language)
    return render(request, "desk/evidence.html", shown)


@require_GET
def curve(request: HttpRequest, quarter: Quarter) -> HttpResponse:  # noqa: ARG001  # Django gives it
    """Return the capture curve of the newest backtest: drawing it the first time takes a second."""
    drawing = replayed.curve(workspace(), spoken())
    if drawing is None:
        raise Http404
    svg = mark_safe(drawing.svg)  # noqa: S308  # drawn here: see `oshrisk.pictures`
    return render(request, "desk/parts/drawing.html", {"drawing": drawing, "svg": svg})


@require_GET
def picture(request: HttpRequest, quarter: Quarter, name: str) -> FileResponse:  # noqa: ARG001  # as above
    """Give out a picture of the newest backtest."""
    played = replayed.newest(workspace())
    file = played.file(name) if played and name in replayed.PICTURES else None
    if file is None:
        raise Http404
    return FileResponse(file.open("rb"), content_type="image/png")


@require_POST
@needs("planner")
def learn(request: HttpRequest, quarter: Quarter, kind: str) -> HttpResponse:
    """Start a backtest, a training, or reading the store: as a job."""
    if not model_store.can_learn():
        raise Http404
    options = {name: request.POST.get(name, "").strip()[:7] for name in ("first", "last")} if kind == "backtest" else {}
    for name in filter(None, options.values()):
        Quarter.parse(name)  # said at once, not by the job
    job = jobs.ask(kind, request.user.username, spoken(), quarter=str(quarter), **options)
    return redirect("job", job.pk)


def _store(language: Language) -> dict[str, Any] | None:
    facts = model_store.stored(workspace())
    if facts is None:
        return None
    models = [
        {
            **row,
            "kind": model_name(row["kind"], language),
            "made_on": pd.Timestamp(row["made_on"]),
            "rests": ", ".join(
                f"{text(f'risk.card.outcomes.{name}', language)}: {n}" for name, n in row["labels"].items()
            ),
        }
        for row in facts["models"]
    ]
    return {"models": models, "read_at": pd.Timestamp(facts["read_at"])}


URLS = [
    path("<quarter:quarter>/evidence/", evidence, name="evidence"),
    path("<quarter:quarter>/evidence/<int:number>/", evidence, name="evidence_of"),
    path("<quarter:quarter>/evidence/curve/", curve, name="evidence_curve"),
    path("<quarter:quarter>/evidence/pictures/<str:name>", picture, name="evidence_picture"),
    *(
        path(f"<quarter:quarter>/evidence/{kind}/", learn, {"kind": kind}, name=f"start_{kind}")
        for kind in ("backtest", "train", "models")
    ),
]
