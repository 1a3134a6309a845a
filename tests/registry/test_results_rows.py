"""Results on their way to the ledger and into the registry."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from oshrisk.registry.registry import Registry, registry_of
from oshrisk.registry.results import read_results
from oshrisk.registry.results_rows import (
    Results,
    ledger_rows,
    machines_for_registry,
    no_results,
    results_of,
    rows_for_registry,
    with_results,
)
from oshrisk.registry.snapshot import read_snapshot, write_snapshot

from .forms import IDS, QUARTER, finding, machine, plan, visit, write_form

A, B, C, D, E = IDS
RECORDED = pd.Timestamp("2027-04-05")


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Results:
    path = write_form(
        tmp_path_factory.mktemp("results") / "form.xlsx",
        [
            visit(A, found="có", workers_seen=25),
            visit(B, note="đã nhắc nhở"),
            visit(C, done="closed", found=None),
            visit(E, found=None),
            {"enterprise_id": D, "done": "not_done"},
        ],
        [
            finding(A),
            finding(A, code="EQ_FAILED", severity="minor", remedy_due_on=None, count=3),
            finding(B, severity="minor"),
        ],
        [machine(A), machine(E, equipment_id="M7", next_due_on="01/02/2027", inspected_on=None)],
    )
    reading = read_results(path, plan(), QUARTER, RECORDED)
    assert reading.quarantine.empty
    return reading.results


def as_ledger(results: Results) -> pd.DataFrame:
    """What the ledger gives back: rows went through JSON; quarter and time were added."""
    rows = ledger_rows(results)
    kinds = rows.dtypes.astype(str)
    texts = rows.astype({name: "str" for name in rows if kinds[name].startswith("datetime")})
    cells = json.loads(json.dumps(texts.astype(object).where(rows.notna(), None).to_dict("index"), default=bool))
    back = pd.DataFrame.from_dict(cells, orient="index")[list(rows.columns)].astype(dict(kinds))
    return back.rename_axis("enterprise_id").assign(quarter=QUARTER, at=pd.Timestamp("2027-04-05T01:30", tz="UTC"))


def same(left: Results, right: Results) -> None:
    key = ["enterprise_id"]
    pd.testing.assert_frame_equal(left.visits, right.visits, check_names=False)
    for name, more in (("findings", "code"), ("machines", "equipment_id")):
        frames = [getattr(one, name).sort_values([*key, more], ignore_index=True) for one in (left, right)]
        pd.testing.assert_frame_equal(*frames)


def test_what_the_ledger_keeps_comes_back(results):
    same(results_of(as_ledger(results)), results)


def test_the_day_of_recording_is_that_of_viet_nam(results):
    late = as_ledger(results).assign(at=pd.Timestamp("2027-04-05T18:00", tz="UTC"))
    assert results_of(late).visits["recorded_on"].eq(pd.Timestamp("2027-04-06")).all()


def test_nothing_is_known_before_it_happened(results):
    early = as_ledger(results).assign(at=pd.Timestamp("2026-11-23T01:00", tz="UTC"))
    known = results_of(early).visits["recorded_on"]
    assert known[A] == pd.Timestamp("2027-02-15")
    assert known[D] == pd.Timestamp("2026-11-23")  # given up: there is no day of a visit


def test_rows_recorded_without_a_column_do_not_know_it(results):
    older = as_ledger(results).drop(columns=["machines", "workers_seen"])
    back = results_of(older)
    assert back.machines.empty
    assert back.visits["workers_seen"].isna().all()


def test_the_same_findings_in_another_order_are_the_same_rows(results):
    turned = replace(results, findings=results.findings.iloc[::-1])
    assert ledger_rows(turned)["findings"].to_dict() == ledger_rows(results)["findings"].to_dict()


def test_nothing_recorded(results):
    empty = results_of(as_ledger(results).iloc[:0])
    assert empty.visits.columns.tolist() == no_results().visits.columns.tolist() == results.visits.columns.tolist()
    inspections, findings = rows_for_registry(empty, plan())
    assert inspections.empty
    assert findings.empty


def register(**tables) -> Registry:
    firms = pd.DataFrame({"enterprise_id": IDS[:4], "name": [f"Công ty {name}" for name in "ABCD"]})
    return registry_of({"enterprises": firms, **tables}, "2027-04-30")


def test_rows_have_the_plan_s_arm_and_probability(results):
    inspections, findings = rows_for_registry(results, plan())
    assert inspections["enterprise_id"].tolist() == [A, B, C, E]  # D was given up: nothing happened
    assert inspections["arm"].tolist() == ["mandatory", "risk", "risk", "random"]
    assert inspections["inclusion_probability"].tolist() == [1.0, 1.0, 1.0, 0.05]
    assert inspections["found"].tolist() == [True, False, pd.NA, pd.NA]
    assert inspections[["body", "scope", "kind"]].drop_duplicates().to_numpy().tolist() == [
        ["home_affairs", "osh", "check"]
    ]
    assert inspections["known_on"].eq(RECORDED).all()
    assert findings["inspection_id"].tolist() == [f"2027Q1-{A}", f"2027Q1-{A}", f"2027Q1-{B}"]
    assert findings["count"].tolist() == [1.0, 3.0, 1.0]


def test_the_registry_takes_them_once(results):
    rows = (*rows_for_registry(results, plan()), machines_for_registry(results))
    once = with_results(register(), *rows)
    assert once["inspections"]["enterprise_id"].tolist() == [A, B, C]  # E is not in the register
    assert len(once["findings"]) == 3
    assert once["equipment"]["equipment_id"].tolist() == ["M1"]
    twice = with_results(once, *rows)
    for name in once:
        pd.testing.assert_frame_equal(once[name], twice[name])


def test_a_visit_that_the_register_has_is_not_doubled(results):
    own = {
        "inspection_id": "QD-1",
        "enterprise_id": A,
        "body": "home_affairs",
        "started_on": pd.Timestamp("2027-02-15"),
    }
    other = own | {"inspection_id": "QD-2", "enterprise_id": B, "body": "health"}
    registry = register(inspections=pd.DataFrame([own, other]))
    inspections, findings = rows_for_registry(results, plan())
    added = with_results(registry, inspections, findings)
    assert added["inspections"]["inspection_id"].tolist() == ["QD-1", "QD-2", f"2027Q1-{B}", f"2027Q1-{C}"]
    assert added["findings"]["inspection_id"].tolist() == [f"2027Q1-{B}"]


def test_what_was_recorded_after_the_registers_were_read_stays_out(results):
    registry = replace(register(), read_on=pd.Timestamp("2027-04-04").as_unit("s"))
    added = with_results(registry, *rows_for_registry(results, plan()), machines_for_registry(results))
    assert added["inspections"].empty
    assert added["equipment"].empty


def test_results_are_not_known_before_they_were_recorded(results):
    added = with_results(register(), *rows_for_registry(results, plan()))
    assert added.known("2027-04-04")["inspections"].empty
    assert len(added.known("2027-04-05")["inspections"]) == 3


def test_a_registry_with_results_is_a_snapshot_like_any_other(results, tmp_path):
    added = with_results(register(), *rows_for_registry(results, plan()))
    write_snapshot(tmp_path / "snapshot", added)
    pd.testing.assert_frame_equal(read_snapshot(tmp_path / "snapshot")["inspections"], added["inspections"])
