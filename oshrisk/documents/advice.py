"""The advisory letter: what an enterprise may check itself, without a visit and without a score."""

from __future__ import annotations

import pandas as pd

from oshrisk.documents.dossier_facts import Facts, gather
from oshrisk.documents.dossier_law import article_of, checks_of
from oshrisk.documents.official import office_head
from oshrisk.documents.parts import Document, Items, Paragraph, Part
from oshrisk.documents.sources import Files, Source
from oshrisk.issued import Issued
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning.texts import quarter_text
from oshrisk.settings import Programme

CHECKS = 8  # self-check items: what one page holds


def letter_files(source: Source, language: Language) -> Files:
    """Make the letters of a quarter, printed together, as `oshrisk.documents.report.Kind` takes them."""
    letters = advice_letters(source.issued, source.programme, language)
    name = text("notices.files.advice", language, quarter=source.issued.quarter)
    return {name: letters} if letters else {}


def advice_letters(issued: Issued, programme: Programme, language: Language = "vi") -> list[Document]:
    """Write to the enterprises that get a letter; those held out get none.

    Parameters
    ----------
    issued : Issued
        The list of a quarter.
    programme : Programme
        Settings of today, for the letterhead.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    list of Document
        By priority. They go to the enterprise itself and hold neither score nor rank (R7.4).
    """
    ids = issued.letters.index[issued.letters["letter"]]
    if ids.empty:
        return []
    facts = gather(issued, pd.Index(ids), language, scores=False)
    return [_letter(facts, programme, str(enterprise_id)) for enterprise_id in ids]


def _letter(facts: Facts, programme: Programme, enterprise_id: str) -> Document:
    language, words = facts.language, catalogue("notices", facts.language)["advice"]
    asked = [
        f"{row[f'self_{language}'].rstrip('.')} ({article_of(row, language, short=False)})"
        for row in checks_of(facts, enterprise_id)[:CHECKS]
    ]
    name, quarter = facts.identity.at[enterprise_id, "name"], facts.issued.quarter
    head = office_head(
        programme,
        "",
        quarter.start - pd.Timedelta(days=1),
        language,
        recipients=[words["as_above"], words["filed"].format(symbol=programme.documents.symbol)],
        addressee=text("notices.dear", language, name=name, enterprise_id=enterprise_id),
    )
    office = programme.office.department
    parts: list[Part] = [
        Paragraph(text("notices.advice.opening", language, office=office)),
        Items(asked, "box"),
        Paragraph(words["mend"]),
        Paragraph(text("notices.advice.answer", language, office=office)),
        Paragraph(words["marks"], "note"),
    ]
    foot = words["foot"].format(quarter=quarter_text(quarter, language))  # it leaves the office: no mark of a level
    return Document(title="", subject=words["subject"], parts=parts, head=head, footer=foot)
