"""Decisions against the proposed list: add, drop, defer, change of mode; each with its reason."""

from __future__ import annotations

import json
from typing import Any, Final

import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.ledger.canonical import data_frame
from oshrisk.ledger.chain import append, next_sequence, now
from oshrisk.ledger.connection import Ledger
from oshrisk.ledger.people import require
from oshrisk.ledger.state import expect, expect_open, quarter_name, standing, version_of
from oshrisk.messages import text as words
from oshrisk.planning.quarter import Quarter

ACTIONS: Final = ("add", "drop", "defer", "mode")
MODES: Final = ("on_site", "remote")
# Assumed: what planners of other programmes wrote most often, and what the law lets them write. Texts: ledger.toml.
REASONS: Final = (
    "wrong_data",
    "closed",
    "local_danger",
    "complaint",
    "other_body",
    "road_closed",
    "capacity",
    "equal_treatment",
    "leadership",
    "other",
)
COLUMNS: Final = (
    "decision",
    "quarter",
    "version",
    "action",
    "enterprise_id",
    "value",
    "reason_code",
    "text",
    "by",
    "at",
    "displaced",
    "price",
)


def decide(
    ledger: Ledger,
    quarter: str | Quarter,
    action: str,
    enterprise_id: str,
    *,
    reason_code: str,
    text: str,
    by: str,
    based_on: int,
    value: str = "",
) -> int:
    """Store a decision against the proposed list; the plan is then solved again around it.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    quarter : str or Quarter
        The plan.
    action : {"add", "drop", "defer", "mode"}
        What is decided. A later decision on the same question takes the place of an earlier one.
    enterprise_id : str
        On whom.
    reason_code : str
        One of `REASONS`.
    text : str
        The reason in the planner's words; never empty.
    by : str
        A planner.
    based_on : int
        ``status(...)["revision"]`` as the planner saw it.
    value : str, default ""
        ``mode``: one of `MODES`; ``defer``: a later quarter; otherwise empty.

    Returns
    -------
    int
        Number of the decision.

    Raises
    ------
    OshriskError
        If something of the above is not so, somebody else has changed the plan since `based_on`, or it is approved.
    """
    name = quarter_name(quarter)
    value = _value(name, action, value)
    if reason_code not in REASONS:
        raise OshriskError("ledger.unknown_reason", value=reason_code, known=_reasons)
    if not text.strip():
        raise OshriskError("ledger.no_text")
    with ledger.changing():
        require(ledger, by, "planner")
        version = version_of(ledger, name)
        expect_open(version)
        expect(ledger, name, based_on)
        _expect_sensible(ledger, version, action, enterprise_id)
        row = ledger.rows("ledger.decision").create(
            sequence=next_sequence(ledger),
            at=now(),
            by=by,
            base=version,
            quarter=name,
            action=action,
            enterprise_id=enterprise_id,
            value=value,
            reason_code=reason_code,
            text=text.strip(),
        )
        append(ledger, "decision", by, [row.facts()], quarter=name)
    return int(row.pk)


def withdraw(ledger: Ledger, quarter: str | Quarter, decision: int, *, text: str, by: str, based_on: int) -> None:
    """Withdraw a decision; it stays in the ledger, but no longer stands.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    quarter : str or Quarter
        The plan.
    decision : int
        Its number.
    text : str
        Why; never empty.
    by : str
        A planner.
    based_on : int
        ``status(...)["revision"]`` as the planner saw it.

    Raises
    ------
    OshriskError
        If it does not stand, somebody else has changed the plan since `based_on`, or it is approved.
    """
    name = quarter_name(quarter)
    if not text.strip():
        raise OshriskError("ledger.no_text")
    with ledger.changing():
        require(ledger, by, "planner")
        version = version_of(ledger, name)
        expect_open(version)
        expect(ledger, name, based_on)
        row = next((one for one in standing(ledger, name) if one.pk == decision), None)
        if row is None:
            raise OshriskError("ledger.no_decision", decision=decision, quarter=name)
        kept = {field: getattr(row, field) for field in ("quarter", "action", "enterprise_id", "value", "reason_code")}
        made = ledger.rows("ledger.decision").create(
            **kept, sequence=next_sequence(ledger), at=now(), by=by, base=version, text=text.strip(), withdraws=row
        )
        append(ledger, "withdrawal", by, [made.facts()], quarter=name)


def decisions(ledger: Ledger, quarter: str | Quarter) -> pd.DataFrame:
    """Return the decisions that stand: those that the plan has to be solved around.

    Returns
    -------
    DataFrame, shape (n_decisions, 11)
        Indexed by ``decision``: ``quarter``, ``version`` (the one it was made on), ``action``, ``enterprise_id``,
        ``value``, ``reason_code``, ``text``, ``by``, ``at`` [UTC], ``displaced`` (list of enterprise_id) and ``price``
        (figures), both None until a version was solved with the decision; oldest first.
    """
    name = quarter_name(quarter)
    effects: dict[str, Any] = {}
    for version in ledger.rows("ledger.planversion").filter(quarter=name).order_by("number"):
        effects |= json.loads(version.effects)
    return _frame(standing(ledger, name), effects)


def deferred_to(ledger: Ledger, quarter: str | Quarter) -> pd.DataFrame:
    """Return the decisions of earlier quarters' approved plans that put an enterprise off to this quarter.

    Returns
    -------
    DataFrame, shape (n_decisions, 11)
        As `decisions`, without ``displaced`` and ``price`` (None).
    """
    name = quarter_name(quarter)
    sources = ledger.rows("ledger.decision").filter(action="defer", value=name).values_list("quarter", flat=True)
    approved = [source for source in sorted(set(sources)) if _approved(ledger, source)]
    rows = [row for source in approved for row in standing(ledger, source)]
    return _frame([row for row in rows if row.action == "defer" and row.value == name], {})


def _approved(ledger: Ledger, quarter: str) -> bool:
    return bool(version_of(ledger, quarter).signatures.filter(step="approved").exists())


def _frame(rows: list[Any], effects: dict[str, Any]) -> pd.DataFrame:
    records = [
        {
            **{name: getattr(row, name) for name in COLUMNS if hasattr(row, name)},
            "decision": row.pk,
            "version": row.base.number,
            **{name: effects.get(str(row.pk), {}).get(name) for name in ("displaced", "price")},
        }
        for row in rows
    ]
    return pd.DataFrame(records, columns=list(COLUMNS)).set_index("decision")


def _value(quarter: str, action: str, value: str) -> str:
    """Return the value of a decision as the ledger keeps it, or say what it should be."""
    if action not in ACTIONS:
        raise OshriskError("ledger.unknown_action", value=action, known=", ".join(ACTIONS))
    if action == "mode" and value not in MODES:
        raise OshriskError("ledger.unknown_mode", value=value, known=", ".join(MODES))
    if action == "defer":
        later = Quarter.parse(value)
        if later <= Quarter.parse(quarter):
            raise OshriskError("ledger.not_later", value=value, quarter=quarter)
        return str(later)
    if action != "mode" and value:
        raise OshriskError("ledger.needless_value", action=action, value=value)
    return value


def _expect_sensible(ledger: Ledger, version: Any, action: str, enterprise_id: str) -> None:
    """Refuse to add who is listed, or to drop, defer or change who is not; pending decisions count."""
    listed = set(data_frame(json.loads(version.visits)).index)
    for decision in standing(ledger, version.quarter):
        if decision.action == "add":
            listed.add(decision.enterprise_id)
        elif decision.action in {"drop", "defer"}:
            listed.discard(decision.enterprise_id)
    if action == "add" and enterprise_id in listed:
        raise OshriskError("ledger.already_listed", enterprise=enterprise_id, quarter=version.quarter)
    if action != "add" and enterprise_id not in listed:
        raise OshriskError("ledger.not_listed", enterprise=enterprise_id, quarter=version.quarter)


def _reasons(language: Any) -> str:
    return "; ".join(f"{code} ({words(f'ledger.reasons.{code}', language)})" for code in REASONS)
