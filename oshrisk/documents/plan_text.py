"""The draft of the plan itself (kế hoạch), with its annex: what Decree 217/2025, Art. 14 asks a plan to state."""

from __future__ import annotations

from oshrisk.documents.annex import annex
from oshrisk.documents.figures import plan_figures
from oshrisk.documents.grounds import ground_lines
from oshrisk.documents.official import office_head
from oshrisk.documents.parts import Column, Document, Heading, Paragraph, Part, Table
from oshrisk.documents.proposal import signing_day
from oshrisk.documents.sources import Files, Source
from oshrisk.features.wording import number_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning.texts import DATE_FORMATS
from oshrisk.reference.communes import communes
from oshrisk.report.list_words import period_text

_SECTIONS = ("aims", "objects", "contents", "times", "methods", "resources", "duties")


def plan_files(source: Source, language: Language) -> Files:
    """Return the plan and its annex as one file, as `oshrisk.documents.report.Kind` takes it."""
    stem = text("documents.files.plan", language, quarter=source.issued.quarter)
    return {stem: [plan_text(source, language), annex(source.issued, "team", language)]}


def plan_text(source: Source, language: Language) -> Document:
    """Return the draft of a plan: aim, requirements, objects, contents, time, places, methods, who does it, duties.

    Parameters
    ----------
    source : Source
        The list.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Document
    """
    issued, words = source.issued, catalogue("documents", language)["plan"]
    day = DATE_FORMATS[language]
    facts = plan_figures(issued, language) | {
        "start": issued.quarter.start.strftime(day),
        "end": issued.quarter.end.strftime(day),
        "since": period_text(issued.quarter, language),
    }
    parts: list[Part] = [*ground_lines(issued.quarter, language), Paragraph(words["opening"].format(**facts))]
    for name in _SECTIONS:
        section = words["sections"][name]
        parts.append(Heading(section["title"]))
        parts += [Paragraph(line.format(**facts)) for key, line in section.items() if key != "title"]
        if name == "resources":
            parts.append(_teams(issued, language))
    parts.append(Paragraph(words["closing"].format(**facts)))
    return Document(
        title=words["title"],
        subject=words["subject"].format(**facts),
        parts=parts,
        head=office_head(
            source.programme,
            "KH",
            signing_day(issued.quarter.start),
            language,
            recipients=[line.format(symbol=source.programme.documents.symbol) for line in words["recipients"].values()],
        ),
    )


def _teams(issued: Issued, language: Language) -> Table:
    """Return what each team does in each month."""
    titles = catalogue("documents", language)["plan"]["team_columns"]
    columns = [
        Column(titles["team"], 1, "centre"),
        Column(titles["month"], 1, "centre"),
        Column(titles["visits"], 1.4, "centre"),
        Column(titles["trips"], 1.4, "centre"),
        Column(titles["days"], 1.6, "centre"),
        Column(titles["communes"], 7),
    ]
    places = communes(issued.programme.office.province_code)["name"]
    rows = [
        [
            str(team),
            str(month),
            number_text(len(part), language),
            number_text(part.loc[part["trip"].gt(0), "trip"].nunique(), language),
            number_text(round(part["inspector_days"].sum(), 1), language),
            ", ".join(places[places.index.isin(part["commune_code"])].astype("str")),
        ]
        for (team, month), part in issued.visits.groupby(["team", "month"])
    ]
    return Table(columns, rows, text("documents.annex.empty", language))
