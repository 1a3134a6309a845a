"""An enterprise: what is known of it and why it has its place, its history, who is like it, and deciding on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
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
    if not lists.is_issued(quarter):
        raise Http404
    kept, language = lists.kept(quarter), spoken()
    if enterprise not in kept.everybody.rows.index:
        raise Http404
    facts = book.status(ledger(), quarter)
    decisions = book.decisions(ledger(), quarter)
    own = decisions_told(decisions[decisions["enterprise_id"].eq(enterprise)], kept.issued, language)
    row = kept.everybody.rows.loc[enterprise]
    context: dict[str, Any] = {
        "id": enterprise,
        "row": row.where(row.notna(), None).to_dict(),
        "head": explained.head_of(kept.issued, enterprise, language),
        "factors": explained.factors_of(kept.issued, enterprise, language),
        "unknown": explained.unknown_of(kept.issued, enterprise, language),
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


URLS = [path("<quarter:quarter>/enterprise/<path:enterprise>", enterprise, name="enterprise")]
