"""The checklist of a visit follows from factors, sector and duties."""

import pytest

from oshrisk.duties.checklist import checklist

DATE = "2026-11-30"


def names(states, group="", duties=None):
    return [row["check"] for row in checklist(states, group, duties or {}, DATE)]


def test_factors_come_first_in_their_order_then_sector_duties_everybody():
    states = {"training_coverage": "lt_50", "strict_equipment_overdue": "overdue_ge_6m"}
    found = names(states, "F_civil", {"emergency": "unknown", "osh_plan": "short"})
    assert found == ["training_gap", "machines_overdue", "construction", "osh_plan", "emergency", "hazards", "ppe"]


@pytest.mark.parametrize(
    ("states", "check"),
    [
        ({"training_coverage": "unknown"}, "training_unknown"),
        ({"strict_equipment_count": "unknown"}, "machines_unknown"),
        ({"periodic_report": "missing"}, "accident_report"),
        ({"periodic_report": "contradicted"}, "contradicted"),
    ],
)
def test_what_is_unknown_or_missing_is_looked_at(states, check):
    assert names(states)[0] == check


def test_what_is_in_order_is_not_asked():
    states = {"training_coverage": "ge_90", "strict_equipment_overdue": "all_valid", "periodic_report": "on_time"}
    assert names(states, duties={"emergency": "done"}) == ["hazards", "ppe"]


def test_a_duty_that_a_factor_asks_for_is_not_asked_twice():
    states = {"safety_officer": "required_absent"}
    assert names(states, duties={"osh_officer": "short"}) == ["officer_absent", "hazards", "ppe"]
