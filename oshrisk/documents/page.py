"""The page that Word and PDF share: its measures, its standing words, and parts fitted to it."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import Final

from oshrisk.documents.lettering import balanced, breakable, clean, width_cm
from oshrisk.documents.parts import Document, Heading, Items, Letterhead, Paragraph, Part, Picture, Table
from oshrisk.messages import Language, text

TOP_CM: Final = 2.0  # Decree 30/2020, Annex I: top and bottom 20-25 mm, left 30-35 mm, right 15-20 mm
BOTTOM_CM: Final = 2.0
LEFT_CM: Final = 3.0
RIGHT_CM: Final = 1.5
HEAD_LEFT_CM: Final = 7.1  # of the letterhead: the national name needs the rest of the line
NORMAL: Final = 11.0  # size of tables [pt]
SMALL: Final = 9.0
_LONG_CM: Final = 29.7
_SHORT_CM: Final = 21.0
_PADDING_CM: Final = 0.3  # of a cell, both sides and rules
_WORD_CM: Final = 3.0  # longer words may be broken
_GIVEN: Final = 0.3  # of its width that a column gives up at most for the words of others
_PICTURE_CM: Final = 21.0  # what a caption and the margins leave of a page's height


@dataclass(frozen=True)
class Page:
    """A sheet of A4.

    Parameters
    ----------
    landscape : bool
        Turned, as wide tables need it.
    """

    landscape: bool = False

    @property
    def width_cm(self) -> float:
        """Width of the paper [cm]."""
        return _LONG_CM if self.landscape else _SHORT_CM

    @property
    def height_cm(self) -> float:
        """Height of the paper [cm]."""
        return _SHORT_CM if self.landscape else _LONG_CM

    @property
    def text_cm(self) -> float:
        """Width between the margins [cm]."""
        return self.width_cm - LEFT_CM - RIGHT_CM

    def columns_cm(self, table: Table) -> list[float]:
        """Return the widths of a table's columns [cm], which fill the page."""
        whole = sum(column.width for column in table.columns)
        return [self.text_cm * column.width / whole for column in table.columns]


@dataclass(frozen=True)
class Head:
    """A letterhead with its lines broken to fit.

    Parameters
    ----------
    parent_body, office, number, place_and_date, recipients, addressee
        As `oshrisk.documents.parts.Letterhead`.
    above : list of str
        Lines above the signature.
    name : str
        Below it; empty where nobody is named.
    """

    parent_body: str
    office: str
    number: str
    place_and_date: str
    above: list[str]
    name: str
    recipients: list[str]
    addressee: str


def head_of(head: Letterhead) -> Head:
    """Break the lines of a letterhead where they are too wide for their half of the page.

    Parameters
    ----------
    head : Letterhead
        The letterhead. The last line of `signer` is a name where it is not in capitals.

    Returns
    -------
    Head
    """
    signer = [clean(line) for line in head.signer]
    name = signer.pop() if signer and signer[-1] != signer[-1].upper() else ""
    return Head(
        parent_body=balanced(clean(head.parent_body), HEAD_LEFT_CM, 12),
        office=balanced(clean(head.office), HEAD_LEFT_CM, 12),
        number=clean(head.number),
        place_and_date=clean(head.place_and_date),
        above=signer,
        name=name,
        recipients=[clean(line) for line in head.recipients],
        addressee=clean(head.addressee),
    )


def subject_of(document: Document) -> str:
    """Return the subject in lines of about equal width: of a letter below its number, else below the title.

    Parameters
    ----------
    document : Document
        The document.

    Returns
    -------
    str
    """
    letter = document.head is not None and not document.title
    width, size = (HEAD_LEFT_CM, 12) if letter else (Page(document.landscape).text_cm, 14)
    return balanced(clean(document.subject), width, size)


def page_words(language: Language) -> dict[str, str]:
    """Return the words that every official document has: nation, motto, and the title of the recipients."""
    return {name: text(f"documents.page.{name}", language) for name in ("nation", "motto", "recipients")}


def fitted(part: Part, page: Page) -> Part:
    """Return a part whose words can be printed and whose pictures and columns stay on the page.

    Parameters
    ----------
    part : Part
        The part.
    page : Page
        The page.

    Returns
    -------
    Part
        Of the same kind.
    """
    if isinstance(part, Table):
        return _fitted_table(part, page)
    if isinstance(part, Picture):
        return replace(part, words=clean(part.words), caption=clean(part.caption), width_cm=_picture_width(part, page))
    if isinstance(part, Items):
        return replace(part, items=[clean(item) for item in part.items])
    if isinstance(part, Heading | Paragraph):
        return replace(part, text=clean(part.text))
    return part


def _fitted_table(table: Table, page: Page) -> Table:
    size = SMALL if table.small else NORMAL
    titles = [clean(column.title) for column in table.columns]
    rows = [[clean(cell) for cell in row] for row in table.rows]
    widths = _widths_cm(page.columns_cm(table), titles, rows, size)
    columns = [
        replace(column, title=breakable(title, width - _PADDING_CM, size), width=width)
        for column, title, width in zip(table.columns, titles, widths, strict=True)
    ]
    cells = [
        [breakable(cell, width - _PADDING_CM, size) for cell, width in zip(row, widths, strict=True)] for row in rows
    ]
    return replace(table, columns=columns, rows=cells, empty=clean(table.empty))


def _widths_cm(wished: list[float], titles: list[str], rows: list[list[str]], size: float) -> list[float]:
    """Return widths of columns that hold their longest words, taken from columns that have room to spare."""
    words = [set(" ".join(cells).split()) for cells in zip(titles, *rows, strict=True)]
    longest = [max((width_cm(word, size) for word in column), default=0.0) for column in words]
    least = [min(width, _WORD_CM) + _PADDING_CM for width in longest]
    spare = [max(min(width - need, _GIVEN * width), 0.0) for width, need in zip(wished, least, strict=True)]
    lacking = sum(max(need - width, 0.0) for width, need in zip(wished, least, strict=True))
    share = min(lacking / sum(spare), 1.0) if sum(spare) else 0.0
    given = sum(spare) * share / lacking if lacking else 0.0
    return [
        width - share * room + given * max(need - width, 0.0)
        for width, need, room in zip(wished, least, spare, strict=True)
    ]


def _picture_width(picture: Picture, page: Page) -> float:
    """Return the width [cm] at which a picture fits the page, at most the one that was asked for."""
    across, down = struct.unpack(">II", picture.png[16:24])  # of the first chunk of every PNG
    tallest = _PICTURE_CM if not page.landscape else _PICTURE_CM - (_LONG_CM - _SHORT_CM)
    return float(min(picture.width_cm, page.text_cm, tallest * across / down))
