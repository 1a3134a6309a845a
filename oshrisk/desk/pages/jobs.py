"""Long work: how far it is, cancelling it, and what came of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from oshrisk.desk import jobs
from oshrisk.desk.failures import spoken
from oshrisk.desk.models import Job


@require_GET
def job(request: HttpRequest, number: int) -> HttpResponse:
    """Show a job; as it ends, go to what came of it."""
    found = get_object_or_404(Job, pk=number)
    if found.state == "done" and found.kind in RESULT_PAGES:
        return redirect(RESULT_PAGES[found.kind], found.quarter, found.pk)
    return render(request, "desk/job.html", {"job": shown(found)})


@require_GET
def panel(request: HttpRequest, number: int) -> HttpResponse:
    """Return the part of a page that shows a job; it asks for itself again while the job is open."""
    found = get_object_or_404(Job, pk=number)
    return render(request, "desk/parts/job.html", {"job": shown(found)})


@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Cancel a job: whoever asked for it, and the admin."""
    found = get_object_or_404(Job, pk=number)
    if found.by != request.user.username and "admin" not in request.roles:
        raise PermissionDenied("admin")
    jobs.cancel(found)
    return redirect("job", found.pk)


def shown(found: Job) -> dict[str, Any]:
    """Return what a page shows of a job."""
    language = spoken()
    since = found.started_at or found.asked_at
    return {
        "row": found,
        "title": jobs.title_of(found, language),
        "step": jobs.step_of(found, language),
        "seconds": int(((found.ended_at or timezone.now()) - since).total_seconds()),
        "error": found.error.get(language, ""),
    }


RESULT_PAGES = {
    "plan": "changes",
    "documents": "documents_of",
    "check": "checked_job",
    "tryout": "tried",
    **dict.fromkeys(("backtest", "train", "models"), "evidence_of"),
}  # kind of a job -> name of the page that shows its result: (quarter, job)
URLS = [
    path("jobs/<int:number>/", job, name="job"),
    path("jobs/<int:number>/panel/", panel, name="job_panel"),
    path("jobs/<int:number>/cancel/", cancel, name="cancel_job"),
]
