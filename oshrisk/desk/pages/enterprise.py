"""An enterprise: what is known of it and why it has its place, its history, who is like it, and deciding on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from oshrisk import ledger as book
from oshrisk.desk import explained, lists
from oshrisk.desk.failures import spoken
from oshrisk.desk.pages.drafts import draft_of
from oshrisk.desk.site import ledger
from oshrisk.desk.telling import decisions_told
from oshrisk.ledger import MODES, REASONS
from oshrisk.messages import catalogue, text
from oshrisk.planning import Quarter


@require_GET
def enterprise(request: HttpRequest, quarter: Quarter, enterprise: str) -> HttpResponse:
    """Show an enterprise."""
    return shown(request, quarter, enterprise)


@require_GET
def dossier(request: HttpRequest, quarter: Quarter, enterprise: str) -> HttpResponse:
    """Show the dossier alone: the page of the enterprise asks for it when it is there, and it can be printed."""
    kept = _known(quarter, enterprise)
    made = mark_safe(kept.dossier(enterprise, spoken()))  # noqa: S308  # html_fragment escapes all words
    if request.htmx:
        return HttpResponse(made)
    return render(request, "desk/dossier.html", {"id": enterprise, "dossier": made})


def draft_key(quarter: Quarter, enterprise: str) -> str:
    """Return the name of the draft of a decision."""
    return f"decide-{quarter}-{enterprise}"[:200]


def shown(
    request: HttpRequest,
    quarter: Quarter,
    enterprise: str,
    *,
    said: str = "",
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show an enterprise with what was typed into its form: sent in vain, or not sent yet."""
    kept, language = _known(quarter, enterprise), spoken()
    facts = book.status(ledger(), quarter)
    decisions = book.decisions(ledger(), quarter)
    own = decisions_told(decisions[decisions["enterprise_id"].eq(enterprise)], kept.issued, language)
    row = kept.everybody.rows.loc[enterprise]
    context: dict[str, Any] = {
        "id": enterprise,
        "row": row.where(row.notna(), None).to_dict(),
        "head": explained.head_of(kept.issued, enterprise, language),
        "history": explained.history_of(kept.issued, enterprise, language),
        "alike": explained.alike_of(kept, enterprise),
        "decisions": own,
        "facts": facts,
        "may": "planner" in request.roles and facts["version"] is not None and not facts["frozen"],
        "form": _form(kept.everybody.rows.at[enterprise, "listed"], own, quarter),
        "reasons": [(code, text(f"ledger.reasons.{code}", language)) for code in REASONS],
        "modes": [(mode, text(f"ledger.modes.{mode}", language)) for mode in MODES],
        "draft": draft_key(quarter, enterprise),
        "typed": typed or draft_of(request, draft_key(quarter, enterprise)),
        "said": said,
    }
    return render(request, "desk/enterprise.html", context, status=status)


def _known(quarter: Quarter, enterprise: str) -> lists.Kept:
    """Return the list of a quarter in whose registers an enterprise is."""
    if not lists.is_issued(quarter):
        raise Http404
    kept = lists.kept(quarter)
    if enterprise not in kept.everybody.rows.index:
        raise Http404
    return kept


def _form(listed: bool, own: list[dict[str, Any]], quarter: Quarter) -> dict[str, Any]:
    """Return what can be decided now: who is listed can be dropped, put off or visited otherwise; others added."""
    for decision in own:  # those that the list does not reckon with yet count too
        if decision["action"] in {"add", "drop", "defer"}:
            listed = decision["action"] == "add"
    later = [quarter.next]
    for _ in range(3):
        later.append(later[-1].next)
    actions = ("drop", "defer", "mode") if listed else ("add",)
    titles = catalogue("desk", spoken())["deeds"]
    return {"actions": [(action, titles[action]) for action in actions], "later": later}


URLS = [
    path("<quarter:quarter>/enterprise/<path:enterprise>", enterprise, name="enterprise"),
    path("<quarter:quarter>/dossier/<path:enterprise>", dossier, name="dossier"),
]
