"""What phones sent is read like the results workbook: nothing is lost, every bad row is explained."""

import zipfile

import pytest

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES
from oshrisk.registry.codes import listed_titles
from oshrisk.registry.results import read_results
from oshrisk.registry.results_marked import explain_results, write_marked_results
from oshrisk.registry.results_tables import column_texts, form_code
from oshrisk.registry.titles import code_title

from .exports import FIELDS, submission, write_central, write_kobo, write_kobo_csv
from .forms import IDS, plan

ON = "2027-04-03"
A, B, C, D, E = IDS


def finding(parent, **changes):
    row = {
        "code": "EQ_INSPECTION",
        "severity": "serious",
        "remedy_due_on": "2027-04-15",
        "PARENT_KEY": f"uuid:{parent}",
    }
    return row | changes


def machine(parent, **changes):
    return {"equipment_id": "M1", "item": "1", "inspected_on": "2025-02-01", "PARENT_KEY": f"uuid:{parent}"} | changes


def read(path, **options):
    return read_results(path, plan(), "2027Q1", ON, **options)


GOOD = (
    [
        submission(A, found="yes", workers_seen="12"),
        submission(B),
        submission(C, done="not_found", found="", inspector=""),
    ],
    [finding(A), finding(A, code="EQ_DECLARE", severity="minor", count="2")],
    [machine(A), machine(B, equipment_id="M2")],
)


@pytest.fixture
def central(tmp_path):
    return write_central(tmp_path / "phieu.zip", *GOOD)


def unpacked(path, folder):
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def expect_good(reading):
    assert reading.counts["quarantined"].sum() == 0
    assert reading.counts.loc["visits", "accepted"] == 3
    assert reading.results.visits["found"].to_dict()[A] is True
    assert reading.results.visits.at[A, "workers_seen"] == 12
    found = reading.results.findings
    assert found["enterprise_id"].tolist() == [A, A]
    assert found["code"].tolist() == ["EQ_INSPECTION", "EQ_DECLARE"]
    assert (reading.quarter, reading.version, reading.simulated) == ("2027Q1", 1, False)


def test_the_zip_of_odk_central_is_read(central):
    reading = read(central)
    expect_good(reading)
    assert reading.results.machines[["enterprise_id", "equipment_id"]].to_numpy().tolist() == [[A, "M1"], [B, "M2"]]
    assert reading.waiting.tolist() == [D, E]


@pytest.mark.parametrize("form", ["folder", "csv"])
def test_the_csv_files_are_read_too(central, tmp_path, form):
    folder = unpacked(central, tmp_path / "unpacked")
    expect_good(read(folder if form == "folder" else folder / "f.csv"))


@pytest.mark.parametrize("language", [None, *LANGUAGES])
def test_the_workbook_of_kobotoolbox_is_read_with_names_or_words(tmp_path, language):
    visits, findings, _ = GOOD
    titles = {}
    if language:
        for sheet, names in FIELDS.items():
            if sheet != "machines":
                titles |= {name: column_texts(sheet, name, language)["title"] for name in names}
        states = {code: code_title("inspections", "done", code, language) for code in ("done", "not_found")}
        visits = [
            {**row, "done": states[row["done"]], "enterprise_id": f"{row['enterprise_id']} · Tên"} for row in visits
        ]
        findings = [{**row, "code": listed_titles("finding", "")[row["code"]]} for row in findings]
    expect_good(read(write_kobo(tmp_path / "kobo.xlsx", visits, findings, titles=titles)))


def test_the_csv_files_of_kobotoolbox_are_read(tmp_path):
    visits, findings, _ = GOOD
    expect_good(read(write_kobo_csv(tmp_path / "kobo.zip", visits, findings)))


def test_bad_rows_are_explained_as_those_of_the_workbook(tmp_path):
    visits = [
        submission(A, inspector="", found="yes"),
        submission(B, started_on="2026-02-15"),
        submission("5600000009"),
        submission(C, found="no"),
        submission(D),
    ]
    findings = [finding(A), finding(C), finding(D, severity="minor", code="NONSENSE"), finding("nobody")]
    reading = read(write_central(tmp_path / "bad.zip", visits, findings))
    codes = reading.quarantine.groupby("table")["code"].agg(list).to_dict()
    assert codes["visits"] == ["R407", "R402", "R401", "R404"]
    assert sorted(codes["findings"]) == ["E101", "E165", "R410", "R410"]
    assert reading.counts.loc["visits"].tolist() == [5, 1, 4]
    assert reading.counts.loc["findings"].tolist() == [4, 0, 4]
    for language in LANGUAGES:
        assert explain_results(reading.quarantine, language)["mend"].str.len().gt(0).all()
        write_marked_results(tmp_path / f"marked-{language}.xlsx", reading, language)


def test_of_two_submissions_of_one_visit_the_second_waits_with_its_findings(tmp_path):
    visits = [submission(A, "uuid:1"), submission(A, "uuid:2", note="again", found="yes")]
    findings = [finding(A, PARENT_KEY="uuid:2", severity="minor")]
    reading = read(write_central(tmp_path / "twice.zip", visits, findings))
    assert reading.results.visits["note"].isna().tolist() == [True]
    assert reading.results.findings.empty
    assert reading.quarantine["code"].tolist() == ["E202", "R410"]


def test_what_was_turned_down_is_left_out_with_its_findings_and_said(tmp_path):
    visits = [submission(A, "uuid:1"), submission(A, "uuid:2", ReviewState="rejected")]
    reading = read(write_central(tmp_path / "f.zip", visits, [finding(A, PARENT_KEY="uuid:2")]))
    assert reading.quarantine.empty
    assert reading.results.findings.empty
    assert next((note.key, note.count) for note in reading.notes) == ("turned_down", 1)


def test_an_export_without_its_repeat_groups_is_refused(central, tmp_path):
    folder = unpacked(central, tmp_path / "unpacked")
    (folder / "f-findings.csv").unlink()
    with pytest.raises(OshriskError) as refused:
        read(folder)
    assert refused.value.code == "results.no_repeats"
    assert "2" in refused.value.message("vi")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"form_code": ""}, "results.no_form"),
        ({"form_code": form_code("2026Q4", 1, simulated=False)}, "results.other_quarter"),
    ],
)
def test_a_form_of_nothing_or_of_another_quarter_is_refused(tmp_path, change, code):
    with pytest.raises(OshriskError) as refused:
        read(write_central(tmp_path / "f.zip", [submission(A, **change)]))
    assert refused.value.code == code


def test_forms_of_two_versions_of_the_plan_come_in_together(tmp_path):
    later = form_code("2027Q1", 2, simulated=False)
    path = write_central(tmp_path / "f.zip", [submission(A), submission(B, form_code=later)])
    reading = read(path, version=2)
    assert reading.version == 2
    assert next(note.key for note in reading.notes) == "other_version"
    assert len(reading.results.visits) == 2


def test_two_forms_in_one_folder_are_refused(central, tmp_path):
    folder = unpacked(central, tmp_path / "unpacked")
    (folder / "g.csv").write_bytes((folder / "f.csv").read_bytes())
    with pytest.raises(OshriskError) as refused:
        read(folder)
    assert refused.value.code == "results.many_forms"


def test_damaged_archives_are_refused(tmp_path):
    (tmp_path / "f.zip").write_bytes(b"PK not a zip")
    with pytest.raises(OshriskError) as refused:
        read(tmp_path / "f.zip")
    assert refused.value.code == "registry.bad_file"
