from __future__ import annotations

import pytest

from oshrisk.features import build_features

WORKERS = {"workers": 40, "workers_on": "2024-01-01"}


def _zero(period: str, filed_on: str = "2026-07-01") -> dict[str, object]:
    return {"period": period, "filed_on": filed_on, "reported_zero": True}


def _year(year: int, **columns: object) -> dict[str, object]:
    return {"year": year, "filed_on": f"{year + 1}-01-08", **columns}


def _accident(on: str, severity: str = "minor", **columns: object) -> dict[str, object]:
    return {"occurred_on": on, "severity": severity, "known_on": on, **columns}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([_accident("2025-05-04", "fatal")], (1, 1, 0, "yes")),
        ([_accident("2025-05-04", "serious"), _accident("2023-05-04", "serious")], (2, 0, 1, "no")),
        ([_accident("2024-12-31", count=7)], (7, 0, 0, "no")),
        ([_accident("2021-11-23", "fatal")], (0, 0, 0, "no")),
        ([_accident("2021-11-24", "fatal")], (1, 1, 0, "yes")),
        ([_accident("2025-05-04", "fatal") | {"enterprise_id": "0109876543"}], (0, 0, 0, "no")),
    ],
)
def test_known_accidents_count_by_the_day_they_happened(of_firm, same, rows, expected):
    features = of_firm(accidents=rows)
    names = ("accidents_5y", "fatal_accidents_5y", "past_serious_accidents_3y", "past_fatal_accident_5y")
    assert all(same(features[name], value) for name, value in zip(names, expected, strict=True))


def test_without_accidents_or_reports_of_anybody_nothing_is_known(of_firm, same):
    features = of_firm()
    for name in ("accidents_5y", "fatal_accidents_5y", "past_serious_accidents_3y", "past_fatal_accident_5y"):
        assert same(features[name], None)
    assert same(features["reported_worker_years_5y"], 0)


FAR = [_accident("2022-02-01") | {"enterprise_id": "0109876543"}]  # so that the department holds accident records


@pytest.mark.parametrize(
    ("tables", "worker_years"),
    [
        ({"accident_reports": [_zero("2026H1")]}, 20),
        ({"accident_reports": [_zero("2025H1"), _zero("2025H2"), _zero("2026H1")]}, 60),
        ({"accident_reports": [_zero("2025")]}, 40),
        # a half-year that two reports cover is counted once
        ({"accident_reports": [_zero("2025H1")], "annual_reports": [_year(2025)]}, 40),
        ({"accident_reports": [_zero("2025H1")], "annual_reports": [_year(2025, workers=60)]}, 60),
        ({"annual_reports": [_year(2025, workers=60, hours_worked=100_000)]}, 50),
        ({"accident_reports": [_zero("2025H2")], "annual_reports": [_year(2024, workers=60)]}, 60 + 30),
        # before the window, unreported or said to hold accidents that are not on record: nothing
        ({"accident_reports": [_zero("2021H1")]}, 0),
        ({}, 0),
        ({"accident_reports": [_zero("2026H1") | {"reported_zero": False}]}, 0),
        (
            {
                "accident_reports": [_zero("2026H1") | {"reported_zero": False}],
                "accidents": [*FAR, _accident("2026-02-01")],
            },
            20,
        ),
        ({"accident_reports": [_zero("2026H1") | {"reported_zero": None}]}, 20),
    ],
)
def test_exposure_is_the_work_of_reported_periods(of_firm, same, tables, worker_years):
    features = of_firm(enterprises=[WORKERS], **{"accidents": FAR, **tables})
    assert same(features["reported_worker_years_5y"], worker_years)


def test_exposure_needs_a_head_count(of_firm, same):
    assert same(of_firm(accident_reports=[_zero("2026H1")], accidents=FAR)["reported_worker_years_5y"], 0)


def test_exposure_of_a_half_year_on_the_edge_counts_by_its_days(of_firm, same):
    features = of_firm(enterprises=[WORKERS], accident_reports=[_zero("2021H2", "2022-01-05")])
    assert same(features["reported_worker_years_5y"], 20 * 38 / 184)  # 24 November to 31 December 2021


def test_without_accident_records_only_reports_of_zero_are_exposure(of_firm, same):
    tables = {"annual_reports": [_year(2025, workers=40)], "accident_reports": [_zero("2025H1", "2025-07-01")]}
    assert same(of_firm(**tables)["reported_worker_years_5y"], 20)


def test_top_quarter_of_the_reporters_of_a_division(registry):
    ids = [f"01000000{number:02d}" for number in range(9)]
    firms = [{"enterprise_id": one, "name": one, "sector_code": "2394", "sector_scheme": "vsic2018"} for one in ids]
    firms[-1]["sector_code"] = "4711"
    reports = [_year(2025, workers=100, enterprise_id=one) for one in ids if one != ids[0]]
    accidents = [_accident("2025-05-05", enterprise_id=one, count=number + 1) for number, one in enumerate(ids)]
    made = registry(enterprises=firms, annual_reports=reports, accidents=accidents)
    top = build_features(made, "2026-11-23")["past_minor_accidents_top"]
    assert top[ids[0]] is not None
    assert top[[ids[0], ids[-1]]].isna().all()  # not reporting; alone in its division
    assert top[ids[1:-1]].to_list() == ["no"] * 5 + ["yes"] * 2
