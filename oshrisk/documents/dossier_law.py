"""The parts of a dossier about the law: duties, machines and their due dates, what to look at during the visit."""

from __future__ import annotations

from typing import Any

import pandas as pd

from oshrisk.documents.dossier_facts import Facts, boxed
from oshrisk.documents.parts import Column, Part, Table
from oshrisk.duties.answers import UNKNOWN
from oshrisk.duties.checklist import checklist
from oshrisk.features.wording import date_text, item_name, number_text
from oshrisk.messages import Language, catalogue, text

CHECKS_SHOWN = 7
MACHINES_SHOWN = 3
_MACHINE_ORDER = ("failed_in_use", "never_inspected", "overdue", "due_90d", "unknown", "valid")
MARKS = {"secondary": "*", "unverified": "**", "assumed": "**"}  # read and derived need none


def duty_parts(facts: Facts, enterprise_id: str) -> list[Part]:
    """Set out the duties of this size and sector with their article, and what the registers say of each."""
    words, language = facts.words["duties"], facts.language
    rows = facts.duties[enterprise_id]
    told = [row for row in rows if row["key"] != UNKNOWN]
    silent = [f"{_asked(row, language).rstrip('.')} – {article_of(row, language)}" for row in rows if row not in told]
    lines = [[_asked(row, language), article_of(row, language), said_of(row, language)] for row in told]
    columns = [
        Column(facts.words["headings"]["duties"], 7.5),
        Column(words["article"], 4.3),
        Column(words["registers"], 5),
    ]
    parts: list[Part] = []
    if lines:
        parts.append(Table(columns, lines, small=True))
    said = "; ".join(silent) + f". {words['note']}" if silent else words["note"]
    return [*parts, boxed(words["silent"] if silent else words["legend"], said)]


def machine_parts(facts: Facts, enterprise_id: str) -> list[Part]:
    """Set out the strict-requirement machines in use, the most pressing first."""
    words, language = facts.words["machines"], facts.language
    rows = sorted(facts.machines[enterprise_id], key=_pressing)
    title = facts.words["headings"]["machines"]
    if not rows:
        return [boxed(title, words["empty"])]
    if len(rows) > MACHINES_SHOWN:
        title = text("dossier.some_of", language, title=title, shown=MACHINES_SHOWN, count=len(rows))
    shown = [_machine(row, language) for row in rows[:MACHINES_SHOWN]]
    columns = [Column(title, 11), Column(words["due_on"], 2.5, "centre"), Column(words["state"], 3.5)]
    return [Table(columns, shown, small=True)]


def checklist_parts(facts: Facts, enterprise_id: str) -> list[Part]:
    """Set out what to look at during the visit, with the article and the code that a violation is recorded under."""
    words, language = facts.words["checks"], facts.language
    lines = [
        ["☐", row[f"text_{language}"], "; ".join(filter(None, [article_of(row, language), row["finding"]]))]
        for row in checks_of(facts, enterprise_id)[:CHECKS_SHOWN]
    ]
    columns = [
        Column("", 0.7, "centre"),
        Column(facts.words["headings"]["checks"], 10.6),
        Column(words["article"], 5.7),
    ]
    return [Table(columns, lines, small=True)]


def checks_of(facts: Facts, enterprise_id: str) -> list[dict[str, str]]:
    """Choose the checks of an enterprise from its factors, sector and duties.

    Parameters
    ----------
    facts : Facts
        The gathered frames.
    enterprise_id : str
        The enterprise.

    Returns
    -------
    list of dict
        From `oshrisk.duties.checklist.checklist`.
    """
    states = {row["factor"]: row["state"] for row in facts.reasons[enterprise_id]}
    duties = {row["duty"]: row["state"] for row in facts.duties[enterprise_id]}
    group = facts.issued.features.at[enterprise_id, "sector_group"]
    return checklist(states, "" if pd.isna(group) else str(group), duties, facts.issued.as_of)


def article_of(row: dict[str, Any], language: Language, *, short: bool = True) -> str:
    """Name the article of a row of law, in short or in full, marked where it was not read in its own text."""
    article = str(row["article" if language == "vi" else "article_en"])
    for name in catalogue("dossier", language)["short"].values() if short else ():
        article = article.replace(name["long"], name["short"])
    return article + MARKS.get(row["confidence"], "")


def said_of(row: dict[str, Any], language: Language) -> str:
    """Say what the registers hold of a duty."""
    values = {name: _shown(name, value, language) for name, value in row["values"].items()}
    return text(f"dossier.said.{row['key']}", language, **values)


def _shown(name: str, value: Any, language: Language) -> str:
    if pd.isna(value):
        return text("features.unknown", language)
    if isinstance(value, pd.Timestamp):
        return date_text(value, language)
    if name == "period":
        year, _, half = str(value).partition("H")
        return text(f"features.periods.{half or 'year'}", language, year=year)
    return str(int(value)) if name == "year" else number_text(float(value), language)


def _asked(row: dict[str, Any], language: Language) -> str:
    said = str(row[f"text_{language}"])
    return said if row["applies"] == "yes" else f"{said} {catalogue('dossier', language)['duties']['depends']}"


def _pressing(row: dict[str, Any]) -> tuple[int, pd.Timestamp]:
    due = pd.Timestamp.max if pd.isna(row["due_on"]) else row["due_on"]
    return _MACHINE_ORDER.index(row["state"]), due


def _machine(row: dict[str, Any], language: Language) -> list[str]:
    due = "–" if pd.isna(row["due_on"]) else date_text(row["due_on"], language)
    name = f"{item_name(row['item'], language)} · {row['equipment_id']}"
    return [name, due, catalogue("dossier", language)["machines"]["states"][row["state"]]]
