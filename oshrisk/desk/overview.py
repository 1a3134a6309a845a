"""What the page of a quarter shows of its list: days, composition, what is missing, dates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
from django.urls import reverse

from oshrisk.desk.site import site
from oshrisk.features.wording import number_text
from oshrisk.issued import Issued
from oshrisk.ledger.telling import local_time
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning import Quarter
from oshrisk.planning.buckets import buckets
from oshrisk.planning.seeds import commitment
from oshrisk.report.trips_sheet import nights_of


def capacity(issued: Issued, language: Language) -> dict[str, Any]:
    """Return the inspector-days that a list takes and those there are.

    Parameters
    ----------
    issued : Issued
        The list.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    dict
        ``used``, ``days``; ``rows``: the same by ``team`` and ``month``; ``trips``, ``nights``, ``reached`` (how much
        of the bound, in words).
    """
    used = issued.visits.groupby(["team", "month"])["inspector_days"].sum()
    days = buckets(issued.quarter, issued.programme.capacity)
    rows = [
        {"team": team, "month": month, "used": float(used.get((team, month), 0.0)), "days": float(there)}
        for (team, month), there in days.items()
    ]
    gap = float(issued.manifest["selection"]["gap"])
    return {
        "used": float(issued.visits["inspector_days"].sum()),
        "days": float(days.sum()),
        "rows": rows,
        "trips": len(issued.trips),
        "nights": int(nights_of(issued.trips).sum()),
        "reached": text("desk.reached", language, share=number_text(round(100 * (1 - gap), 1), language)),
    }


def composition(issued: Issued, language: Language) -> list[dict[str, Any]]:
    """Return how the visits were chosen: ``title``, ``count`` and the ``query`` that lists them."""
    arms = catalogue("report", language)["arms"]
    counts = issued.visits["arm"].value_counts()
    return [
        {"title": arms[arm], "count": int(counts[arm]), "query": f"?listed=yes&arm={arm}"}
        for arm in arms
        if counts.get(arm, 0)
    ]


def missing(issued: Issued, language: Language) -> list[dict[str, Any]]:
    """Return what is not known: ``said`` and, where a page shows more, its ``address``."""
    visits, registry = issued.visits, issued.registry["enterprises"]
    counts = {
        "rows": int(issued.manifest["rows"]["quarantined"]),
        "workers": int((~visits["workers_known"]).sum()),
        "everybody_workers": int(issued.features["workers"].isna().sum()),
        "commune": int(registry["commune_code"].isna().sum()),
        "musts": int(issued.not_selected["reason"].eq("must_without_days").sum()),
    }
    address = {"musts": reverse("list", args=[issued.quarter]) + "?listed=no&reason=must_without_days"}
    found = [
        {"said": text(f"desk.missing.{name}", language, count=count), "address": address.get(name, "")}
        for name, count in counts.items()
        if count
    ]
    if issued.manifest["roads"]["estimated"]:
        found.append({"said": text("report.roads.estimated", language), "address": ""})
    if not issued.manifest["draw"]["committed"]:
        found.append({"said": text("desk.missing.seed", language), "address": "#draw"})
    return found


def draw(quarter: Quarter, issued: Issued | None, language: Language) -> dict[str, Any]:
    """Return what there is to say of a quarter's seed.

    Parameters
    ----------
    quarter : Quarter
        The quarter.
    issued : Issued or None
        Its list, if there is one.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    dict
        ``said``, ``hash`` (to be published; empty where no seed is fixed), and ``again`` where the list that stands
        was drawn without it.
    """
    facts = commitment(site().folder, quarter)
    if facts is None:
        return {"said": text("desk.draw.why", language), "hash": "", "again": ""}
    time = local_time(datetime.fromisoformat(facts["committed_at"]))
    before = issued is not None and not issued.manifest["draw"]["committed"]
    return {
        "said": text("desk.draw.fixed", language, time=time),
        "hash": facts["sha256"],
        "again": text("desk.draw.again", language) if before else "",
    }


def deadlines(issued: Issued, today: pd.Timestamp, language: Language) -> list[dict[str, Any]]:
    """Return the dates of a quarter: ``on``, what is ``said`` of it, and whether it is ``past``.

    Parameters
    ----------
    issued : Issued
        The list.
    today : Timestamp
        The day of looking.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of dict
        In the order of the dates.
    """
    quarter = issued.quarter
    due = issued.registry["findings"]
    open_remedies = due["remedied_on"].isna() & due["remedy_due_on"].between(quarter.start, quarter.end)
    dates: list[tuple[str, pd.Timestamp, int]] = [
        ("known", issued.as_of, 0),
        ("signed", quarter.start, 0),
        ("done", quarter.end, len(issued.visits)),
        *((name, date, 0) for name, date in _reports(quarter)),
    ]
    if open_remedies.any():
        dates.append(("remedies", due.loc[open_remedies, "remedy_due_on"].min(), int(open_remedies.sum())))
    said = catalogue("desk", language)["deadlines"]
    rows = [{"on": on, "said": said[key].format(count=count), "past": on < today} for key, on, count in dates]
    return sorted(rows, key=lambda row: row["on"])


def _reports(quarter: Quarter) -> list[tuple[str, pd.Timestamp]]:
    """Return the reports of enterprises that fall due in the quarter (R1.9, R1.11)."""
    dates = [
        ("half_year_report", pd.Timestamp(quarter.year, 7, 5)),
        ("year_report", pd.Timestamp(quarter.year, 1, 10)),
    ]
    return [(name, date) for name, date in dates if quarter.start <= date <= quarter.end]
