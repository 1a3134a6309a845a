"""The marked workbook shows bad rows as they stood."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from oshrisk.messages import LANGUAGES, Language
from oshrisk.registry.marked import write_marked
from oshrisk.registry.read import Reading, read_registry
from oshrisk.registry.titles import table_title

from .workbooks import firm, write_book

A, B = "0100000001", "5600000002"
FORMULA = '=HYPERLINK("http://example.org")'


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    rows = [firm(A, workers="12 người", founded_on="31/02/2025", address=None), firm(B), firm("123", address="-1+1")]
    rows[2]["name"] = "x" + FORMULA
    signs = [{"enterprise_id": A, "occurred_on": "1/2/2026", "kind": "complaint"}]
    path = write_book(tmp_path / "so-simulated.xlsx", {"enterprises": rows, "signals": signs})
    return read_registry(path, read_on="2026-11-23")


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_stand_as_they_stood(reading: Reading, tmp_path: Path, language: Language) -> None:
    path = write_marked(tmp_path / "marked.xlsx", reading, language)
    book = CalamineWorkbook.from_path(str(path))
    titles = [table_title(name, language) for name in ("enterprises", "signals")]
    assert book.sheet_names[1:] == titles
    header, first, second = book.get_sheet_by_name(titles[0]).to_python()
    row = dict(zip(header, first, strict=True))
    assert (row["enterprise_id"], row["workers"], row["founded_on"]) == (A, "12 người", "31/02/2025")
    assert [line[-2] for line in (first, second)] == [2, 4]
    assert first[-1].count("\n") == 1  # two bad cells, two messages
    assert second[header.index("name")] == "x" + FORMULA
    assert second[header.index("address")] == "-1+1"


def test_bad_cells_are_coloured_and_commented(reading: Reading, tmp_path: Path) -> None:
    path = write_marked(tmp_path / "marked.xlsx", reading, "vi")
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
        comments = parts.read("xl/comments1.xml").decode()
        styles = parts.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert "FFC7CE" in styles
    assert comments.count("<comment ") == 3
    assert "“12 người” không phải là số." in comments
    assert "Chỉ ghi chữ số" in comments


def test_the_summary_adds_up(reading: Reading, tmp_path: Path) -> None:
    path = write_marked(tmp_path / "marked.xlsx", reading, "vi")
    lines = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    shown = {line[0]: line[1:4] for line in lines if line[0]}
    assert shown["Doanh nghiệp"] == [3, 1, 2]
    assert shown["Cộng"] == [4, 1, 3]
    assert shown["Không phải số"][:2] == ["E110", 1]
    assert any("MÔ PHỎNG" in str(cell) for line in lines for cell in line)


def test_a_clean_reading_has_a_summary_alone(tmp_path: Path) -> None:
    clean = read_registry(write_book(tmp_path / "a.xlsx", {"enterprises": [firm(A)]}), read_on="2026-11-23")
    book = CalamineWorkbook.from_path(str(write_marked(tmp_path / "m.xlsx", clean, "en")))
    assert len(book.sheet_names) == 1
    assert any("No row is in quarantine." in line for line in book.get_sheet_by_index(0).to_python())
