from __future__ import annotations

import pytest

QUARRY = {"sector_code": "08101", "sector_scheme": "vsic2018"}
SHOP = {"sector_code": "4711", "sector_scheme": "vsic2018"}


def _report(year: int, **columns: object) -> dict[str, object]:
    return {"year": year, "filed_on": f"{year + 1}-01-08", **columns}


@pytest.mark.parametrize(
    ("firm", "report", "state"),
    [
        (QUARRY, {"workers": 20, "safety_officers": 1}, "present"),
        (QUARRY, {"workers": 20, "safety_officers": 0}, "required_absent"),
        (QUARRY, {"workers": 400, "safety_officers": 1}, "required_absent"),  # two from 300 workers (R1.20)
        (SHOP, {"workers": 400, "safety_officers": 1}, "present"),
        ({}, {"safety_officers": 1}, "present"),
        ({}, {"safety_officers": 0}, "required_absent"),
        (QUARRY, {"workers": 20}, None),
    ],
)
def test_safety_officer_against_the_duty(of_firm, same, firm, report, state):
    assert same(of_firm(enterprises=[firm], annual_reports=[_report(2025, **report)])["safety_officer"], state)


@pytest.mark.parametrize(
    ("reports", "state"),
    [
        ([_report(2025, risk_assessed_on="2025-05-01")], "on_record"),
        ([_report(2024, risk_assessed_on="2024-05-01"), _report(2025, risk_assessed_on=None)], "on_record"),
        ([_report(2025, risk_assessed_on=None)], "none_on_record"),
        ([_report(2025, workers=20)], None),  # the source has no such column
        ([_report(2025, enterprise_id="0109876543", risk_assessed_on=None)], None),
    ],
)
def test_risk_assessment(of_firm, same, reports, state):
    assert same(of_firm(annual_reports=reports)["risk_assessment"], state)


@pytest.mark.parametrize(
    ("firm", "state"),
    [
        ({"legal_form": "limited"}, "domestic_private"),
        ({"legal_form": "household"}, "sole_owner"),
        ({"legal_form": "foreign"}, "foreign"),
        ({"legal_form": "branch", "parent_id": "0109876543"}, "state"),
        ({"legal_form": "branch", "parent_id": "9999999999"}, None),
        ({"legal_form": "site"}, None),
        ({"legal_form": "other"}, None),
        ({}, None),
    ],
)
def test_ownership_follows_the_legal_form_or_the_parent(of_firm, same, firm, state):
    parent = {"enterprise_id": "0109876543", "name": "Tổng công ty", "legal_form": "state"}
    assert same(of_firm(enterprises=[firm, parent])["ownership"], state)


def test_age(of_firm):
    assert of_firm(enterprises=[{"founded_on": "2016-11-23"}])["enterprise_age"] == pytest.approx(10, abs=0.01)
