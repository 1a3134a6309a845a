"""Documents as Word files: the office's letterhead, or the built-in one, filled in and followed by the parts."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from oshrisk.documents.letterhead import LOCALES, RULE, add_styles, letterhead, saved
from oshrisk.documents.lettering import clean, width_cm
from oshrisk.documents.page import HEAD_LEFT_CM, Page, head_of, page_words, subject_of
from oshrisk.documents.parts import Document, Letterhead
from oshrisk.documents.word_parts import add_parts, styles_of
from oshrisk.errors import OshriskError
from oshrisk.messages import Language

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from docxtpl import DocxTemplate

_BODY: Final = "\ue000body\ue000"  # a private sign that no document holds: where the parts go
_NOBODY: Final = Letterhead("", "", "", "", ())
_SHARE: Final = {"Document Office": 0.42, "Document Motto": 1.0, "Document Subject": 0.38}  # of the line above a rule
_SIZES: Final = {"Document Office": 12, "Document Motto": 13, "Document Subject": 14}
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)  # so that the same document makes the same bytes


def word_bytes(
    documents: Document | Sequence[Document], language: Language = "vi", *, template: Path | None = None
) -> bytes:
    """Set documents as one Word file, the same bytes for the same documents.

    Parameters
    ----------
    documents : Document or sequence of Document
        One document, or several that are printed together: each begins a new page with number 1. Their foot is that
        of the first.
    language : {"vi", "en"}, default "vi"
        Language of the words that every official document has.
    template : Path, optional
        The office's own letterhead: a ``.docx`` with the tags of `oshrisk.documents.letterhead`.

    Returns
    -------
    bytes
        A ``.docx`` file.

    Raises
    ------
    OshriskError
        If the letterhead is no Word file, has a tag that cannot be read, or none that says where the parts go.
    """
    from jinja2 import TemplateError  # noqa: PLC0415  # of the extra "documents"
    from lxml.etree import XMLSyntaxError  # noqa: PLC0415

    every = [documents] if isinstance(documents, Document) else list(documents)
    source = _opened(template, language)
    made = source.docx
    add_styles(made, LOCALES[language])
    blank = source.patch_xml(source.get_xml())
    try:
        _fill_feet(source, every[0])
        bodies = [_filled(source, blank, document, language) for document in every]
    except (TemplateError, XMLSyntaxError) as error:
        raise OshriskError("documents.bad_letterhead", file=template, problem=error) from error
    _join(made, bodies, every, template)
    _fit_rules(made)
    _set_properties(made, every[0])
    return _undated(saved(made))


def _opened(template: Path | None, language: Language) -> DocxTemplate:
    from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415  # as above
    from docxtpl import DocxTemplate  # noqa: PLC0415

    source = DocxTemplate(BytesIO(letterhead(language)) if template is None else template)
    try:
        source.render_init()
    except (PackageNotFoundError, zipfile.BadZipFile, OSError, KeyError, ValueError) as error:
        raise OshriskError("documents.bad_letterhead", file=template, problem=error) from error
    return source


def _context(document: Document, language: Language) -> dict[str, Any]:
    head = head_of(document.head or _NOBODY)
    words = page_words(language)
    return {
        **asdict(head),
        "head": document.head is not None,
        "signer": head.above,
        "nation": words["nation"],
        "motto": words["motto"],
        "recipients_title": words["recipients"],
        "title": clean(document.title),
        "subject": subject_of(document),
        "reference": clean(document.reference),
        "footer": clean(document.footer),
        "body": _BODY,
    }


def _filled(source: DocxTemplate, blank: str, document: Document, language: Language) -> Any:
    """Return the body of the letterhead with its tags filled in; words are escaped, never read as tags."""
    from docx.oxml import parse_xml  # noqa: PLC0415  # as above

    xml = source.render_xml_part(blank, source.docx.part, _context(document, language), _environment())
    return parse_xml(xml)


def _fill_feet(source: DocxTemplate, document: Document) -> None:
    """Fill in the tags of headers and footers."""
    context = {"footer": clean(document.footer)}
    for uri in (source.HEADER_URI, source.FOOTER_URI):
        for key, xml in list(source.build_headers_footers_xml(context, uri, _environment())):
            source.map_headers_footers_xml(key, xml)


@cache
def _environment() -> Any:
    """Return what fills in tags; it compiles a letterhead once, however many documents stand on it."""
    from jinja2 import StrictUndefined  # noqa: PLC0415  # as above
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    environment: Any = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.from_string = lru_cache(maxsize=8)(environment.from_string)
    return environment


def _join(made: WordFile, bodies: Sequence[Any], documents: Sequence[Document], template: Path | None) -> None:
    """Put the filled bodies one after the other, each a section of its own, and the parts into them."""
    from docx.oxml.ns import qn  # noqa: PLC0415  # as above

    whole, styles = made.element.body, styles_of(made)
    for child in list(whole):
        whole.remove(child)
    for place, (body, document) in enumerate(zip(bodies, documents, strict=True)):
        section = body.find(qn("w:sectPr"))
        added = [child for child in body if child is not section]
        whole.extend(added)
        marked = [line for child in added for line in child.iter(qn("w:p")) if _BODY in _text(line)]
        if not marked:
            raise OshriskError("documents.no_body", file=template)
        add_parts(made, marked[0], document, styles)
        _turn(section, document.landscape, first=place == 0)
        if place < len(documents) - 1:
            whole.append(_section_end(section))
        else:
            whole.append(section)


def _section_end(section: Any) -> Any:
    """Return the smallest line that can hold the end of a section."""
    from docx.oxml import parse_xml  # noqa: PLC0415  # as above
    from docx.oxml.ns import nsdecls  # noqa: PLC0415

    line = parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
    )
    line.pPr.append(deepcopy(section))
    return line


def _turn(section: Any, landscape: bool, *, first: bool) -> None:
    """Set the direction of a section's pages, and let its numbers begin at 1."""
    from docx.oxml import OxmlElement  # noqa: PLC0415  # as above
    from docx.oxml.ns import qn  # noqa: PLC0415

    size = section.find(qn("w:pgSz"))
    short, long = sorted(int(size.get(qn(f"w:{side}"))) for side in ("w", "h"))
    size.set(qn("w:w"), str(long if landscape else short))
    size.set(qn("w:h"), str(short if landscape else long))
    size.attrib.pop(qn("w:orient"), None)
    if landscape:
        size.set(qn("w:orient"), "landscape")
    if not first:
        start = OxmlElement("w:pgNumType")
        start.set(qn("w:start"), "1")
        section.find(qn("w:pgMar")).addnext(start)


def _fit_rules(made: WordFile) -> None:
    """Make each rule as long as Decree 30/2020 asks for: a share of the line above it."""
    from docx.oxml.ns import qn  # noqa: PLC0415  # as above

    names = {style.style_id: style.name for style in made.styles}
    for line in made.element.body.iter(qn("w:p")):
        above = line.getprevious()
        if line.pPr is None or names.get(line.style) != RULE or above is None or above.tag != qn("w:p"):
            continue
        kind = str(names.get(above.style))
        if kind in _SHARE:
            place = _place_cm(line)
            words = _text(above)
            longest = max(min(width_cm(row, _SIZES[kind]), place) for row in words.split("\n"))
            _draw_rule(line, (place - _SHARE[kind] * longest) / 2)


def _text(line: Any) -> str:
    from docx.oxml.ns import qn  # noqa: PLC0415  # as above

    return "".join("\n" if part.tag == qn("w:br") else part.text or "" for part in line.iter(qn("w:t"), qn("w:br")))


def _place_cm(line: Any) -> float:
    """Return the width [cm] of the cell that a line stands in, or of the page."""
    from docx.oxml.ns import qn  # noqa: PLC0415  # as above

    cell = next(line.iterancestors(qn("w:tc")), None)
    if cell is None:
        return Page().text_cm
    padding = 0.38  # Word's own, both sides
    return float(cell.width.cm) - padding if cell.width is not None else HEAD_LEFT_CM - padding


def _draw_rule(line: Any, indent_cm: float) -> None:
    from docx.oxml import parse_xml  # noqa: PLC0415  # as above
    from docx.oxml.ns import nsdecls  # noqa: PLC0415
    from docx.shared import Cm  # noqa: PLC0415

    properties = line.get_or_add_pPr()
    border = parse_xml(f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>')
    properties.insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    properties.ind_left = properties.ind_right = Cm(max(indent_cm, 0))


def _set_properties(made: WordFile, document: Document) -> None:
    properties = made.core_properties
    properties.title = clean(" ".join([document.title, document.subject]).strip())[:255]
    properties.author = clean(document.head.office)[:255] if document.head else ""


def _undated(packed: bytes) -> bytes:
    """Pack a Word file again without the time of day."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(packed)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _NO_DATE), old.read(name), zipfile.ZIP_DEFLATED)
    return stream.getvalue()
