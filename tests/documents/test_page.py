"""The page that Word and PDF share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oshrisk.documents.lettering import width_cm
from oshrisk.documents.page import NORMAL, Page, fitted, head_of, subject_of
from oshrisk.documents.parts import Column, Document, Letterhead, Picture, Table

WORDS = st.text("aăđêuộWi ", max_size=30)


@given(st.lists(st.tuples(st.floats(0.2, 9), WORDS, WORDS), min_size=1, max_size=14), st.booleans())
def test_columns_fill_the_page_and_keep_most_of_their_width(columns, landscape):
    page = Page(landscape)
    table = Table([Column(title, width) for width, title, _ in columns], [[cell for _, _, cell in columns]])
    wished, given_ = page.columns_cm(table), [column.width for column in fitted(table, page).columns]
    assert sum(given_) == pytest.approx(page.text_cm)
    assert all(after >= 0.69 * before for before, after in zip(wished, given_, strict=True))


def test_a_column_is_widened_for_its_longest_word():
    table = Table([Column("Tên", 10), Column("Dấu", 1)], [["một hai", "Construction"]])
    shown = fitted(table, Page())
    assert "\u200b" not in shown.rows[0][1]
    assert shown.columns[1].width >= width_cm("Construction", NORMAL)


@pytest.mark.parametrize(("landscape", "wish", "width"), [(False, 30.0, 16.5), (True, 30.0, 24.6), (False, 5.0, 5.0)])
def test_pictures_stay_on_the_page(png, landscape, wish, width):
    assert fitted(Picture(png, "x", width_cm=wish), Page(landscape)).width_cm == pytest.approx(width, abs=0.7)


def test_the_last_line_of_a_signer_may_be_a_name():
    head = Letterhead("A", "B", "1", "x", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Văn Ẩn"))
    assert (head_of(head).above, head_of(head).name) == (["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "Nguyễn Văn Ẩn")
    assert head_of(Letterhead("A", "B", "1", "x", ("GIÁM ĐỐC",))).name == ""


def test_a_long_subject_is_broken_evenly():
    first, second = subject_of(Document("A", "Về việc phê duyệt Kế hoạch kiểm tra " * 3)).split("\n")
    assert abs(len(first) - len(second)) < 20
