from __future__ import annotations

import pytest


def _report(year: int, **columns: object) -> dict[str, object]:
    return {"year": year, "filed_on": f"{year + 1}-01-08", **columns}


@pytest.mark.parametrize(
    ("firm", "reports", "workers", "source"),
    [
        ({}, [], None, None),
        ({"workers": 30, "workers_on": "2026-06-30"}, [], 30, "register"),
        ({"workers": 30, "workers_on": "2026-06-30"}, [_report(2025, workers=45)], 30, "register"),
        ({"workers": 30, "workers_on": "2025-06-30"}, [_report(2025, workers=45)], 45, "annual_report"),
        ({}, [_report(2023, workers=45)], 45, "annual_report"),  # three silent years erase nothing
        ({}, [_report(2024, workers=40), _report(2025)], 40, "annual_report"),
        ({}, [_report(2025, workers=0)], 0, "annual_report"),
    ],
)
def test_head_count_is_the_latest_known(of_firm, same, firm, reports, workers, source):  # noqa: PLR0917 - cases are columns
    features = of_firm(enterprises=[firm], annual_reports=reports or [_report(2025, enterprise_id="0109876543")])
    assert same(features["workers"], workers)
    assert same(features["workers_source"], source)


@pytest.mark.parametrize(
    ("reports", "temporary", "unskilled", "hours"),
    [
        ([_report(2025, workers=40, seasonal_workers=18, unskilled_workers=10, hours_worked=88000)], 0.45, 0.25, 2200),
        ([_report(2024, workers=40, seasonal_workers=18), _report(2025, workers=50)], 0.45, None, None),
        ([_report(2025, workers=40, seasonal_workers=0)], 0, None, None),
        ([_report(2025, seasonal_workers=5)], None, None, None),
        ([_report(2025, workers=0, seasonal_workers=0)], None, None, None),
        ([_report(2025, workers=10, seasonal_workers=12)], 1, None, None),
    ],
)
def test_shares_need_both_numbers(of_firm, same, reports, temporary, unskilled, hours):  # noqa: PLR0917 - cases are columns
    features = of_firm(annual_reports=reports)
    assert same(features["temporary_share"], temporary)
    assert same(features["unskilled_share"], unskilled)
    assert same(features["hours_per_worker"], hours)


@pytest.mark.parametrize(
    ("workers", "growth"),
    [
        ({2024: 40, 2025: 50}, 0.25),
        ({2023: 40, 2025: 90}, 0.5),
        ({2022: 10, 2024: 40, 2025: 50}, 0.25),
        ({2025: 50}, None),
        ({2024: 0, 2025: 50}, None),
    ],
)
def test_growth_is_yearly_between_the_last_two_reports(of_firm, same, workers, growth):
    reports = [_report(year, workers=count) for year, count in workers.items()]
    assert same(of_firm(annual_reports=reports)["headcount_growth"], growth)
