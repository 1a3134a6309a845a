"""Words are cleaned, measured and broken as a page needs it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oshrisk.documents.lettering import balanced, breakable, clean, width_cm


@given(st.text())
def test_clean_words_can_stand_in_xml(words):
    kept = clean(words)
    assert clean(kept) == kept
    assert all(sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs") for sign in kept)


def test_vietnamese_letters_become_one_sign_each():
    assert clean(unicodedata.normalize("NFD", "Ưỡng Ẩn Điện")) == "Ưỡng Ẩn Điện"


@given(st.lists(st.text("aăâbcđêơưỂỖẠ", min_size=1), min_size=1), st.floats(0.5, 20))
def test_balanced_lines_keep_every_word(words, width):
    assert balanced(" ".join(words), width, 12).replace("\n", " ").split() == words


@pytest.mark.parametrize("words", ["Sở Nội vụ", "0123456789-001"])
def test_marks_do_not_widen_a_line(words):
    assert width_cm(words, 12) == width_cm(unicodedata.normalize("NFD", words), 12) > 0


@given(st.text("ab ơ\n", max_size=60), st.floats(0.2, 5))
def test_a_breakable_line_reads_the_same(words, width):
    assert breakable(words, width, 11).replace("\u200b", "") == words
