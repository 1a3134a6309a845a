"""Decisions of people against the proposed list, in words, with whom they displaced and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from oshrisk.documents.sources import Source
from oshrisk.features.wording import number_text
from oshrisk.messages import Language, text
from oshrisk.planning import Quarter
from oshrisk.planning.texts import quarter_text


def decision_lines(source: Source, language: Language) -> list[str]:
    """Say of each decision that stands what was decided, why, who fell off the list for it and what it costs.

    Parameters
    ----------
    source : Source
        The list and its ledger.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of str
        One line a decision; empty where nobody decided anything.
    """
    names = source.issued.registry["enterprises"].set_index("enterprise_id")["name"]
    return [_line(row, names, language) for row in source.decisions.to_dict("records")]


def _line(row: Mapping[Any, Any], names: pd.Series, language: Language) -> str:
    mode = text(f"ledger.modes.{row['value']}", language) if row["action"] == "mode" else ""
    done = text(
        f"documents.decisions.{row['action']}",
        language,
        name=names.get(row["enterprise_id"], row["enterprise_id"]),
        value=quarter_text(Quarter.parse(row["value"]), language) if row["action"] == "defer" else "",
        mode=mode,
    )
    why = text(f"ledger.reasons.{row['reason_code']}", language)
    return f"{done} ({why}){_displaced(row, names, language)}{_price(row, language)}."


def _displaced(row: Mapping[Any, Any], names: pd.Series, language: Language) -> str:
    displaced = row["displaced"]
    if not isinstance(displaced, list) or not displaced:
        return ""
    named = ", ".join(str(names.get(name, name)) for name in displaced)
    return "; " + text("documents.decisions.displaced", language, names=named)


def _price(row: Mapping[Any, Any], language: Language) -> str:
    """Return the price; one that is not known yet, or of no figure, says so or says nothing."""
    price = row["price"]
    if not isinstance(price, Mapping) or "findings" not in price:
        return "; " + text("documents.decisions.not_priced", language)
    change = float(price["findings"])
    key = "findings_less" if change >= 0 else "findings_more"
    said = text(f"ledger.prices.{key}", language, figure=number_text(abs(change), language))
    return "; " + said[0].lower() + said[1:]
