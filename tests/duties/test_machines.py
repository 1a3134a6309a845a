"""Machines that are to be inspected, counted from a day that may lie after the registers were read."""

import pandas as pd
import pytest

from oshrisk.duties.machines import machines_due
from oshrisk.registry.registry import registry_of

READ_ON = "2026-11-30"


@pytest.fixture(scope="module")
def registry():
    firms = pd.DataFrame({"enterprise_id": ["a", "b"], "name": ["A", "B"]})
    firms["closed_on"] = pd.to_datetime([None, "2026-01-01"])
    names = ["soon", "far", "late", "failed", "none"]
    machines = pd.DataFrame({"enterprise_id": "a", "equipment_id": [*names, "gone"], "item": "1"})
    machines["inspected_on"] = pd.to_datetime(["2025-01-01"] * 4 + [None, "2020-01-01"])
    machines["next_due_on"] = pd.to_datetime(["2027-01-15", "2028-01-01", "2026-06-01", "2028-01-01", None, None])
    machines["result"] = ["passed", "passed", "passed", "failed", None, None]
    machines["in_use_from"] = pd.to_datetime("2020-01-01")
    machines.loc[5, "enterprise_id"] = "b"
    return registry_of({"enterprises": firms, "equipment": machines}, READ_ON)


def test_the_most_pressing_come_first_and_closed_places_are_left_out(registry):
    rows = machines_due(registry, pd.Timestamp(READ_ON))
    assert rows["equipment_id"].to_list() == ["failed", "none", "late", "soon"]
    assert rows["days_left"].iloc[2:].to_list() == [-182, 46]


def test_days_count_from_the_day_asked_for(registry):
    rows = machines_due(registry, pd.Timestamp("2027-02-01")).set_index("equipment_id")
    assert rows.loc["soon", "state"] == "overdue"
    assert rows.loc["soon", "days_left"] == -17
