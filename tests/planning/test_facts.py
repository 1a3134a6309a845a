"""Each fact alone: when it holds, since when and by whom."""

from typing import Any

import pandas as pd
import pytest

from oshrisk.planning.facts import FACTS, Facts, facts_of, legal_entity
from oshrisk.planning.quarter import Quarter

MACHINE = {"n": 0, "equipment_id": "m1", "item": "16", "in_use_from": "2027-01-05", "declared_on": None}
FIRE = {"n": 0, "inspection_id": "v1", "body": "fire_police", "scope": "fire", "kind": "check", "done": "done"}
PLAN = {"n": 0, "body": "fire_police", "year": 2027, "quarter": 4, "kind": "check", "scope": "fire"}
DECLARED = {"n": 1, "equipment_id": "m2", "item": "16", "in_use_from": "2020-01-05", "declared_on": "2020-01-06"}


def gathered(known: Any, quarter: Quarter, **options: Any) -> Facts:
    return facts_of(known, quarter, legal_entity(known["enterprises"]), **options)


def test_every_fact_is_gathered_and_nothing_known_holds_nothing(registry, quarter) -> None:
    facts = gathered(registry(2), quarter)
    assert tuple(facts.holds.columns) == FACTS
    assert not facts.holds.any(axis=None)
    assert set(facts.on) | set(facts.body) | {"sibling_must", "good_complier", "hard_to_reach"} == set(FACTS)


@pytest.mark.parametrize(
    ("rows", "since"),
    [
        ([MACHINE], "2027-01-05"),
        ([MACHINE, MACHINE | {"equipment_id": "m9", "in_use_from": "2026-05-01"}], "2026-05-01"),
        ([MACHINE | {"in_use_from": "2027-05-31"}], None),  # 30 days to declare it (R1.2)
        ([MACHINE | {"in_use_from": "2027-05-30"}], "2027-05-30"),
        ([MACHINE | {"in_use_from": None}], None),
        ([MACHINE | {"withdrawn_on": "2027-02-01"}], None),
        ([MACHINE | {"item": "no such item"}], None),
        ([MACHINE, MACHINE | {"inspected_on": "2027-02-01", "declared_on": "2027-02-02"}], None),
    ],
)
def test_undeclared_machine(registry, quarter, rows: list[dict[str, Any]], since: str | None) -> None:
    facts = gathered(registry(2, equipment=[*rows, DECLARED]), quarter)
    assert facts.holds["undeclared_machine"].tolist() == [since is not None, False]
    assert facts.on["undeclared_machine"].iloc[0] == pd.Timestamp(since) or since is None


def test_a_register_without_declarations_makes_no_machine_undeclared(registry, quarter) -> None:
    row = {name: value for name, value in MACHINE.items() if name != "declared_on"}
    assert not gathered(registry(1, equipment=[row]), quarter).holds["undeclared_machine"].item()


@pytest.mark.parametrize(
    ("tables", "on"),
    [
        ({"annual_reports": [{"n": 0, "year": 2026, "filed_on": "2027-03-01"}]}, "2027-03-01"),
        ({"annual_reports": [{"n": 0, "year": 2025, "filed_on": "2026-01-05"}]}, None),
        ({"annual_reports": [{"n": 0, "year": 2026, "filed_on": None}]}, None),
        ({"accident_reports": [{"n": 0, "period": "2026H1", "filed_on": "2026-07-01"}]}, "2026-07-01"),
        ({"accident_reports": [{"n": 0, "period": "2026", "filed_on": "2027-01-02"}]}, "2027-01-02"),
        ({"accident_reports": [{"n": 0, "period": "2025H2", "filed_on": "2026-01-02"}]}, None),
    ],
)
def test_electronic_data_are_the_reports_on_the_last_year_due(registry, quarter, tables: Any, on: str | None) -> None:
    facts = gathered(registry(1, **tables), quarter)
    assert facts.holds["has_electronic_data"].item() == (on is not None)
    assert facts.on["has_electronic_data"].item() == pd.Timestamp(on) or on is None


@pytest.mark.parametrize(
    ("visits", "due"),
    [
        ([FIRE | {"started_on": "2026-12-31"}], "2026-12-31"),
        ([FIRE | {"started_on": "2024-05-01"}], "2024-05-01"),
        ([FIRE | {"started_on": "2026-05-01"}, FIRE | {"inspection_id": "v2", "started_on": "2027-02-01"}], None),
        ([FIRE | {"started_on": "2026-05-01", "done": "refused"}], None),
        ([FIRE | {"started_on": "2026-05-01", "scope": "osh"}], None),
    ],
)
def test_fire_check_due(registry, quarter, visits: list[dict[str, Any]], due: str | None) -> None:
    facts = gathered(registry(2, parents={1: 0}, inspections=visits), quarter)
    assert facts.holds["fire_check_due"].tolist() == [due is not None] * 2  # the police check the legal entity
    assert facts.on["fire_check_due"].iloc[0] == pd.Timestamp(due) or due is None


def test_no_fire_check_is_due_before_the_decree_on_fire_groups(registry) -> None:
    known = registry(1, inspections=[FIRE | {"started_on": "2024-05-01"}]).known("2025-03-31")
    due = [gathered(known, Quarter(2025, number)).holds["fire_check_due"].item() for number in (2, 3)]
    assert due == [False, True]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (PLAN, {"visit_planned", "check_planned", "fire_check_planned"}),
        (PLAN | {"scope": None}, {"visit_planned", "check_planned", "fire_check_planned", "other_plan"}),
        (PLAN | {"kind": "inspection"}, {"visit_planned", "fire_check_planned"}),
        (PLAN | {"scope": "osh", "kind": None}, {"visit_planned", "check_planned", "other_plan"}),
        (
            PLAN | {"scope": "osh", "kind": "inspection"},
            {"visit_planned", "other_plan", "inspection_planned_same_content"},
        ),
        (PLAN | {"body": "home_affairs", "scope": "osh"}, {"visit_planned", "check_planned"}),
        (PLAN | {"body": "home_affairs", "scope": "osh", "quarter": 3}, set()),
    ],
)
def test_plans(registry, quarter, plan: dict[str, Any], expected: set[str]) -> None:
    facts = gathered(registry(1, other_plans=[plan]), quarter)
    assert {name for name in FACTS if facts.holds[name].item()} == expected
    assert all(facts.body[name].item() == plan["body"] for name in expected)


def test_the_latest_visit_of_each_kind_is_named(registry, quarter) -> None:
    visits = [
        FIRE | {"started_on": "2027-02-01"},
        FIRE | {"inspection_id": "v2", "started_on": "2027-03-01", "body": "construction"},
        FIRE | {"inspection_id": "v3", "started_on": "2027-04-01", "kind": "inspection", "scope": "osh", "body": None},
    ]
    facts = gathered(registry(1, inspections=visits), quarter)
    names = ["visited_this_year", "checked_this_year", "inspected_same_content"]
    assert facts.holds[names].all(axis=None)
    assert [day.month for day in facts.on[names].iloc[0]] == [4, 3, 4]
    assert facts.body["checked_this_year"].item() == "construction"
    assert pd.isna(facts.body["inspected_same_content"].item())


def test_hard_to_reach_needs_a_known_road_and_the_decree(registry) -> None:
    known = registry(3)
    hours = pd.Series([3.0, 3.1], known.ids[:2])
    found = {
        number: gathered(known, Quarter(2025, number), travel_hours=hours).holds["hard_to_reach"].tolist()
        for number in (3, 4)
    }
    assert found == {3: [False] * 3, 4: [False, True, False]}


def test_siblings_of_a_must(registry, quarter) -> None:
    known = registry(3, parents={1: 0})
    must = pd.Series([True, False, False], known.ids)
    facts = gathered(known, quarter).with_siblings(legal_entity(known["enterprises"]), must)
    assert facts.holds["sibling_must"].tolist() == [False, True, False]
