"""The figures that documents of a plan state, counted once."""

from __future__ import annotations

from typing import Any

import numpy as np

from oshrisk.features.wording import date_text, number_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, text
from oshrisk.planning.texts import quarter_text
from oshrisk.registry.results_rows import BODY


def plan_figures(issued: Issued, language: Language) -> dict[str, str]:
    """Count what a reader of a plan asks first.

    Parameters
    ----------
    issued : Issued
        The list.
    language : {"vi", "en"}
        How numbers and dates are written.

    Returns
    -------
    dict of str
        Places: ``enterprises`` (that still work), ``excluded`` (not to be checked now), ``listed``, of them
        ``must``, ``sign``, ``risk``, ``random``, ``decided``, ``remote``, ``on_site``, ``workers_unknown``; ``mix``,
        how many were listed why, in words; ``in_draw``; ``silent`` (no report in five years); ``letters``,
        ``held_out``; ``visited`` (with a result of a check by the department). Time: ``used``, ``capacity``, ``road``
        [inspector-days], ``teams``, ``team_size``, ``trips``, ``nights``. ``share`` [%] of the best possible,
        ``random_share`` [%], ``as_of``, ``quarter``, ``office``.
    """
    values = _places(issued) | _time(issued)
    numbers = {name: number_text(round(float(value), 1), language) for name, value in values.items()}
    dates = {"as_of": date_text(issued.as_of, language), "quarter": quarter_text(issued.quarter, language)}
    mix = [
        text(f"documents.mix.{name}", language, count=numbers[name])
        for name in ("must", "sign", "risk", "random", "decided")
        if values[name]
    ]
    return {**numbers, **dates, "mix": ", ".join(mix) or "–", "office": issued.programme.office.department}


def _places(issued: Issued) -> dict[str, Any]:
    visits, arms = issued.visits, issued.visits["arm"].value_counts()
    by_law = issued.not_selected[~issued.not_selected["rule_id"].isin(["capacity", "decision"])]
    working = issued.assessment.index
    inspections = issued.registry["inspections"]
    own = inspections[inspections["body"].eq(BODY) & inspections["found"].notna()]
    return {
        "enterprises": len(working),
        "excluded": by_law["enterprise_id"].isin(working).sum(),
        "listed": len(visits),
        "must": arms.get("mandatory", 0),
        "sign": arms.get("complaint", 0),
        "risk": arms.get("risk", 0),
        "random": arms.get("random", 0),
        "decided": arms.get("other", 0),
        "remote": visits["mode"].eq("remote").sum(),
        "on_site": visits["mode"].eq("on_site").sum(),
        "workers_unknown": (~visits["workers_known"].astype(bool)).sum(),
        "in_draw": issued.draw["band"].notna().sum(),
        "silent": issued.features.loc[working, "reported_periods_5y"].eq(0).sum(),
        "letters": issued.letters["letter"].astype(bool).sum(),
        "held_out": (~issued.letters["letter"].astype(bool)).sum(),
        "visited": own["enterprise_id"].nunique(),
    }


def _time(issued: Issued) -> dict[str, Any]:
    visits, capacity = issued.visits, issued.programme.capacity
    return {
        "used": visits["inspector_days"].sum(),
        "capacity": capacity.inspector_days,
        "road": capacity.team_size * visits["travel_days"].sum(),
        "teams": capacity.teams,
        "team_size": capacity.team_size,
        "trips": len(issued.trips),
        "nights": np.ceil(issued.trips["nights"] - 1e-9).sum(),
        "share": 100 * (1 - issued.manifest["selection"]["gap"]),
        "random_share": 100 * issued.programme.draw.random_share,
    }
