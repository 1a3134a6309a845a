"""Results workbooks: every row is accepted or explained, and nothing is recorded twice."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES
from oshrisk.registry.results import ResultsReading, read_results
from oshrisk.registry.results_marked import explain_results, write_marked_results
from oshrisk.registry.results_tables import SHEETS, form_code, sheet_title

from .forms import IDS, QUARTER, finding, machine, plan, visit, write_form

READ_ON = "2027-04-05"
A, B, C, D, E = IDS


@pytest.fixture
def read(tmp_path):
    def make(visits=(), findings=(), machines=(), **options) -> ResultsReading:
        code = options.pop("code", None)
        path = write_form(tmp_path / "results.xlsx", visits, findings, machines, code=code)
        return read_results(path, plan(), options.pop("quarter", QUARTER), options.pop("read_on", READ_ON), **options)

    return make


def codes(reading: ResultsReading) -> list[tuple[str, int, str, str]]:
    rows = reading.quarantine[["table", "row", "field", "code"]]
    return sorted(rows.itertuples(index=False, name=None))


def test_a_clean_form_is_accepted(read):
    reading = read(
        [visit(A, found="có", workers_seen="25", unreported_accidents=0), visit(B, started_on=dt.datetime(2027, 3, 1))],
        [finding(A, count=2, fine_mvnd="30,5")],
        [machine(B, next_due_on="01/02/2028", result="Đạt")],
    )
    assert reading.quarantine.empty
    assert reading.counts["accepted"].to_dict() == {"visits": 2, "findings": 1, "machines": 1}
    visits = reading.results.visits
    assert visits["found"].to_dict() == {A: True, B: False}
    assert visits["started_on"].dt.date.tolist() == [dt.date(2027, 2, 15), dt.date(2027, 3, 1)]
    assert visits.loc[A, ["workers_seen", "unreported_accidents"]].tolist() == [25.0, 0.0]
    assert reading.results.findings.loc[0, ["count", "fine_mvnd"]].tolist() == [2.0, 30.5]
    assert reading.results.machines["result"].tolist() == ["passed"]


def test_an_empty_row_is_not_recorded_yet(read):
    reading = read([visit(A), {"enterprise_id": B}, {"enterprise_id": C}])
    assert reading.counts.loc["visits"].tolist() == [1, 1, 0]
    assert list(reading.waiting) == [B, C, D, E]
    assert reading.results.visits.index.tolist() == [A]
    assert "4 trên 5" in reading.notes[0].message("vi")


def test_a_row_in_quarantine_is_not_waiting(read):
    assert list(read([visit(A, started_on="")]).waiting) == [B, C, D, E]


@pytest.mark.parametrize(
    ("visits", "findings", "expected"),
    [
        pytest.param([visit("5600000099")], [], [("visits", 4, "enterprise_id", "R401")], id="unknown id"),
        pytest.param([visit("")], [], [("visits", 4, "enterprise_id", "E101")], id="no id"),
        pytest.param(
            [visit(A, started_on="31/12/2026")], [], [("visits", 4, "started_on", "R402")], id="before quarter"
        ),
        pytest.param([visit(A, started_on="06/04/2027")], [], [("visits", 4, "started_on", "E121")], id="future"),
        pytest.param([visit(A, started_on="31/02/2027")], [], [("visits", 4, "started_on", "E120")], id="no date"),
        pytest.param([visit(A, done="xong rồi?")], [], [("visits", 4, "done", "E150")], id="unknown state"),
        pytest.param([visit(A, started_on=None)], [], [("visits", 4, "started_on", "R406")], id="without date"),
        pytest.param([visit(A, inspector=None)], [], [("visits", 4, "inspector", "R407")], id="without inspector"),
        pytest.param([visit(A, done=None)], [], [("visits", 4, "done", "R408")], id="without state"),
        pytest.param([visit(A, done="refused")], [], [("visits", 4, "found", "R409")], id="answer without a check"),
        pytest.param([visit(A, found="có lẽ")], [], [("visits", 4, "found", "E150")], id="neither yes nor no"),
        pytest.param([visit(A, workers_seen="-3")], [], [("visits", 4, "workers_seen", "E111")], id="negative"),
        pytest.param([visit(A), visit(A)], [], [("visits", 5, "enterprise_id", "E201")], id="twice alike"),
        pytest.param(
            [visit(A), visit(A, found="có")], [], [("visits", 5, "enterprise_id", "E202")], id="twice otherwise"
        ),
        pytest.param(
            [visit(A)],
            [finding(A)],
            [("findings", 4, "enterprise_id", "R410"), ("visits", 4, "found", "R404")],
            id="contradiction",
        ),
        pytest.param([], [finding(A)], [("findings", 4, "enterprise_id", "R403")], id="no visit recorded"),
        pytest.param(
            [visit(A, done="closed", found=None)],
            [finding(A)],
            [("findings", 4, "enterprise_id", "R403")],
            id="visit not carried out",
        ),
        pytest.param([], [finding("5600000099")], [("findings", 4, "enterprise_id", "R401")], id="finding elsewhere"),
        pytest.param([visit(A, found="có")], [finding(A, code="X1")], [("findings", 4, "code", "E165")], id="code"),
        pytest.param([visit(A, found="có")], [finding(A, code=None)], [("findings", 4, "code", "E101")], id="no code"),
        pytest.param(
            [visit(A, found="có")],
            [finding(A, remedy_due_on="01/02/2027", remedied_on="02/02/2027")],
            [("findings", 4, "remedied_on", "R405"), ("findings", 4, "remedy_due_on", "R405")],
            id="remedy before the visit",
        ),
        pytest.param(
            [visit(A, found="có")],
            [finding(A), finding(A), finding(A, count=2)],
            [("findings", 5, "enterprise_id", "E201")],
            id="finding twice",
        ),
    ],
)
def test_every_defect_has_its_code(read, visits, findings, expected):
    assert codes(read(visits, findings)) == expected


def test_machines_are_checked_too(read):
    late = machine(A, equipment_id="M2", next_due_on="01/01/2025")
    bad = [machine(B), machine(A, equipment_id=None), machine(A, item="999"), late]
    reading = read([visit(A)], machines=[*bad, machine(A), machine(A, result="passed")])
    assert codes(reading) == [
        ("machines", 4, "enterprise_id", "R403"),
        ("machines", 5, "equipment_id", "E101"),
        ("machines", 6, "item", "E163"),
        ("machines", 7, "next_due_on", "E313"),
        ("machines", 9, "enterprise_id", "E202"),
    ]


def test_a_late_visit_is_right_until_it_is_recorded(read):
    assert read([visit(A, started_on="04/04/2027")]).quarantine.empty


def test_the_first_day_and_the_day_of_reading_are_inside(read):
    same_day = finding(B, remedy_due_on="05/04/2027", remedied_on="05/04/2027")
    reading = read([visit(A, started_on="01/01/2027"), visit(B, started_on="05/04/2027", found="có")], [same_day])
    assert reading.quarantine.empty


def test_all_problems_are_told_at_once(read):
    wrong = visit("5600000099", started_on="1/1/2020", inspector=None, workers_seen="12 người")
    assert [code for *_, code in codes(read([wrong]))] == ["R401", "R407", "R402", "E110"]


@pytest.mark.parametrize("state", ["closed", "not_found", "refused"])
def test_nobody_there_is_recorded_without_an_answer(read, state):
    visits = read([visit(A, done=state, found=None, inspector=None)]).results.visits
    assert visits["done"].tolist() == [state]
    assert visits["found"].isna().all()


def test_a_visit_given_up_needs_no_day(read):
    assert read([{"enterprise_id": A, "done": "Không thực hiện"}]).quarantine.empty


def test_a_serious_finding_answers_for_an_empty_cell(read):
    findings = [finding(A), finding(B, severity="minor")]
    found = read([visit(A, found=None), visit(B, found=None)], findings).results.visits["found"]
    assert bool(found[A])
    assert pd.isna(found[B])


def test_an_id_with_its_name_is_read(read):
    reading = read([visit(A, found="yes")], [finding(f"{A} · Công ty Đá · chi nhánh")])
    assert reading.results.findings["enterprise_id"].tolist() == [A]


def test_an_id_that_lost_its_type_is_read(read):
    assert read([visit(A) | {"enterprise_id": float(A)}]).results.visits.index.tolist() == [A]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (form_code("2026Q4", 1, simulated=False), "results.other_quarter"),
        ("KQ", "results.no_form"),
    ],
)
def test_another_form_is_refused(read, code, error):
    with pytest.raises(OshriskError) as refused:
        read([visit(A)], code=code)
    assert refused.value.code == error


def test_a_form_of_another_version_is_read_with_a_remark(read):
    assert not any(note.key == "other_version" for note in read([visit(A)], version=1).notes)
    assert any(note.key == "other_version" for note in read([visit(A)], version=2).notes)


def test_registers_are_no_form(tmp_path):
    with pytest.raises(OshriskError, match=r"nothing\.xlsx"):
        read_results(tmp_path / "nothing.xlsx", plan(), QUARTER, READ_ON)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_is_said_in_words(read, language):
    reading = read(
        [visit("5600000099", inspector=None), visit(A, done="reffused"), visit(B, found="no"), visit(C, started_on="")],
        [finding(B), finding(D, severity="very"), finding(A)],
        [machine(E, item="999")],
    )
    words = explain_results(reading.quarantine, language)
    assert len(words) == len(reading.quarantine) > 7
    assert words.map(len).gt(10).all().all()
    assert not words.map(lambda said: "{" in said).any().any()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_marked_workbook_shows_bad_rows_as_they_stood(read, tmp_path, language):
    reading = read([visit(A), visit(B, workers_seen="12 người", note="=1+1")], [finding(C)])
    path = write_marked_results(tmp_path / "marked.xlsx", reading, language)
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names[1:] == [sheet_title(name, language) for name in ("visits", "findings")]
    header, row = book.get_sheet_by_index(1).to_python()
    shown = dict(zip(header, row, strict=True))
    assert (shown["enterprise_id"], shown["workers_seen"], shown["note"]) == (B, "12 người", "=1+1")
    summary = {line[0]: line[1:4] for line in book.get_sheet_by_index(0).to_python() if line[0]}
    assert summary[sheet_title("visits", language)] == [2, 1, 1]
    with zipfile.ZipFile(path) as parts:
        assert parts.read("xl/comments1.xml").decode().count("<comment ") == 1


CELLS = st.sampled_from([None, "", "done", "refused", "có", "không", "15/02/2027", "x", "-1", 3.0, A, B, "999"])
ANY_ROWS = st.lists(st.fixed_dictionaries({c.name: CELLS for c in SHEETS["visits"]}), max_size=4)
ANY_FINDINGS = st.lists(st.fixed_dictionaries({c.name: CELLS for c in SHEETS["findings"]}), max_size=4)


@given(visits=ANY_ROWS, findings=ANY_FINDINGS)
@settings(max_examples=12)
def test_accepted_and_quarantined_are_what_was_read(tmp_path_factory, visits, findings):
    path: Path = write_form(tmp_path_factory.mktemp("any") / "form.xlsx", visits, findings)
    reading = read_results(path, plan(), QUARTER, READ_ON)
    counts = reading.counts
    assert (counts["accepted"] + counts["quarantined"] == counts["read"]).all()
    for name, rejected in reading.rejected.items():
        named = reading.quarantine.loc[reading.quarantine["table"] == name, "row"]
        assert set(named) == set(rejected.index)
    assert set(reading.results.findings["enterprise_id"]) <= set(
        reading.results.visits.index[reading.results.visits["done"] == "done"]
    )
    assert len(explain_results(reading.quarantine)) == len(reading.quarantine)
