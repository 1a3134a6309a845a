"""Decisions against the list: add, drop, defer, change of mode, and taking them back; the plan is solved again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oshrisk import ledger as book
from oshrisk.desk import jobs
from oshrisk.desk.failures import message_of, spoken, status_of
from oshrisk.desk.pages import enterprise as page
from oshrisk.desk.pages.drafts import drop_draft
from oshrisk.desk.roles import needs
from oshrisk.desk.site import ledger
from oshrisk.errors import OshriskError
from oshrisk.planning import Quarter

LONGEST = 2000  # letters of a reason


@require_POST
@needs("planner")
def decide(request: HttpRequest, quarter: Quarter, enterprise: str) -> HttpResponse:
    """Store a decision and have the plan solved around it; where somebody was quicker, nothing typed is lost."""
    given = request.POST
    based_on = given.get("based_on", "")
    try:
        decision = book.decide(
            ledger(),
            quarter,
            given.get("action", ""),
            enterprise,
            reason_code=given.get("reason", ""),
            text=given.get("text", "")[:LONGEST],
            by=request.user.username,
            based_on=int(based_on) if based_on.isdigit() else 0,
            value=given.get("value", ""),
        )
    except OshriskError as error:
        said = message_of(error, spoken())
        return page.shown(request, quarter, enterprise, said=said, typed=given, status=status_of(error))
    drop_draft(request, page.draft_key(quarter, enterprise))
    return _solve(request, quarter, decision=decision)


@require_POST
@needs("planner")
def withdraw(request: HttpRequest, quarter: Quarter, decision: int) -> HttpResponse:
    """Take a decision back and have the plan solved again."""
    based_on = request.POST.get("based_on", "")
    why = request.POST.get("text", "")[:LONGEST]
    revision = int(based_on) if based_on.isdigit() else 0
    book.withdraw(ledger(), quarter, decision, text=why, by=request.user.username, based_on=revision)
    return _solve(request, quarter)


def _solve(request: HttpRequest, quarter: Quarter, **options: int) -> HttpResponse:
    """Have the plan solved again: what was being planned for the quarter would not know of this."""
    jobs.cancel_plans(str(quarter))
    job = jobs.ask("plan", request.user.username, spoken(), quarter=str(quarter), **options)
    messages.success(request, _("Stored. The plan is being solved again around it."))
    return redirect("job", job.pk)


URLS = [
    path("<quarter:quarter>/withdraw/<int:decision>/", withdraw, name="withdraw"),
    path("<quarter:quarter>/decide/<path:enterprise>", decide, name="decide"),
]
