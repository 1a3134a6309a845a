from __future__ import annotations

import pandas as pd
import pytest

from oshrisk.features import build_features
from oshrisk.features.reporting import due_half

QUARRY = {"sector_code": "08101", "sector_scheme": "vsic2018"}
OTHERS = {"enterprise_id": "0109876543", "period": "2020H1", "filed_on": "2020-07-01"}


def _zero(period: str, filed_on: str) -> dict[str, object]:
    return {"period": period, "filed_on": filed_on, "reported_zero": True}


@pytest.mark.parametrize(
    ("as_of", "half"),
    [
        ("2026-07-05", "2025H2"),
        ("2026-07-06", "2026H1"),
        ("2026-11-23", "2026H1"),
        ("2026-12-31", "2026H1"),
        ("2027-01-10", "2026H1"),
        ("2027-01-11", "2026H2"),
    ],
)
def test_last_half_year_that_fell_due(registry, as_of, half):
    number = due_half(registry(read_on="2027-06-01").known(as_of))
    assert f"{number // 2}H{number % 2 + 1}" == half


def test_a_deadline_after_the_reading_of_the_registers_counts_as_not_reached(registry):
    number = due_half(registry(read_on="2026-11-23").known("2027-02-01"))
    assert (number // 2, number % 2) == (2026, 0)


@pytest.mark.parametrize(
    ("firm", "reports", "state"),
    [
        ({}, [_zero("2026H1", "2026-07-01")], "on_time"),
        ({}, [_zero("2026H1", "2026-09-30")], "on_time"),  # late, but filed
        ({}, [_zero("2026", "2026-10-01")], "on_time"),
        ({}, [], "missing"),
        ({}, [_zero("2024H1", "2024-07-01")], "missing"),  # a former reporter of zeros is like any silent one
        ({}, [{**_zero("2024H1", "2024-07-01"), "reported_zero": False}], "missing_unusual"),
        ({"workers": 50, "workers_on": "2026-01-01"}, [], "missing_unusual"),
        ({"workers": 49, "workers_on": "2026-01-01"}, [], "missing"),
        ({"workers": 10, "workers_on": "2026-01-01", **QUARRY}, [], "missing_unusual"),
        ({"workers": 9, "workers_on": "2026-01-01", **QUARRY}, [], "missing"),
        ({"founded_on": "2026-08-01"}, [], None),
        ({"founded_on": "2026-06-30"}, [], "missing"),
    ],
)
def test_periodic_report(of_firm, same, firm, reports, state):
    assert same(of_firm(enterprises=[firm], accident_reports=[*reports, OTHERS])["periodic_report"], state)


@pytest.mark.parametrize(
    ("tables", "state"),
    [
        ({"accidents": [{"occurred_on": "2026-03-01", "severity": "minor"}]}, "contradicted"),
        ({"signals": [{"occurred_on": "2026-03-01", "kind": "inconsistent_report"}]}, "contradicted"),
        ({"signals": [{"occurred_on": "2026-03-01", "kind": "complaint"}]}, "on_time"),
        ({"accidents": [{"occurred_on": "2025-12-31", "severity": "minor"}]}, "contradicted"),  # no report on that half
        ({"accidents": [{"occurred_on": "2026-07-31", "severity": "minor"}]}, "on_time"),  # not due yet
    ],
)
def test_a_report_of_zero_may_be_contradicted(of_firm, same, tables, state):
    tables = {name: [{**row, "known_on": "2026-08-01"} for row in rows] for name, rows in tables.items()}
    assert same(of_firm(accident_reports=[_zero("2026H1", "2026-07-01")], **tables)["periodic_report"], state)


def test_silence_is_contradicted_like_a_report_of_zero(of_firm, same):
    accident = {"severity": "minor", "occurred_on": "2026-03-01", "known_on": "2026-08-01"}
    assert same(of_firm(accident_reports=[OTHERS], accidents=[accident])["periodic_report"], "contradicted")


def test_an_old_contradiction_fades_after_three_years(of_firm, same):
    accident = {"severity": "minor", "known_on": "2024-01-10"}
    for period, day, state in (("2023H2", "2023-12-01", "contradicted"), ("2023H1", "2023-03-01", "missing")):
        reports = [_zero(period, "2024-01-05")]
        features = of_firm(accident_reports=reports, accidents=[{**accident, "occurred_on": day}])
        assert same(features["periodic_report"], state)


def test_without_any_accident_report_the_regime_is_unknown(of_firm, same):
    features = of_firm(annual_reports=[{"year": 2025, "filed_on": "2026-01-08", "workers": 400}])
    assert same(features["periodic_report"], None)
    assert same(of_firm()["reported_periods_5y"], None)


def test_reports_known_later_do_not_count_yet(registry, same):
    made = registry(accident_reports=[_zero("2026H1", "2026-09-30"), OTHERS])
    before, after = (build_features(made, day)["periodic_report"] for day in ("2026-09-29", "2026-09-30"))
    assert before.to_list()[0] == "missing"
    assert after.to_list()[0] == "on_time"


@pytest.mark.parametrize(
    ("reports", "annual", "count"),
    [
        ([_zero("2026H1", "2026-07-01"), _zero("2025", "2026-01-05")], [], 3),
        ([_zero("2025H1", "2025-07-01")], [2025], 2),
        ([], [2024, 2025], 4),
        ([_zero("2021H1", "2021-07-01")], [2020], 0),  # ended more than five years ago
        ([_zero("2021H2", "2022-01-05")], [], 1),
    ],
)
def test_half_years_reported(of_firm, same, reports, annual, count):
    filed = [{"year": year, "filed_on": f"{year + 1}-01-08"} for year in annual]
    tables = {"accident_reports": [*reports, OTHERS]} | ({"annual_reports": filed} if filed else {})
    assert same(of_firm(**tables)["reported_periods_5y"], count)


def test_unreadable_periods_are_no_reports(of_firm, same):
    made = of_firm(accident_reports=[_zero("quý 1", "2026-07-01")])
    assert same(made["periodic_report"], "missing")
    assert pd.notna(made["reported_periods_5y"])
