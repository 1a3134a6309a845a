"""Entries of the log in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from oshrisk.messages import Language, text


def sentences(entries: pd.DataFrame, language: Language) -> list[str]:
    """Say what entries of the log tell, one sentence each.

    Parameters
    ----------
    entries : DataFrame, shape (n, 8)
        From `oshrisk.ledger.log`.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    list of str
        Number, local time, who, and what.
    """
    return [_sentence(entry, language) for entry in entries.to_dict("records")]


def _sentence(entry: dict[str, Any], language: Language) -> str:
    row = entry["payload"]["rows"][0]
    values = {**row, "quarter": entry["quarter"], "count": len(entry["payload"]["rows"])}
    if entry["kind"] == "decision":
        what = decision_words(row, language)
    else:
        roles = ", ".join(text(f"ledger.roles.{role}", language) for role in row.get("roles", ()))
        key = str(row["step"]) if entry["kind"] == "signature" else entry["kind"]
        what = text(f"ledger.entries.{key}", language, **{**values, "roles": roles})
    return text(
        "ledger.entries.line",
        language,
        sequence=entry["sequence"],
        at=local_time(entry["at"]),
        by=entry["by"],
        what=what,
    )


def decision_words(row: dict[str, Any], language: Language) -> str:
    """Say what was decided.

    Parameters
    ----------
    row : dict
        ``quarter``, ``action``, ``enterprise_id``, ``value``, ``reason_code`` and ``text`` of a decision.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    str
        Quarter, action, enterprise and reason.
    """
    reason = text(f"ledger.reasons.{row['reason_code']}", language)
    mode = text(f"ledger.modes.{row['value']}", language) if row["action"] == "mode" else ""
    return text(f"ledger.entries.{row['action']}", language, **{**row, "reason": reason, "mode": mode})


def local_time(time: datetime) -> str:
    """Write a time of the ledger as the clock of this machine showed it."""
    return f"{datetime.fromtimestamp(time.timestamp()):%d/%m/%Y %H:%M}"
