"""The documents of a quarter's plan: written as a job, taken away by level of readers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from oshrisk import ledger as book
from oshrisk.desk import jobs, lists
from oshrisk.desk.failures import spoken
from oshrisk.desk.models import Job
from oshrisk.desk.roles import needs
from oshrisk.desk.site import ledger, workspace
from oshrisk.documents.sources import LEVELS
from oshrisk.documents.writing import MANIFEST
from oshrisk.messages import text
from oshrisk.planning import Quarter


@require_GET
def documents(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Show the documents that were written, and whether they are of the latest version as it is signed."""
    if not lists.is_issued(quarter):
        return redirect("quarter", quarter)
    manifest = _manifest(quarter)
    now = book.status(ledger(), quarter)
    version, state = _written(manifest)
    shown = {
        "levels": _levels(manifest, _folder(quarter)),
        "manifest": manifest,
        "written_of": version,
        "current": (version, state) == (now["version"], now["state"]),
        "to_check": manifest.get("grounds_to_check", []),
    }
    return render(request, "desk/documents.html", shown)


@require_GET
def written(request: HttpRequest, quarter: Quarter, number: int) -> HttpResponse:
    """Show what a job has written."""
    get_object_or_404(Job, pk=number, kind="documents", quarter=str(quarter), state="done")
    return documents(request, quarter)


@require_POST
@needs("planner")
def write(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Have the documents written."""
    job = jobs.ask("documents", request.user.username, spoken(), quarter=str(quarter))
    return redirect("job", job.pk)


@require_GET
def document(request: HttpRequest, quarter: Quarter, name: str) -> FileResponse:  # noqa: ARG001  # Django gives it
    """Give out a document that the manifest names."""
    if name not in _manifest(quarter).get("outputs", {}):
        raise Http404
    file = _folder(quarter) / name
    return FileResponse(file.open("rb"), as_attachment=True, filename=file.name)


def _folder(quarter: Quarter) -> Path:
    return workspace().path("reports", str(quarter))


def _manifest(quarter: Quarter) -> dict[str, Any]:
    file = _folder(quarter) / MANIFEST
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _written(manifest: dict[str, Any]) -> tuple[int | None, str]:
    """Return the version that documents were written from, and its state then: their footers say it."""
    return next(((int(plan["plan_version"]), plan["state"]) for plan in manifest.get("plans", ())), (None, ""))


def _levels(manifest: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Return the documents by level, in the order of the levels, those of one kind together."""
    language, outputs = spoken(), manifest.get("outputs", {})
    found = []
    for level in LEVELS:
        kinds: dict[str, list[dict[str, Any]]] = {}
        for name, facts in outputs.items():
            if facts["level"] == level and (folder / name).is_file():
                file = {"name": name, "short": Path(name).name, "size": (folder / name).stat().st_size}
                kinds.setdefault(facts["kind"], []).append(file)
        if kinds:
            named = [(text(f"documents.kinds.{kind}", language), files) for kind, files in kinds.items()]
            found.append({"title": text(f"documents.levels.{level}", language), "kinds": named})
    return found


URLS = [
    path("<quarter:quarter>/documents/", documents, name="documents"),
    path("<quarter:quarter>/documents/write/", write, name="write_documents"),
    path("<quarter:quarter>/documents/of/<int:number>/", written, name="documents_of"),
    path("<quarter:quarter>/documents/file/<path:name>", document, name="document"),
]
