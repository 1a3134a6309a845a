"""The page of a quarter: where its plan stands, what it takes, what is missing, and what to do next."""

from __future__ import annotations

from typing import Any

import pandas as pd
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from oshrisk import ledger as book
from oshrisk.desk import jobs, lists, overview
from oshrisk.desk.downloads import files_of
from oshrisk.desk.failures import spoken
from oshrisk.desk.roles import needs
from oshrisk.desk.site import ledger, site
from oshrisk.desk.standing import WHO, standing_of
from oshrisk.desk.telling import decisions_told
from oshrisk.messages import text
from oshrisk.planning import Quarter
from oshrisk.planning.seeds import commit_seed


@require_GET
def quarter_page(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Show where the plan of a quarter stands."""
    standing, language = standing_of(quarter), spoken()
    shown: dict[str, Any] = {
        "standing": standing,
        "facts": standing.facts,
        "who": WHO[standing.next],
        "may": bool(request.roles.intersection(WHO[standing.next])),
        "span": (quarter.start, quarter.end),
    }
    issued = lists.issued(quarter) if lists.is_issued(quarter) else None
    shown["draw"] = overview.draw(quarter, issued, language)
    if issued is not None:
        today = pd.Timestamp.today().normalize()
        firms = issued.registry["enterprises"]
        shown |= {
            "issued": issued,
            "capacity": overview.capacity(issued, language),
            "composition": overview.composition(issued, language),
            "missing": overview.missing(issued, language),
            "deadlines": overview.deadlines(issued, today, language),
            "count": len(firms),
            "decisions": decisions_told(book.decisions(ledger(), quarter), issued, language),
            "versions": book.versions(ledger(), quarter).iloc[::-1].to_dict("records"),
            "files": files_of(issued),
        }
    return render(request, "desk/quarter.html", shown)


@require_POST
@needs("planner")
def fix_seed(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Fix the seed of a quarter's draw by its hash."""
    commit_seed(site().folder, quarter)
    messages.success(request, text("desk.draw.done", spoken(), quarter=quarter))
    return redirect("quarter", quarter)


@require_POST
@needs("planner")
def plan(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Make the list of a quarter, or make it again: as a job."""
    jobs.cancel_plans(str(quarter))
    job = jobs.ask("plan", request.user.username, spoken(), quarter=str(quarter))
    return redirect("job", job.pk)


URLS = [
    path("<quarter:quarter>/", quarter_page, name="quarter"),
    path("<quarter:quarter>/seed/", fix_seed, name="fix_seed"),
    path("<quarter:quarter>/plan/", plan, name="plan"),
]
