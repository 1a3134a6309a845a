"""A document as HTML: meaning in the tags, nothing of the content read as one."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from oshrisk.documents.html import html_fragment
from oshrisk.documents.lettering import clean
from oshrisk.documents.parts import Column, Document, Heading, Items, Paragraph, Picture, Table

_EXPECTED = {
    *("article", "h2", "h3", "p", "br", "ul", "li", "figure", "img", "figcaption"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


class Reader(HTMLParser):
    """Gathers tags with their attributes, and words."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


@given(st.text())
def test_no_word_becomes_a_tag(words):
    shown = Document(
        words,
        words,
        (
            Heading(words),
            Paragraph(words),
            Items((words,)),
            Table((Column(words, 1),), [[words]]),
            Picture(b"png", words, words),
        ),
        footer=words,
    )
    tags = {tag for tag, _ in Reader(html_fragment(shown)).tags}
    assert tags <= _EXPECTED


def test_headings_tables_lists_and_pictures_say_what_they_are():
    table = Table((Column("STT", 1, "centre"), Column("Tên", 3)), [["1", "Cơ sở <A>"]])
    shown = Reader(
        html_fragment(
            Document("KẾ HOẠCH", "Quý I", (Heading("I"), table, Items(("x",), "number"), Picture(b"1", 'Bản "đồ"')))
        )
    )
    named = [tag for tag, _ in shown.tags]
    assert [tag for tag in named if tag in ("h2", "h3")] == ["h2", "h3"]
    assert [attributes for tag, attributes in shown.tags if tag == "th"] == [{"scope": "col"}] * 2
    assert ("ol", {"class": "document-number"}) in shown.tags
    assert next(attributes for tag, attributes in shown.tags if tag == "img")["alt"] == 'Bản "đồ"'
    assert "Cơ sở <A>" in shown.words


def test_an_empty_table_says_so():
    shown = Reader(html_fragment(Document("A", "", (Table((Column("STT", 1), Column("Tên", 3)), (), "Không có."),))))
    assert ("td", {"colspan": "2"}) in shown.tags
    assert "Không có." in shown.words


@given(st.text(min_size=1))
def test_words_come_through_whole(words):
    shown = Reader(html_fragment(Document("", "", (Paragraph(words),))))
    assert shown.words == clean(words).replace("\n", "")
