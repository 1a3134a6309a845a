"""A document as data: headings, paragraphs, tables and pictures in order, whatever file it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Align = Literal["left", "centre", "right"]
Look = Literal["body", "ground", "plain", "strong", "centre", "note", "alarm"]


@dataclass(frozen=True)
class Heading:
    """A heading.

    Parameters
    ----------
    text : str
        Its words.
    level : {1, 2}
        1: a part of the document; 2: below it.
    """

    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph.

    Parameters
    ----------
    text : str
        Its words.
    look : {"body", "ground", "plain", "strong", "centre", "note", "alarm"}
        ``body`` is justified with an indented first line; ``ground``, the same in italics, is a ground in law;
        ``plain`` is not indented; ``note`` is small and italic; ``alarm`` is centred and bold, for the mark of
        simulated data.
    """

    text: str
    look: Look = "body"


@dataclass(frozen=True)
class Items:
    """A list of items.

    Parameters
    ----------
    items : sequence of str
        Their words.
    mark : {"dash", "number", "box"}
        What stands before each: a dash, its number, or an empty box to tick.
    """

    items: Sequence[str]
    mark: Literal["dash", "number", "box"] = "dash"


@dataclass(frozen=True)
class Column:
    """A column of a printed table.

    Parameters
    ----------
    title : str
        Heading.
    width : float
        Share of the width of the page, in any unit.
    align : {"left", "centre", "right"}
        How its cells are set.
    """

    title: str
    width: float
    align: Align = "left"


@dataclass(frozen=True)
class Table:
    """A table, whose heading is repeated on every page.

    Parameters
    ----------
    columns : sequence of Column
        The columns.
    rows : sequence of sequence of str
        One text a column; words are wrapped.
    empty : str
        What stands below the heading where there are no rows.
    small : bool
        Set smaller, for tables of many columns.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    empty: str = ""
    small: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture.

    Parameters
    ----------
    png : bytes
        The picture.
    words : str
        What it shows, for readers who do not see it.
    caption : str
        What stands below it.
    width_cm : float
        Width on the page [cm].
    """

    png: bytes
    words: str
    caption: str = ""
    width_cm: float = 16.0


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a new page."""


Part = Heading | Paragraph | Items | Table | Picture | PageBreak


@dataclass(frozen=True)
class Letterhead:
    """The head and the end of an official document (Decree 30/2020/NĐ-CP, Annex I).

    Parameters
    ----------
    parent_body, office : str
        Issuing body and the body above it.
    number : str
        Number and symbol, with the number left open where it is not given yet: ``Số:      /KH-SNV``.
    place_and_date : str
        ``Điện Biên, ngày    tháng 12 năm 2026``.
    signer : sequence of str
        Lines above the signature, in capitals: ``GIÁM ĐỐC``; the last may be a name.
    recipients : sequence of str
        Below "Nơi nhận".
    addressee : str
        ``Kính gửi: …``, of letters and submissions; empty elsewhere.
    """

    parent_body: str
    office: str
    number: str
    place_and_date: str
    signer: Sequence[str]
    recipients: Sequence[str] = ()
    addressee: str = ""


@dataclass(frozen=True)
class Document:
    """A document.

    Parameters
    ----------
    title : str
        Title in capitals: ``TỜ TRÌNH``, ``PHỤ LỤC``.
    subject : str
        What it is about, below the title.
    parts : sequence of Part
        Its content in order.
    head : Letterhead, optional
        National name, motto, issuing body and signature; none for working papers.
    landscape : bool
        Turn the pages.
    footer : str
        Left part of every page's foot, such as the mark of simulated data.
    reference : str
        Below the subject in italics: what an annex is attached to.
    """

    title: str
    subject: str
    parts: Sequence[Part] = field(default_factory=tuple)
    head: Letterhead | None = None
    landscape: bool = False
    footer: str = ""
    reference: str = ""
