"""What stands now: the version, its sign-off, the decisions; and whether somebody else was quicker."""

from __future__ import annotations

from typing import Any, Final

from oshrisk.errors import OshriskError
from oshrisk.ledger.chain import log
from oshrisk.ledger.connection import Ledger
from oshrisk.ledger.telling import sentences
from oshrisk.planning.quarter import Quarter

NOT_OF_THE_PLAN: Final = "results"  # what inspectors find changes no plan
_ASPECT: Final = {"add": "listed", "drop": "listed", "defer": "listed", "mode": "mode"}


def quarter_name(quarter: str | Quarter) -> str:
    """Return the name of a quarter as the ledger keeps it: ``2027Q1``."""
    return str(Quarter.parse(str(quarter)))


def revision_of(ledger: Ledger, quarter: str) -> int:
    """Return the number of the last entry of the log that concerns a plan; 0 where there is none."""
    entries = ledger.rows("ledger.logentry").filter(quarter=quarter).exclude(kind=NOT_OF_THE_PLAN)
    last = entries.order_by("sequence").last()
    return int(last.sequence) if last else 0


def version_of(ledger: Ledger, quarter: str, number: int | None = None) -> Any:
    """Return the row of a version, by default the latest.

    Raises
    ------
    OshriskError
        If there is none.
    """
    chosen = ledger.rows("ledger.planversion").filter(quarter=quarter)
    found = (chosen.filter(number=number) if number is not None else chosen).order_by("number").last()
    if found is None and number is not None and chosen.exists():
        raise OshriskError("ledger.no_version", quarter=quarter, number=number)
    if found is None:
        raise OshriskError("ledger.no_plan", quarter=quarter)
    return found


def state_of(version: Any) -> str:
    """Return the state of a version: ``draft``, ``reviewed``, ``approved``, or ``reopened`` (no longer in force)."""
    last = version.signatures.order_by("sequence").last()
    return str(last.step) if last else "draft"


def standing(ledger: Ledger, quarter: str, *, until: int | None = None) -> list[Any]:
    """Return the decisions that stand, oldest first: not withdrawn, and the latest on its question.

    Whether an enterprise is on the list (add, drop, defer) is one question, how it is visited (mode) another.
    `until` asks for those that stood when an entry of the log was written.
    """
    chosen = ledger.rows("ledger.decision").filter(quarter=quarter).order_by("sequence")
    rows = list(chosen if until is None else chosen.filter(sequence__lte=until))
    withdrawn = {row.withdraws_id for row in rows}
    made = [row for row in rows if row.withdraws_id is None and row.pk not in withdrawn]
    latest = {(row.enterprise_id, _ASPECT[row.action]): row for row in made}
    return sorted(latest.values(), key=lambda row: row.sequence)


def unsolved(ledger: Ledger, quarter: str, version: Any) -> list[int]:
    """Return the decisions that a version does not reckon with: made since, or withdrawn since."""
    now, then = standing(ledger, quarter), standing(ledger, quarter, until=version.sequence)
    return sorted({row.pk for row in now} ^ {row.pk for row in then})


def expect(ledger: Ledger, quarter: str, based_on: int) -> None:
    """Refuse a change by somebody who has not seen the latest state.

    Raises
    ------
    OshriskError
        If the plan has changed since `based_on`; the message says who changed what.
    """
    current = revision_of(ledger, quarter)
    if current == based_on:
        return
    entries = log(ledger, quarter=quarter, after=based_on)
    since = entries[entries["kind"].ne(NOT_OF_THE_PLAN)]
    raise OshriskError(
        "ledger.conflict",
        quarter=quarter,
        based_on=based_on,
        current=current,
        changes=lambda language: "; ".join(sentences(since, language)),
    )


def expect_open(version: Any) -> None:
    """Refuse to change an approved plan.

    Raises
    ------
    OshriskError
        If the version is approved.
    """
    if state_of(version) == "approved":
        raise OshriskError("ledger.frozen", quarter=version.quarter, number=version.number)
