"""The template explains itself and reads back clean."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from oshrisk.messages import LANGUAGES, Language, text
from oshrisk.registry.read import read_registry
from oshrisk.registry.tables import TABLES
from oshrisk.registry.template import write_template
from oshrisk.registry.titles import column_texts, table_title


def _filled(path: Path, language: Language) -> Path:
    """Turn the example rows into data, as a planner who types over them would."""
    target = path.with_name("filled.xlsx")
    ids = {column_texts(name, TABLES[name].names[0], language)["example"] for name in TABLES}
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as result:
        for part in source.namelist():
            content = source.read(part)
            if part == "xl/sharedStrings.xml":
                for example in ids:
                    content = content.replace(f"» {example}<".encode(), f"{example}<".encode())
            result.writestr(part, content)
    return target


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_template_has_no_rows_and_no_remarks(tmp_path: Path, language: Language) -> None:
    reading = read_registry(write_template(tmp_path / "t.xlsx", language), read_on="2026-11-23")
    assert reading.counts["read"].to_dict() == dict.fromkeys(TABLES, 0)
    assert reading.notes == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_template_reads_back_clean(tmp_path: Path, language: Language) -> None:
    path = _filled(write_template(tmp_path / "t.xlsx", language), language)
    reading = read_registry(path, read_on="2026-11-23")
    assert reading.quarantine.empty
    assert reading.counts["accepted"].to_dict() == dict.fromkeys(TABLES, 1)
    for name, table in TABLES.items():
        row = reading.registry[name].iloc[0]
        for column in table.columns:
            example = column_texts(name, column.name, language)["example"]
            if column.name == "known_on" or (name, column.name) == ("findings", "count"):
                continue
            assert row[column.name] == row[column.name] if example else row.isna()[column.name], (name, column.name)
            if column.kind in ("id", "text", "code", "period"):
                assert not example or row[column.name] == example
            elif column.kind == "date" and example:
                assert f"{row[column.name]:%Y-%m-%d}" == example
            elif column.kind in ("count", "number", "year") and example:
                assert row[column.name] == float(example)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_and_instructions(tmp_path: Path, language: Language) -> None:
    book = CalamineWorkbook.from_path(str(write_template(tmp_path / "t.xlsx", language)))
    expected = [text("registry.template.sheet", language), *(table_title(name, language) for name in TABLES)]
    assert book.sheet_names == [*expected, text("registry.template.lists", language)]
    assert str(book.sheets_metadata[-1].visible) == "SheetVisibleEnum.Hidden"
    page = "\n".join(str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row)
    assert "»" in page
    for number in range(1, 13):
        assert text(f"registry.template.block_{number}", language) in page


def test_every_coded_column_has_a_list(tmp_path: Path) -> None:
    path = write_template(tmp_path / "t.xlsx", "vi")
    with zipfile.ZipFile(path) as parts:
        sheets = [parts.read(f"xl/worksheets/sheet{place}.xml").decode() for place in range(2, 2 + len(TABLES))]
    for sheet, table in zip(sheets, TABLES.values(), strict=True):
        coded = [
            column
            for column in table.columns
            if column.codes or column.kind == "flag" or (column.lookup and column.lookup != "sector")
        ]
        assert len(re.findall(r"<dataValidation ", sheet)) == len(coded), table.name
        assert "<pane " in sheet
        assert "formula1>'Danh mục'!" in sheet or not coded


def test_the_annual_report_is_grouped_by_its_blocks(tmp_path: Path) -> None:
    book = CalamineWorkbook.from_path(str(write_template(tmp_path / "t.xlsx", "vi")))
    groups = [cell for cell in book.get_sheet_by_name("Báo cáo ATVSLĐ năm").to_python()[1] if cell]
    assert {"Phần 1. Lao động", "Phần 5. Huấn luyện", "Phần 12. Đánh giá nguy cơ rủi ro"} <= set(groups)
