"""Documents as accessible HTML fragments, for pages that show what will be printed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from html import escape
from typing import Final

from oshrisk.documents.lettering import clean
from oshrisk.documents.parts import Document, Heading, Items, PageBreak, Paragraph, Part, Picture, Table

_BOX: Final = '<span aria-hidden="true">☐</span> '


def html_fragment(document: Document, *, level: int = 2) -> str:
    """Show a document as HTML: its title, subject and parts, without letterhead and signature.

    Parameters
    ----------
    document : Document
        The document.
    level : {1, 2, 3}, default 2
        Level of the heading that the title becomes; headings of parts are below it.

    Returns
    -------
    str
        An ``<article class="document">``. All words are escaped; classes are ``document-<look>``, and there are no
        scripts and no styles in it. Pictures are ``data:`` addresses.

    Examples
    --------
    >>> html_fragment(Document("A", "", [Paragraph("1 < 2", "plain")]))
    '<article class="document"><h2>A</h2><p class="document-plain">1 &lt; 2</p></article>'
    """
    title = f"<h{level}>{_words(document.title or document.subject)}</h{level}>"
    has_subject = document.title and document.subject
    subject = f'<p class="document-subject">{_words(document.subject)}</p>' if has_subject else ""
    reference = f'<p class="document-reference">{_words(document.reference)}</p>' if document.reference else ""
    parts = "".join(_part(part, level) for part in document.parts)
    foot = f'<p class="document-foot">{_words(document.footer)}</p>' if document.footer else ""
    return f'<article class="document">{title}{subject}{reference}{parts}{foot}</article>'


def _part(part: Part, level: int) -> str:
    if isinstance(part, Heading):
        return f"<h{level + part.level}>{_words(part.text)}</h{level + part.level}>"
    if isinstance(part, PageBreak):
        return ""
    return _SETTERS[type(part)](part)


def _paragraph(part: Paragraph) -> str:
    return f'<p class="document-{part.look}">{_words(part.text)}</p>'


def _items(part: Items) -> str:
    tag = "ol" if part.mark == "number" else "ul"
    mark = _BOX if part.mark == "box" else ""
    rows = "".join(f"<li>{mark}{_words(item)}</li>" for item in part.items)
    return f'<{tag} class="document-{part.mark}">{rows}</{tag}>'


def _table(part: Table) -> str:
    head = "".join(f'<th scope="col">{_words(column.title)}</th>' for column in part.columns)
    sides = [column.align for column in part.columns]
    rows = "".join(
        "<tr>" + "".join(_cell(words, side) for words, side in zip(row, sides, strict=True)) + "</tr>"
        for row in part.rows
    )
    if not part.rows and part.empty:
        rows = f'<tr><td colspan="{len(sides)}">{_words(part.empty)}</td></tr>'
    look = ' class="document-small"' if part.small else ""
    return f"<table{look}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(words: str, side: str) -> str:
    look = "" if side == "left" else f' class="document-{side}"'
    return f"<td{look}>{_words(words)}</td>"


def _picture(part: Picture) -> str:
    address = f"data:image/png;base64,{b64encode(part.png).decode('ascii')}"
    caption = f"<figcaption>{_words(part.caption)}</figcaption>" if part.caption else ""
    return f'<figure><img src="{address}" alt="{escape(clean(part.words))}">{caption}</figure>'


def _words(words: str) -> str:
    return escape(clean(words)).replace("\n", "<br>")


_SETTERS: Final[dict[type, Callable[..., str]]] = {
    Paragraph: _paragraph,
    Items: _items,
    Table: _table,
    Picture: _picture,
}
