"""Ids and codes that went through a program as numbers, and hints that a planner can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from oshrisk.registry.quarantine import explain
from oshrisk.registry.read import read_registry

from .workbooks import firm, write_book

READ_ON = "2026-11-23"


def _read(path: Path, *rows: str):
    path.write_text("\n".join(["enterprise_id,name,sector_code,sector_scheme", *rows]), encoding="utf-8")
    return read_registry(path, read_on=READ_ON)


@pytest.mark.parametrize("written", ["100233488.0", "100233488.5", "5600000001.0"])
def test_the_point_of_a_number_is_no_sign_within_a_tax_code(tmp_path: Path, written: str) -> None:
    reading = _read(tmp_path / "so.csv", f"{written},Mỏ đá,0810,vsic2018", "5600.000.002,Mỏ đá,0810,vsic2018")
    assert reading.quarantine[["code", "value"]].to_numpy().tolist() == [["E140", written]]
    assert reading.registry["enterprises"]["enterprise_id"].tolist() == ["5600000002"]


def test_a_number_with_a_fraction_is_no_tax_code(tmp_path: Path) -> None:
    book = write_book(tmp_path / "so.xlsx", {"enterprises": [firm(560010001.7), firm("5600000002")]})
    assert read_registry(book, read_on=READ_ON).quarantine["code"].tolist() == ["E140"]


@pytest.mark.parametrize(
    ("written", "code"), [("810.0", "0810"), ("4101.0", "4101"), ("08.10", "0810"), ("35111.0", "35111")]
)
def test_sector_codes_that_were_numbers(tmp_path: Path, written: str, code: str) -> None:
    reading = _read(tmp_path / "so.csv", f"5600000001,Mỏ đá,{written},vsic2018")
    assert reading.registry["enterprises"]["sector_code"].tolist() == [code]


def test_a_sector_number_with_two_readings_is_asked_about(tmp_path: Path) -> None:
    reading = _read(tmp_path / "so.csv", "5600000001,Mỏ đá,81.0,vsic2018")
    assert reading.quarantine["code"].tolist() == ["E166"]


def test_hints_are_words(tmp_path: Path) -> None:
    plan = {"enterprise_id": "5600000002", "body": "Thanh tra Bộ", "year": 2027}
    rows = [firm("5600000001", commune_code="Mường Phăng Cũ", sector_code="99999"), firm("5600000002")]
    reading = read_registry(
        write_book(tmp_path / "so.xlsx", {"enterprises": rows, "other_plans": [plan]}), read_on=READ_ON
    )
    said = {
        language: dict(zip(reading.quarantine["code"], explain(reading.quarantine, language).sum(axis=1), strict=True))
        for language in ("vi", "en")
    }
    assert "03325 · xã Mường Phăng" in said["vi"]["E162"]
    assert "Thanh tra tỉnh" in said["vi"]["E150"]
    assert "Provincial" in said["en"]["E150"]
    assert "VSIC 2018" in said["vi"]["E160"]
