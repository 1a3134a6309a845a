"""The work list of a commune: one page in plain words for part-time staff, of whom to phone or find and what to ask."""

from __future__ import annotations

from typing import Any

import pandas as pd

from oshrisk.documents.parts import Column, Document, Items, Paragraph, Part, Table
from oshrisk.documents.sources import Files, Source
from oshrisk.features.wording import date_text, number_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning.questions import QUESTIONS, questions
from oshrisk.planning.texts import quarter_text
from oshrisk.reference.communes import communes
from oshrisk.report.facts import address, households, identity

SHOWN = 6  # enterprises: what one page holds and one person can do beside other work
_WIDTHS = {"exists": 3.1, "workers": 2.9, "seasonal": 3.1, "machines": 4, "report": 3.6}


def commune_files(source: Source, language: Language) -> Files:
    """Make the work lists of all communes, printed together, as `oshrisk.documents.report.Kind` takes them."""
    name = text("notices.files.communes", language, quarter=source.issued.quarter)
    return {name: work_lists(source.issued, language)}


def work_lists(issued: Issued, language: Language = "vi") -> list[Document]:
    """Make the work list of every commune in which something is to be asked, in the order of the communes.

    Parameters
    ----------
    issued : Issued
        The list of a quarter, whose registers and ranking say what is missing.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    list of Document
        One page a commune; no scores.
    """
    how = issued.programme.ranking
    asked = questions(issued.registry, issued.features, issued.table, issued.assessment, priority=how.priority)
    chosen = asked.groupby("commune_code", sort=False).head(SHOWN)
    province = issued.programme.office.province_code
    firms = identity(issued.registry, chosen.index, province, language).assign(
        address=address(issued.registry, chosen.index, province),
        household=households(issued.registry, chosen.index),
        workers=issued.features["workers"].reindex(chosen.index),
    )
    rows = chosen.join(firms.rename(columns={"workers": "count"}))
    places = communes(province)
    found = dict(iter(rows.groupby("commune_code", sort=False)))
    more = asked["commune_code"].value_counts()
    return [
        _work_list(issued, f"{place['type']} {place['name']}", found[code], int(more[code]), language)
        for code, place in places.to_dict("index").items()
        if code in found
    ]


def _work_list(issued: Issued, commune: str, rows: pd.DataFrame, waiting: int, language: Language) -> Document:
    words = catalogue("notices", language)["communes"]
    columns = [
        Column(words["columns"]["number"], 0.9, "centre"),
        Column(words["columns"]["name"], 8.4),
        *(Column(words["columns"][name], _WIDTHS[name]) for name in QUESTIONS),
    ]
    lines = [_line(place, row, language) for place, row in enumerate(rows.to_dict("records"), start=1)]
    intro = text("notices.communes.intro", language, shown=len(lines), count=waiting)
    parts: list[Part] = [
        Paragraph(intro, "plain"),
        Items([step.format(office=issued.programme.office.department) for step in words["steps"].values()], "dash"),
        Table(columns, lines, small=True),
        Paragraph(words["sign"], "plain"),
    ]
    if rows["household"].any():
        parts.append(Paragraph(words["household"], "note"))
    as_of = date_text(issued.as_of, language)
    subject = text("notices.communes.subject", language, commune=commune.upper(), as_of=as_of)
    foot = words["foot"].format(quarter=quarter_text(issued.quarter, language))
    return Document(title=words["title"], subject=subject, parts=parts, landscape=True, footer=foot)


def _line(place: int, row: dict[str, Any], language: Language) -> list[str]:
    words = catalogue("notices", language)["communes"]
    name = "\n".join(filter(None, [row["name"], row["address"]]))
    known = dict.fromkeys(QUESTIONS, words["known"])
    if pd.notna(row["count"]):
        known["workers"] = text("notices.communes.workers", language, count=number_text(row["count"], language))
    return [str(place), name, *(words["answers"][q] if row[q] else known[q] for q in QUESTIONS)]
