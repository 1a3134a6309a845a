"""Sign-off: draft, reviewed, approved, by different people; an approved plan is frozen."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from oshrisk.errors import OshriskError
from oshrisk.ledger.chain import append, next_sequence, now
from oshrisk.ledger.connection import Ledger
from oshrisk.ledger.people import require
from oshrisk.ledger.plans import add_version
from oshrisk.ledger.state import expect, quarter_name, standing, state_of, unsolved, version_of
from oshrisk.messages import text as words
from oshrisk.planning.quarter import Quarter

STEPS: Final = {"reviewed": "reviewer", "approved": "approver"}  # step -> role, in their order
_BEFORE: Final = {"reviewed": "draft", "approved": "reviewed"}


def sign(ledger: Ledger, quarter: str | Quarter, step: str, by: str, *, version: int, note: str = "") -> None:
    """Review or approve a version.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    quarter : str or Quarter
        The plan.
    step : {"reviewed", "approved"}
        The step.
    by : str
        A reviewer or an approver. Who approves has neither reviewed nor saved this version, nor made a decision in it.
    version : int
        The version that was read: it must be the latest.
    note : str, default ""
        A remark.

    Raises
    ------
    OshriskError
        If it is not this step's turn, the version is not the latest or does not yet know every decision, or `by`
        may not sign.
    """
    name = quarter_name(quarter)
    if step not in STEPS:
        raise OshriskError("ledger.unknown_step", value=step, known=", ".join(STEPS))
    with ledger.changing():
        require(ledger, by, STEPS[step])
        latest = version_of(ledger, name)
        if latest.number != version:
            raise OshriskError("ledger.not_latest", quarter=name, number=version, latest=latest.number, by=latest.by)
        pending = unsolved(ledger, name, latest)
        if pending:
            raise OshriskError("ledger.unsolved", quarter=name, number=version, count=len(pending))
        state = state_of(latest)
        if state != _BEFORE[step]:
            raise OshriskError("ledger.wrong_state", number=version, state=partial(words, f"ledger.states.{state}"))
        if step == "approved":
            _expect_second_person(ledger, latest, by)
        row = _signature(ledger, latest, step, by, note)
        append(ledger, "signature", by, [row.facts()], quarter=name)


def reopen(ledger: Ledger, quarter: str | Quarter, *, text: str, by: str, based_on: int) -> int:
    """Open an approved plan again: a new version, a draft with the same visits.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    quarter : str or Quarter
        The plan.
    text : str
        Why; never empty.
    by : str
        An admin.
    based_on : int
        ``status(...)["revision"]`` as the admin saw it.

    Returns
    -------
    int
        Number of the new version.

    Raises
    ------
    OshriskError
        If the plan is not approved, has changed since `based_on`, or `by` is no admin.
    """
    name = quarter_name(quarter)
    if not text.strip():
        raise OshriskError("ledger.no_text")
    with ledger.changing():
        require(ledger, by, "admin")
        latest = version_of(ledger, name)
        if state_of(latest) != "approved":
            raise OshriskError("ledger.not_frozen", quarter=name, number=latest.number)
        expect(ledger, name, based_on)
        row = _signature(ledger, latest, "reopened", by, text)
        texts = {key: getattr(latest, key) for key in latest.hashed}
        number = latest.number + 1
        add_version(ledger, name, number, by, texts, kind="reopening", more=(row.facts(),))
    return int(number)


def _signature(ledger: Ledger, version: Any, step: str, by: str, note: str) -> Any:
    values = {"sequence": next_sequence(ledger), "at": now(), "by": by, "quarter": version.quarter}
    return ledger.rows("ledger.signature").create(**values, version=version, step=step, note=note.strip())


def _expect_second_person(ledger: Ledger, version: Any, by: str) -> None:
    """Refuse an approver who has had a hand in the version: who reviewed it, saved it, or decided in it."""
    hands = {
        "reviewed": {row.by for row in version.signatures.all()},
        "saved": {version.by},
        "decided": {row.by for row in standing(ledger, version.quarter)},
    }
    for deed, names in hands.items():
        if by in names:
            raise OshriskError("ledger.same_person", user=by, deed=partial(words, f"ledger.deeds.{deed}"))
