"""What the results of a quarter say: estimates for everybody, and the quarter looked back on, for a page."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from oshrisk import ledger as book
from oshrisk.desk.answers import known_of, once
from oshrisk.desk.site import ledger
from oshrisk.evaluate.prevalence import estimate
from oshrisk.evaluate.prevalence_words import sentences
from oshrisk.evaluate.review import Review, review
from oshrisk.evaluate.review_words import table_words
from oshrisk.features.wording import date_text, number_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, catalogue, text
from oshrisk.recording import answers_for_estimates
from oshrisk.registry.results_rows import Results, results_of

_PERCENT: Final = frozenset(("rate", "low", "high", "difference"))


def looked_back(issued: Issued, language: Language) -> dict[str, Any]:
    """Say what is known of a list's quarter; worked out once for the same results and decisions.

    Parameters
    ----------
    issued : Issued
        The list.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    dict
        ``estimates`` and ``review``: sentences; ``tables`` of the review: ``title``, ``heads``, ``rows`` of cells, each
        with whether it is a number.
    """

    def look() -> dict[str, Any]:
        found = results_of(book.results(ledger(), issued.quarter))
        return {"estimates": _estimates(issued, found, language), **_reviewed(issued, found, language)}

    return once((*known_of(issued), "looked back", language), look)


def _estimates(issued: Issued, found: Results, language: Language) -> list[str]:
    return sentences(estimate(issued.draw, answers_for_estimates(found)), issued.quarter, language)


def _reviewed(issued: Issued, found: Results, language: Language) -> dict[str, Any]:
    """Return the review of a quarter in words and tables; nothing is learned from it here."""
    decided = book.decisions(ledger(), issued.quarter)
    made = review(issued.visits, found, decided, quarter=issued.quarter, later=issued.registry["inspections"])
    return {"review": made.sentences(language), "tables": _tables(made, language)}


def _tables(made: Review, language: Language) -> list[dict[str, Any]]:
    heads = catalogue("results", language)["review"]["columns"]
    return [
        {
            "title": text(f"results.review.tables.{name}", language),
            "heads": [heads.get(column, column) for column in table],
            "rows": [
                [(_cell(str(column), value, language), isinstance(value, int | float)) for column, value in row.items()]
                for row in table_words(table, language).to_dict("records")
            ],
        }
        for name, table in made.tables.items()
    ]


def _cell(column: str, value: Any, language: Language) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if value is None or pd.isna(value):
        return "?"
    if isinstance(value, pd.Timestamp):
        return date_text(value, language)
    if isinstance(value, int | float) and not isinstance(value, bool):
        said = number_text(round(100 * value if column in _PERCENT else value, 1), language)
        return f"{said} %" if column in _PERCENT else said
    return str(value)
