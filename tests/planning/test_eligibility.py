"""Every rule alone, then their precedence."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oshrisk.planning.eligibility import eligibility, fired_rules
from oshrisk.planning.quarter import Quarter
from oshrisk.reference import CONFIDENCE
from oshrisk.reference.eligibility import MODES, STATUSES
from oshrisk.reference.rules import rules

CHECK = {"n": 0, "inspection_id": "v1", "body": "construction", "scope": "osh", "kind": "check", "done": "done"}
FATAL = {"n": 0, "occurred_on": "2027-05-02", "known_on": "2027-05-03", "severity": "fatal", "deaths": 1}
COMPLAINT = {"n": 0, "occurred_on": "2027-05-02", "kind": "complaint"}
PLAN = {"n": 0, "body": "construction", "year": 2027, "quarter": 4, "kind": "inspection", "scope": "osh"}
OVERDUE = {"inspection_id": "v1", "code": "x", "remedy_due_on": "2026-12-01"}


def first(frame: pd.DataFrame) -> tuple[str, str, str]:
    row = frame.iloc[0]
    return row["status"], row["rule_id"], row["reason"]


def test_nothing_known_may_be_checked_under_the_thematic_plan(registry, quarter) -> None:
    frame = eligibility(registry(2), quarter)
    assert first(frame) == ("may", "R5.2c", "thematic_plan")
    assert frame["until"].eq(quarter.end).all()
    assert frame["article"].eq(rules(quarter.start).loc["R5.2c", "article"]).all()


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"closed": {0: "2027-02-01"}}, ("not_now", "R5.13", "closed")),
        ({"inspections": [CHECK | {"started_on": "2027-02-01", "done": "closed"}]}, ("not_now", "R5.13", "closed")),
        ({"inspections": [CHECK | {"started_on": "2027-02-01"}]}, ("not_now", "R5.5", "visited")),
        ({"inspections": [CHECK | {"started_on": "2027-02-01", "scope": "fire"}]}, ("not_now", "R5.5", "visited")),
        (
            {"inspections": [CHECK | {"started_on": "2027-02-01", "kind": "inspection"}]},
            ("not_now", "R5.5", "inspected"),
        ),
        ({"inspections": [CHECK | {"started_on": "2027-02-01", "kind": None}]}, ("not_now", "R5.5", "visited")),
        # an inspection of other content leaves the one check of the year open
        (
            {"inspections": [CHECK | {"started_on": "2027-02-01", "kind": "inspection", "scope": "fire"}]},
            ("may", "R5.2c", "thematic_plan"),
        ),
        ({"inspections": [CHECK | {"started_on": "2026-12-30"}]}, ("may", "R5.2c", "thematic_plan")),
        ({"inspections": [CHECK | {"started_on": "2027-02-01", "done": "refused"}]}, ("may", "R5.2c", "thematic_plan")),
        ({"other_plans": [PLAN]}, ("not_now", "R5.6", "other_plan")),
        ({"other_plans": [PLAN | {"scope": None}]}, ("not_now", "R5.6", "other_plan")),
        ({"other_plans": [PLAN | {"scope": "fire", "kind": "check"}]}, ("not_now", "R5.5", "check_planned")),
        ({"other_plans": [PLAN | {"scope": "fire"}]}, ("may", "R5.2c", "thematic_plan")),
        ({"other_plans": [PLAN | {"year": 2026}]}, ("may", "R5.2c", "thematic_plan")),
        ({"other_plans": [PLAN | {"body": "home_affairs", "kind": "check"}]}, ("not_now", "R5.5", "check_planned")),
        (
            {"other_plans": [PLAN | {"body": "home_affairs", "kind": "check", "quarter": 3}]},
            ("may", "R5.2c", "thematic_plan"),
        ),
        (
            {"other_plans": [PLAN | {"body": "home_affairs", "kind": "check", "quarter": 1}]},
            ("may", "R5.2c", "thematic_plan"),
        ),
        ({"accidents": [FATAL]}, ("must", "R5.2a", "fatal_accident")),
        ({"accidents": [FATAL | {"severity": "serious"}]}, ("must", "R5.2a", "fatal_accident")),
        ({"accidents": [FATAL | {"severity": "serious", "deaths": 0}]}, ("may", "R5.2c", "thematic_plan")),
        ({"accidents": [FATAL | {"occurred_on": "2026-06-30"}]}, ("may", "R5.2c", "thematic_plan")),
        ({"signals": [COMPLAINT | {"kind": "direction"}]}, ("must", "R5.2b", "direction")),
        ({"signals": [COMPLAINT]}, ("may", "R5.2a", "complaint")),
        ({"signals": [COMPLAINT | {"kind": "inconsistent_report"}]}, ("may", "R5.2a", "signal")),
        ({"signals": [COMPLAINT | {"occurred_on": "2026-06-30"}]}, ("may", "R5.2c", "thematic_plan")),
        (
            {"inspections": [CHECK | {"started_on": "2026-09-01"}], "findings": [OVERDUE]},
            ("must", "R5.2a", "remedy_overdue"),
        ),
        (
            {
                "inspections": [CHECK | {"started_on": "2026-09-01"}],
                "findings": [OVERDUE | {"remedied_on": "2027-04-01"}],
            },
            ("may", "R5.2c", "thematic_plan"),
        ),
        (
            {
                "inspections": [CHECK | {"started_on": "2026-09-01"}],
                "findings": [OVERDUE | {"remedy_due_on": "2027-06-30"}],
            },
            ("may", "R5.2c", "thematic_plan"),
        ),
    ],
)
def test_each_rule_alone(registry, quarter, tables: dict[str, Any], expected: tuple[str, str, str]) -> None:
    frame = eligibility(registry(2, **tables), quarter)
    assert first(frame) == expected
    assert frame["status"].iloc[1] == "may"


@pytest.mark.parametrize(
    "table", [{"accidents": [FATAL]}, {"signals": [COMPLAINT]}, {"signals": [COMPLAINT | {"kind": "direction"}]}]
)
def test_a_visit_since_ends_the_sign(registry, quarter, table: dict[str, Any]) -> None:
    visit = CHECK | {"started_on": "2027-05-20"}
    assert first(eligibility(registry(1, inspections=[visit], **table), quarter)) == ("not_now", "R5.5", "visited")
    fire = visit | {"scope": "fire", "kind": "inspection"}
    assert eligibility(registry(1, inspections=[fire], **table), quarter)["sign"].item()


def test_a_visit_after_the_due_date_verifies_the_remedy(registry, quarter) -> None:
    visits = [CHECK | {"started_on": "2026-09-01"}, CHECK | {"inspection_id": "v2", "started_on": "2026-12-20"}]
    assert not eligibility(registry(1, inspections=visits, findings=[OVERDUE]), quarter)["sign"].item()


def test_a_sign_lifts_the_cap(registry, quarter) -> None:
    visit = CHECK | {"started_on": "2027-02-01"}
    frame = eligibility(registry(1, inspections=[visit], signals=[COMPLAINT]), quarter)
    assert first(frame) == ("may", "R5.2a", "complaint")


def test_the_cap_counts_the_legal_entity(registry, quarter) -> None:
    frame = eligibility(registry(3, parents={1: 0}, inspections=[CHECK | {"started_on": "2027-02-01"}]), quarter)
    assert frame["reason"].tolist() == ["visited", "visited", "thematic_plan"]
    assert frame["on"].tolist()[:2] == [pd.Timestamp("2027-02-01")] * 2
    assert frame["body"].tolist()[:2] == ["construction"] * 2
    assert frame["until"].tolist()[:2] == [pd.Timestamp("2027-12-31")] * 2


def test_siblings_of_a_must_wait_unless_a_sign_stands(registry, quarter) -> None:
    frame = eligibility(registry(3, parents={1: 0, 2: 0}, accidents=[FATAL], signals=[COMPLAINT | {"n": 2}]), quarter)
    assert frame["reason"].tolist() == ["fatal_accident", "sibling_must", "complaint"]


PRECEDENCE = [
    "closed",
    "direction",
    "fatal_accident",
    "remedy_overdue",
    "other_plan",
    "visited",
    "inspected",
    "check_planned",
    "complaint",
    "thematic_plan",
]
LAYERS: dict[str, dict[str, Any]] = {
    "closed": {"closed": {0: "2027-03-01"}},
    "direction": {"signals": [COMPLAINT | {"kind": "direction"}]},
    "fatal_accident": {"accidents": [FATAL]},
    "remedy_overdue": {
        "inspections": [CHECK | {"inspection_id": "v0", "started_on": "2026-09-01"}],
        "findings": [OVERDUE | {"inspection_id": "v0", "remedy_due_on": "2027-04-01"}],
    },
    "other_plan": {"other_plans": [PLAN]},
    "visited": {"inspections": [CHECK | {"started_on": "2027-02-01"}]},
    "inspected": {"inspections": [CHECK | {"inspection_id": "v2", "started_on": "2027-02-02", "kind": "inspection"}]},
    "check_planned": {"other_plans": [PLAN | {"scope": "fire", "kind": "check"}]},
    "complaint": {"signals": [COMPLAINT]},
    "thematic_plan": {},
}


@given(st.sets(st.sampled_from(PRECEDENCE[:-1])))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_precedence(registry, layers: set[str]) -> None:
    tables: dict[str, Any] = {}
    for layer in layers:
        for name, rows in LAYERS[layer].items():
            tables[name] = rows if name == "closed" else tables.get(name, []) + rows
    frame = eligibility(registry(1, **tables), Quarter(2027, 3))
    lifted = {"visited", "inspected", "check_planned"} if "complaint" in layers else set()
    expected = next(name for name in PRECEDENCE if name in (layers - lifted) | {"thematic_plan"})
    assert frame["reason"].item() == expected


@given(st.sets(st.sampled_from(list(LAYERS))))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_that_fires_is_kept_and_the_first_decides(registry, layers: set[str]) -> None:
    tables: dict[str, Any] = {}
    for layer in layers:
        for name, rows in LAYERS[layer].items():
            tables[name] = rows if name == "closed" else tables.get(name, []) + rows
    known, quarter = registry(2, parents={1: 0}, **tables), Quarter(2027, 3)
    fired, decided = fired_rules(known, quarter), eligibility(known, quarter)
    lifted = {"visited", "inspected", "check_planned"} if decided["sign"].iloc[0] else set()
    assert set(fired.loc[fired["enterprise_id"].eq(known.ids[0]), "reason"]) >= layers - lifted | {"thematic_plan"}
    among = fired[fired["effect"].isin(STATUSES)]
    first = among[among["decides"]].set_index("enterprise_id")
    columns = ["rule_id", "reason", "article", "on", "body", "until"]
    pd.testing.assert_frame_equal(first[columns], decided[columns], check_index_type=False)
    assert first["effect"].tolist() == decided["status"].tolist()
    assert among.groupby("enterprise_id")["decides"].idxmax().eq(among.groupby("enterprise_id").head(1).index).all()
    assert fired.loc[~fired["effect"].isin(STATUSES + MODES), "decides"].all()
    assert fired["confidence"].isin(CONFIDENCE).all()
    assert (fired["from"].isna() | fired["from"].le(quarter.start)).all()


@pytest.mark.parametrize("year", [2016, 2024, 2027])
def test_the_law_of_the_day_decides(registry, year: int) -> None:
    known = registry(1, inspections=[CHECK | {"started_on": f"{year}-02-01"}]).known(f"{year}-06-30")
    frame = eligibility(known, Quarter(year, 3))
    in_force = rules(f"{year}-07-01")
    assert ("R5.5" in in_force.index) == (year > 2016)  # the cap of one check a year began in 2017
    assert first(frame)[1] == ("R5.5" if year > 2016 else "R5.2c")
    assert frame["article"].item() == in_force.loc[first(frame)[1], "article"]


def test_what_is_known_later_changes_nothing(registry) -> None:
    before = eligibility(registry(2).known("2027-01-31"), Quarter(2027, 1))
    later = registry(
        2,
        closed={0: "2027-05-01"},
        accidents=[FATAL],
        signals=[COMPLAINT],
        inspections=[CHECK | {"started_on": "2027-02-01"}],
        findings=[OVERDUE | {"remedy_due_on": "2027-02-02"}],
        other_plans=[PLAN | {"known_on": "2027-02-02"}],
    )
    pd.testing.assert_frame_equal(eligibility(later.known("2027-01-31"), Quarter(2027, 1)), before)


def test_found_closed_but_reporting_since_is_open(registry, quarter) -> None:
    visit = CHECK | {"started_on": "2026-02-01", "done": "closed"}
    report = {"n": 0, "period": "2026H1", "filed_on": "2026-07-04", "reported_zero": True}
    assert first(eligibility(registry(1, inspections=[visit], accident_reports=[report]), quarter))[0] == "may"
