"""The dossier of an enterprise: two pages of what is known, why it ranks so, what the law asks and what to look at.

It is a file of the office or, without scores, of the team (R7.4), and is not given to the enterprise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from oshrisk.documents.dossier_facts import Facts, boxed, cut, gather
from oshrisk.documents.dossier_law import checklist_parts, duty_parts, machine_parts
from oshrisk.documents.dossier_reasons import change_parts, missing_parts, reason_parts
from oshrisk.documents.parts import Column, Document, Paragraph, Part, Table
from oshrisk.documents.sources import Files, Source
from oshrisk.errors import OshriskError
from oshrisk.features.wording import date_text, number_text, record_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, text
from oshrisk.planning.texts import quarter_text

EVENTS_SHOWN = 4  # of the time line; the rest is counted, so that a dossier stays on two pages
_EVENT_LONG = 100  # letters of an event that are shown


def dossiers(
    issued: Issued, ids: Sequence[str] | pd.Index, language: Language = "vi", *, scores: bool = True
) -> list[Document]:
    """Make the dossiers of some enterprises, on the list or not.

    Parameters
    ----------
    issued : Issued
        The list of a quarter.
    ids : sequence of str
        Enterprise ids of its registry.
    language : {"vi", "en"}, default "vi"
        Language.
    scores : bool, default True
        Give class, rank, multipliers and estimates, which are the office's; the team's file has the reasons alone.

    Returns
    -------
    list of Document
        In the order of `ids`.

    Raises
    ------
    OshriskError
        If an enterprise is not in the registry.
    """
    unknown = [str(name) for name in ids if name not in issued.registry.ids]
    if unknown:
        raise OshriskError("dossier.unknown_enterprise", ids=", ".join(unknown))
    facts = gather(issued, pd.Index(ids, dtype="str").unique(), language, scores=scores)
    return [_dossier(facts, str(enterprise_id)) for enterprise_id in ids]


def dossier_files(*, scores: bool) -> Callable[[Source, Language], Files]:
    """Return what makes the dossiers of a list, printed together, as `oshrisk.documents.report.Kind` takes it.

    Parameters
    ----------
    scores : bool
        As for `dossiers`.

    Returns
    -------
    callable
        From the source and a language to files.
    """

    def make(source: Source, language: Language) -> Files:
        name = text(f"notices.files.dossiers{'_scores' if scores else ''}", language, quarter=source.issued.quarter)
        ids = source.issued.visits.index
        return {name: dossiers(source.issued, ids, language, scores=scores)} if len(ids) else {}

    return make


def _dossier(facts: Facts, enterprise_id: str) -> Document:
    words, language = facts.words, facts.language
    parts: list[Part] = [
        Paragraph(_for_whom(facts, enterprise_id), "note"),
        _identity(facts, enterprise_id),
        _standing(facts, enterprise_id),
        *reason_parts(facts, enterprise_id),
        *missing_parts(facts, enterprise_id),
        *change_parts(facts, enterprise_id),
        *duty_parts(facts, enterprise_id),
        *machine_parts(facts, enterprise_id),
        *checklist_parts(facts, enterprise_id),
        _timeline(facts, enterprise_id),
        boxed(words["headings"]["contest"], facts.contest),
    ]
    subject = text(
        "dossier.subject", language, name=facts.identity.at[enterprise_id, "name"], enterprise_id=enterprise_id
    )
    return Document(title=words["title"], subject=subject, parts=parts)


def _for_whom(facts: Facts, enterprise_id: str) -> str:
    """Say whose file it is, as of when, and what of it is personal data."""
    language = facts.language
    as_of = date_text(facts.issued.as_of, language)
    said = text(
        "dossier.for_whom",
        language,
        as_of=as_of,
        quarter=quarter_text(facts.issued.quarter, language),
        version=facts.issued.version,
    )
    household = facts.firms.at[enterprise_id, "legal_form"] == "household"
    return f"{said} {facts.words['household']}" if household else said


def _identity(facts: Facts, enterprise_id: str) -> Table:
    """Set out what the register holds, each with its date."""
    words, firm, language = facts.words["identity"], facts.firms.loc[enterprise_id], facts.language
    unknown = text("features.unknown", language)

    def dated(value: str, on: pd.Timestamp) -> str:
        if not value:
            return unknown
        return value if pd.isna(on) else text("dossier.as_on", language, value=value, date=date_text(on, language))

    form = text(f"features.codes.legal_form.{firm['legal_form']}", language) if pd.notna(firm["legal_form"]) else ""
    founded = date_text(firm["founded_on"], language) if pd.notna(firm["founded_on"]) else unknown
    lines = [
        (words["address"], facts.address[enterprise_id] or unknown),
        (words["sector"], dated(facts.identity.at[enterprise_id, "sector"], firm["registered_on"])),
        (words["form"], text("dossier.form", language, form=form or unknown, founded=founded)),
        (words["workers"], _workers(facts, enterprise_id) or unknown),
    ]
    if pd.notna(firm["parent_id"]):
        lines.append((words["parent"], str(firm["parent_id"])))
    if pd.notna(firm["closed_on"]):
        lines.append((words["closed"], date_text(firm["closed_on"], language)))
    return Table([Column(facts.words["headings"]["known"], 4), Column(words["value"], 13)], lines, small=True)


def _workers(facts: Facts, enterprise_id: str) -> str:
    """Return the record that the head-count was read from."""
    return facts.records.get((enterprise_id, "workers"), [""])[0]


def _standing(facts: Facts, enterprise_id: str) -> Table:
    """Say where it stands in the ranking and what the list does with it."""
    issued, language, words = facts.issued, facts.language, facts.words
    if enterprise_id not in issued.assessment.index:
        return boxed(words["headings"]["standing"], words["not_ranked"])
    if not facts.scores:
        return boxed(words["headings"]["standing"], facts.standing[enterprise_id])
    row = issued.assessment.loc[enterprise_id]
    ranked = text(
        "dossier.ranked",
        language,
        risk_class=row["risk_class"],
        index=number_text(round(row["index"], 1), language),
        rank=number_text(row["rank"], language),
        count=number_text(len(issued.assessment), language),
    )
    return boxed(words["headings"]["standing"], f"{ranked} {facts.standing[enterprise_id]}")


def _timeline(facts: Facts, enterprise_id: str) -> Table:
    words, language = facts.words["timeline"], facts.language
    events = facts.timeline[enterprise_id][::-1]
    shown = events[:EVENTS_SHOWN]
    rows = [[date_text(row["on"], language), cut(record_text(row, language), _EVENT_LONG)] for row in shown]
    title = facts.words["headings"]["timeline"]
    if len(events) > len(shown):
        title = text("dossier.some_of", language, title=title, shown=len(shown), count=len(events))
    return Table([Column(words["on"], 2), Column(title, 15)], rows, empty=words["empty"], small=True)
