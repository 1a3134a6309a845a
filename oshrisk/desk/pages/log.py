"""The log of the ledger, with its chain computed again."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from oshrisk import ledger as book
from oshrisk.desk.failures import spoken
from oshrisk.desk.site import ledger
from oshrisk.ledger.telling import sentences
from oshrisk.planning import Quarter

PAGE = 100  # entries


@require_GET
def log(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Show the entries, the latest first, and whether nothing was altered."""
    everything = request.GET.get("of") == "all"
    opened, language = ledger(), spoken()
    entries = book.log(opened, quarter="" if everything else str(quarter)).iloc[::-1]
    page = Paginator(entries.index, PAGE).get_page(request.GET.get("page"))
    shown = entries.loc[page.object_list]
    broken = book.verify(opened)
    last = opened.rows("ledger.logentry").order_by("sequence").last()
    context = {
        "rows": list(zip(sentences(shown, language), shown["account"], shown["hash"], strict=True)),
        "page": page,
        "everything": everything,
        "broken": broken.sentence(language) if broken else "",
        "count": opened.rows("ledger.logentry").count(),
        "head": last.hash if last else "",
    }
    return render(request, "desk/log.html", context)


URLS = [path("<quarter:quarter>/log/", log, name="log")]
