"""Word files: the page of Decree 30/2020, Annex I, words as they are, and the office's letterhead if it has one."""

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt

from oshrisk.documents.letterhead import letterhead
from oshrisk.documents.parts import Document, Letterhead, PageBreak, Paragraph, Table
from oshrisk.documents.word import word_bytes
from oshrisk.errors import OshriskError

from .samples import COLUMNS, HEAD, LONG, NASTY, document


def opened(content):
    return docx.Document(io.BytesIO(content))


def lines_of(file):
    lines = file.element.body.iter(qn("w:p"))
    return ["".join(text.text or "" for text in line.iter(qn("w:t"))) for line in lines]


def looks_of(file, words):
    """The size, weight and slope of the style of the line with these words."""
    line = next(line for line in file.element.body.iter(qn("w:p")) if words in "".join(line.itertext()))
    font = next(style for style in file.styles if style.style_id == line.style).font
    return font.name, font.size, bool(font.bold), bool(font.italic)


@pytest.fixture(scope="module")
def written(png):
    return word_bytes([document(png), document(png, head=None, landscape=True)])


def test_the_same_documents_make_the_same_bytes(written, png):
    assert word_bytes([document(png), document(png, head=None, landscape=True)]) == written


@pytest.mark.parametrize(
    ("words", "size", "bold", "italic"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True, False),
        ("Độc lập - Tự do - Hạnh phúc", 13, True, False),
        ("SỞ NỘI VỤ", 12, True, False),
        ("Số:", 13, False, False),
        ("tháng 12 năm 2026", 13, False, True),
        ("TỜ TRÌNH", 14, True, False),
        ("Về việc phê duyệt", 14, True, False),
        ("Căn cứ Luật", 13, False, False),
        ("PHÓ GIÁM ĐỐC", 13, True, False),
        ("Nơi nhận", 12, True, True),
        ("Như trên", 11, False, False),
    ],
)
def test_letters_are_those_of_the_decree(written, words, size, bold, italic):
    assert looks_of(opened(written), words) == ("Times New Roman", Pt(size), bold, italic)


def test_body_is_justified_with_a_first_line_and_a_gap(written):
    form = opened(written).styles["Document Body"].paragraph_format
    assert form.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.JUSTIFY
    assert round(form.first_line_indent.cm, 2) == 1.27
    assert form.space_after >= Pt(6)
    assert 1 <= form.line_spacing <= 1.5


def test_pages_are_a4_with_the_margins_of_the_decree(written):
    upright, turned = opened(written).sections
    assert (round(upright.page_width.cm, 1), round(upright.page_height.cm, 1)) == (21.0, 29.7)
    assert (round(turned.page_width.cm, 1), round(turned.page_height.cm, 1)) == (29.7, 21.0)
    for section in (upright, turned):
        assert 2 <= round(section.top_margin.cm, 2) <= 2.5
        assert 2 <= round(section.bottom_margin.cm, 2) <= 2.5
        assert 3 <= round(section.left_margin.cm, 2) <= 3.5
        assert 1.5 <= round(section.right_margin.cm, 2) <= 2


def test_page_number_begins_on_the_second_page_of_each_document(written):
    first, second = opened(written).sections
    assert first.different_first_page_header_footer
    assert [line.text for line in first.first_page_header.paragraphs] == [""]
    assert "PAGE" in "".join(first.header._element.itertext())
    assert second._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_the_foot_is_on_every_page(written):
    section = opened(written).sections[0]
    for foot in (section.footer, section.first_page_footer):
        assert [line.text for line in foot.paragraphs] == ["MÔ PHỎNG"]


def test_heading_of_a_table_is_repeated_and_rows_stay_whole(written):
    table = next(table for table in opened(written).tables if table.rows[0].cells[0].text == "STT")
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_names_that_look_like_markup_come_through(written):
    lines = lines_of(opened(written))
    assert sum(NASTY in line for line in lines) >= 4  # a paragraph, an item and a cell, in two documents
    assert "a" * 120 in [line.replace("\u200b", "") for line in lines]
    assert LONG.strip() in [line.strip() for line in lines]


def test_markup_in_the_head_comes_through():
    head = Letterhead(NASTY, NASTY, NASTY, NASTY, (NASTY.upper(),), (NASTY,), NASTY)
    lines = lines_of(opened(word_bytes(Document(NASTY, NASTY, (), head))))
    assert "".join(lines).replace(" ", "").count(NASTY.replace(" ", "")) == 8  # long lines are broken at spaces


def test_an_empty_table_says_so():
    file = opened(word_bytes(Document("A", "", (Table(COLUMNS, (), "Không có cơ sở nào."),))))
    assert [[cell.text for cell in row.cells] for row in file.tables[0].rows][1][0] == "Không có cơ sở nào."


def test_pictures_are_described(written):
    described = [node.get("descr") for node in opened(written).element.body.iter(qn("wp:docPr"))]
    assert described == ["Một chấm đen"] * 2


def test_a_letter_has_its_subject_below_the_number():
    lines = lines_of(opened(word_bytes(Document("", "V/v tự kiểm tra", (Paragraph("Kính gửi"),), HEAD))))
    assert lines.index("V/v tự kiểm tra") == lines.index("Số:      /TTr-SNV") + 1


def test_a_working_paper_has_no_letterhead(png):
    lines = lines_of(opened(word_bytes(document(png, head=None))))
    assert not any("CỘNG HÒA" in line or "Nơi nhận" in line for line in lines)


def test_a_page_break_begins_a_page():
    file = opened(word_bytes(Document("A", "", (Paragraph("một"), PageBreak(), Paragraph("hai")))))
    assert len(list(file.element.body.iter(qn("w:pageBreakBefore")))) == 1


def test_the_file_says_nothing_of_the_time_or_of_the_program(written):
    with zipfile.ZipFile(io.BytesIO(written)) as packed:
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980}
        core = packed.read("docProps/core.xml").decode()
    assert "python-docx" not in core
    assert "2013" not in core
    assert "SỞ NỘI VỤ" in core


class TestOwnLetterhead:
    """The office may bring its own."""

    def test_it_is_filled_in_and_its_styles_stay(self, tmp_path):
        own = docx.Document(io.BytesIO(letterhead()))
        own.paragraphs[0].insert_paragraph_before("Biểu trưng của Sở")
        own.styles["Document Body"].font.size = Pt(15)
        own.save(tmp_path / "own.docx")
        shown = Document("KẾ HOẠCH", "Quý I", (Paragraph("Nội dung"),), HEAD)
        file = opened(word_bytes([shown, shown], template=tmp_path / "own.docx"))
        assert lines_of(file).count("Biểu trưng của Sở") == 2
        assert looks_of(file, "Nội dung")[1] == Pt(15)

    def test_plain_word_files_need_only_the_body(self, tmp_path):
        own = docx.Document()
        own.add_paragraph("SỞ NỘI VỤ – mẫu riêng")
        own.add_paragraph("{{ title }}: {{ subject }}")
        own.add_paragraph("{{ body }}")
        own.save(tmp_path / "own.docx")
        file = opened(word_bytes(Document("BÁO CÁO", NASTY, (Paragraph("một"),)), template=tmp_path / "own.docx"))
        assert [line for line in lines_of(file) if line][-1] == "một"
        assert any(line.startswith("BÁO CÁO: Công ty <b>") for line in lines_of(file))

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ("{{ title }}", "documents.no_body"),
            ("{{ nothing }} {{ body }}", "documents.bad_letterhead"),
            ("{{ body", "documents.bad_letterhead"),
            ("{% if %}", "documents.bad_letterhead"),
        ],
    )
    def test_mistakes_are_told(self, tmp_path, words, code):
        own = docx.Document()
        own.add_paragraph(words)
        own.save(tmp_path / "own.docx")
        with pytest.raises(OshriskError) as told:
            word_bytes(Document("A", ""), template=tmp_path / "own.docx")
        assert told.value.code == code
        assert str(told.value)

    @pytest.mark.parametrize("content", [b"no Word file", None])
    def test_what_is_no_word_file_is_refused(self, tmp_path, content):
        file = tmp_path / "own.docx"
        if content:
            file.write_bytes(content)
        with pytest.raises(OshriskError) as told:
            word_bytes(Document("A", ""), template=file)
        assert told.value.code == "documents.bad_letterhead"
