"""The form for phones: pyxform takes it, it asks what the results workbook asks, and what it sends is recorded."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from types import SimpleNamespace
from xml.etree import ElementTree

import pandas as pd
import pytest
from pyxform.xls2xform import convert
from typer.testing import CliRunner

from oshrisk.cli import app
from oshrisk.documents.dossier_facts import gather
from oshrisk.documents.dossier_law import checks_of as checks_in_dossier
from oshrisk.field.xlsform import form_id, xlsform
from oshrisk.ledger import open_ledger, results
from oshrisk.messages import LANGUAGES
from oshrisk.registry.results_tables import SHEETS
from oshrisk.report.results_form import write_results_form

XF = "{http://www.w3.org/2002/xforms}"
REPEATS = ("findings", "machines")


@pytest.fixture(scope="module")
def form(listed, tmp_path_factory):
    path = tmp_path_factory.mktemp("form") / "phieu-simulated.xlsx"
    path.write_bytes(xlsform(listed))
    return path


@pytest.fixture(scope="module")
def converted(form):
    return convert(xlsform=form, validate=False, pretty_print=False)


@pytest.fixture(scope="module")
def sheets(form):
    return pd.read_excel(form, sheet_name=None, dtype=str, engine="calamine", keep_default_na=False)


def primary(converted):
    """The instance that a phone fills in."""
    root = ElementTree.fromstring(converted.xform)  # noqa: S314 - own
    model = next(node for node in root.iter() if node.tag.endswith("model"))
    return next(iter(next(node for node in model if node.tag.endswith("instance"))))


def tables(converted):
    """Names of the fields by table, as ODK Central heads its files."""
    found = {"": []}

    def walk(node, prefix, table):
        for child in node:
            name = child.tag.split("}")[-1]
            if name in REPEATS:
                found[name] = []
                walk(child, "", name)
            elif len(child):
                walk(child, f"{prefix}{name}-", table)
            elif f"{prefix}{name}" not in found[table]:
                found[table].append(f"{prefix}{name}")

    walk(primary(converted), "", "")
    return found


def test_pyxform_takes_the_form_without_a_warning(converted, listed):
    assert converted.warnings == []
    data = primary(converted)
    assert data.get("id") == form_id(listed) == "oshrisk-2027Q1-simulated"
    assert data.get("version") == "2026113001"


@pytest.mark.skipif(shutil.which("java") is None, reason="ODK Validate, which pyxform carries, needs Java")
def test_odk_validate_takes_the_form(form):
    assert convert(xlsform=form, validate=True).warnings == []


def test_it_asks_what_the_results_workbook_asks(converted):
    asked = {name: {field.split("-")[-1] for field in fields} for name, fields in tables(converted).items()}
    assert {column.name for column in SHEETS["visits"]} <= asked[""]
    for name in REPEATS:
        assert {column.name for column in SHEETS[name][1:]} <= asked[name]


def test_choices_are_those_of_the_results_workbook(sheets, listed, tmp_path):
    book = write_results_form(tmp_path / "kq-simulated.xlsx", as_inputs(listed), version=1)
    offered = set(pd.read_excel(book, sheet_name=None, header=None, engine="calamine")["Danh mục"].to_numpy().ravel())
    choices = sheets["choices"]
    for name in ("findings_code", "machines_item"):
        codes = choices.loc[choices["list_name"] == name, "name"]
        assert len(codes) > 10
        shown = {word.split(" · ")[0] for word in offered if isinstance(word, str)}
        assert set(codes) <= shown
    assert choices[choices["list_name"] == "visits"]["name"].tolist() == listed.visits.index.tolist()


def as_inputs(issued):
    plan = SimpleNamespace(visits=issued.visits, quarter=issued.quarter, as_of=issued.as_of)
    return SimpleNamespace(plan=plan, registry=issued.registry, programme=issued.programme)


def test_visits_are_filtered_by_team_and_month(sheets, listed, converted):
    choices = sheets["choices"].set_index("name")
    for enterprise, visit in listed.visits.iterrows():
        row = choices.loc[enterprise]
        assert (row["team"], row["month"]) == (str(visit["team"]), str(visit["month"]))
        assert row["checks"]
        assert enterprise in row["label::Tiếng Việt (vi)"]
    assert re.search(r"instance\('visits'\)/root/item\[team\s*=.*?and month\s*=", converted.xform)


def test_every_check_of_a_visit_is_a_choice(sheets):
    choices = sheets["choices"]
    checks = set(choices.loc[choices["list_name"] == "checks", "name"])
    asked = {check for cell in choices["checks"] for check in cell.split()}
    assert asked == checks
    assert not any(re.search(r"\s", check) for check in checks)


def test_the_checklist_is_that_of_the_dossier(listed, sheets):
    facts = gather(listed, listed.visits.index[:3], "vi")
    asked = sheets["choices"].set_index("name")["checks"]
    for enterprise in listed.visits.index[:3]:
        assert asked[enterprise].split() == [row["check"] for row in checks_in_dossier(facts, enterprise)]


@pytest.mark.parametrize("language", ["Tiếng Việt (vi)", "English (en)"])
def test_every_question_and_choice_has_words(sheets, language):
    survey, choices = sheets["survey"], sheets["choices"]
    shown = survey[~survey["type"].isin(["start", "end", "calculate", "end_group", "end_repeat"])]
    assert shown[f"label::{language}"].ne("").all()
    assert choices[f"label::{language}"].ne("").all()
    assert len(LANGUAGES) == 2


def test_no_score_is_on_the_phone(sheets):
    words = set(sheets["choices"].columns) | set(sheets["survey"]["name"])
    assert not words & {"index", "rank", "risk_class", "priority", "inclusion_probability"}


def test_the_same_list_makes_the_same_bytes_and_simulated_data_says_so(form, listed, sheets):
    assert xlsform(listed) == form.read_bytes()
    assert "MÔ PHỎNG" in sheets["settings"]["form_title"][0]
    assert "MÔ PHỎNG" in sheets["survey"].set_index("name").at["simulated", "label::Tiếng Việt (vi)"]


# --- the whole way: form, phones, export, record, mend, record


def visit(enterprise, code, **changes):
    key = f"uuid:{enterprise}"
    row = {"enterprise_id": enterprise, "form_code": code, "KEY": key, "instanceID": key, "done": "done"}
    return row | {"started_on": "2027-02-16", "found": "no", "inspector": "Lò Văn An", "workers_seen": "25"} | changes


def finding(enterprise, number=1, **changes):
    row = {"code": "EQ_INSPECTION", "severity": "serious", "count": "2", "remedy_due_on": "2027-04-30"}
    return row | {"PARENT_KEY": f"uuid:{enterprise}", "KEY": f"uuid:{enterprise}/findings[{number}]"} | changes


def export(path, fields, visits, findings):
    """A .zip as ODK Central makes it of the fields of the form."""
    counts = {row["KEY"]: sum(one["PARENT_KEY"] == row["KEY"] for one in findings) for row in visits}
    visits = [{**row, "findings_entered": counts[row["KEY"]], "machines_entered": 0} for row in visits]
    heads = {
        "": ["SubmissionDate", *fields[""], "KEY", "SubmitterName", "ReviewState"],
        **{name: [*fields[name], "PARENT_KEY", "KEY"] for name in REPEATS},
    }
    rows = {"": visits, "findings": findings, "machines": []}
    with zipfile.ZipFile(path, "w") as archive:
        for name, head in heads.items():
            buffer = io.StringIO(newline="")
            writer = csv.writer(buffer)
            writer.writerow(head)
            writer.writerows([[row.get(field.split("-")[-1], "") for field in head] for row in rows[name]])
            archive.writestr(f"oshrisk-2027Q1-simulated{name and '-'}{name}.csv", buffer.getvalue())
    return path


@pytest.fixture
def folder(listed_workspace, tmp_path):
    return shutil.copytree(listed_workspace.folder, tmp_path / "province")


def call(folder, *arguments):
    done = CliRunner().invoke(app, [*map(str, arguments), "--folder", str(folder)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout


def record(folder, path):
    return call(folder, "record", "2027Q1", path, "--user", "lan", "--on", "2027-04-03", "--json")


def test_from_the_plan_to_phones_and_back(listed, converted, folder, tmp_path):
    fields, ids = tables(converted), listed.visits.index.tolist()
    code = "KQ-2027Q1-v1-simulated"
    good = [visit(enterprise, code) for enterprise in ids[3:]]
    bad = [
        visit(ids[0], code, started_on="2027-05-01"),  # not yet come
        visit(ids[1], code, inspector=""),
        visit(ids[2], code),  # says no, but a serious finding is listed
    ]
    findings = [finding(ids[2]), finding(ids[3], severity="minor"), finding(ids[3], 2, code="EQ_UNKNOWN")]
    status, said = record(folder, export(tmp_path / "bad.zip", fields, [*bad, *good], findings))
    facts = json.loads(said)
    assert status == 1
    assert facts["recorded"] == len(good)
    assert facts["counts"]["visits"] == {"read": len(ids), "accepted": len(good), "quarantined": 3}
    assert facts["counts"]["findings"] == {"read": 3, "accepted": 1, "quarantined": 2}
    marked = pd.read_excel(facts["marked"], sheet_name=None, header=None, dtype=str, engine="calamine")
    words = " ".join(str(cell) for frame in marked.values() for cell in frame.to_numpy().ravel())
    assert all(enterprise in words for enterprise in ids[:3])

    mended = [
        visit(ids[0], code, started_on="2027-03-01"),
        visit(ids[1], code, inspector="Vàng A Páo"),
        visit(ids[2], code, found="yes"),
    ]
    findings[2] = finding(ids[3], 2, code="EQ_DECLARE", severity="minor")
    path = export(tmp_path / "good.zip", fields, [*mended, *good], findings)
    assert record(folder, path)[0] == 0
    status, said = record(folder, path)  # the same again changes nothing
    assert (status, json.loads(said)["version"]) == (0, 2)
    ledger = open_ledger(folder / "ledger.sqlite3")
    known = results(ledger, "2027Q1")
    ledger.close()
    assert sorted(known.index) == sorted(ids)
    assert known.at[ids[2], "found"]
    assert len(known.at[ids[3], "findings"]) == 2
    assert call(folder, "estimate", "2027Q1")[0] == 0
    assert call(folder, "review", "2027Q1")[0] == 0
