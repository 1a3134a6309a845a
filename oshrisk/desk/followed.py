"""What is to be followed up, for a page."""

from __future__ import annotations

from typing import Any

import pandas as pd

from oshrisk.desk.answers import known_of, once
from oshrisk.evaluate.followup import follow_ups
from oshrisk.evaluate.followup_words import due_words, told
from oshrisk.issued import Issued
from oshrisk.messages import Language, text
from oshrisk.registry.results_rows import Results

SHOWN = 30  # matters on the page at first


def follow_ups_told(
    issued: Issued, found: Results, on: pd.Timestamp, language: Language, *, everything: bool
) -> dict[str, Any]:
    """Return what is to be followed up on a date, the most pressing first.

    Parameters
    ----------
    issued : Issued
        The list; its registers count.
    found : Results
        What is recorded.
    on : Timestamp
        The date.
    language : {"vi", "en"}
        Language.
    everything : bool
        Not only the most pressing.

    Returns
    -------
    dict
        ``kinds``: pairs of title and count; ``rows``: those shown, with ``due`` in words; ``count``: all.
    """
    rows = once(
        (*known_of(issued), "followed", on),
        lambda: follow_ups(issued.registry, issued.visits, found, on, quarter=issued.quarter),
    )
    words = told(rows, language)
    counts = rows["kind"].value_counts(sort=False)
    kinds = [
        (text(f"results.follow_ups.kinds.{kind}", language), int(count)) for kind, count in counts.items() if count
    ]
    shown = [
        {**row, "due": due_words(row["due_on"], row["days_late"], language).lstrip(", "), "late": row["days_late"] > 0}
        for row in words.head(len(words) if everything else SHOWN).to_dict("records")
    ]
    return {"kinds": kinds, "rows": shown, "count": len(rows)}
