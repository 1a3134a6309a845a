"""The pictures of a list: one document to print, and each drawing for other uses."""

from __future__ import annotations

from typing import Final

from oshrisk.documents.parts import Document, Heading, PageBreak, Paragraph, Part, Picture
from oshrisk.documents.sources import Files, Source
from oshrisk.messages import Language, text
from oshrisk.pictures import Drawing, all_pictures, province_map
from oshrisk.planning.texts import quarter_text

_WIDTH: Final = 16.0  # cm
_HEIGHT: Final = 18.0  # cm at most: title, caption and words stand on the same page
_PIXELS_A_CM: Final = 90


def picture_files(source: Source, language: Language) -> Files:
    """Return the pictures, as `oshrisk.documents.report.Kind` has it.

    Parameters
    ----------
    source : Source
        The list; its working folder says whether there is an earlier list and a backtest.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Files
        A document with all pictures, what each shows in words, and every drawing as SVG.
    """
    issued = source.issued
    drawn = all_pictures(source.workspace, issued, language)
    parts: list[Part] = []
    for drawing in drawn:
        parts += [picture_of(drawing), Paragraph(drawing.words, "note")]
    parts.insert(2, PageBreak())  # the map has a page of its own
    subject = text("pictures.document.subject", language, quarter=quarter_text(issued.quarter, language).upper())
    document = Document(text("pictures.document.title", language), subject, parts)
    stem = text("pictures.files.document", language, quarter=issued.quarter)
    svg = {f"{text(f'pictures.files.{one.name}', language)}-{issued.quarter}.svg": one.svg.encode() for one in drawn}
    return {stem: document, **svg}


def trip_files(source: Source, language: Language) -> Files:
    """Return the map of every team's trips, a page a team, without the expected harm: teams may not see scores.

    Parameters
    ----------
    source : Source
        The list.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Files
    """
    issued = source.issued
    parts: list[Part] = []
    for team, trips in issued.trips.groupby("team", sort=True):
        drawing = province_map(issued, language, trips=trips.index, risk=False)
        head = Heading(text("pictures.document.team", language, team=team))
        parts += [*([PageBreak()] if parts else []), head, picture_of(drawing), Paragraph(drawing.words, "note")]
    subject = text("pictures.document.subject", language, quarter=quarter_text(issued.quarter, language).upper())
    document = Document(text("pictures.document.trips_title", language), subject, parts)
    return {text("pictures.files.trips", language, quarter=issued.quarter): document}


def picture_of(drawing: Drawing) -> Picture:
    """Return a drawing as a part of a document.

    Parameters
    ----------
    drawing : Drawing
        From `oshrisk.pictures`.

    Returns
    -------
    Picture
    """
    width = min(_WIDTH, _HEIGHT / drawing.ratio)
    return Picture(drawing.png(int(_PIXELS_A_CM * width)), drawing.words, drawing.title, width)
