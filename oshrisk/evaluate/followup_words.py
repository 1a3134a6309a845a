"""Follow-ups in words, the same for the command line and the desk."""

from __future__ import annotations

from typing import Final

import pandas as pd

from oshrisk.features.wording import date_text, number_text
from oshrisk.messages import Language, text
from oshrisk.reference.sanctions import violation_codes
from oshrisk.registry.codes import listed_titles
from oshrisk.registry.titles import code_title

_MACHINE_STATES: Final = ("overdue", "never_inspected", "failed_in_use")
_ENDS: Final = ("closed", "not_found", "refused", "not_done")


def told(found: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Say follow-ups in words.

    Parameters
    ----------
    found : DataFrame
        From `oshrisk.evaluate.followup.follow_ups`.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    DataFrame
        ``kind`` and ``detail`` in words, ``enterprise_id``, ``name``, ``due_on``, ``days_late``.
    """
    titles = listed_titles("finding", "", language)
    states = {state: text(f"results.follow_ups.machine_states.{state}", language) for state in _MACHINE_STATES}
    ends = {end: code_title("inspections", "done", end, language) for end in _ENDS}
    named = titles | states | ends | {"": text("results.follow_ups.unrecorded", language)}
    detail = found["code"].map({code: named[code] for code in [*violation_codes(), *states, *ends, ""]})
    items = found["item"].where(found["item"].eq(""), found["item"] + ": ")
    kinds = {kind: text(f"results.follow_ups.kinds.{kind}", language) for kind in found["kind"].cat.categories}
    shown = found[["kind", "enterprise_id", "name"]].assign(kind=found["kind"].map(kinds).astype("str"))
    return shown.assign(detail=items + detail, due_on=found["due_on"], days_late=found["days_late"])


def due_words(due_on: pd.Timestamp, days_late: float, language: Language) -> str:
    """Say by when something is due, and how late it is; nothing where there is no date."""
    if pd.isna(due_on):
        return ""
    key = "late" if days_late > 0 else "left"
    return text(
        f"results.follow_ups.{key}",
        language,
        date=date_text(due_on, language),
        days=number_text(int(abs(days_late)), language),
    )


def sentences(rows: pd.DataFrame, language: Language) -> list[str]:
    """Say each follow-up in a sentence.

    Parameters
    ----------
    rows : DataFrame
        From `told`.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of str
        One a row.
    """
    return [
        text(
            "results.follow_ups.line",
            language,
            due=due_words(row["due_on"], row["days_late"], language),
            **{name: row[name] for name in ("name", "enterprise_id", "detail")},
        )
        for row in rows.to_dict("records")
    ]
