"""Documents as PDF, set by Typst on the page that Decree 30/2020/NĐ-CP, Annex I asks for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from oshrisk.documents.lettering import clean
from oshrisk.documents.page import HEAD_LEFT_CM, NORMAL, SMALL, Page, fitted, head_of, page_words, subject_of
from oshrisk.documents.parts import Document, Paragraph, Part, Picture
from oshrisk.messages import Language

if TYPE_CHECKING:
    from typst import Fonts

FAMILIES: Final = ("Times New Roman", "Liberation Serif", "Tinos")  # the same widths, so that pages break alike
EMBEDDED: Final = "Libertinus Serif"  # typst brings it along


def pdf_bytes(documents: Document | Sequence[Document], language: Language = "vi") -> bytes:
    """Set documents as one PDF, the same bytes for the same documents and fonts.

    Parameters
    ----------
    documents : Document or sequence of Document
        One document, or several that are printed together: each begins a new page with number 1.
    language : {"vi", "en"}, default "vi"
        Language of the words that every official document has.

    Returns
    -------
    bytes
        A tagged PDF, its pictures described in words. Times New Roman where the machine has it with all Vietnamese
        letters, else a family of the same widths, else Libertinus Serif.
    """
    from typst import Compiler  # noqa: PLC0415  # of the extra "documents"

    every = [documents] if isinstance(documents, Document) else list(documents)
    family, fonts = _typeface()
    with TemporaryDirectory() as folder:
        root = Path(folder)
        data = {
            "documents": [_plain(document, place, root) for place, document in enumerate(every)],
            "title": clean(" ".join([every[0].title, every[0].subject]).strip()),
            "author": clean(every[0].head.office) if every[0].head else "",
            "family": family,
            "language": language,
            "left": HEAD_LEFT_CM,
            "small": SMALL,
            "normal": NORMAL,
            "words": page_words(language),
        }
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        (root / "main.typ").write_bytes(files("oshrisk").joinpath("documents", "official.typ").read_bytes())
        made = Compiler(root / "main.typ", root=root, font_paths=fonts).compile(format="pdf")
    assert isinstance(made, bytes)  # noqa: S101  # only pictures of pages come as lists
    return made


def _plain(document: Document, place: int, root: Path) -> dict[str, Any]:
    """Return a document as JSON has it; pictures are written beside."""
    page = Page(document.landscape)
    parts = [_part(fitted(part, page), f"{place}-{number}", root) for number, part in enumerate(document.parts)]
    tied = len(parts) - 1 if document.parts and isinstance(document.parts[-1], Paragraph) else len(parts)
    return {
        "title": clean(document.title),
        "subject": subject_of(document),
        "reference": clean(document.reference),
        "footer": clean(document.footer),
        "landscape": document.landscape,
        "head": None if document.head is None else asdict(head_of(document.head)),
        "parts": parts,
        "tied": tied,
    }


def _part(part: Part, name: str, root: Path) -> dict[str, Any]:
    kind = {"kind": type(part).__name__}
    if isinstance(part, Picture):
        (root / f"{name}.png").write_bytes(part.png)
        return kind | {
            "file": f"{name}.png",
            "words": part.words,
            "caption": part.caption,
            "width_cm": part.width_cm,
        }
    return kind | asdict(part)


@cache
def _typeface() -> tuple[str, Fonts]:
    """Return the first family of this machine that has all Vietnamese letters, and where it is.

    A machine may have an old and a new file of one family; a letter out of another family would show in every line.
    """
    from typst import Fonts  # noqa: PLC0415  # as above

    places = {(font.family, Path(font.path).parent) for font in Fonts().fonts() if font.path}
    for family in FAMILIES:
        for folder in sorted(path for name, path in places if name == family):
            fonts = Fonts(include_system_fonts=False, font_paths=[folder])
            if _has_vietnamese(family, fonts):
                return family, fonts
    return EMBEDDED, Fonts(include_system_fonts=False)


def _has_vietnamese(family: str, fonts: Fonts) -> bool:
    """Ask whether letters with two marks are as wide as those without: a missing letter has a width of its own."""
    from typst import Compiler  # noqa: PLC0415  # as above

    question = """
    #let width(sign) = measure(text(font: sys.inputs.family, fallback: false, weight: "bold", sign)).width
    #context [#metadata(
      "ỘẤẰỄỦ".clusters().zip("OAAEU".clusters()).all(pair => width(pair.at(0)) == width(pair.at(1)))
    )<whole>]
    """
    asked = Compiler(question.encode(), font_paths=fonts, sys_inputs={"family": family})
    return bool(json.loads(asked.query("<whole>", field="value", one=True)))
