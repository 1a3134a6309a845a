"""Plans and their versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from oshrisk.ledger.canonical import canonical, data_frame, frame_data, plain
from oshrisk.ledger.chain import append, next_sequence, now
from oshrisk.ledger.connection import Ledger
from oshrisk.ledger.people import require
from oshrisk.ledger.state import (
    expect,
    expect_open,
    quarter_name,
    revision_of,
    standing,
    state_of,
    unsolved,
    version_of,
)
from oshrisk.planning.quarter import Quarter

COLUMNS = ["number", "state", "at", "by", "visits", "price"]


@dataclass(frozen=True)
class StoredVersion:
    """A version as it was saved.

    Parameters
    ----------
    quarter : str
        The quarter.
    number : int
        Number of the version, from 1.
    state : str
        ``draft``, ``reviewed``, ``approved`` or ``reopened``.
    visits : DataFrame, shape (n_visits, k)
        The visits, as `oshrisk.planning.Plan` had them.
    manifest : dict
        What the list was made from, and the hashes of its files.
    effects : dict
        Of the decisions that it was the first to reckon with, by their number as text: ``displaced``, ``price``.
    price : dict
        Price of all decisions together.
    """

    quarter: str
    number: int
    state: str
    visits: pd.DataFrame
    manifest: dict[str, Any]
    effects: dict[str, Any]
    price: dict[str, Any]


def save_version(
    ledger: Ledger,
    quarter: str | Quarter,
    visits: pd.DataFrame,
    manifest: Mapping[str, Any],
    by: str,
    *,
    based_on: int,
    effects: Mapping[Any, Mapping[str, Any]] | None = None,
    price: Mapping[str, Any] | None = None,
) -> int:
    """Save a list as a new version of the quarter's plan, a draft.

    Saving again what the latest version already says, with no decision in between, changes nothing.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    quarter : str or Quarter
        The quarter.
    visits : DataFrame, shape (n_visits, k)
        The visits, indexed by ``enterprise_id``.
    manifest : mapping
        What the list was made from; JSON-ready.
    by : str
        A planner.
    based_on : int
        ``status(...)["revision"]`` read before the list was made; 0: there was no plan yet.
    effects : mapping, optional
        By number of the decision: ``displaced`` (list of enterprise_id) and ``price`` (mapping of figures).
    price : mapping, optional
        Price of all decisions together, against the list without them.

    Returns
    -------
    int
        Number of the version.

    Raises
    ------
    OshriskError
        If `by` is no planner, the plan has changed since `based_on`, or is approved.
    """
    name = quarter_name(quarter)
    texts = {
        "visits": canonical(frame_data(visits)),
        "manifest": canonical(plain(manifest)),
        "effects": canonical(plain(effects or {})),
        "price": canonical(plain(price or {})),
    }
    with ledger.changing():
        require(ledger, by, "planner")
        number = 1
        if ledger.rows("ledger.planversion").filter(quarter=name).exists():
            latest = version_of(ledger, name)
            if not unsolved(ledger, name, latest) and all(getattr(latest, key) == texts[key] for key in texts):
                return int(latest.number)
            expect_open(latest)
            number = latest.number + 1
        expect(ledger, name, based_on)
        add_version(ledger, name, number, by, texts, kind="version")
    return number


def add_version(
    ledger: Ledger,
    quarter: str,
    number: int,
    by: str,
    texts: Mapping[str, str],
    *,
    kind: str,
    more: tuple[dict[str, Any], ...] = (),
) -> None:
    """Add the row of a version and its entry in the log; call it inside `Ledger.changing`."""
    values = {"quarter": quarter, "number": number, "by": by, "at": now(), "sequence": next_sequence(ledger)}
    row = ledger.rows("ledger.planversion").create(**values, **texts)
    append(ledger, kind, by, [*more, row.facts()], quarter=quarter)


def stored_version(ledger: Ledger, quarter: str | Quarter, number: int | None = None) -> StoredVersion:
    """Return a version, by default the latest.

    Raises
    ------
    OshriskError
        If there is none.
    """
    row = version_of(ledger, quarter_name(quarter), number)
    return StoredVersion(
        quarter=row.quarter,
        number=row.number,
        state=state_of(row),
        visits=data_frame(json.loads(row.visits)),
        manifest=json.loads(row.manifest),
        effects=json.loads(row.effects),
        price=json.loads(row.price),
    )


def versions(ledger: Ledger, quarter: str | Quarter) -> pd.DataFrame:
    """Return the versions of a plan.

    Returns
    -------
    DataFrame, shape (n_versions, 6)
        ``number``, ``state``, ``at`` [UTC], ``by``, ``visits`` (how many), ``price`` (of all decisions); oldest first.
    """
    rows = ledger.rows("ledger.planversion").filter(quarter=quarter_name(quarter)).order_by("number")
    return pd.DataFrame([_overview(row) for row in rows], columns=COLUMNS)


def status(ledger: Ledger, quarter: str | Quarter) -> dict[str, Any]:
    """Return where a plan stands.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    quarter : str or Quarter
        The quarter.

    Returns
    -------
    dict
        ``quarter``; ``revision`` (what the next change is based on; 0: no plan yet); ``version``, ``state``,
        ``at``, ``by`` of the latest version (None where there is none); ``frozen``; ``signatures`` of that version
        (``step``, ``by``, ``at``, ``note``); ``decisions`` that stand and ``unsolved``, those made or
        withdrawn since the version was solved (numbers).
    """
    name = quarter_name(quarter)
    facts: dict[str, Any] = {"quarter": name, "revision": revision_of(ledger, name)}
    if not facts["revision"]:
        nothing = dict.fromkeys(("version", "state", "at", "by"))
        return {**facts, **nothing, "frozen": False, "signatures": [], "decisions": [], "unsolved": []}
    row = version_of(ledger, name)
    state = state_of(row)
    return {
        **facts,
        "version": row.number,
        "state": state,
        "at": row.at,
        "by": row.by,
        "frozen": state == "approved",
        "signatures": list(row.signatures.order_by("sequence").values("step", "by", "at", "note")),
        "decisions": [decision.pk for decision in standing(ledger, name)],
        "unsolved": unsolved(ledger, name, row),
    }


def _overview(row: Any) -> dict[str, Any]:
    count = len(json.loads(row.visits)["columns"][0]["values"])
    kept = {"number": row.number, "at": row.at, "by": row.by}
    return {**kept, "state": state_of(row), "visits": count, "price": json.loads(row.price)}
