"""The letterhead of Decree 30/2020/NĐ-CP, Annex I as a Word file with tags, for an office to use or to make its own.

The tags are those of docxtpl: ``{{ office }}``, ``{{ title }}`` …; ``{{ body }}``, a paragraph of its own, is where the
document's parts go. An office that has its own letterhead puts the same tags into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from oshrisk.documents.page import BOTTOM_CM, HEAD_LEFT_CM, LEFT_CM, RIGHT_CM, TOP_CM, Page
from oshrisk.messages import Language

if TYPE_CHECKING:
    from docx.document import Document as WordFile

FONT: Final = "Times New Roman"
RULE: Final = "Document Rule"  # an empty line whose upper border is the rule below an office, a motto, a subject
LOCALES: Final[dict[Language, str]] = {"vi": "vi-VN", "en": "en-GB"}


class Look(NamedTuple):
    """How a style of paragraphs is set: sizes and gaps [pt], indents [cm]."""

    size: float
    align: str = "LEFT"
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 0
    left: float = 0
    first: float = 0
    lines: float = 1.0
    stays: bool = False


STYLES: Final[dict[str, Look]] = {
    "Document Body": Look(13, "JUSTIFY", after=6, first=1.27),
    "Document Ground": Look(13, "JUSTIFY", italic=True, after=6, first=1.27),
    "Document Plain": Look(13, "JUSTIFY", after=6),
    "Document Strong": Look(13, bold=True, after=6, stays=True),
    "Document Centre": Look(13, "CENTER", after=6),
    "Document Note": Look(11, italic=True, after=6),
    "Document Alarm": Look(13, "CENTER", bold=True, after=6),
    "Document Item": Look(13, "LEFT", after=4, left=1.27, first=-0.6),
    "Document Cell": Look(11, before=1, after=1),
    "Document Small Cell": Look(9, before=1, after=1),
    "Document Caption": Look(11, "CENTER", italic=True, after=6),
    "Document Picture": Look(11, "CENTER", before=4, stays=True),
    "Document Parent": Look(12, "CENTER"),
    "Document Office": Look(12, "CENTER", bold=True),
    "Document Nation": Look(12, "CENTER", bold=True),
    "Document Motto": Look(13, "CENTER", bold=True),
    "Document Number": Look(13, "CENTER", before=2),
    "Document About": Look(12, "CENTER"),
    "Document Date": Look(13, "CENTER", italic=True, before=2),
    "Document Title": Look(14, "CENTER", bold=True, before=14),
    "Document Subject": Look(14, "CENTER", bold=True),
    "Document Reference": Look(13, "CENTER", italic=True, before=2, after=6),
    "Document Addressee": Look(14, "CENTER", before=8, after=8),
    "Document Recipients": Look(12, bold=True, italic=True),
    "Document Recipient": Look(11),
    "Document Signer": Look(13, "CENTER", bold=True),
    RULE: Look(2, before=3, after=4),
    "Heading 1": Look(13, bold=True, before=8, after=6, stays=True),
    "Heading 2": Look(13, bold=True, italic=True, before=6, after=6, stays=True),
}

_LEFT: Final = (
    ("{%p if parent_body %}", "Document Parent"),
    ("{{ parent_body }}", "Document Parent"),
    ("{%p endif %}", "Document Parent"),
    ("{{ office }}", "Document Office"),
    ("", RULE),
)
_RIGHT: Final = (("{{ nation }}", "Document Nation"), ("{{ motto }}", "Document Motto"), ("", RULE))
_NUMBER: Final = (
    ("{{ number }}", "Document Number"),
    ("{%p if not title %}", "Document About"),
    ("{{ subject }}", "Document About"),
    ("{%p endif %}", "Document About"),
)
_DATE: Final = (("{{ place_and_date }}", "Document Date"),)
_MIDDLE: Final = (
    ("{%p if title %}", "Document Title"),
    ("{{ title }}", "Document Title"),
    ("{%p if subject %}", "Document Subject"),
    ("{{ subject }}", "Document Subject"),
    ("{%p if head %}", "Document Subject"),
    ("", RULE),
    ("{%p endif %}", "Document Subject"),
    ("{%p endif %}", "Document Subject"),
    ("{%p endif %}", "Document Subject"),
    ("{%p if reference %}", "Document Reference"),
    ("{{ reference }}", "Document Reference"),
    ("{%p endif %}", "Document Reference"),
    ("{%p if addressee %}", "Document Addressee"),
    ("{{ addressee }}", "Document Addressee"),
    ("{%p endif %}", "Document Addressee"),
    ("{{ body }}", "Document Body"),
)
_RECIPIENTS: Final = (
    ("{%p if recipients %}", "Document Recipients"),
    ("{{ recipients_title }}", "Document Recipients"),
    ("{%p for line in recipients %}", "Document Recipient"),
    ("- {{ line }}", "Document Recipient"),
    ("{%p endfor %}", "Document Recipient"),
    ("{%p endif %}", "Document Recipient"),
    ("", "Document Recipient"),
)
_SIGNER: Final = (
    ("{%p for line in signer %}", "Document Signer"),
    ("{{ line }}", "Document Signer"),
    ("{%p endfor %}", "Document Signer"),
    *[("", "Document Signer")] * 4,
    ("{{ name }}", "Document Signer"),
)


@cache  # a hundred letters are on one
def letterhead(language: Language = "vi") -> bytes:
    """Make the built-in letterhead as a Word file with tags.

    Parameters
    ----------
    language : {"vi", "en"}, default "vi"
        Language that Word checks the spelling of.

    Returns
    -------
    bytes
        A ``.docx`` file: styles, page, head, signature, page number, and the tags of `oshrisk.documents.word`.
    """
    from docx import Document as new_file  # noqa: PLC0415, N813  # of the extra "documents"

    file = new_file()
    _set_settings(file)
    for name in ("Heading 1", "Heading 2"):
        file.styles[name].delete()  # python-docx brings blue ones
    _set_style(file.styles["Normal"], "Normal", Look(13), LOCALES[language])  # of what people write themselves
    add_styles(file, LOCALES[language])
    _set_page(file)
    _add_lines(file, [("{%p if head %}", "Document Body")])
    _add_grid(file, [[_LEFT, _RIGHT], [_NUMBER, _DATE]])
    _add_lines(file, [("{%p endif %}", "Document Body"), *_MIDDLE, ("{%p if head %}", "Document Body")])
    _add_grid(file, [[_RECIPIENTS, _SIGNER]])
    _add_lines(file, [("{%p endif %}", "Document Body")])
    return saved(file)


def add_styles(file: WordFile, locale: str) -> None:
    """Add the styles that a file lacks; those that it has stay as its office made them.

    Parameters
    ----------
    file : docx.document.Document
        A Word file.
    locale : str
        Language that Word checks the spelling of: ``"vi-VN"``.
    """
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415  # as above

    have = {style.name for style in file.styles}
    for name, look in STYLES.items():
        if name not in have:
            style = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("Heading"))
            style.quick_style = True
            _set_style(style, name, look, locale)


def saved(file: WordFile) -> bytes:
    """Return the bytes of a Word file.

    Parameters
    ----------
    file : docx.document.Document
        The file.

    Returns
    -------
    bytes
    """
    stream = BytesIO()
    file.save(stream)
    return stream.getvalue()


def _set_style(style: Any, name: str, look: Look, locale: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415  # as above
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Cm, Pt  # noqa: PLC0415

    style.font.name, style.font.size = FONT, Pt(look.size)
    style.font.bold, style.font.italic = look.bold, look.italic
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:eastAsia", "w:cs"):
        fonts.set(qn(kind), FONT)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), locale)
    style.element.rPr.append(spoken)
    form = style.paragraph_format
    form.alignment = getattr(WD_ALIGN_PARAGRAPH, look.align)
    form.space_before, form.space_after, form.line_spacing = Pt(look.before), Pt(look.after), look.lines
    form.left_indent, form.first_line_indent = Cm(look.left), Cm(look.first)
    form.keep_with_next = look.stays
    if name.startswith("Heading"):
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(int(name[-1]) - 1))
        style.element.get_or_add_pPr().append(level)


def _set_settings(file: WordFile) -> None:
    """Say that the file is of today's Word, and take out what python-docx says of itself."""
    from docx.oxml import OxmlElement  # noqa: PLC0415  # as above
    from docx.oxml.ns import qn  # noqa: PLC0415

    element = file.settings.element
    for old in element.findall(qn("w:compat")):
        element.remove(old)
    compat, mode = OxmlElement("w:compat"), OxmlElement("w:compatSetting")
    mode.set(qn("w:name"), "compatibilityMode")
    mode.set(qn("w:uri"), "http://schemas.microsoft.com/office/word")
    mode.set(qn("w:val"), "15")
    compat.append(mode)
    after = element.find(qn("w:rsids"))  # the schema wants an order
    element.append(compat) if after is None else after.addprevious(compat)
    for name in ("created", "modified", "lastModifiedBy", "revision", "description", "keywords"):
        for entry in [child for child in file.core_properties._element if child.tag.endswith("}" + name)]:
            file.core_properties._element.remove(entry)


def _set_page(file: WordFile) -> None:
    from docx.shared import Cm  # noqa: PLC0415  # as above

    section, page = file.sections[0], Page()
    section.page_width, section.page_height = Cm(page.width_cm), Cm(page.height_cm)
    section.top_margin, section.bottom_margin = Cm(TOP_CM), Cm(BOTTOM_CM)
    section.left_margin, section.right_margin = Cm(LEFT_CM), Cm(RIGHT_CM)
    section.header_distance = section.footer_distance = Cm(1)
    section.different_first_page_header_footer = True
    _add_page_number(section.header.paragraphs[0])
    for foot in (section.footer, section.first_page_footer):
        foot.paragraphs[0].style = file.styles["Document Small Cell"]
        foot.paragraphs[0].add_run("{{ footer }}")
    section.first_page_header.paragraphs[0].text = ""  # the number begins on the second page


def _add_page_number(paragraph: Any) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415  # as above
    from docx.oxml.ns import qn  # noqa: PLC0415

    paragraph.style = "Document Centre"
    for kind, code in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        paragraph.add_run()._r.append(element)


def _add_lines(place: Any, lines: Sequence[tuple[str, str]]) -> None:
    for words, style in lines:
        place.add_paragraph(words, style)


def _add_grid(file: WordFile, rows: Sequence[Sequence[Sequence[tuple[str, str]]]]) -> None:
    """Add a table without rules: the two halves of the head, and of the end."""
    from docx.oxml import OxmlElement  # noqa: PLC0415  # as above
    from docx.shared import Cm  # noqa: PLC0415  # as above

    table = file.add_table(rows=len(rows), cols=2)
    table.autofit = False
    widths = (HEAD_LEFT_CM, Page().text_cm - HEAD_LEFT_CM)
    for row, line in zip(table.rows, rows, strict=True):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, lines, width in zip(row.cells, line, widths, strict=True):
            cell.width = Cm(width)
            cell._element.remove(cell.paragraphs[0]._p)
            _add_lines(cell, lines)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
