"""What the log alone holds: registers put in place, settings changed."""

from __future__ import annotations

from typing import Any, Final

from oshrisk.ledger.chain import append
from oshrisk.ledger.connection import Ledger
from oshrisk.ledger.people import require

NOTES: Final = ("registers", "settings")


def note(ledger: Ledger, kind: str, by: str, facts: dict[str, Any]) -> int:
    """Add an entry to the log that tells of no row of the ledger.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    kind : str
        One of `NOTES`.
    by : str
        A planner.
    facts : dict
        What ``ledger.entries`` of the catalogue names: for registers ``file``, ``sha256``, ``accepted``,
        ``quarantined``; for settings ``changes``.

    Returns
    -------
    int
        Number of the entry.

    Raises
    ------
    OshriskError
        If `by` is no planner.
    ValueError
        If there is no such kind: a defect of the caller.
    """
    if kind not in NOTES:
        raise ValueError(kind)
    with ledger.changing():
        require(ledger, by, "planner")
        return append(ledger, kind, by, [facts])
