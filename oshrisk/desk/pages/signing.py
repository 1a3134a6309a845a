"""Review and approval, by two different people; and opening an approved plan again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oshrisk import ledger as book
from oshrisk.deciding import sign_version
from oshrisk.desk import lists, overview
from oshrisk.desk.downloads import files_of
from oshrisk.desk.failures import message_of, spoken, status_of
from oshrisk.desk.pages.drafts import draft_of, drop_draft
from oshrisk.desk.roles import expect, needs
from oshrisk.desk.site import ledger, workspace
from oshrisk.desk.standing import standing_of
from oshrisk.desk.telling import decisions_told
from oshrisk.errors import OshriskError
from oshrisk.ledger import STEPS
from oshrisk.planning import Quarter


@require_GET
def signing(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Show what is to be signed: the list's figures, the decisions against it, what is missing."""
    return _page(request, quarter)


@require_POST
def sign(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Review or approve the version that was read."""
    step, version = request.POST.get("step", ""), request.POST.get("version", "")
    expect(request, STEPS.get(step, "reviewer"))
    note = request.POST.get("note", "")[:2000]
    try:
        number = int(version) if version.isdigit() else 0
        sign_version(workspace(), ledger(), quarter, step, request.user.username, version=number, note=note)
    except OshriskError as error:
        return _page(request, quarter, said=message_of(error, spoken()), note=note, status=status_of(error))
    drop_draft(request, _key(quarter))
    messages.success(request, _("Signed."))
    return redirect("quarter", quarter)


@require_POST
@needs("admin")
def reopen(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Open an approved plan again: a new version, a draft with the same visits."""
    why, based_on = request.POST.get("text", "")[:2000], request.POST.get("based_on", "")
    revision = int(based_on) if based_on.isdigit() else 0
    try:
        book.reopen(ledger(), quarter, text=why, by=request.user.username, based_on=revision)
    except OshriskError as error:
        return _page(request, quarter, said=message_of(error, spoken()), status=status_of(error))
    messages.success(request, _("The plan is open again, as a draft."))
    return redirect("quarter", quarter)


def _key(quarter: Quarter) -> str:
    return f"sign-{quarter}"


def _page(request: HttpRequest, quarter: Quarter, *, status: int = 200, **more: Any) -> HttpResponse:
    standing, language = standing_of(quarter), spoken()
    if standing.facts["version"] is None or not lists.is_issued(quarter):
        return redirect("quarter", quarter)
    issued = lists.issued(quarter)
    step = {"review": "reviewed", "approve": "approved"}.get(standing.next, "")
    shown = {
        "standing": standing,
        "facts": standing.facts,
        "step": step,
        "may": STEPS.get(step) in request.roles,
        "needed": STEPS.get(step, ""),
        "issued": issued,
        "capacity": overview.capacity(issued, language),
        "composition": overview.composition(issued, language),
        "missing": overview.missing(issued, language),
        "decisions": decisions_told(book.decisions(ledger(), quarter), issued, language),
        "files": files_of(issued),
        "draft": _key(quarter),
        "note": draft_of(request, _key(quarter)).get("note", ""),
        **more,
    }
    return render(request, "desk/signing.html", shown, status=status)


URLS = [
    path("<quarter:quarter>/signing/", signing, name="signing"),
    path("<quarter:quarter>/sign/", sign, name="sign"),
    path("<quarter:quarter>/reopen/", reopen, name="reopen"),
]
