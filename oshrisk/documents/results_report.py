"""The report to the People's Committee on a quarter or a year: planned, done, found, outstanding, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from oshrisk.documents.focus import focus_items
from oshrisk.documents.official import office_head
from oshrisk.documents.outcomes import Outcome, outcome_of, visits_table
from oshrisk.documents.parts import Document, Heading, Items, Paragraph, Part
from oshrisk.documents.results_tables import (
    found_table,
    group_table,
    groups_table,
    overdue_table,
    quarters_table,
)
from oshrisk.documents.sources import Files, Source, YearSource
from oshrisk.evaluate.prevalence_words import sentences
from oshrisk.evaluate.review import STATES, difference_sentences
from oshrisk.features.wording import date_text, number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning.texts import quarter_text, quarter_title


def quarter_report_files(source: Source, language: Language) -> Files:
    """Return the quarter's report as a file, as `oshrisk.documents.report.Kind` takes it."""
    stem = text("documents.files.results", language, period=source.issued.quarter)
    period = quarter_text(source.issued.quarter, language)
    return {stem: results_report([outcome_of(source)], period, language)}


def year_report_files(source: YearSource, language: Language) -> Files:
    """Return the year's report as a file, as `oshrisk.documents.report.Kind` takes it."""
    stem = text("documents.files.results", language, period=source.year)
    period = text("documents.year", language, year=source.year)
    return {stem: results_report([outcome_of(quarter) for quarter in source.quarters], period, language)}


def results_report(outcomes: Sequence[Outcome], period: str, language: Language) -> Document:
    """Return the report on some quarters.

    Parameters
    ----------
    outcomes : sequence of Outcome
        The quarters of the period that have a list, at least one.
    period : str
        Its name: ``"quý I năm 2027"``.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Document
        Without scores; where nothing is recorded yet it says so and shows what was planned.
    """
    words = catalogue("documents", language)["results_report"]
    last = outcomes[-1].source
    office = last.programme.office
    facts = {"period": period, "office": office.department, "on": date_text(last.on, language)}
    visits = pd.concat([visits_table(outcome, language) for outcome in outcomes])
    sections: tuple[Sequence[Part], ...] = (
        _done(outcomes, facts, language),
        [group_table(visits, "sector", language), group_table(visits, "commune", language)],
        [found_table(outcomes, language)],
        _outstanding(outcomes, language),
        _estimates(outcomes, language),
        _decided(outcomes, language),
        [Items(focus_items(outcomes, visits, language), "number")],
    )
    parts: list[Part] = [Paragraph(words["opening"].format(**facts))]
    for title, section in zip(words["sections"].values(), sections, strict=True):
        parts.append(Heading(title))
        parts += section
    parts.append(Paragraph(words["closing"].format(**facts)))
    return Document(
        title=words["title"],
        subject=words["subject"].format(**facts),
        parts=parts,
        head=office_head(
            last.programme,
            "BC",
            last.on,
            language,
            recipients=[line.format(symbol=last.programme.documents.symbol) for line in words["recipients"].values()],
            addressee=text("documents.addressee", language, whom=office.parent_body),
        ),
    )


def _done(outcomes: Sequence[Outcome], facts: dict[str, str], language: Language) -> list[Part]:
    """Say what was planned and how the visits ended."""
    words = catalogue("documents", language)["results_report"]
    names = ("planned", "recorded", *STATES, "waiting", "labelled", "serious")
    sums = {name: sum(int(outcome.review.arms.loc["all", name]) for outcome in outcomes) for name in names}
    numbers = {name: number_text(value, language) for name, value in sums.items()}
    said = words["done"].format(**numbers)
    if not sums["recorded"]:
        said = words["nothing_recorded"].format(**facts, planned=numbers["planned"])
    return [Paragraph(said), quarters_table(outcomes, language)]


def _outstanding(outcomes: Sequence[Outcome], language: Language) -> list[Part]:
    """Count what is still to be done, and name what is overdue."""
    last = outcomes[-1].follow_ups  # remedies are those of all quarters
    counts = last["kind"].value_counts(sort=False)
    lines = [
        f"{text(f'results.follow_ups.kinds.{kind}', language)}: {number_text(count, language)}"
        for kind, count in counts.items()
        if count
    ]
    if not lines:
        return [Paragraph(text("documents.results_report.nothing_outstanding", language))]
    return [Items(lines), *overdue_table(last, language)]


def _estimates(outcomes: Sequence[Outcome], language: Language) -> list[Part]:
    """Say what the drawn visits tell of the whole province, quarter by quarter: they are not one sample."""
    parts: list[Part] = [Paragraph(text("documents.results_report.why_drawn", language))]
    for outcome in outcomes:
        found = outcome.estimates
        province = replace(found, table=found.table[found.table["by"].eq("province")])
        _, *lines = sentences(province, outcome.quarter, language)
        parts.append(Heading(quarter_title(outcome.quarter, language), 2))
        parts += [Items([line.strip()]) if line.startswith(" ") else Paragraph(line, "plain") for line in lines]
    return parts


def _decided(outcomes: Sequence[Outcome], language: Language) -> list[Part]:
    """Set what decisions added against what they displaced, and the list against the lottery."""
    parts: list[Part] = []
    for outcome in outcomes:
        parts.append(Heading(quarter_title(outcome.quarter, language), 2))
        decided = len(outcome.source.decisions)
        key = "decisions" if decided else "no_decisions"
        parts.append(Paragraph(text(f"documents.results_report.{key}", language, count=decided)))
        parts.append(groups_table(outcome.review, language))
        parts += [Paragraph(line) for line in difference_sentences(outcome.review, language)]
    return parts
