from __future__ import annotations

import pytest

SEEN = {"inspection_id": "KT-0", "enterprise_id": "0109876543", "started_on": "2020-05-05", "done": "done"}


def _visit(number: int, on: str, **columns: object) -> dict[str, object]:
    return {"inspection_id": f"KT-{number}", "started_on": on, "done": "done", "scope": "osh", **columns}


def _finding(number: int, code: str = "TRAINING", **columns: object) -> dict[str, object]:
    return {"inspection_id": f"KT-{number}", "code": code, "severity": "serious", **columns}


@pytest.mark.parametrize(
    ("visits", "findings", "state"),
    [
        ([], [], "never"),
        ([_visit(1, "2025-05-05")], [], "lt2y_no_penalty"),
        ([_visit(1, "2025-05-05")], [_finding(1, fine_mvnd=12)], "lt2y_penalty"),
        ([_visit(1, "2025-05-05")], [_finding(1)], "lt2y_no_penalty"),
        ([_visit(1, "2024-11-23")], [_finding(1, fine_mvnd=12)], "2_5y"),
        ([_visit(1, "2021-11-24")], [], "2_5y"),
        ([_visit(1, "2021-11-23")], [], "gt5y"),
        ([_visit(1, "2025-05-05", done="closed")], [], "never"),
        ([_visit(1, "2025-05-05", done="refused")], [], "lt2y_no_penalty"),
        ([_visit(1, "2025-05-05", scope="fire")], [], "never"),
        ([_visit(1, "2025-05-05", scope=None)], [], "lt2y_no_penalty"),
    ],
)
def test_last_inspection(of_firm, same, visits, findings, state):
    tables = {"findings": findings} if findings else {}
    features = of_firm(inspections=[{"scope": "osh", **SEEN}, *visits], **tables)
    assert same(features["last_inspection"], state)


FIXED = {"remedy_due_on": "2026-02-01", "remedied_on": "2026-01-15"}


@pytest.mark.parametrize(
    ("visits", "findings", "state"),
    [
        ([_visit(1, "2025-12-01", found=False)], [], "none_serious"),
        ([_visit(1, "2025-12-01")], [], None),  # outcome unknown
        ([_visit(1, "2025-12-01")], [_finding(1, severity="minor")], "none_serious"),
        ([_visit(1, "2025-12-01", found=True)], [_finding(1, **FIXED)], "corrected"),
        ([_visit(1, "2025-12-01", found=True)], [_finding(1, **FIXED, count=3)], "uncorrected"),
        ([_visit(1, "2025-12-01", found=True)], [_finding(1)], "uncorrected"),
        ([_visit(1, "2025-12-01", found=True)], [], "uncorrected"),
        ([_visit(1, "2025-12-01")], [_finding(1, severity="minor", remedy_due_on="2026-02-01")], "uncorrected"),
        ([_visit(1, "2025-12-01")], [_finding(1, **FIXED), _finding(1, "PPE")], "uncorrected"),
        (
            [_visit(1, "2024-12-01"), _visit(2, "2025-12-01")],
            [_finding(1, **FIXED), _finding(2, **FIXED)],
            "repeat",
        ),
        (
            [_visit(1, "2023-11-01"), _visit(2, "2025-12-01")],
            [_finding(1, **FIXED), _finding(2, **FIXED)],
            "corrected",
        ),
        ([_visit(1, "2025-12-01")], [_finding(1, **FIXED), _finding(1, **FIXED)], "corrected"),
        ([_visit(1, "2023-11-01", found=True)], [], None),
        ([], [], None),
    ],
)
def test_violations_of_three_years(of_firm, same, visits, findings, state):
    tables = {"findings": findings} if findings else {}
    assert same(of_firm(inspections=[SEEN, *visits], **tables)["past_violations_3y"], state)


@pytest.mark.parametrize(
    ("finding", "count"),
    [
        ({"remedy_due_on": "2026-11-22"}, 1),
        ({"remedy_due_on": "2026-11-23"}, 0),
        ({"remedy_due_on": "2026-02-01", "remedied_on": "2026-03-01"}, 0),
        ({}, 0),
    ],
)
def test_open_remedies(of_firm, same, finding, count):
    features = of_firm(inspections=[_visit(1, "2025-12-01")], findings=[_finding(1, **finding)])
    assert same(features["open_remedies"], count)


def test_no_inspection_records_at_all_is_unknown(of_firm, same):
    features = of_firm()
    for name in ("last_inspection", "past_violations_3y", "open_remedies", "months_since_inspection", "signals_1y"):
        assert same(features[name], None)


def test_months_and_signs(of_firm, same):
    signs = [
        {"occurred_on": "2026-05-05", "kind": "complaint"},
        {"occurred_on": "2026-05-06", "kind": "direction"},
        {"occurred_on": "2025-11-23", "kind": "incident"},
    ]
    features = of_firm(inspections=[_visit(1, "2025-11-23"), _visit(2, "2024-11-23")], signals=signs)
    assert features["months_since_inspection"] == pytest.approx(12, abs=0.05)
    assert same(features["signals_1y"], 1)
