"""The tables of the reports on results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from oshrisk.documents.outcomes import COUNTS, Outcome
from oshrisk.documents.parts import Column, Paragraph, Part, Table
from oshrisk.evaluate.followup_words import told
from oshrisk.evaluate.review import Review
from oshrisk.features.wording import date_text, number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning.texts import quarter_text
from oshrisk.reference.sanctions import violation_names

_OVERDUE: Final = ("remedy_overdue", "equipment_overdue")
_KNOWN_BEFORE: Final = ("planned", "waiting")
_SHOWN: Final = 20  # rows of what is overdue; the rest is counted


def quarters_table(outcomes: Sequence[Outcome], language: Language) -> Table:
    """Return what was planned and how it ended: by quarter, or by the reason for the visit where there is only one.

    Parameters
    ----------
    outcomes : sequence of Outcome
        The quarters.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Table
    """
    titles = catalogue("results", language)["review"]["columns"]
    names = ("planned", "done", "refused", "not_found", "closed", "not_done", "waiting", "labelled", "serious")
    if len(outcomes) == 1:
        arms = catalogue("results", language)["review"]["arms"]
        rows = [[arms[arm], *_numbers(row, names, language)] for arm, row in outcomes[0].review.arms.iterrows()]
        first = titles["arm"]
    else:
        rows = [
            [quarter_text(outcome.quarter, language), *_numbers(outcome.review.arms.loc["all"], names, language)]
            for outcome in outcomes
        ]
        first = text("documents.results_report.columns.quarter", language)
    columns = [Column(first, 3), *(Column(titles[name], 1.4, "centre") for name in names)]
    return Table(columns, rows, small=True)


def group_table(visits: pd.DataFrame, by: str, language: Language) -> Table:
    """Return what was planned, done and found by sector or commune.

    Parameters
    ----------
    visits : DataFrame
        From `oshrisk.documents.outcomes.visits_table`.
    by : {"sector", "commune"}
        The groups; the largest first.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Table
    """
    titles = catalogue("documents", language)["results_report"]["columns"]
    sums = visits.groupby(by)[["recorded", *COUNTS]].sum().sort_values("planned", ascending=False, kind="stable")
    rows = [[str(name), *_numbers(row, COUNTS, language)] for name, row in sums.iterrows()]
    if rows:
        rows.append([titles["all"], *_numbers(sums.sum(), COUNTS, language)])
    columns = [Column(titles[by], 4), *(Column(titles[name], 1.5, "centre") for name in COUNTS)]
    return Table(columns, rows, text("documents.annex.empty", language), small=True)


def found_table(outcomes: Sequence[Outcome], language: Language) -> Table:
    """Return the violations that were found, the most frequent first.

    Parameters
    ----------
    outcomes : sequence of Outcome
        The quarters.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Table
    """
    words = catalogue("documents", language)["results_report"]
    titles, named = words["columns"], violation_names(language)
    found = pd.concat([outcome.results.findings for outcome in outcomes], ignore_index=True)
    code, open_still = found["code"].astype("str"), found["remedied_on"].isna()
    by_code = found.assign(count=found["count"].fillna(1.0), open=open_still, code=code).groupby("code")
    groups = by_code.agg(places=("enterprise_id", "nunique"), count=("count", "sum"), open=("open", "sum"))
    groups = groups.sort_values(["count", "places"], ascending=False, kind="stable")
    names = ("places", "count", "open")
    rows = [[named.get(str(code), str(code)), *_numbers(row, names, language)] for code, row in groups.iterrows()]
    columns = [Column(titles["violation"], 8), *(Column(titles[name], 1.8, "centre") for name in names)]
    return Table(columns, rows, words["nothing_found"], small=True)


def overdue_table(follow_ups: pd.DataFrame, language: Language) -> list[Part]:
    """Name remedies and machines that are overdue.

    Parameters
    ----------
    follow_ups : DataFrame
        From `oshrisk.evaluate.followup.follow_ups`.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of Part
        Nothing where nothing is overdue.
    """
    late = follow_ups[follow_ups["kind"].isin(_OVERDUE)]
    if late.empty:
        return []
    titles = catalogue("results", language)["follow_ups"]["columns"]
    days_late = text("documents.results_report.columns.days_late", language)
    named = late["code"].map(violation_names(language))  # without the code, which means nothing to its readers
    shown = told(late, language).assign(detail=lambda rows: named.fillna(rows["detail"])).head(_SHOWN)
    rows = [
        [
            str(row["name"]),
            str(row["kind"]),
            str(row["detail"]),
            "" if pd.isna(row["due_on"]) else date_text(row["due_on"], language),
            "" if pd.isna(row["days_late"]) else number_text(row["days_late"], language),
        ]
        for row in shown.to_dict("records")
    ]
    columns = [
        Column(titles["name"], 4.4),
        Column(titles["kind"], 3),
        Column(titles["detail"], 5.2),
        Column(titles["due_on"], 2, "centre"),
        Column(days_late, 1.6, "centre"),
    ]
    parts: list[Part] = [Table(columns, rows, small=True)]
    if len(late) > _SHOWN:
        parts.append(Paragraph(text("documents.results_report.more", language, count=len(late) - _SHOWN), "note"))
    return parts


def groups_table(review: Review, language: Language) -> Table:
    """Return the list, the lottery, what decisions added and what they displaced, each with its rate and interval.

    Parameters
    ----------
    review : Review
        Of one quarter.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Table
    """
    said = catalogue("results", language)["review"]
    titles = said["columns"]
    rows = [
        [said["groups"][name], *_numbers(row, ("planned", "labelled", "serious"), language), *_rate(row, language)]
        for name, row in review.groups.iterrows()
        if row["planned"]
    ]
    columns = [
        Column(titles["group"], 4.5),
        *(Column(titles[name], 1.7, "centre") for name in ("planned", "labelled", "serious")),
        Column(titles["rate"], 1.7, "centre"),
        Column(text("documents.results_report.columns.interval", language), 2.6, "centre"),
    ]
    return Table(columns, rows, text("documents.annex.empty", language), small=True)


def _rate(row: pd.Series, language: Language) -> list[str]:
    if not row["labelled"]:
        return ["–", "–"]
    rate, low, high = (number_text(round(100 * row[name], 1), language) for name in ("rate", "low", "high"))
    return [f"{rate} %", f"{low} – {high} %"]


def _numbers(row: Any, names: Sequence[str], language: Language) -> list[str]:
    """Write counts; what depends on results is a dash where none is recorded: a zero would be a finding."""
    unknown = "recorded" in row and not row["recorded"]
    return [
        "–" if unknown and name not in _KNOWN_BEFORE else number_text(round(float(row[name]), 1), language)
        for name in names
    ]
