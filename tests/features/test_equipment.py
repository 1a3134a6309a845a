from __future__ import annotations

import pytest

from oshrisk.features import build_features, equipment_states

BOILER = {"equipment_id": "TB-01", "item": "1", "in_use_from": "2015-03-01"}  # interval of the list: 24 months


def _machine(**columns: object) -> dict[str, object]:
    return {**BOILER, "known_on": "2026-01-01", **columns}


CASES = [
    ([_machine(inspected_on="2025-06-01", next_due_on="2027-06-01")], "valid", "all_valid", 0),
    ([_machine(inspected_on="2024-12-31", next_due_on="2026-12-31")], "due_90d", "all_valid", 0),
    ([_machine(inspected_on="2024-11-23", next_due_on="2026-11-23")], "due_90d", "all_valid", 0),
    ([_machine(inspected_on="2024-11-22", next_due_on="2026-11-22")], "overdue", "overdue_lt_6m", 1),
    ([_machine(inspected_on="2024-05-23", next_due_on="2026-05-23")], "overdue", "overdue_ge_6m", 1),
    # the certificate's date goes before the interval of the list (R3.4)
    ([_machine(inspected_on="2025-10-01", next_due_on="2026-10-01")], "overdue", "overdue_lt_6m", 1),
    # without one: inspection plus 24 months
    ([_machine(inspected_on="2025-10-01")], "valid", "all_valid", 0),
    ([_machine(inspected_on="2024-10-01")], "overdue", "overdue_lt_6m", 1),
    ([_machine(inspected_on="2023-10-01")], "overdue", "overdue_ge_6m", 1),
    # the latest certificate counts
    ([_machine(inspected_on="2022-10-01"), _machine(inspected_on="2025-10-01")], "valid", "all_valid", 0),
    ([_machine(inspected_on="2025-10-01"), _machine(known_on="2026-05-01")], "valid", "all_valid", 0),
    ([_machine()], "never_inspected", "overdue_ge_6m", 1),
    ([_machine(in_use_from="2026-11-01", known_on="2026-11-01")], "unknown", None, None),
    ([_machine(in_use_from=None)], "unknown", None, None),
    ([_machine(inspected_on="2025-10-01", result="failed")], "failed_in_use", "overdue_ge_6m", 1),
    ([_machine(next_due_on="2027-01-31")], "due_90d", "all_valid", 0),
]


@pytest.mark.parametrize(("rows", "state", "worst", "overdue"), CASES)
def test_state_of_a_machine(registry, same, rows, state, worst, overdue):  # noqa: PLR0917 - cases are columns
    rows = [{"inspected_on": None, **row} for row in rows]
    known = registry(equipment=rows).known("2026-11-23")
    assert equipment_states(known)["state"].to_list() == [state]
    features = build_features(known, "2026-11-23").loc["0101234567"]
    assert same(features["strict_equipment_overdue"], worst)
    assert same(features["equipment_overdue_count"], overdue)
    assert same(features["strict_equipment_count"], 1)


def test_a_source_without_inspection_dates_cannot_say_never(registry):
    rows = [{**BOILER, "known_on": "2026-01-01"}]
    assert equipment_states(registry(equipment=rows).known("2026-11-23"))["state"].to_list() == ["unknown"]


def test_withdrawn_machines_are_out_and_come_back_before_their_withdrawal(of_firm, same):
    rows = [_machine(inspected_on="2022-01-01", withdrawn_on="2026-06-01", known_on="2022-01-05")]
    for as_of, count in (("2026-11-23", None), ("2026-03-01", 1)):
        assert same(of_firm(as_of, equipment=rows)["strict_equipment_count"], count)


def test_one_machine_is_counted_once_and_the_worst_decides(of_firm, same):
    rows = [
        _machine(inspected_on="2023-10-01"),
        _machine(inspected_on="2025-10-01"),
        _machine(inspected_on="2024-10-01", equipment_id="TB-02", item="4", next_due_on="2026-10-01"),
    ]
    features = of_firm(equipment=rows)
    assert same(features["strict_equipment_count"], 2)
    assert same(features["strict_equipment_overdue"], "overdue_lt_6m")


def test_only_the_list_in_force_counts(of_firm, same):
    rows = [_machine(item="99", inspected_on="2020-01-01")]
    assert same(of_firm(equipment=rows)["strict_equipment_count"], None)


def test_alike_machine_numbers_of_two_enterprises_are_two_machines(registry):
    rows = [_machine(inspected_on="2025-10-01"), _machine(inspected_on="2020-10-01", enterprise_id="0109876543")]
    machines = equipment_states(registry(equipment=rows).known("2026-11-23"))
    assert machines["state"].to_list() == ["valid", "overdue"]
