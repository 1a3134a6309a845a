"""The proposal and the plan state the figures of the list, the law in force, what is not known and who decided what."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from oshrisk.documents.decisions import decision_lines
from oshrisk.documents.figures import plan_figures
from oshrisk.documents.grounds import ground_lines, grounds, unread
from oshrisk.documents.pdf import pdf_bytes
from oshrisk.documents.plan_text import plan_text
from oshrisk.documents.proposal import proposal
from oshrisk.documents.sources import source_of
from oshrisk.planning import Quarter
from oshrisk.reference.communes import communes

from .plans import ON, QUARTER
from .reading import tables_of, words_of
from .test_pdf import pages_of


@pytest.fixture(scope="module")
def source(planned):
    return source_of(planned, QUARTER, ON)


def test_it_states_what_the_list_has(source):
    issued, words = source.issued, words_of(proposal(source, "vi"))
    figures = plan_figures(issued, "vi")
    assert int(figures["listed"]) == len(issued.visits)
    assert sum(int(figures[name]) for name in ("must", "sign", "risk", "random", "decided")) == len(issued.visits)
    for name in ("listed", "used", "capacity", "in_draw", "silent", "share"):
        assert figures[name] in words
    assert "không có nghĩa là an toàn" in words


def test_decisions_are_told_with_reason_and_price(source):
    words = words_of(proposal(source, "vi"))
    dropped = source.decisions["enterprise_id"].iloc[0]
    name = source.issued.registry["enterprises"].set_index("enterprise_id").at[dropped, "name"]
    assert f"Bỏ {name} khỏi danh sách (đã đóng cửa hoặc ngừng hoạt động)" in words
    assert "vi phạm nghiêm trọng so với trước" in words


def test_without_a_ledger_nobody_has_decided_anything(source, tmp_path):
    nowhere = replace(source.workspace, folder=tmp_path)
    words = words_of(proposal(replace(source, workspace=nowhere), "vi"))
    assert "không có quyết định điều chỉnh" in words


def test_no_enterprise_has_a_score_in_it(source):
    for document in (proposal(source, "vi"), plan_text(source, "vi")):
        assert "(×" not in words_of(document)
        assert "Chỉ số rủi ro" not in words_of(document)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_method_fits_a_page(source, language):
    undecided = replace(source, workspace=replace(source.workspace, folder=source.workspace.folder / "nowhere"))
    assert len(pages_of(pdf_bytes(proposal(undecided, language), language))) == 1


def test_the_plan_says_what_each_team_does(source):
    rows = tables_of(plan_text(source, "vi"))[0]
    assert sum(int(row["Số cơ sở"]) for row in rows) == len(source.issued.visits)


def test_grounds_are_the_law_of_the_day():
    now = " ".join(grounds(Quarter.parse("2027Q1"), "vi"))
    assert "Nghị định số 217/2025/NĐ-CP" in now
    assert "Điều 4 Nghị quyết số 198/2025/QH15" in now
    before = " ".join(grounds(Quarter.parse("2024Q1"), "vi"))
    assert "217/2025" not in before
    assert "Luật Thanh tra số 11/2022/QH15" in before


@pytest.mark.parametrize(("language", "article"), [("vi", r"Điều (\d+)"), ("en", r"Art\. (\d+)")])
@pytest.mark.parametrize("quarter", ["2025Q4", "2027Q1"])
def test_articles_stand_in_the_order_of_the_law_and_once(quarter, language, article):
    for ground in grounds(Quarter.parse(quarter), language):
        numbers = [int(number) for number in re.findall(article, ground)]
        assert numbers == sorted(numbers)
        places = ground.split("; ")
        assert len(places) == len(set(places))


def test_grounds_are_set_as_the_decree_on_clerical_work_says():
    lines = ground_lines(Quarter.parse("2027Q1"), "vi")
    assert {line.look for line in lines} == {"ground"}
    assert [line.text[-1] for line in lines] == [";"] * (len(lines) - 1) + ["."]
    assert "Điều 11; Điều 13" in lines[1].text  # a clause of Article 11 is not named beside the whole of it


def test_a_deferral_names_the_quarter_in_words(source):
    decided = source.decisions.assign(action="defer", value="2027Q2")
    lines = decision_lines(SimpleNamespace(issued=source.issued, decisions=decided), "vi")
    assert lines
    assert all("sang quý II năm 2027" in line for line in lines)


def test_the_plan_names_communes_in_the_order_of_the_register_of_communes(source):
    order = list(communes("dien_bien")["name"])
    for row in tables_of(plan_text(source, "vi"))[0]:
        places = [order.index(name) for name in row["Xã, phường"].split(", ")]
        assert places == sorted(places)


def test_what_nobody_has_read_is_named():
    assert unread(Quarter.parse("2027Q1"), "vi") == ["Điều 4 Nghị quyết 198/2025/QH15 (đọc ở nguồn thứ cấp)"]
    assert len(unread(Quarter.parse("2024Q1"), "vi")) > 3
