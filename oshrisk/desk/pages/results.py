"""What the visits found: handed in as a workbook or typed, through the same checks; and what is still to be done."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oshrisk import ledger as book
from oshrisk import recording
from oshrisk.desk import last_results, lists, visit_form
from oshrisk.desk.failures import CONFLICT, UNUSABLE, spoken
from oshrisk.desk.followed import follow_ups_told
from oshrisk.desk.pages.drafts import draft_of, drop_draft
from oshrisk.desk.roles import expect, needs
from oshrisk.desk.site import ledger, workspace
from oshrisk.desk.uploads import uploaded
from oshrisk.issued import Issued
from oshrisk.ledger import StoredVersion
from oshrisk.messages import Language
from oshrisk.planning import Quarter
from oshrisk.registry.results_rows import Results, results_of
from oshrisk.registry.results_tables import sheet_title
from oshrisk.registry.titles import code_title

SHOWN: Final = 100  # rows to be mended on the page; the report has all
PAGE: Final = 100  # visits


@require_GET
def results(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Show what is recorded of a quarter, and what is still to be done."""
    issued, language = _issued(quarter), spoken()
    found = results_of(book.results(ledger(), quarter))
    page = Paginator(issued.visits.index, PAGE).get_page(request.GET.get("page"))
    everything = request.GET.get("all") == "yes"
    last = last_results.last(workspace(), str(quarter))
    shown = {
        "issued": issued,
        "visits": _visits(issued, page.object_list, found, language),
        "page": page,
        "here": "",
        "planned": len(issued.visits),
        "recorded": len(issued.visits.index.intersection(found.visits.index)),
        "last": last and _said(last, language),
        "follow_ups": follow_ups_told(issued, found, _today(), language, everything=everything),
        "may": "planner" in request.roles,
    }
    return render(request, "desk/results.html", shown)


@require_POST
@needs("planner")
def upload(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Record a results workbook: what is right is recorded, what is not is marked."""
    file = uploaded(request, "results")
    stored = _stored(quarter)
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / f"results{Path(file.name).suffix.lower()}"
        digest = hashlib.sha256()
        with copy.open("wb") as written:
            for part in file.chunks():
                digest.update(part)
                written.write(part)
        reading = recording.read_workbook(workspace(), stored, copy, _today())
    done = recording.record(ledger(), reading, request.user.username, digest.hexdigest())
    by, language = request.user.username, spoken()
    last_results.keep(workspace(), reading, done, name=file.name, by=by, language=language)
    return redirect("results", quarter)


@require_GET
def marked(request: HttpRequest, quarter: Quarter) -> FileResponse:  # noqa: ARG001  # Django gives it
    """Give out the report on rows to be mended."""
    last = last_results.last(workspace(), str(quarter))
    if not last or not last["marked"]:
        raise Http404
    file = workspace().path("checks", last["marked"])
    return FileResponse(file.open("rb"), as_attachment=True, filename=file.name)


@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, quarter: Quarter, enterprise: str) -> HttpResponse:
    """Show and record what one visit found."""
    issued = _issued(quarter)
    if enterprise not in issued.visits.index:
        raise Http404
    rows = book.results(ledger(), quarter)
    known = int(rows["version"].get(enterprise, 0)) if len(rows) else 0
    if request.method == "POST":
        expect(request, "planner")
        return _record(request, issued, enterprise, known)
    typed = visit_form.as_typed(results_of(rows), enterprise)
    draft = draft_of(request, _draft(quarter, enterprise))
    return _form(request, issued, enterprise, known, draft or typed, drafted=bool(draft))


def _record(request: HttpRequest, issued: Issued, enterprise: str, known: int) -> HttpResponse:
    """Record what was typed, whole or not at all; where somebody was quicker, nothing typed is lost."""
    typed = {str(name): str(value) for name, value in request.POST.items()}
    if request.POST.get("based_on") != str(known):
        said = _("Somebody has recorded this visit meanwhile. What you typed is kept: look at it again and send it.")
        return _form(request, issued, enterprise, known, typed, said=said, status=CONFLICT)
    stored = _stored(issued.quarter)
    answers = visit_form.answers_of(typed, enterprise)
    reading = recording.read_typed(workspace(), stored, answers, _today())
    problems = visit_form.problems_of(reading, spoken())
    if problems or reading.results.visits.empty:
        said = (
            _("Nothing is recorded yet: mend the fields that are marked.") if problems else _("Nothing is filled in.")
        )
        return _form(request, issued, enterprise, known, typed, said=said, problems=problems, status=UNUSABLE)
    done = recording.record(ledger(), reading, request.user.username, recording.digest_of(answers))
    drop_draft(request, _draft(issued.quarter, enterprise))
    messages.success(request, _("Recorded.") if done.changed else _("That was recorded already; nothing has changed."))
    return redirect("results", issued.quarter)


def _form(  # what a form for one visit shows
    request: HttpRequest,
    issued: Issued,
    enterprise: str,
    known: int,
    typed: Mapping[str, str],
    *,
    said: str = "",
    problems: Mapping[str, str] | None = None,
    drafted: bool = False,
    status: int = 200,
) -> HttpResponse:
    firms = issued.registry["enterprises"].set_index("enterprise_id")
    shown = {
        "id": enterprise,
        "name": firms["name"].get(enterprise, enterprise),
        "row": issued.visits.loc[enterprise],
        "known": known,
        "sections": visit_form.sections(typed, problems or {}, spoken()),
        "said": said,
        "drafted": drafted,
        "draft": _draft(issued.quarter, enterprise),
        "may": "planner" in request.roles,
    }
    return render(request, "desk/visit.html", shown, status=status)


def _today() -> pd.Timestamp:
    return pd.Timestamp.today().normalize()


def _draft(quarter: Quarter, enterprise: str) -> str:
    return f"results-{quarter}-{enterprise}"[:200]


def _issued(quarter: Quarter) -> Issued:
    if not lists.is_issued(quarter):
        raise Http404
    return lists.issued(quarter)


def _stored(quarter: Quarter) -> StoredVersion:
    return book.stored_version(ledger(), quarter)


def _visits(issued: Issued, ids: pd.Index, found: Results, language: Language) -> list[dict[str, Any]]:
    """Return some visits of a list, each with what is recorded of it."""
    names = issued.registry["enterprises"].set_index("enterprise_id")["name"]
    states = found.visits["done"].reindex(ids).astype(object)
    serious = found.visits["found"].reindex(ids).astype(object)
    return [
        {
            "id": row.Index,
            "order": row.order,
            "name": names.get(row.Index, row.Index),
            "team": row.team,
            "month": row.month,
            "arm": row.arm,
            "recorded": pd.notna(states[row.Index]),
            "state": code_title("inspections", "done", states[row.Index], language)
            if pd.notna(states[row.Index])
            else "",
            "serious": None if pd.isna(serious[row.Index]) else bool(serious[row.Index]),
        }
        for row in issued.visits.loc[ids].itertuples()
    ]


def _said(last: dict[str, Any], language: Language) -> dict[str, Any]:
    rows = [
        {
            **row,
            "sheet": sheet_title(row["table"], language),
            "what": row[f"what_{language}"],
            "how": row[f"mend_{language}"],
        }
        for row in last["rows"]
    ]
    counts = [{"title": sheet_title(name, language), **count} for name, count in last["counts"].items()]
    said = ngettext("%(count)d visit recorded.", "%(count)d visits recorded.", last["count"]) % {"count": last["count"]}
    if not last["changed"]:
        said = _(
            "Nothing new was recorded: everything that is right in it was recorded before, or nothing is filled in."
        )
    return {
        **last,
        "rows": rows[:SHOWN],
        "all": len(rows),
        "tables": counts,
        "notes": last["notes"][language],
        "said": said,
    }


URLS = [
    path("<quarter:quarter>/results/", results, name="results"),
    path("<quarter:quarter>/results/upload/", upload, name="upload_results"),
    path("<quarter:quarter>/results/marked/", marked, name="marked_results"),
    path("<quarter:quarter>/results/visit/<path:enterprise>", visit, name="visit"),
]
