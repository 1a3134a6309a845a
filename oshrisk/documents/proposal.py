"""The proposal to the provincial chair (tờ trình): what the plan is, what it rests on, what is not known."""

from __future__ import annotations

from typing import Final

import pandas as pd

from oshrisk.documents.decisions import decision_lines
from oshrisk.documents.figures import plan_figures
from oshrisk.documents.grounds import ground_lines
from oshrisk.documents.official import office_head
from oshrisk.documents.parts import Document, Items, Paragraph, Part
from oshrisk.documents.sources import Files, Source
from oshrisk.messages import Language, catalogue, text

_SHOWN: Final = 3  # decisions told one by one: the page is to stay a page


def proposal_files(source: Source, language: Language) -> Files:
    """Return the proposal as a file, as `oshrisk.documents.report.Kind` takes it."""
    stem = text("documents.files.proposal", language, quarter=source.issued.quarter)
    return {stem: proposal(source, language)}


def proposal(source: Source, language: Language) -> Document:
    """Return the proposal of a plan.

    Parameters
    ----------
    source : Source
        The list, and who decided what.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Document
        Of about a page: scores and reasons of enterprises are not in it.
    """
    issued, words = source.issued, catalogue("documents", language)["proposal"]
    figures = plan_figures(issued, language)
    chair = text("documents.chair", language, parent=source.programme.office.parent_body)
    roads = "estimated" if issued.manifest["roads"]["estimated"] else "measured"
    facts = figures | {"chair": chair, "roads": words["roads"][roads]}
    parts: list[Part] = [
        *ground_lines(issued.quarter, language),
        Paragraph(words["opening"].format(**facts)),
        *[Paragraph(words["points"][name].format(**facts)) for name in words["points"]],
        *_decisions(source, language),
        Paragraph(words["request"].format(**facts)),
    ]
    return Document(
        title=words["title"],
        subject=words["subject"].format(**facts),
        parts=parts,
        head=office_head(
            source.programme,
            "TTr",
            signing_day(issued.quarter.start),
            language,
            recipients=[line.format(symbol=source.programme.documents.symbol) for line in words["recipients"].values()],
            addressee=text("documents.addressee", language, whom=chair),
        ),
    )


def signing_day(start: pd.Timestamp) -> pd.Timestamp:
    """Return a day in the month before a quarter: a plan is proposed then, whenever its registers were read.

    Parameters
    ----------
    start : Timestamp
        First day of the quarter.

    Returns
    -------
    Timestamp
    """
    return start - pd.Timedelta(days=1)


def _decisions(source: Source, language: Language) -> list[Part]:
    """Tell what people have decided otherwise, and what it costs."""
    words = catalogue("documents", language)["proposal"]
    lines = decision_lines(source, language)
    if not lines:
        return [Paragraph(words["no_decisions"])]
    more = [text("documents.more", language, count=len(lines) - _SHOWN)] if len(lines) > _SHOWN else []
    return [Paragraph(words["decisions"].format(count=len(lines))), Items([*lines[:_SHOWN], *more])]
