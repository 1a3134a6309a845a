"""Why an enterprise has its place: factors with their multipliers, records, history, and who is like it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from oshrisk.desk.lists import Kept
from oshrisk.features.wording import record_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, text
from oshrisk.planning.texts import article_text, reason_text
from oshrisk.report.facts import address, identity
from oshrisk.report.reasons_sheet import RECORDS_OF
from oshrisk.risk import OUTCOMES
from oshrisk.risk.explain import factor_title, phrase
from oshrisk.risk.similarity import most_alike

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


def factors_of(issued: Issued, enterprise: str, language: Language) -> list[dict[str, Any]]:
    """Return the known factors, the strongest first: title, state in words, multipliers by outcome, records."""
    wide = _wide(issued, enterprise)
    behind = _records(issued, enterprise, language)
    return [
        {
            "title": factor_title(issued.table, row["factor"], language),
            "said": phrase(issued.table, row["factor"], row["state"], language),
            "multipliers": [row[outcome] for outcome in OUTCOMES],
            "records": behind.get(_feature(issued, row["factor"]), []),
        }
        for row in wide[wide["known"]].to_dict("records")
    ]


def unknown_of(issued: Issued, enterprise: str, language: Language) -> list[str]:
    """Return the titles of the factors that are not known: each counts as it is for others, never as safe."""
    wide = _wide(issued, enterprise)
    return sorted(factor_title(issued.table, factor, language) for factor in wide.loc[~wide["known"], "factor"])


def history_of(issued: Issued, enterprise: str, language: Language) -> list[dict[str, Any]]:
    """Return the dated records, the latest first: ``on``, ``said``, ``kind``."""
    rows = issued.records(pd.Index([enterprise])).sort_values("on", ascending=False, kind="stable")
    said: dict[tuple[Any, str], str] = {}
    for row in rows[rows["on"].notna()].to_dict("records"):
        said.setdefault((row["on"], record_text(row, language)), _KINDS.get(row["table"], "record"))
    return [{"on": on, "said": words, "kind": kind} for (on, words), kind in said.items()]


def alike_of(kept: Kept, enterprise: str) -> list[dict[str, Any]]:
    """Return those that are most like it in what the model looks at: ``id``, ``name``, ``share``, class, listed."""
    issued = kept.issued
    shares = most_alike(issued.features, issued.table, enterprise, ALIKE)
    rows = kept.everybody.rows.loc[shares.index, ["name", "risk_class", "listed"]]
    return [{"id": one, "share": shares[one], **row} for one, row in rows.to_dict("index").items()]


def _wide(issued: Issued, enterprise: str) -> pd.DataFrame:
    tidy = issued.reasons(pd.Index([enterprise]))
    wide = tidy.set_index(["factor", "state", "known", "outcome"])["multiplier"].unstack().reset_index()
    strength = np.abs(np.log(wide[list(OUTCOMES)])).max(axis="columns")
    return wide.assign(strength=strength).sort_values(["strength", "factor"], ascending=[False, True], kind="stable")


def _feature(issued: Issued, factor: str) -> str:
    return RECORDS_OF.get(factor) or issued.table[factor].feature


def _records(issued: Issued, enterprise: str, language: Language) -> dict[str, list[str]]:
    rows = issued.records(pd.Index([enterprise])).sort_values("on", ascending=False, kind="stable")
    found: dict[str, list[str]] = {}
    for row in rows.to_dict("records"):
        said = record_text(row, language)
        if said not in found.setdefault(row["factor"], []):
            found[row["factor"]].append(said)
    return found
