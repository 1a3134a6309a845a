"""Decisions in the words of pages."""

from __future__ import annotations

from typing import Any

import pandas as pd

from oshrisk.features.wording import number_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, text


def names_of(issued: Issued, ids: pd.Index | list[str]) -> dict[str, str]:
    """Return the names of some enterprises; the id where a name is not known."""
    firms = issued.registry["enterprises"].set_index("enterprise_id")["name"]
    return {str(one): str(firms.get(one, one)) for one in ids}


def decisions_told(decisions: pd.DataFrame, issued: Issued, language: Language) -> list[dict[str, Any]]:
    """Return decisions with names and words.

    Parameters
    ----------
    decisions : DataFrame
        From `oshrisk.ledger.decisions`.
    issued : Issued
        The list, for the names.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of dict
        The columns of `decisions`; ``name``; ``what`` and ``reason`` in words; ``displaced`` as pairs of id and name;
        ``prices``: sentences.
    """
    rows = decisions.reset_index().to_dict("records")
    ids = {row["enterprise_id"] for row in rows} | {one for row in rows for one in row["displaced"] or ()}
    names = names_of(issued, sorted(ids))
    return [
        {
            **row,
            "name": names[row["enterprise_id"]],
            "what": action_told(row["action"], row["value"], language),
            "reason": text(f"ledger.reasons.{row['reason_code']}", language),
            "displaced": [(one, names[one]) for one in row["displaced"] or ()],
            "prices": prices_told(row["price"] or {}, language),
        }
        for row in rows
    ]


def action_told(action: str, value: str, language: Language) -> str:
    """Say what was decided, without on whom: ``taken off the list``."""
    mode = text(f"ledger.modes.{value}", language) if action == "mode" else ""
    return text(f"desk.actions.{action}", language, value=value, mode=mode)


def prices_told(price: dict[str, float], language: Language) -> list[str]:
    """Say what decisions cost, one sentence a figure."""
    return [
        text(
            f"ledger.prices.{name}_{'less' if figure >= 0 else 'more'}",
            language,
            figure=number_text(abs(figure), language),
        )
        for name, figure in price.items()
    ]
