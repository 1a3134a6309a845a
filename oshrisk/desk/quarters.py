"""Which quarters there are, and which one a page shows."""

from __future__ import annotations

from typing import Final

import pandas as pd
from django.http import HttpRequest

from oshrisk.desk.site import ledger
from oshrisk.planning import Quarter

_KEPT: Final = "quarter"  # in the session: the quarter that was looked at last


class QuarterConverter:
    """Quarters in addresses: ``2027Q1``."""

    regex = r"20\d{2}Q[1-4]"

    def to_python(self, value: str) -> Quarter:
        """Read it."""
        return Quarter.parse(value)

    def to_url(self, value: Quarter | str) -> str:
        """Write it."""
        return str(value)


def planned() -> list[Quarter]:
    """Return the quarters that have a plan, in their order."""
    names = ledger().rows("ledger.planversion").values_list("quarter", flat=True).distinct()
    return sorted(Quarter.parse(name) for name in set(names))


def upcoming() -> Quarter:
    """Return the quarter after today."""
    today = pd.Timestamp.today()
    return Quarter(today.year, today.quarter).next


def choices() -> list[Quarter]:
    """Return the quarters to choose from: those planned, the one after them, and the one that comes next."""
    known = planned()
    return sorted({*known, upcoming(), *(last.next for last in known[-1:])})


def current(request: HttpRequest) -> Quarter:
    """Return the quarter of a page: that of its address, the one looked at last, or the latest planned."""
    match = request.resolver_match
    asked = match.kwargs.get("quarter") if match else None
    if asked is not None:
        if request.session.get(_KEPT) != str(asked):
            request.session[_KEPT] = str(asked)
        return Quarter.parse(str(asked))
    if kept := request.session.get(_KEPT):
        return Quarter.parse(kept)
    known = planned()
    return known[-1] if known else upcoming()
