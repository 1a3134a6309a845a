"""Proof that nothing in the ledger was changed afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from oshrisk.ledger.chain import START, entry_hash
from oshrisk.ledger.connection import Ledger
from oshrisk.ledger.people import user_facts
from oshrisk.messages import Language, text

_TABLES: Final = ("planversion", "decision", "signature", "result")
_Key = tuple[str, Any]


@dataclass(frozen=True)
class Broken:
    """The first entry of the log that does not hold.

    Parameters
    ----------
    sequence : int
        Its number; for a row that no entry tells of, the number after the last entry.
    problem : str
        ``missing`` (an entry is gone), ``chain`` (it does not hold the hash of the one before), ``changed`` (it says
        other things than its hash), ``row_missing``, ``row_changed`` (the table says other things than the entry),
        ``row_unlogged`` (a row without an entry), ``anchor`` (the known hash is not in the log).
    row : str
        Table and number of the row, where it is about a row.
    """

    sequence: int
    problem: str
    row: str = ""

    def sentence(self, language: Language) -> str:
        """Say what is broken."""
        return text(f"ledger.broken.{self.problem}", language, sequence=self.sequence, row=self.row)


def verify(ledger: Ledger, anchor: str = "") -> Broken | None:
    """Compute the whole chain again, and compare every table with what the log says of it.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    anchor : str, default ""
        Hash of an entry that was written down earlier, such as on a signed document. Only this finds a ledger that
        was cut off, or made anew, as a whole.

    Returns
    -------
    Broken or None
        The first broken entry; None: all is whole.
    """
    with ledger.changing():  # nobody writes meanwhile
        entries = list(ledger.rows("ledger.logentry").order_by("sequence"))
        facts = dict(_stored(ledger))
    cut = _chain(entries)
    sound = entries[: cut.sequence - 1] if cut else entries
    found = min(_tables(sound, facts, whole=cut is None), key=lambda broken: broken.sequence, default=cut)
    if found is None and anchor and anchor not in {entry.hash for entry in entries}:
        return Broken(len(entries) + 1, "anchor")
    return found


def _chain(entries: list[Any]) -> Broken | None:
    """Return the first break of the chain itself."""
    previous = START
    for number, entry in enumerate(entries, start=1):
        if entry.sequence != number:
            return Broken(number, "missing")
        if entry.hash != entry_hash(entry):
            return Broken(number, "changed")
        if entry.previous_hash != previous:
            return Broken(number, "chain")
        previous = entry.hash
    return None


def _tables(entries: list[Any], facts: dict[_Key, Any], *, whole: bool) -> Iterator[Broken]:
    """Yield every row that is not what the log says.

    Where the log is not whole, only what its sound part says for good is compared: users change with later entries.
    """
    told: dict[_Key, tuple[int, Any]] = {}
    for entry in entries:
        for row in json.loads(entry.payload)["rows"]:
            if "table" in row:  # what tells of no row stands in the log alone
                told[row["table"], row["id"]] = (entry.sequence, row)
    for key, (sequence, row) in told.items():
        if key[0] == "user" and not whole:
            continue
        if key not in facts:
            yield Broken(sequence, "row_missing", _name(key))
        elif facts[key] != row:
            yield Broken(sequence, "row_changed", _name(key))
    last = entries[-1].sequence if entries else 0
    if whole:
        yield from (Broken(last + 1, "row_unlogged", _name(key)) for key in sorted(facts.keys() - told.keys()))


def _stored(ledger: Ledger) -> Iterator[tuple[_Key, dict[str, Any]]]:
    for table in _TABLES:
        for row in ledger.rows(f"ledger.{table}"):
            yield (table, row.pk), row.facts()
    for user in ledger.rows("auth.user"):
        yield ("user", user.pk), user_facts(user)


def _name(key: _Key) -> str:
    return f"{key[0]} {key[1]}"
