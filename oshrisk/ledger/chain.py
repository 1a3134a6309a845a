"""The log: every change is an entry, and every entry holds the hash of the one before it."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.ledger.canonical import canonical, digest
from oshrisk.ledger.connection import Ledger

START: Final = "0" * 64  # what the first entry holds in place of a hash
COLUMNS: Final = ("sequence", "at", "by", "account", "kind", "quarter", "payload", "hash")


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def account() -> str:
    """Return the account of the operating system that runs the program.

    Raises
    ------
    OshriskError
        If the system does not say.
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:  # no such user; no such module on Windows
        raise OshriskError("ledger.no_account") from error


def next_sequence(ledger: Ledger) -> int:
    """Return the number that the next entry will have; call it inside `Ledger.changing`."""
    last = ledger.rows("ledger.logentry").order_by("sequence").last()
    return int(last.sequence) + 1 if last else 1


def append(ledger: Ledger, kind: str, by: str, rows: Sequence[dict[str, Any]], *, quarter: str = "") -> int:
    """Add an entry to the log; call it inside `Ledger.changing`, in the transaction that adds the rows.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    kind : str
        ``version``, ``decision``, ``withdrawal``, ``signature``, ``reopening``, ``results``, ``user``, ``registers``
        or ``settings``.
    by : str
        Who did it.
    rows : sequence of dict
        The facts of the rows that were added.
    quarter : str, default ""
        The plan that it concerns.

    Returns
    -------
    int
        Number of the entry.
    """
    last = ledger.rows("ledger.logentry").order_by("sequence").last()
    sequence = next_sequence(ledger)
    values = {
        "sequence": sequence,
        "at": now(),
        "by": by,
        "account": account(),
        "kind": kind,
        "quarter": quarter,
        "payload": canonical({"rows": list(rows)}),
        "previous_hash": last.hash if last else START,
    }
    model = ledger.rows("ledger.logentry").model
    ledger.rows("ledger.logentry").create(**values, hash=entry_hash(model(**values)))
    return sequence


def entry_hash(entry: Any) -> str:
    """Return the hash that an entry must have: SHA-256 of all it says and of the hash before it."""
    return digest(canonical(entry.chained()))


def log(ledger: Ledger, *, quarter: str = "", after: int = 0) -> pd.DataFrame:
    """Return the log.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    quarter : str, default ""
        Only what concerns this plan; empty: everything.
    after : int, default 0
        Only entries with a higher number.

    Returns
    -------
    DataFrame, shape (n_entries, 8)
        ``sequence``; ``at`` [UTC]; ``by``; ``account`` (of the operating system); ``kind``; ``quarter``;
        ``payload`` (the facts of the rows that were added); ``hash``. In the order of the entries.
    """
    chosen = ledger.rows("ledger.logentry").filter(sequence__gt=after).order_by("sequence")
    if quarter:
        chosen = chosen.filter(quarter=quarter)
    frame = pd.DataFrame.from_records(list(chosen.values_list(*COLUMNS)), columns=list(COLUMNS))
    return frame.assign(payload=[json.loads(payload) for payload in frame["payload"]])
