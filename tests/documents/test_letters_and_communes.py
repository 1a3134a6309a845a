"""Letters go to those who are to get one, and hold no score; a commune has one page of plain questions."""

import re

import pytest

from oshrisk.documents.advice import advice_letters
from oshrisk.documents.communes import SHOWN, work_lists
from oshrisk.documents.parts import Items, Table
from oshrisk.documents.pdf import pdf_bytes
from oshrisk.documents.writing import marked
from oshrisk.issued import read_issued
from oshrisk.messages import text
from oshrisk.planning import Quarter

SCORE = re.compile(r"[Nn]hóm [ABCD]\b|chỉ số|xếp hạng|rủi ro cao|×")


@pytest.fixture(scope="module")
def issued(planned):
    return read_issued(planned, Quarter(2027, 1))


def words_of(document):
    return " ".join(str(getattr(part, "text", getattr(part, "items", ""))) for part in document.parts)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_letters_go_to_those_not_held_out(issued, language):
    made = advice_letters(issued, issued.programme, language)
    ids = issued.letters.index[issued.letters["letter"]]
    assert len(made) == len(ids)
    for enterprise_id, document in zip(ids, made, strict=True):
        assert str(enterprise_id) in document.head.addressee
        assert not SCORE.search(words_of(document))
        assert 3 <= len(next(part for part in document.parts if isinstance(part, Items)).items) <= 8
    held_out = issued.letters.index[~issued.letters["letter"]]
    addressees = " ".join(document.head.addressee for document in made)
    assert len(held_out)
    assert not any(str(name) in addressees for name in held_out)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_leaves_the_office_is_not_marked_as_internal(issued, language):
    level = text("documents.levels.team", language)
    for made in (advice_letters(issued, issued.programme, language), work_lists(issued, language)):
        shown = marked(made, f"{level} · 2027Q1", language, simulated=True)
        assert shown
        assert not any(level in document.footer for document in shown)
        assert all(text("report.simulated_short", language) in document.footer for document in shown)


def test_a_letter_is_one_page(issued):
    made = advice_letters(issued, issued.programme)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf_bytes(made))) == len(made)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_commune_has_one_page_and_no_scores(issued, language):
    made = work_lists(issued, language)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf_bytes(made, language))) == len(made)
    for document in made:
        table = next(part for part in document.parts if isinstance(part, Table))
        assert 1 <= len(table.rows) <= SHOWN
        assert all(any("☐" in cell for cell in row) for row in table.rows)  # something to tick for everybody
        assert not SCORE.search(" ".join(cell for row in table.rows for cell in row))


def test_what_is_known_is_not_asked(issued):
    names = issued.registry["enterprises"].set_index("name")["enterprise_id"]
    for document in work_lists(issued)[:10]:
        table = next(part for part in document.parts if isinstance(part, Table))
        for row in table.rows:
            owner = names[row[1].split("\n")[0]]
            known = issued.features.at[owner, "workers"] == issued.features.at[owner, "workers"]
            assert ("☐" in row[3]) == (not known)
