"""The report on results counts what is recorded, says how sure it is, and does not pretend where nothing is."""

import pytest

from oshrisk.documents.outcomes import outcome_of, visits_table
from oshrisk.documents.results_report import quarter_report_files, results_report, year_report_files
from oshrisk.documents.sources import source_of, year_source_of
from oshrisk.errors import OshriskError

from .plans import ON, QUARTER
from .reading import tables_of, words_of


@pytest.fixture(scope="module")
def outcome(visited):
    return outcome_of(source_of(visited, QUARTER, ON))


@pytest.fixture(scope="module")
def report(outcome):
    return results_report([outcome], "quý I năm 2027", "vi")


def test_every_table_adds_up_to_the_same_visits(outcome, report):
    planned, done = len(outcome.results.visits), int(outcome.results.visits["done"].eq("done").sum())
    by_arm, by_sector, by_commune, *_ = tables_of(report)
    for rows in (by_arm, by_sector, by_commune):
        assert [rows[-1]["Kế hoạch"], rows[-1]["Đã kiểm tra"]] == [str(planned), str(done)]
        assert sum(int(row["Kế hoạch"]) for row in rows[:-1]) == planned
    assert f"Kế hoạch kiểm tra {planned} cơ sở" in words_of(report)


def test_findings_fines_and_open_remedies_are_counted(outcome, report):
    findings = outcome.results.findings
    by_sector, found = tables_of(report)[1], tables_of(report)[3]
    assert by_sector[-1]["Số vi phạm"] == str(len(findings))
    assert by_sector[-1]["Tiền phạt (triệu đồng)"] == str(int(findings["fine_mvnd"].sum()))
    assert by_sector[-1]["Chưa khắc phục"] == str(int(findings["remedied_on"].isna().sum()))
    assert sum(int(row["Số vi phạm"]) for row in found) == len(findings)
    assert all("·" not in row["Nội dung vi phạm"] for row in found)


def test_the_rate_of_the_province_has_its_interval_or_too_few_draws(outcome, report):
    said = words_of(report)
    verdicts = outcome.estimates.table.query("by == 'province'")["verdict"].tolist()
    assert set(verdicts) <= {"too_few", "estimate"}
    assert said.count("Toàn tỉnh: quá ít để kết luận") == verdicts.count("too_few")
    assert said.count("% (khoảng tin cậy 95 % từ") == verdicts.count("estimate")


def test_decisions_stand_against_what_they_displaced(report):
    said = words_of(report)
    assert "Có 1 quyết định điều chỉnh" in said
    assert "Cơ sở bị bỏ, hoãn hoặc thay ra" in said


def test_what_is_overdue_is_named_and_comes_first_in_the_focus(outcome, report):
    late = int(outcome.follow_ups["kind"].eq("remedy_overdue").sum())
    assert late
    assert f"Xác minh việc khắc phục {late} vi phạm đã quá hạn." in words_of(report)


def test_nothing_recorded_is_said(planned):
    made = quarter_report_files(source_of(planned, QUARTER, ON), "vi")
    said = words_of(made["bao-cao-2027Q1"])
    assert "chưa ghi nhận kết quả kiểm tra nào" in said
    for rows in tables_of(made["bao-cao-2027Q1"])[:3]:
        assert {row["Đã kiểm tra"] for row in rows} == {row["Vi phạm nghiêm trọng"] for row in rows} == {"–"}
    assert "Chưa ghi nhận vi phạm nào." in said
    assert "Chưa ghi kết quả nào của quý." in said


def test_a_year_is_the_sum_of_its_quarters(visited, outcome):
    source = year_source_of(visited, 2027, ON)
    said = words_of(year_report_files(source, "vi")["bao-cao-2027"])
    assert "năm 2027" in said
    assert f"Kế hoạch kiểm tra {len(outcome.results.visits)} cơ sở" in said
    twice = results_report([outcome, outcome], "năm 2027", "vi")
    by_quarter = tables_of(twice)[0]
    assert [row["Quý"] for row in by_quarter] == ["quý I năm 2027"] * 2
    assert tables_of(twice)[1][-1]["Kế hoạch"] == str(2 * len(outcome.results.visits))


def test_a_year_without_a_list_is_refused(planned):
    with pytest.raises(OshriskError) as refused:
        year_source_of(planned, 2031, ON)
    assert refused.value.code == "documents.no_quarter"


def test_no_score_is_in_it(outcome, report):
    assert "(×" not in words_of(report)
    assert not {"priority", "index", "risk_class"} & set(visits_table(outcome, "vi"))
