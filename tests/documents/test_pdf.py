"""PDF files: the page of Decree 30/2020, Annex I, all words readable, whatever they look like."""

import io

import pypdf
import pytest

from oshrisk.documents.parts import Document, Letterhead, Paragraph, Table
from oshrisk.documents.pdf import pdf_bytes

from .samples import COLUMNS, HEAD, LONG, NASTY, document, rows


def pages_of(content):
    return pypdf.PdfReader(io.BytesIO(content)).pages


def packed(words):
    """Words without the spaces and line breaks that setting them adds."""
    return "".join(words.replace("\u200b", "").split())


@pytest.fixture(scope="module")
def written(png):
    return pdf_bytes([document(png, count=60), document(png, head=None, landscape=True)])


def test_the_same_documents_make_the_same_bytes(written, png):
    assert pdf_bytes([document(png, count=60), document(png, head=None, landscape=True)]) == written


def test_names_that_look_like_markup_come_through(written):
    whole = packed("".join(page.extract_text() for page in pages_of(written)))
    assert whole.count(packed(NASTY)) == 20  # 2 paragraphs, 2 items, 15 and 1 of the rows
    assert packed(LONG) in whole
    assert "a" * 120 in whole


def test_markup_in_the_head_comes_through():
    head = Letterhead(NASTY, NASTY, NASTY, NASTY, (NASTY.upper(),), (NASTY,), NASTY)
    whole = packed(pages_of(pdf_bytes(Document(NASTY, NASTY, (), head)))[0].extract_text())
    assert whole.count(packed(NASTY)) >= 5  # halves of the head stand beside each other


def test_pages_are_a4_and_numbered_from_the_second_of_each_document(written):
    pages = pages_of(written)
    sizes = [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages]
    turned = sizes.index((842, 595))
    assert set(sizes[:turned]) == {(595, 842)}
    assert set(sizes[turned:]) == {(842, 595)}
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in pages[0].extract_text()
    tops = [page.extract_text().strip().split("\n")[0] for page in pages]
    assert tops[1:turned] == [str(number) for number in range(2, turned + 1)]
    assert not tops[turned].isdigit()
    assert tops[turned + 1] == "2"


def test_every_page_has_the_foot_and_every_page_of_a_table_its_heading():
    table = Document("A", "", (Table(COLUMNS, rows(300)),), footer="MÔ PHỎNG")
    pages = [page.extract_text() for page in pages_of(pdf_bytes(table))]
    assert len(pages) > 10
    assert all("MÔ PHỎNG" in page and "Tên đơn vị" in page for page in pages)


def test_nothing_is_set_outside_of_the_margins(written):
    for page in pages_of(written):
        places = []
        page.extract_text(visitor_text=lambda words, cm, tm, *_, to=places: to.append((tm[4] * cm[0] + cm[4], words)))
        assert all(x >= 3 / 2.54 * 72 - 1 for x, words in places if words.strip())
        assert all(x <= float(page.mediabox.width) - 1.5 / 2.54 * 72 for x, words in places if words.strip())


def test_an_empty_table_says_so():
    shown = pages_of(pdf_bytes(Document("A", "", (Table(COLUMNS, (), "Không có cơ sở nào."),))))[0].extract_text()
    assert "Không có cơ sở nào." in shown


def test_it_is_tagged_and_speaks_its_language(written):
    root = pypdf.PdfReader(io.BytesIO(written)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "vi"
    assert "/StructTreeRoot" in root


def test_english_has_english_standing_words():
    shown = pages_of(pdf_bytes(Document("PLAN", "", (Paragraph("x"),), HEAD), "en"))[0].extract_text()
    assert "SOCIALIST REPUBLIC OF VIET NAM" in shown
    assert "Recipients:" in shown
