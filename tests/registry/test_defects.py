"""The nine planted defects, and every error code once: none hides another."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from oshrisk.messages import LANGUAGES, catalogue
from oshrisk.registry.quarantine import explain
from oshrisk.registry.read import Reading, read_registry

from .workbooks import ENTERPRISES, firm, write_book

READ_ON = "2026-11-23"
A, B, C = "5600000001", "5600000002", "5600000003"


def _read(tmp_path: Path, **sheets: list[dict[str, Any]]) -> Reading:
    return read_registry(write_book(tmp_path / "so.xlsx", sheets), read_on=READ_ON)


def _codes(reading: Reading) -> list[tuple[str, int, str]]:
    return sorted(reading.quarantine[["code", "row", "column"]].itertuples(index=False, name=None))


def test_nine_planted_defects(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        enterprises=[
            firm(A, workers="12 người"),
            firm(B, workers=-5),
            firm("12345678"),
            firm("5600000004"),
            firm("5600000004", name="Tên khác"),
            firm("5600000005", sector_code="99999"),
            firm("5600000006", founded_on="31/02/2025"),
            firm("5600000007", founded_on="01/01/2030"),
            firm("5600000008", name="  "),
            firm(C),
        ],
        accidents=[{"enterprise_id": C, "occurred_on": "01/02/2026", "severity": "fatal", "deaths": 3, "victims": 2}],
    )
    assert _codes(reading) == sorted(
        [
            ("E110", 2, "workers"),
            ("E111", 3, "workers"),
            ("E140", 4, "enterprise_id"),
            ("E202", 6, "enterprise_id"),
            ("E160", 7, "sector_code"),
            ("E120", 8, "founded_on"),
            ("E121", 9, "founded_on"),
            ("E101", 10, "name"),
            ("E301", 2, "deaths"),
        ]
    )
    assert reading.counts.loc["enterprises"].tolist() == [10, 2, 8]
    assert reading.counts.loc["accidents"].tolist() == [1, 0, 1]


def test_nine_defects_in_few_columns_and_rows(tmp_path: Path) -> None:
    """Several defects share a column, and one row has four: each is told."""
    reading = _read(
        tmp_path,
        enterprises=[
            firm(A, founded_on="31/02/2025", workers="12 người", name="-", sector_code="99999"),
            firm("1234", founded_on="01/01/2030", workers=-5),
            firm(B),
            firm(B),
        ],
        accidents=[{"enterprise_id": B, "occurred_on": "01/02/2026", "severity": "fatal", "deaths": 3, "victims": 2}],
    )
    assert _codes(reading) == sorted(
        [
            ("E120", 2, "founded_on"),
            ("E110", 2, "workers"),
            ("E102", 2, "name"),
            ("E160", 2, "sector_code"),
            ("E140", 3, "enterprise_id"),
            ("E121", 3, "founded_on"),
            ("E111", 3, "workers"),
            ("E201", 5, "enterprise_id"),
            ("E301", 2, "deaths"),
        ]
    )


FIRMS = [firm(A), firm(B)]


@pytest.mark.parametrize(
    ("code", "table", "row", "column"),
    [
        ("E101", "accidents", {"occurred_on": "01/02/2026", "severity": None}, "severity"),
        ("E112", "accidents", {"occurred_on": "01/02/2026", "severity": "minor", "lost_days": 2e6}, "lost_days"),
        ("E112", "annual_reports", {"year": 1990}, "year"),
        ("E113", "accidents", {"occurred_on": "01/02/2026", "severity": "minor", "count": 1.5}, "count"),
        ("E113", "other_plans", {"body": "Sở Công Thương", "year": 2027, "quarter": 1.5}, "quarter"),
        ("E120", "signals", {"occurred_on": 2026, "kind": "complaint"}, "occurred_on"),
        ("E122", "signals", {"occurred_on": "01/01/0206", "kind": "complaint"}, "occurred_on"),
        ("E130", "accident_reports", {"period": "Quý 1 năm 2026"}, "period"),
        ("E131", "accident_reports", {"period": "2027H1"}, "period"),
        ("E131", "annual_reports", {"year": 2027}, "year"),
        ("E150", "accidents", {"occurred_on": "01/02/2026", "severity": "rất nặng"}, "severity"),
        ("E150", "accident_reports", {"period": "2026H1", "reported_zero": "có lẽ"}, "reported_zero"),
        ("E163", "equipment", {"equipment_id": "M1", "item": "99"}, "item"),
        ("E164", "hazmat", {"cas": "50-00-1", "quantity_kg": 1, "recorded_on": "1/2/2026"}, "cas"),
        ("E303", "annual_reports", {"year": 2025, "workers": 10, "seasonal_workers": 11}, "seasonal_workers"),
        ("E303", "annual_reports", {"year": 2025, "workers": 10, "female_workers": 11}, "female_workers"),
        ("E302", "accidents", {"occurred_on": "1/2/2026", "severity": "fatal", "deaths": 0, "victims": 1}, "severity"),
        ("E302", "accidents", {"occurred_on": "1/2/2026", "severity": "minor", "deaths": 1, "victims": 1}, "severity"),
        (
            "E304",
            "accidents",
            {"occurred_on": "1/2/2026", "severity": "fatal", "deaths": 1, "seriously_injured": 2, "victims": 2},
            "seriously_injured",
        ),
        (
            "E310",
            "equipment",
            {"equipment_id": "M1", "item": "10", "in_use_from": "1/1/2024", "inspected_on": "31/12/2020"},
            "inspected_on",
        ),
        (
            "E311",
            "equipment",
            {"equipment_id": "M1", "item": "10", "inspected_on": "1/2/2026", "withdrawn_on": "1/1/2026"},
            "withdrawn_on",
        ),
        (
            "E312",
            "equipment",
            {"equipment_id": "M1", "item": "10", "in_use_from": "1/2/2026", "withdrawn_on": "1/1/2026"},
            "withdrawn_on",
        ),
        (
            "E313",
            "equipment",
            {"equipment_id": "M1", "item": "10", "inspected_on": "1/2/2026", "next_due_on": "1/1/2026"},
            "next_due_on",
        ),
        ("E320", "signals", {"occurred_on": "2/2/2026", "kind": "incident", "known_on": "1/2/2026"}, "known_on"),
        ("E320", "inspections", {"inspection_id": "V", "started_on": "2/2/2026", "known_on": "1/2/2026"}, "known_on"),
        ("E323", "accident_reports", {"period": "2026H1", "filed_on": "31/05/2026"}, "filed_on"),
        ("E323", "annual_reports", {"year": 2025, "filed_on": "30/11/2025"}, "filed_on"),
    ],
)
def test_one_error_of_history(tmp_path: Path, code: str, table: str, row: dict[str, Any], column: str) -> None:
    reading = _read(tmp_path, enterprises=FIRMS, **{table: [{"enterprise_id": A, **row}]})
    assert _codes(reading) == [(code, 2, column)]
    assert reading.quarantine["enterprise_id"].tolist() == [A]
    assert reading.counts.loc[table].tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("code", "change", "column"),
    [
        ("E162", {"commune_code": "99999"}, "commune_code"),
        ("E161", {"sector_scheme": None}, "sector_code"),
        ("E321", {"founded_on": "1/1/2020", "closed_on": "31/12/2019"}, "closed_on"),
        ("E140", {"parent_id": "56000000"}, "parent_id"),
        ("E141", {"enterprise_id": 100233489}, "enterprise_id"),
        ("E166", {"sector_code": 81}, "sector_code"),
        ("E112", {"lat": 91}, "lat"),
    ],
)
def test_one_error_of_an_enterprise(tmp_path: Path, code: str, change: dict[str, Any], column: str) -> None:
    reading = _read(tmp_path, enterprises=[{**firm(A), **change}, firm(B)])
    assert _codes(reading) == [(code, 2, column)]
    assert reading.registry.ids.tolist() == [B]


@pytest.mark.parametrize(
    "row",
    [
        {
            "equipment_id": "M1",
            "item": "20b",
            "inspected_on": "1/2/2024",
            "in_use_from": "15/2/2024",
        },  # before use: lawful
        {"equipment_id": "M1", "item": "X1", "inspected_on": None, "next_due_on": "1/1/2031"},
    ],
)
def test_lawful_machines_are_accepted(tmp_path: Path, row: dict[str, Any]) -> None:
    reading = _read(tmp_path, enterprises=FIRMS, equipment=[{"enterprise_id": A, **row}])
    assert _codes(reading) == []


def test_more_trained_than_required_is_no_error(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        enterprises=FIRMS,
        annual_reports=[{"enterprise_id": A, "year": 2025, "required_1": 2, "trained_1": 3}],
    )
    assert _codes(reading) == []


def test_history_of_unknown_and_of_quarantined_enterprises(tmp_path: Path) -> None:
    sign = {"occurred_on": "1/2/2026", "kind": "complaint"}
    reading = _read(
        tmp_path,
        enterprises=[firm(A, workers="nhiều"), firm(B)],
        signals=[{"enterprise_id": owner, **sign} for owner in (A, B, C, "12")],
    )
    assert _codes(reading) == [
        ("E110", 2, "workers"),
        ("E140", 5, "enterprise_id"),
        ("E210", 4, "enterprise_id"),
        ("E211", 2, "enterprise_id"),
    ]
    assert reading.registry["signals"]["enterprise_id"].tolist() == [B]


def test_findings_of_unknown_and_of_quarantined_inspections(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        enterprises=FIRMS,
        inspections=[
            {"inspection_id": "V1", "enterprise_id": A, "started_on": "1/3/2026"},
            {"inspection_id": "V2", "enterprise_id": A, "started_on": "1/3/2029"},
        ],
        findings=[
            {"inspection_id": "V1", "code": "TRAINING", "remedied_on": "28/2/2026"},
            {"inspection_id": "V2", "code": "TRAINING"},
            {"inspection_id": "V3", "code": "training"},
            {"inspection_id": "V1", "code": "NONSENSE"},
            {"inspection_id": "V1", "code": "training"},
        ],
    )
    assert _codes(reading) == [
        ("E121", 3, "started_on"),
        ("E165", 5, "code"),
        ("E212", 4, "inspection_id"),
        ("E213", 3, "inspection_id"),
        ("E322", 2, "remedied_on"),
    ]
    assert reading.registry["findings"]["code"].tolist() == ["TRAINING"]


def test_a_bad_row_does_not_drive_out_a_good_one(tmp_path: Path) -> None:
    reading = _read(tmp_path, enterprises=[firm(A, workers="?!"), firm(A), firm(A, name="Khác")])
    assert _codes(reading) == [("E110", 2, "workers"), ("E202", 4, "enterprise_id")]
    assert reading.quarantine.set_index("code").loc["E202", "detail"] == "3"


def test_every_code_is_explained_in_both_languages(tmp_path: Path) -> None:
    errors = {language: catalogue("registry", language)["errors"] for language in LANGUAGES}
    codes = {code for code in errors["vi"] if code[1:].isdigit()}
    assert codes == {code for code in errors["en"] if code[1:].isdigit()}
    reading = _read(tmp_path, enterprises=[firm(A, workers="12 {người}", founded_on="01/01/2030"), firm(B)])
    for language in LANGUAGES:
        words = explain(reading.quarantine, language)
        assert words.index.equals(reading.quarantine.index)
        assert "12 {người}" in words["what"].str.cat(sep=" ")
        assert "23/11/2026" in words["what"].str.cat(sep=" ")
        for code in codes:
            sample = reading.quarantine.iloc[:1].assign(code=code)
            assert explain(sample, language).notna().all(axis=None)


def test_quarantine_names_sheet_file_row_and_heading(tmp_path: Path) -> None:
    path = tmp_path / "so.xlsx"
    write_book(path, {"Doanh nghiệp": [{"Tên DN": "A", "MST": A, "Số lao động (người)": "12 người"}]}, titles=2)
    record = read_registry(path, read_on=READ_ON).quarantine.iloc[0]
    assert record[["table", "sheet", "file", "row", "column", "value", "code", "enterprise_id", "field"]].tolist() == [
        "enterprises",
        "Doanh nghiệp",
        "so.xlsx",
        4,
        "Số lao động (người)",
        "12 người",
        "E110",
        A,
        "workers",
    ]


def test_rejected_rows_are_kept_whole(tmp_path: Path) -> None:
    row = firm(A, workers="12 người") | {"Ghi chú": "xem lại", "founded_on": dt.date(2020, 1, 31), "lat": 21.5}
    reading = _read(tmp_path, enterprises=[firm(B), row])
    kept = reading.rejected["enterprises"]
    assert kept.index.tolist() == [3]
    assert kept.loc[3, ["enterprise_id", "workers", "Ghi chú", "founded_on", "lat"]].tolist() == [
        A,
        "12 người",
        "xem lại",
        "31/01/2020",
        "21.5",
    ]


def test_enterprises_helper_is_clean(tmp_path: Path) -> None:
    assert _codes(_read(tmp_path, enterprises=ENTERPRISES)) == []


@pytest.mark.parametrize("order", [1, -1])
def test_withdrawal_before_another_certificate_of_the_machine(tmp_path: Path, order: int) -> None:
    machine = {"enterprise_id": A, "equipment_id": "M1", "item": "1", "in_use_from": "01/01/2015"}
    rows = [
        {**machine, "inspected_on": "01/02/2022", "withdrawn_on": "01/06/2023"},
        {**machine, "inspected_on": "01/02/2025", "withdrawn_on": ""},
        {**machine, "equipment_id": "M2", "inspected_on": "01/02/2025", "withdrawn_on": "01/06/2025"},
    ][::order]
    reading = _read(tmp_path, enterprises=[firm(A)], equipment=rows)
    assert _codes(reading) == [("E311", 2 if order == 1 else 4, "withdrawn_on")]
    assert "01/02/2025" in explain(reading.quarantine)["what"].item()
    assert sorted(reading.registry["equipment"]["equipment_id"]) == ["M1", "M2"]
