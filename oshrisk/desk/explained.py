"""An enterprise in short: who it is, why it has its place, its history, and who is like it."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from oshrisk.desk.lists import Kept
from oshrisk.features.timeline import timeline
from oshrisk.features.wording import record_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, text
from oshrisk.planning.texts import article_text, reason_text
from oshrisk.report.facts import address, identity
from oshrisk.risk.alike import most_alike

ALIKE: Final = 8  # enterprises shown
_KINDS: Final = {"accidents": "accident", "inspections": "inspection", "findings": "inspection"}


def head_of(issued: Issued, enterprise: str, language: Language) -> dict[str, Any]:
    """Return who it is, its risk, and why it is or is not listed."""
    ids = pd.Index([enterprise])
    province = issued.programme.office.province_code
    firm: dict[str, Any] = identity(issued.registry, ids, province, language).loc[enterprise].to_dict()
    firm["address"] = address(issued.registry, ids, province).loc[enterprise]
    listed = enterprise in issued.visits.index
    part = (
        issued.visits.loc[ids] if listed else issued.not_selected[issued.not_selected["enterprise_id"].eq(enterprise)]
    )
    if len(part):
        firm["ground"] = reason_text(part, language).iloc[0]
        firm["article"] = article_text(part, issued.quarter, language).iloc[0]
        firm["until"] = part["until"].iloc[0]
    if listed:
        visit = issued.visits.loc[enterprise]
        kind = "trip" if visit["trip"] else "seat"
        firm["arm"] = text(f"report.arms.{visit['arm']}", language)
        firm["mode"] = text(f"ledger.modes.{visit['mode']}", language)
        when = {name: visit[name] for name in ("team", "month", "trip")}
        firm["when"] = text(f"report.when.{kind}", language, **when)
    if enterprise in issued.assessment.index:
        firm["risk"] = issued.assessment.loc[enterprise].to_dict()
    return firm


def history_of(issued: Issued, enterprise: str, language: Language) -> list[dict[str, Any]]:
    """Return the dated events by day, the latest first: ``on``, ``kind``, and what is ``said``, a list."""
    days: dict[Any, dict[str, Any]] = {}
    for row in timeline(issued.registry, [enterprise]).iloc[::-1].to_dict("records"):
        day = days.setdefault(row["on"], {"on": row["on"], "kind": "record", "said": []})
        words = record_text(row, language)
        if words not in day["said"]:
            day["said"].append(words)
        day["kind"] = _KINDS.get(row["table"], day["kind"])
    return list(days.values())


def alike_of(kept: Kept, enterprise: str) -> list[dict[str, Any]]:
    """Return those that are most like it: ``id``, ``name``, ``risk_class``, ``listed``."""
    features = kept.issued.features
    found = most_alike(features, kept.issued.table, enterprise, ALIKE).index if enterprise in features.index else []
    rows = kept.everybody.rows.loc[found, ["name", "risk_class", "listed"]].astype({"risk_class": "str"})
    rows["risk_class"] = rows["risk_class"].fillna("")  # those that are closed have none
    return [{"id": one, **row} for one, row in rows.to_dict("index").items()]
