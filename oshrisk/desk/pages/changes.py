"""What a version changed against the one before: who came, who went, and what the decisions cost."""

from __future__ import annotations

from typing import Any

import pandas as pd
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_GET

from oshrisk import ledger as book
from oshrisk.desk import lists
from oshrisk.desk.failures import spoken
from oshrisk.desk.models import Job
from oshrisk.desk.site import ledger
from oshrisk.desk.telling import names_of, prices_told
from oshrisk.issued import Issued
from oshrisk.messages import text
from oshrisk.planning import Quarter

_COMPARED = ("mode", "team", "month", "trip")


@require_GET
def changes_by(request: HttpRequest, quarter: Quarter, number: int) -> HttpResponse:
    """Show what a job that planned has changed."""
    job = get_object_or_404(Job, pk=number, kind="plan", quarter=str(quarter), state="done")
    return _page(request, quarter, job.result.get("before"), job.result["version"])


@require_GET
def changes(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Show what a version has changed."""
    asked = request.GET.get("version", "")
    if not asked.isdigit():
        return redirect("quarter", quarter)
    return _page(request, quarter, int(asked) - 1 or None, int(asked))


def _page(request: HttpRequest, quarter: Quarter, before: int | None, number: int) -> HttpResponse:
    opened = ledger()
    after = book.stored_version(opened, quarter, number)
    first = before is None or before == number
    shown: dict[str, Any] = {"number": number, "before": before, "first": first, "visits": len(after.visits)}
    if not first:
        earlier = book.stored_version(opened, quarter, before)
        shown |= _difference(earlier.visits, after.visits, lists.issued(quarter))
        shown["prices"] = _prices(after.effects)
    return render(request, "desk/changes.html", shown)


def _difference(before: pd.DataFrame, after: pd.DataFrame, issued: Issued) -> dict[str, Any]:
    """Say who came, who went, and whose visit is another one now."""
    came, went = after.index.difference(before.index), before.index.difference(after.index)
    both = after.index.intersection(before.index)
    moved = [
        one for one in both if any(before.at[one, name] != after.at[one, name] for name in _COMPARED if name in before)
    ]
    names = names_of(issued, [*came, *went, *moved])
    return {
        "came": [_visit(one, names[one], after.loc[one]) for one in came],
        "went": [_visit(one, names[one], before.loc[one]) for one in went],
        "moved": [{**_visit(one, names[one], after.loc[one]), "was": _when(before.loc[one])} for one in moved],
    }


def _visit(one: str, name: str, row: pd.Series) -> dict[str, Any]:
    arm = text(f"report.arms.{row['arm']}", spoken())
    return {"id": one, "name": name, "arm": arm, "index": row["index"], "when": _when(row)}


def _when(row: pd.Series) -> str:
    language = spoken()
    kind = "trip" if row["trip"] else "seat"
    when = text(f"report.when.{kind}", language, team=row["team"], month=row["month"], trip=row["trip"])
    mode = text("report.modes.remote", language) if row["mode"] == "remote" else ""
    return " · ".join(part for part in (when, mode) if part)


def _prices(effects: dict[str, Any]) -> list[str]:
    """Return the price of the decisions that a version was the first to reckon with: they share one."""
    first: dict[str, Any] = next(iter(effects.values()), {})
    return prices_told(first.get("price") or {}, spoken())


URLS = [
    path("<quarter:quarter>/changes/", changes, name="changes_of"),
    path("<quarter:quarter>/changes/<int:number>/", changes_by, name="changes"),
]
