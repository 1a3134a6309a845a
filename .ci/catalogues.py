"""Collect the desk's messages and compile their translations: ``python .ci/catalogues.py``; no gettext is needed.

The messages stand in English in templates and code. The Vietnamese ones stand in ``django.po``, to be edited by hand;
``django.mo``, which Django reads, is made from it. A test holds both to what this writes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize

DESK = Path(__file__).parents[1] / "oshrisk" / "desk"
PO = DESK / "locale" / "vi" / "LC_MESSAGES" / "django.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None}


def collected() -> Catalog:
    """Return the Vietnamese catalogue with exactly the messages of templates and code."""
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="vi")
    template = Catalog(locale="vi", header_comment=catalogue.header_comment, creation_date=catalogue.creation_date)
    for message in _messages():
        template.add(message)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """Write a catalogue for people to edit, sorted."""
    written = io.BytesIO()
    write_po(written, catalogue, sort_output=True, width=120, include_lineno=False)
    return written.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Write a catalogue for Django to read."""
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def _messages() -> Iterator[str | tuple[str, ...]]:
    for file in sorted([*DESK.rglob("*.py"), *DESK.rglob("*.html")]):
        source = file.read_text(encoding="utf-8")
        if file.suffix == ".html":
            source = templatize(source, origin=str(file))
        for _, message, _, _ in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            yield message


def main() -> None:
    """Write both files."""
    catalogue = collected()
    PO.write_bytes(as_po(catalogue))
    PO.with_suffix(".mo").write_bytes(as_mo(catalogue))
    for message in catalogue:
        if message.id and not any(message.string if isinstance(message.string, tuple) else (message.string,)):
            print(f"not translated: {message.id}")


if not settings.configured:
    settings.configure(USE_I18N=True)

if __name__ == "__main__":
    main()
