"""What the next quarter should look at, from what is outstanding, what was found, and where the risk is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from oshrisk.documents.outcomes import Outcome, section_names
from oshrisk.features.wording import number_text
from oshrisk.messages import Language, text
from oshrisk.reference.sanctions import violation_names

_NAMED: Final = 3  # sectors and violations named
_KINDS: Final = ("remedy_overdue", "remedy_due", "equipment_overdue", "not_done", "not_recorded")


def focus_items(outcomes: Sequence[Outcome], visits: pd.DataFrame, language: Language) -> list[str]:
    """Return what to look at next, each with the figure that it rests on.

    Parameters
    ----------
    outcomes : sequence of Outcome
        The quarters of the period.
    visits : DataFrame
        From `oshrisk.documents.outcomes.visits_table`, of all of them.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of str
    """
    last = outcomes[-1]
    counts = last.follow_ups["kind"].value_counts()
    items = [
        text(f"documents.focus.{kind}", language, count=number_text(counts[kind], language))
        for kind in _KINDS
        if counts.get(kind, 0)
    ]
    items.append(text("documents.focus.sectors", language, names=_sectors(last, visits, language)))
    if names := _violations(outcomes, language):
        items.append(text("documents.focus.violations", language, names=names))
    return [*items, text("documents.focus.draw", language)]


def _sectors(last: Outcome, visits: pd.DataFrame, language: Language) -> str:
    """Name the sectors with most of the priority that was not visited, and their share of it."""
    issued = last.source.issued
    left = issued.assessment.index.difference(visits.index[visits["done"].eq(1)])
    priority = issued.assessment.loc[left, "priority"]
    shares = (priority.groupby(section_names(issued, left, language)).sum() / priority.sum()).nlargest(_NAMED)
    return ", ".join(f"{name} ({number_text(round(100 * share), language)} %)" for name, share in shares.items())


def _violations(outcomes: Sequence[Outcome], language: Language) -> str:
    codes = pd.concat([outcome.results.findings["code"].astype("str") for outcome in outcomes]).value_counts()
    titles = violation_names(language)
    return ", ".join(
        f"{titles.get(str(code), str(code))} ({number_text(count, language)})"
        for code, count in codes.head(_NAMED).items()
    )
