"""The list: everybody in the registers, listed or not, sorted, filtered, searched and paged on the server."""

from __future__ import annotations

from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

import pandas as pd
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET

from oshrisk import ledger as book
from oshrisk.desk import lists
from oshrisk.desk.everybody import FILTERS, SORTS, Everybody, Wish
from oshrisk.desk.failures import spoken
from oshrisk.desk.site import ledger
from oshrisk.desk.telling import action_told
from oshrisk.issued import Issued
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning import Quarter
from oshrisk.planning.texts import article_text, reason_text
from oshrisk.reference.communes import communes
from oshrisk.reference.sectors import section_name
from oshrisk.report.facts import identity

PAGE: Final = 50  # rows
_COLUMNS: Final = ("order", "name", "commune", "sector", "workers", "risk_class", "index", "rank")
_BY_TITLE: Final = frozenset(("commune", "reason"))  # filters whose codes say nothing to people
_NUMBERS: Final = frozenset(("order", "workers", "index", "rank"))


@require_GET
def register(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Show a page of everybody; by default of those who are listed."""
    if not lists.is_issued(quarter):
        return redirect("quarter", quarter)
    kept, language = lists.kept(quarter), spoken()
    wish = _wish(request)
    ids = kept.everybody.choose(wish)
    page = Paginator(ids, PAGE).get_page(request.GET.get("page"))
    decided = book.decisions(ledger(), quarter)
    shown = {
        "rows": _rows(kept.issued, kept.everybody, page.object_list, decided, language),
        "page": page,
        "count": len(ids),
        "wish": wish,
        "heads": _heads(wish, language),
        "filters": _filters(kept.issued, kept.everybody, wish, language),
        "here": _query(wish),
    }
    part = "desk/parts/register.html" if request.htmx else "desk/register.html"
    return render(request, part, shown)


def _wish(request: HttpRequest) -> Wish:
    asked = request.GET
    filters = {name: asked[name] for name in FILTERS if asked.get(name)}
    if "listed" not in asked and not asked.get("search"):
        filters = {"listed": "yes"} | filters  # what one comes for; a search looks everywhere
    sort = asked.get("sort", "")
    return Wish(
        search=asked.get("search", "")[:200],
        filters=filters,
        sort=sort if sort in SORTS else SORTS[0],
        turned=asked.get("turned") == "yes",
    )


def _query(wish: Wish, **changes: str) -> str:
    """Write a wish as the query of an address."""
    turned = {"turned": "yes"} if wish.turned else {}
    asked = {"listed": "", "search": wish.search, **wish.filters, "sort": wish.sort, **turned, **changes}
    return urlencode({name: value for name, value in asked.items() if value or name == "listed"})


def _heads(wish: Wish, language: Language) -> list[dict[str, Any]]:
    titles = catalogue("desk", language)["columns"]
    heads = []
    for name in _COLUMNS:
        here = wish.sort == name
        turn = "yes" if here and not wish.turned else ""
        way = ("descending" if wish.turned else "ascending") if here else "none"
        address = _query(wish, sort=name, turned=turn)
        heads.append({"title": titles[name], "address": address, "way": way, "number": name in _NUMBERS})
    return heads


def _filters(issued: Issued, everybody: Everybody, wish: Wish, language: Language) -> list[dict[str, Any]]:
    """Return the filters: name, title, the values there are with their titles, the one chosen."""
    titles = catalogue("desk", language)["filters"]
    found = []
    for name in FILTERS:
        values = ["yes", "no"] if name == "listed" else everybody.values(name)
        named = [(value, _value_title(name, value, issued, language)) for value in values]
        if name in _BY_TITLE:
            named.sort(key=lambda pair: pair[1])
        found.append({"name": name, "title": titles[name], "values": named, "chosen": wish.filters.get(name, "")})
    return found


def _value_title(name: str, value: str, issued: Issued, language: Language) -> str:
    if name == "commune":
        return _commune_names(issued.programme.office.province_code).get(value, value)
    if name == "section":
        return f"{value} – {section_name(value, language)}"
    if name == "reason":
        return text(f"desk.not_listed.{value}", language)
    known = {"arm": "report.arms", "mode": "report.modes", "listed": "desk.listed"}
    return text(f"{known[name]}.{value}", language) if name in known else value


@cache
def _commune_names(province_code: str) -> dict[str, str]:
    return {str(code): str(name) for code, name in communes(province_code)["name"].items()}


def _rows(
    issued: Issued, everybody: Everybody, ids: pd.Index, decided: pd.DataFrame, language: Language
) -> list[dict[str, Any]]:
    """Put the enterprises of one page into words."""
    rows = everybody.rows.loc[ids]
    firms = identity(issued.registry, rows.index, issued.programme.office.province_code, language)
    waiting = {row.enterprise_id: action_told(row.action, row.value, language) for row in decided.itertuples()}
    grounds = _grounds(issued, rows.index, language)
    return [
        {
            **row,
            **firms.loc[row["enterprise_id"]].to_dict(),
            "ground": grounds.get(row["enterprise_id"], ""),
            "decided": waiting.get(row["enterprise_id"], ""),
            "arm_title": text(f"report.arms.{row['arm']}", language) if row["listed"] else "",
        }
        for row in rows.reset_index().astype(object).where(rows.reset_index().notna(), None).to_dict("records")
    ]


def _grounds(issued: Issued, ids: pd.Index, language: Language) -> dict[str, str]:
    """Say why each is, or is not, on the list, with the article."""
    said: dict[str, str] = {}
    others = issued.not_selected[issued.not_selected["enterprise_id"].isin(ids)].set_index("enterprise_id")
    for part in (issued.visits.loc[issued.visits.index.intersection(ids)], others):
        if len(part):
            whole = reason_text(part, language).str.cat(article_text(part, issued.quarter, language), sep=". ")
            said |= whole.str.removesuffix(". ").to_dict()
    return said


URLS = [path("<quarter:quarter>/list/", register, name="list")]
