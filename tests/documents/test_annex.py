"""The annex says of a visit what its readers may know, and no more."""

from dataclasses import replace

import pytest

from oshrisk.documents.annex import annex
from oshrisk.documents.sources import LEVELS, source_of
from oshrisk.features.wording import number_text
from oshrisk.messages import catalogue

from .plans import ON, QUARTER
from .reading import tables_of, words_of


@pytest.fixture(scope="module")
def issued(planned):
    return source_of(planned, QUARTER, ON).issued


@pytest.fixture(scope="module")
def household(issued):
    """The list as if its first visit were to a household business on a complaint."""
    tables = dict(issued.registry.tables)
    first = issued.visits.index[0]
    firms = tables["enterprises"].copy()
    mine = firms["enterprise_id"].eq(first)
    firms.loc[mine, "legal_form"] = "household"
    firms.loc[mine, "name"] = "Hộ kinh doanh Lò Thị Ưỡng"
    firms.loc[mine, "address"] = "Số 7, tổ dân phố 3"
    tables["enterprises"] = firms
    known = replace(issued.registry, tables=tables)
    visits = issued.visits.copy()
    visits.loc[first, ["reason", "rule_id"]] = ["complaint", "R5.2a"]
    return replace(issued, ranking=replace(issued.ranking, known=known), visits=visits)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_columns_are_those_of_printed_plans(issued, language):
    titles = catalogue("report", language)["sheets"]["list"]["columns"]
    printed = (
        *("number", "name", "tax_code", "address", "sector", "content", "period", "announced_on", "length", "mode"),
        *("lead", "together", "ground", "overlap"),
    )
    for level in ("public", "team"):
        table = annex(issued, level, language).parts[0]
        shown = [column.title for column in table.columns]
        assert [title for title in shown if title != titles["when"]] == [titles[name] for name in printed]
        assert len(table.rows) == len(issued.visits)


def test_no_score_class_or_reason_reaches_the_public(issued):
    public = words_of(annex(issued, "public", "vi"))
    titles = catalogue("report", "vi")["sheets"]["list"]["columns"]
    for name in ("index", "risk_class", "reasons", "arm", "when"):
        assert titles[name] not in public
    assert "×" not in public
    scores = {number_text(round(value, 1), "vi") for value in issued.visits["index"]}
    cells = {cell for row in tables_of(annex(issued, "public", "vi"))[0] for cell in row.values()}
    assert not scores & cells
    assert "rút thăm" not in public.lower()


def test_nothing_personal_of_a_household_business_reaches_the_public(household):
    first = household.visits.index[0]
    public = words_of(annex(household, "public", "vi"))
    for secret in ("Lò Thị Ưỡng", "Số 7", first, "khiếu nại", "tố cáo"):
        assert secret not in public
    team = words_of(annex(household, "team", "vi"))
    for known in ("Lò Thị Ưỡng", "Số 7", first, "khiếu nại"):
        assert known in team


def test_only_the_office_sees_scores(issued):
    first = tables_of(annex(issued, "internal", "vi"))[0][0]
    assert first["Chỉ số rủi ro"] == number_text(round(issued.visits["index"].iloc[0], 1), "vi")
    assert first["Nhóm"] == issued.visits["risk_class"].iloc[0]
    assert "(×" in words_of(annex(issued, "internal", "vi"))
    assert "Chỉ số rủi ro" not in words_of(annex(issued, "team", "vi"))


def test_the_public_order_is_not_that_of_the_ranks(issued):
    ranked = tables_of(annex(issued, "team", "vi"))[0]
    public = tables_of(annex(issued, "public", "vi"))[0]
    assert [row["STT"] for row in public] == [str(number) for number in range(1, len(public) + 1)]
    assert sorted(row["Mã số thuế"] for row in public) == sorted(row["Mã số thuế"] for row in ranked)
    assert [row["Mã số thuế"] for row in public] != [row["Mã số thuế"] for row in ranked]


@pytest.mark.parametrize("level", LEVELS)
def test_a_list_without_visits_says_so(issued, level):
    nobody = replace(issued, visits=issued.visits.iloc[:0])
    assert "Không có cơ sở nào trong danh sách." in words_of(annex(nobody, level, "vi"))
