"""Follow-ups: remedies, machines, and visits that were not made."""

from __future__ import annotations

import pandas as pd
import pytest

from oshrisk.evaluate.followup import KINDS, follow_ups
from oshrisk.planning import Quarter
from oshrisk.registry.registry import registry_of
from oshrisk.registry.results_rows import Results, no_results

A, B, C, D, E = IDS = [f"560000000{digit}" for digit in range(1, 6)]
QUARTER = Quarter(2027, 1)
PLAN = pd.DataFrame(
    {"arm": "risk", "inclusion_probability": 1.0, "month": [1, 1, 2, 3, 2]}, index=pd.Index(IDS, name="enterprise_id")
)


def register(**tables):
    firms = pd.DataFrame({"enterprise_id": [*IDS, "5600000009"], "name": [f"Công ty {name}" for name in "ABCDEX"]})
    return registry_of({"enterprises": firms, **tables}, "2026-11-30")


def results(states, findings=(), machines=()):
    empty = no_results()
    visits = empty.visits.reindex(pd.Index(list(states), name="enterprise_id", dtype="str")).assign(
        done=list(states.values()), started_on=pd.Timestamp("2027-01-20"), quarter="2027Q1", recorded_on="2027-02-01"
    )
    frames = []
    for frame, rows in ((empty.findings, findings), (empty.machines, machines)):
        made = pd.DataFrame(list(rows), columns=frame.columns)
        frames.append(made.astype(frame.dtypes.to_dict()))
    return Results(visits.astype(empty.visits.dtypes.to_dict()), *frames)


def matters(found, *columns):
    return list(found[list(columns)].astype(object).itertuples(index=False, name=None))


def found_on(date, recorded, registry=None):
    return follow_ups(registry or register(), PLAN, recorded, date, quarter=QUARTER)


def test_remedies_are_due_then_overdue():
    due = {"enterprise_id": A, "code": "EQ_INSPECTION", "remedy_due_on": pd.Timestamp("2027-03-10")}
    done = due | {"code": "EQ_FAILED", "remedied_on": pd.Timestamp("2027-01-25")}
    undated = {"enterprise_id": A, "code": "EQ_FAILED"}
    recorded = results(dict.fromkeys(IDS, "done"), [due, done, undated])
    expected = [("remedy_due", A, "EQ_INSPECTION", -1.0), ("remedy_undated", A, "EQ_FAILED", None)]
    early = found_on("2027-03-09", recorded)
    assert (
        matters(
            early.astype({"days_late": object}).where(early.notna(), None), "kind", "enterprise_id", "code", "days_late"
        )
        == expected
    )
    assert matters(found_on("2027-03-12", recorded).head(1), "kind", "days_late") == [("remedy_overdue", 2.0)]


def test_a_remedy_confirmed_later_is_still_open_today():
    late = {"enterprise_id": A, "code": "EQ_FAILED", "remedy_due_on": "2027-02-01", "remedied_on": "2027-03-20"}
    recorded = results(dict.fromkeys(IDS, "done"), [late])
    assert found_on("2027-03-19", recorded)["kind"].tolist() == ["remedy_overdue"]
    assert found_on("2027-03-20", recorded).empty


def test_remedies_of_earlier_checks_count_and_those_of_other_bodies_do_not():
    visits = pd.DataFrame(
        {
            "inspection_id": ["i1", "i2"],
            "enterprise_id": "5600000009",
            "body": ["home_affairs", "health"],
            "started_on": pd.Timestamp("2026-05-01"),
        }
    )
    findings = pd.DataFrame(
        {"inspection_id": ["i1", "i2"], "code": "EQ_FAILED", "remedy_due_on": pd.Timestamp("2026-06-01")}
    )
    found = found_on("2026-12-01", no_results(), register(inspections=visits, findings=findings))
    assert matters(found, "kind", "enterprise_id", "name") == [("remedy_overdue", "5600000009", "Công ty X")]


def test_machines_overdue_at_checked_places():
    machine = {"item": "1", "in_use_from": pd.Timestamp("2015-01-01"), "inspected_on": pd.Timestamp("2020-01-01")}
    machines = pd.DataFrame([machine | {"enterprise_id": owner, "equipment_id": "M1"} for owner in (A, B, C)])
    fresh = machine | {
        "enterprise_id": C,
        "equipment_id": "M1",
        "inspected_on": pd.Timestamp("2027-01-10"),
        "next_due_on": pd.Timestamp("2029-01-10"),
        "in_use_from": None,
    }
    fresh.pop("in_use_from")
    recorded = results({A: "done", B: "refused", C: "done"}, machines=[fresh])
    found = found_on("2027-02-15", recorded, register(equipment=machines))
    found = found[found["kind"].eq("equipment_overdue")]
    assert matters(found, "enterprise_id", "code", "item") == [(A, "overdue", "1 · M1")]  # C showed a new certificate


def test_a_visit_is_asked_for_once_its_month_is_over():
    recorded = results({A: "done", B: "not_found"})
    assert matters(found_on("2027-02-28", recorded), "kind", "enterprise_id", "code", "days_late") == [
        ("not_done", B, "not_found", 28.0)
    ]
    assert matters(found_on("2027-03-01", recorded), "kind", "enterprise_id", "days_late") == [
        ("not_recorded", C, 1.0),
        ("not_recorded", E, 1.0),
        ("not_done", B, 29.0),
    ]


def test_an_unknown_month_is_the_whole_quarter():
    plan = PLAN.drop(columns="month")
    for date, count in (("2027-03-31", 0), ("2027-04-01", 5)):
        assert len(follow_ups(register(), plan, no_results(), date, quarter=QUARTER)) == count


@pytest.mark.parametrize("name", ["name", "item", "code", "enterprise_id"])
def test_no_word_is_missing(name):
    found = found_on("2027-04-10", results({A: "refused"}, [{"enterprise_id": A, "code": "EQ_FAILED"}]))
    assert found[name].notna().all()
    assert found["kind"].cat.categories.tolist() == list(KINDS)
