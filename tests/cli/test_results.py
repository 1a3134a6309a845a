"""record, followups, review and verify as their user calls them, on a small working folder with a real ledger."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from oshrisk.cli import app
from oshrisk.errors import OshriskError
from oshrisk.ledger import decide, enter, open_ledger, results, save_version, set_roles, status, verify
from oshrisk.registry.registry import registry_of
from oshrisk.registry.results_tables import SHEETS, form_code, sheet_title
from oshrisk.settings import Office, Programme
from oshrisk.workflow import with_recorded
from oshrisk.workspace import make_workspace, open_workspace

IDS = [f"560000000{digit}" for digit in range(1, 6)]
A, B, C, D, E = IDS
PLAN = pd.DataFrame(
    {
        "arm": ["mandatory", "risk", "risk", "complaint", "random"],
        "inclusion_probability": [1.0, 1.0, 1.0, 1.0, 0.05],
        "month": [1, 1, 2, 3, 3],
    },
    index=pd.Index(IDS, name="enterprise_id", dtype="str"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with five enterprises, and a plan of all of them in its ledger."""
    folder = tmp_path_factory.mktemp("made") / "province"
    make_workspace(folder, Programme(office=Office(language="en")), "en")
    firms = pd.DataFrame({"enterprise_id": [*IDS, "5600000009"], "name": [f"Firm {name}" for name in "ABCDEX"]})
    firms.to_csv(folder / "registers" / "enterprises.csv", index=False)
    ledger = open_ledger(folder / "ledger.sqlite3")
    enter(ledger, "lan")
    set_roles(ledger, "lan", ["planner", "admin"], by="lan")
    save_version(ledger, "2027Q1", PLAN, {"seed": 1}, "lan", based_on=0)
    ledger.close()
    return folder


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "province")


@pytest.fixture
def call(folder):
    def run(*arguments: object) -> tuple[int, str]:
        done = CliRunner().invoke(app, [*map(str, arguments), "--folder", str(folder)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout

    return run


def form(path: Path, visits: list[dict[str, str]], findings: list[dict[str, str]], quarter: str = "2027Q1") -> Path:
    sheets = {}
    for name, rows in (("visits", visits), ("findings", findings)):
        columns = [column.name for column in SHEETS[name]]
        code = [form_code(quarter, 1, simulated=False), *[None] * (len(columns) - 1)]
        lines = [code, columns, *([row.get(column) for column in columns] for row in rows)]
        sheets[sheet_title(name, "en")] = pd.DataFrame(lines)
    with pd.ExcelWriter(path, engine="xlsxwriter") as book:
        for name, frame in sheets.items():
            frame.to_excel(book, sheet_name=name, index=False, header=False)
    return path


def visit(enterprise: str, found: str = "no", **changes: str) -> dict[str, str]:
    row = {"enterprise_id": enterprise, "done": "done", "started_on": "15/02/2027", "found": found, "inspector": "A"}
    return row | changes


def finding(enterprise: str, due: str = "15/04/2027") -> dict[str, str]:
    return {"enterprise_id": enterprise, "code": "EQ_FAILED", "severity": "serious", "remedy_due_on": due}


def record(call, path: Path, *more: object) -> tuple[int, str]:
    return call("record", "2027Q1", path, "--user", "lan", "--on", "2027-04-03", *more)


def test_what_is_recorded_is_kept_and_never_overwritten(call, folder, tmp_path):
    first = form(tmp_path / "first.xlsx", [visit(A, "yes"), visit(B)], [finding(A)])
    assert record(call, first)[0] == 0
    assert record(call, first, "--json")[1].count('"version": 1') == 1  # the same again changes nothing
    corrected = form(tmp_path / "second.xlsx", [visit(A), visit(B), visit(E, "yes")], [])
    assert json.loads(record(call, corrected, "--json")[1])["version"] == 2
    ledger = open_ledger(folder / "ledger.sqlite3")
    assert results(ledger, "2027Q1")["found"].to_dict() == {A: False, B: False, E: True}
    before = results(ledger, "2027Q1", version=1)
    assert before["found"].to_dict() == {A: True, B: False}
    assert before.loc[A, "findings"][0]["code"] == "EQ_FAILED"
    assert verify(ledger) is None
    ledger.close()


def test_bad_rows_are_marked_and_the_good_ones_recorded(call, folder, tmp_path):
    code, said = record(call, form(tmp_path / "form.xlsx", [visit(A, inspector=""), visit(B)], []), "--json")
    facts = json.loads(said)
    assert code == 1
    assert (facts["recorded"], facts["counts"]["visits"]) == (1, {"read": 2, "accepted": 1, "quarantined": 1})
    assert Path(facts["marked"]).is_file()
    assert facts["waiting"] == [C, D, E]


def test_nothing_accepted_is_nothing_recorded(call, folder, tmp_path):
    code, _ = record(call, form(tmp_path / "form.xlsx", [visit("5600000009")], []))
    assert code == 1
    ledger = open_ledger(folder / "ledger.sqlite3")
    assert results(ledger).empty
    ledger.close()


def test_a_form_of_another_quarter_is_refused(call, tmp_path):
    with pytest.raises(OshriskError) as refused:
        record(call, form(tmp_path / "form.xlsx", [visit(A)], [], quarter="2026Q4"))
    assert refused.value.code == "results.other_quarter"


def test_a_quarter_without_a_plan_takes_no_results(call, tmp_path):
    with pytest.raises(OshriskError) as refused:
        call("record", "2027Q2", form(tmp_path / "form.xlsx", [visit(A)], [], quarter="2027Q2"), "--user", "lan")
    assert refused.value.code == "ledger.no_plan"


def test_follow_ups_are_told_and_written(call, tmp_path):
    visits = [visit(A, "yes"), {"enterprise_id": B, "done": "refused", "started_on": "15/02/2027"}]
    record(call, form(tmp_path / "form.xlsx", visits, [finding(A)]))
    output = tmp_path / "follow-ups.csv"
    code, said = call("followups", "2027Q1", "--on", "2027-04-20", "--output", output, "--json")
    kinds = [(row["kind"], row["enterprise_id"]) for row in json.loads(said)["follow_ups"]]
    assert code == 0
    assert kinds == [
        ("remedy_overdue", A),
        ("not_recorded", C),
        ("not_recorded", D),
        ("not_recorded", E),
        ("not_done", B),
    ]
    words = output.read_text("utf-8-sig")
    assert "Firm A" in words
    assert "EQ_FAILED" in words
    assert call("followups", "2027Q1", "--on", "2027-04-20")[1].count("Firm") == 5


def test_the_review_compares_list_lottery_and_decisions(call, folder, tmp_path):
    ledger = open_ledger(folder / "ledger.sqlite3")
    why = {"reason_code": "local_danger", "text": "x", "by": "lan"}
    decide(ledger, "2027Q1", "drop", D, based_on=status(ledger, "2027Q1")["revision"], **why)
    ledger.close()
    record(call, form(tmp_path / "form.xlsx", [visit(A, "yes"), visit(B), visit(E)], [finding(A)]))
    output = tmp_path / "review.xlsx"
    code, said = call("review", "2027Q1", "--output", output, "--json")
    facts = json.loads(said)
    groups = {row["group"]: row for row in facts["groups"]}
    assert code == 0
    assert (groups["list"]["labelled"], groups["list"]["serious"], groups["lottery"]["labelled"]) == (2, 1, 1)
    assert [(row["action"], row["enterprise_id"]) for row in facts["overrides"]] == [("drop", D)]
    sheet = pd.read_excel(output, header=None, engine="calamine").to_numpy().ravel().tolist()
    assert any("1 serious violations among 2 labelled of 4" in str(cell) for cell in sheet)


def test_the_next_quarter_knows_what_was_found(call, folder, tmp_path):
    record(call, form(tmp_path / "form.xlsx", [visit(A, "yes"), visit(E)], [finding(A)]))
    firms = pd.DataFrame({"enterprise_id": IDS, "name": IDS})
    registry = registry_of({"enterprises": firms}, "2100-01-01")  # whatever the clock of this machine says
    known = with_recorded(registry, open_workspace(folder))
    assert known["inspections"]["enterprise_id"].tolist() == [A, E]
    assert known["inspections"]["inclusion_probability"].tolist() == [1.0, 0.05]
    assert known["findings"]["code"].tolist() == ["EQ_FAILED"]


def test_verify_needs_a_plan(call, folder):
    with pytest.raises(OshriskError) as missing:
        call("verify", folder / "plans")
    assert missing.value.code == "results.no_plan"
