"""The annex of a plan: the list in the columns of printed check plans (FACTS D5.20), for each level of readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd

from oshrisk.documents.parts import Align, Column, Document, Paragraph, Part, Table
from oshrisk.documents.sources import Files, Level, Source
from oshrisk.features.wording import number_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning.texts import article_text, quarter_text
from oshrisk.report.facts import households, identity
from oshrisk.report.list_words import ASSUMED_MARK, list_words, main_reasons_text
from oshrisk.risk import top_reasons

_PLAN: Final[tuple[tuple[str, float, Align], ...]] = (  # name, width, side: the columns of a printed plan
    ("number", 1.0, "centre"),
    ("name", 3.4, "left"),
    ("tax_code", 2.2, "centre"),
    ("address", 2.3, "left"),
    ("sector", 2.2, "left"),
    ("content", 3.2, "left"),
    ("period", 1.9, "centre"),
    ("announced_on", 1.3, "centre"),
    ("length", 1.2, "centre"),
    ("mode", 1.3, "centre"),
    ("lead", 1.6, "left"),
    ("together", 1.5, "left"),
    ("ground", 4.0, "left"),
    ("overlap", 1.9, "left"),
)
_TEAM: Final[tuple[tuple[str, float, Align], ...]] = (("when", 1.6, "centre"),)
_INTERNAL: Final[tuple[tuple[str, float, Align], ...]] = (
    ("number", 1.0, "centre"),
    ("name", 5.0, "left"),
    ("tax_code", 2.3, "centre"),
    ("index", 1.4, "centre"),
    ("risk_class", 1.2, "centre"),
    ("rank", 1.4, "centre"),
    ("arm", 2.0, "centre"),
    ("reasons", 9.0, "left"),
)


def annex_of(level: Level) -> Callable[[Source, Language], Files]:
    """Return what makes the annex of a level, as `oshrisk.documents.report.Kind` takes it.

    Parameters
    ----------
    level : {"public", "team", "internal"}
        Who may read it.

    Returns
    -------
    callable
    """

    def make(source: Source, language: Language) -> Files:
        stem = text(f"documents.files.annex.{level}", language, quarter=source.issued.quarter)
        return {stem: annex(source.issued, level, language)}

    return make


def annex(issued: Issued, level: Level, language: Language) -> Document:
    """Return the annex of a plan.

    Parameters
    ----------
    issued : Issued
        The list.
    level : {"public", "team", "internal"}
        ``public``: the columns of printed plans, by commune, contents and grounds in general words, household
        businesses without name, tax code and street; ``team``: in full, with team, month and trip; ``internal``:
        scores and reasons.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Document
    """
    words = _words(issued, level, language)
    shown = {"public": _PLAN, "team": (*_PLAN[:10], *_TEAM, *_PLAN[10:]), "internal": _INTERNAL}[level]
    titles = catalogue("report", language)["sheets"]["list"]["columns"] | catalogue("documents", language)["columns"]
    columns = [Column(titles[name], width, side) for name, width, side in shown]
    rows = words[[name for name, *_ in shown]].to_numpy().tolist()
    quarter = quarter_text(issued.quarter, language)
    table = Table(columns, rows, text("documents.annex.empty", language), small=True)
    return Document(
        title=text("documents.annex.title", language),
        subject=text(f"documents.annex.subjects.{level}", language, quarter=quarter).upper(),
        reference=text(
            "documents.annex.reference", language, office=issued.programme.office.department, quarter=quarter
        ),
        parts=[table, *_notes(words, language)],
        landscape=True,
    )


def _words(issued: Issued, level: Level, language: Language) -> pd.DataFrame:
    visits, office = issued.visits, issued.programme.office
    words = list_words(issued.registry, visits, issued.quarter, office, language)
    if level == "public":
        return _public(words, issued, language)
    if level == "team":
        return words
    main = top_reasons(
        issued.features.loc[visits.index],
        issued.table,
        k=3,
        priority=issued.programme.ranking.priority,
        language=language,
    )
    return words.assign(
        index=[number_text(round(value, 1), language) for value in visits["index"]],
        risk_class=visits["risk_class"].astype(str),
        rank=[number_text(value, language) for value in visits["rank"]],
        reasons=main_reasons_text(main, issued.table, visits.index, language),
    )


def _public(words: pd.DataFrame, issued: Issued, language: Language) -> pd.DataFrame:
    """Say of each visit only what everybody may know: no complaint, no accident, no household's name or street.

    The order of the list is that of the ranks, so the public one goes by commune and name.
    """
    visits, said = issued.visits, catalogue("documents", language)
    law = visits["rule_id"].map(said["grounds"]).fillna(said["grounds"]["other"])
    articles = article_text(visits, issued.quarter, language)
    words = words.assign(
        content=catalogue("report", language)["content"]["thematic_plan"],
        ground=law.str.cat(articles, sep=". ").str.removesuffix(". "),
    )
    household = households(issued.registry, visits.index)
    places = identity(issued.registry, visits.index, issued.programme.office.province_code, language)
    words.loc[household, "name"] = said["household"]["name"]
    words.loc[household, "tax_code"] = said["household"]["tax_code"]
    words.loc[household, "address"] = places["commune"][household]
    words = words.assign(commune=places["commune"]).sort_values(["commune", "name", "sector"], kind="stable")
    return words.assign(number=[str(number) for number in range(1, len(words) + 1)])


def _notes(words: pd.DataFrame, language: Language) -> list[Part]:
    count = text("documents.annex.total", language, count=number_text(len(words), language))
    notes: list[Part] = [Paragraph(count, "plain")]
    if words["length"].str.endswith(ASSUMED_MARK).any():
        notes.append(Paragraph(f"{ASSUMED_MARK} {text('report.notes.assumed', language)}", "note"))
    return notes
