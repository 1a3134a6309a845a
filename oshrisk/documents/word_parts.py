"""The parts of a document, set in Word."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from oshrisk.documents.page import Page, fitted
from oshrisk.documents.parts import Align, Column, Document, Heading, Items, Paragraph, Part, Picture, Table

if TYPE_CHECKING:
    from docx.document import Document as WordFile

_LOOKS: Final = {
    "body": "Document Body",
    "ground": "Document Ground",
    "plain": "Document Plain",
    "strong": "Document Strong",
    "centre": "Document Centre",
    "note": "Document Note",
    "alarm": "Document Alarm",
}
_SIDES: Final[dict[Align, str]] = {"left": "left", "centre": "center", "right": "right"}
_SYMBOLS: Final = '<w:rPr><w:rFonts w:ascii="Segoe UI Symbol" w:hAnsi="Segoe UI Symbol"/></w:rPr>'
_BOX: Final = f"<w:r>{_SYMBOLS}<w:t>☐</w:t></w:r>"  # Times New Roman has none
_TWIPS: Final = 1440 / 2.54  # a centimetre in twentieths of a point
_BORDERS: Final = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_MARGINS: Final = '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
_CENTRED: Final = '<w:jc w:val="center"/>'


def styles_of(made: WordFile) -> dict[str, str]:
    """Return the ids of a file's styles by name: read once for all its documents."""
    return {style.name: style.style_id for style in made.styles}


def add_parts(made: WordFile, marker: Any, document: Document, styles: dict[str, str]) -> None:
    """Set the parts of a document where the marker stands, which goes.

    Parameters
    ----------
    made : docx.document.Document
        The file, with the styles of `oshrisk.documents.letterhead`.
    marker : CT_P
        A paragraph of it.
    document : Document
        The document.
    styles : dict of str to str
        From `styles_of`.
    """
    page = Page(document.landscape)
    parts = [fitted(part, page) for part in document.parts]
    for part in parts:
        for element in _elements(_xml(part, page, styles)):
            marker.addprevious(element)
        if isinstance(part, Picture):
            _insert_picture(made, marker.getprevious(), part)
            if part.caption:
                marker.addprevious(_elements(_line(part.caption, styles["Document Caption"]))[0])
    if document.head is not None and parts and isinstance(parts[-1], Paragraph):
        marker.getprevious().get_or_add_pPr().get_or_add_keepNext()  # the signature never stands alone on a page
    marker.getparent().remove(marker)


def _elements(xml: str) -> Sequence[Any]:
    from docx.oxml import parse_xml  # noqa: PLC0415  # of the extra "documents"
    from docx.oxml.ns import nsdecls  # noqa: PLC0415

    return list(parse_xml(f"<w:body {nsdecls('w')}>{xml}</w:body>"))


def _xml(part: Part, page: Page, styles: dict[str, str]) -> str:
    if isinstance(part, Heading):
        return _line(part.text, styles[f"Heading {part.level}"])
    if isinstance(part, Paragraph):
        return _line(part.text, styles[_LOOKS[part.look]])
    if isinstance(part, Items):
        style = styles["Document Item"]
        return "".join(_line(item, style, first=_mark(part, place)) for place, item in enumerate(part.items, start=1))
    if isinstance(part, Table):
        return _table(part, page, styles) + _gap()
    if isinstance(part, Picture):
        return _line("", styles["Document Picture"])
    return _gap("<w:pageBreakBefore/>")


def _line(words: str, style: str, *, first: str = "", more: str = "", bold: bool = False) -> str:
    runs = "<w:r><w:br/></w:r>".join(_run(line, bold=bold) for line in words.split("\n"))
    return f'<w:p><w:pPr><w:pStyle w:val="{escape(style)}"/>{more}</w:pPr>{first}{runs}</w:p>'


def _run(words: str, *, bold: bool = False) -> str:
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>' if words else ""


def _gap(more: str = "") -> str:
    """Return the smallest line: two tables without one between them would become one."""
    return f'<w:p><w:pPr>{more}<w:spacing w:before="0" w:after="80" w:line="20" w:lineRule="exact"/></w:pPr></w:p>'


def _mark(part: Items, place: int) -> str:
    mark = _BOX if part.mark == "box" else _run("–" if part.mark == "dash" else f"{place}.")
    return f"{mark}<w:r><w:tab/></w:r>"


def _table(table: Table, page: Page, styles: dict[str, str]) -> str:
    widths = [round(width * _TWIPS) for width in page.columns_cm(table)]
    style = styles["Document Small Cell" if table.small else "Document Cell"]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = "".join(
        _cell(_line(column.title, style, more=_CENTRED, bold=True), width, '<w:vAlign w:val="center"/>')
        for column, width in zip(table.columns, widths, strict=True)
    )
    rows = [_row(row, table.columns, widths, style) for row in table.rows]
    if not rows and table.empty:
        span = f'<w:gridSpan w:val="{len(widths)}"/>'
        rows = [f"<w:tr>{_cell(_line(table.empty, style, more=_CENTRED), sum(widths), span)}</w:tr>"]
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/>{_MARGINS}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>{''.join(rows)}</w:tbl>"
    )


def _row(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int], style: str) -> str:
    said = "".join(
        _cell(_line(words, style, more=f'<w:jc w:val="{_SIDES[column.align]}"/>'), width)
        for words, column, width in zip(cells, columns, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{said}</w:tr>"


def _cell(lines: str, width: int, more: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}</w:tcPr>{lines}</w:tc>'


def _insert_picture(made: WordFile, line: Any, picture: Picture) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415  # as above
    from docx.shared import Cm  # noqa: PLC0415

    inline = made.part.new_pic_inline(BytesIO(picture.png), width=Cm(picture.width_cm))
    inline.docPr.set("descr", picture.words)
    run, drawing = line.add_r(), OxmlElement("w:drawing")
    drawing.append(inline)
    run.append(drawing)
