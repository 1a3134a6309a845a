"""The workbook a planner fills in: one sheet a table, with explanations, drop-downs and an example."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter

from oshrisk.atomic import whole_file
from oshrisk.messages import Language, text
from oshrisk.registry.codes import listed_titles
from oshrisk.registry.tables import TABLES, Column, Table
from oshrisk.registry.titles import EXAMPLE_MARK, code_title, column_texts, table_title

_LAST_ROW: Final = 100_000  # drop-downs reach so far down
_TEXT_KINDS: Final = ("id", "text", "code", "period")
_STEPS: Final = ("start", "rows", "columns", "codes", "ids", "dates", "numbers", "check")
# Blocks of the annual OSH report (Circular 07/2016, Annex II; FACTS D1.13): the table that takes each, if any.
_BLOCKS: Final = {
    1: "annual_reports",
    2: "accidents",
    3: "",
    4: "",
    5: "annual_reports",
    6: "equipment",
    7: "annual_reports",
    8: "",
    9: "annual_reports",
    10: "annual_reports",
    11: "annual_reports",
    12: "annual_reports",
}


def write_template(path: str | Path, language: Language = "vi", *, province_code: str = "dien_bien") -> Path:
    """Write the Excel workbook that a planner fills in.

    Parameters
    ----------
    path : str or Path
        The file to write; what is there is replaced.
    language : {"vi", "en"}, default "vi"
        Language of sheets, headings and drop-downs; both are read back alike.
    province_code : str, default "dien_bien"
        Province whose communes are offered.

    Returns
    -------
    Path
        The file.
    """
    with (
        whole_file(path) as partial,
        xlsxwriter.Workbook(str(partial), {"strings_to_formulas": False, "strings_to_urls": False}) as book,
    ):
        book.set_properties({"title": text("registry.template.title", language)})
        formats = _formats(book)
        _instructions(book, formats, language)
        sheets = {name: book.add_worksheet(table_title(name, language)) for name in TABLES}
        lists = _Lists(book, language)
        for name, table in TABLES.items():
            _sheet(sheets[name], table, formats, _Choices(lists, language, province_code))
        lists.sheet.hide()
    return Path(path)


def _formats(book: Any) -> dict[str, Any]:
    cell = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
    border = {**cell, "border": 1, "border_color": "#A6A6A6", "text_wrap": True, "valign": "vcenter"}
    return {
        "title": book.add_format({**cell, "bold": True, "font_size": 14, "font_color": "#1F3864"}),
        "section": book.add_format({**cell, "bold": True, "font_size": 12, "font_color": "#1F3864"}),
        "plain": book.add_format({**cell, "text_wrap": True}),
        "cell": book.add_format(border),
        "help": book.add_format(
            {**border, "italic": True, "font_size": 9, "font_color": "#595959", "bg_color": "#F2F2F2"}
        ),
        "group": book.add_format({**border, "bold": True, "align": "center", "bg_color": "#BDD7EE"}),
        "required": book.add_format({**border, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"}),
        "optional": book.add_format({**border, "bold": True, "bg_color": "#DDEBF7"}),
        "text": book.add_format({**cell, "num_format": "@"}),
        "date": book.add_format({**cell, "num_format": "dd/mm/yyyy"}),
        "number": book.add_format({**cell, "num_format": "#,##0.##"}),
        "whole": book.add_format({**cell, "num_format": "#,##0"}),
        "decimal": book.add_format({**cell, "num_format": "0.0#####"}),
        "year": book.add_format({**cell, "num_format": "0"}),
        "example_text": book.add_format({**cell, "num_format": "@", "italic": True, "font_color": "#7F7F7F"}),
        "example_date": book.add_format(
            {**cell, "num_format": "dd/mm/yyyy", "italic": True, "font_color": "#7F7F7F", "align": "left"}
        ),
    }


class _Lists:
    """The hidden sheet of values for drop-downs, one column a list."""

    def __init__(self, book: Any, language: Language) -> None:
        self.name = text("registry.template.lists", language)
        self.sheet = book.add_worksheet(self.name)
        self.ranges: dict[tuple[str, ...], str] = {}

    def range(self, values: tuple[str, ...]) -> str:
        """Return the cells that hold a list, written once."""
        if values not in self.ranges:
            column = len(self.ranges)
            for row, value in enumerate(values):
                self.sheet.write_string(row, column, value)
            letter = xlsxwriter.utility.xl_col_to_name(column, col_abs=True)
            self.ranges[values] = f"='{self.name}'!{letter}$1:{letter}${len(values)}"
        return self.ranges[values]


class _Choices:
    """What may be chosen in a column, and how a code is shown."""

    def __init__(self, lists: _Lists, language: Language, province_code: str) -> None:
        self.lists = lists
        self.language = language
        self.province_code = province_code

    def of(self, table: Table, column: Column) -> dict[str, str]:
        """Return what is shown for every code of a column; empty where anything may be written."""
        if column.kind == "flag":
            return {answer: text(f"cli.{answer}", self.language).capitalize() for answer in ("yes", "no")}
        if column.codes:
            return {code: code_title(table.name, column.name, code, self.language) for code in column.codes}
        if column.lookup and column.lookup != "sector":
            titles = listed_titles(column.lookup, self.province_code)
            return {code: title[:200] for code, title in titles.items()}
        return {}


def _instructions(book: Any, formats: dict[str, Any], language: Language) -> None:
    def say(key: str) -> str:
        return text(f"registry.template.{key}", language)

    sheet = book.add_worksheet(say("sheet"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 92)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, say("title"), formats["title"])
    sheet.write_string(2, 0, say("how"), formats["section"])
    row = 3
    for number, step in enumerate(_STEPS, start=1):
        sheet.merge_range(row, 0, row, 1, f"{number}. {say(f'step_{step}')}", formats["plain"])
        sheet.set_row(row, 32 if len(say(f"step_{step}")) > 120 else 17)
        row += 1
    tables = [(table_title(name, language), text(f"tables.{name}.help", language)) for name in TABLES]
    row = _listing(sheet, row + 1, (say("tables"), say("sheet_head"), say("rows_head")), tables, formats)
    blocks = [
        (say(f"block_{number}"), table_title(name, language) if name else say("not_asked"))
        for number, name in _BLOCKS.items()
    ]
    _listing(sheet, row + 1, (say("blocks"), say("block_head"), say("where_head")), blocks, formats)


def _listing(
    sheet: Any, row: int, heads: tuple[str, str, str], lines: list[tuple[str, str]], formats: dict[str, Any]
) -> int:
    sheet.write_string(row, 0, heads[0], formats["section"])
    sheet.write_string(row + 1, 0, heads[1], formats["optional"])
    sheet.write_string(row + 1, 1, heads[2], formats["optional"])
    for place, (left, right) in enumerate(lines, start=row + 2):
        sheet.write_string(place, 0, left, formats["cell"])
        sheet.write_string(place, 1, right, formats["cell"])
    return row + 2 + len(lines)


def _sheet(sheet: Any, table: Table, formats: dict[str, Any], choices: _Choices) -> None:
    language = choices.language
    texts = [column_texts(table.name, column.name, language) for column in table.columns]
    sheet.write_string(
        0, 0, f"{table_title(table.name, language)}. {text(f'tables.{table.name}.help', language)}", formats["section"]
    )
    head = 1
    if any("group" in entry for entry in texts):
        _groups(sheet, [entry.get("group", "") for entry in texts], formats["group"])
        sheet.set_row(1, 34)
        head = 2
    sheet.set_row(head, 34)
    sheet.set_row(head + 1, 76)
    for place, (column, entry) in enumerate(zip(table.columns, texts, strict=True)):
        shown = choices.of(table, column)
        mark = f"{EXAMPLE_MARK} " if place == 0 else ""
        example = shown.get(entry["example"], entry["example"])
        sheet.set_column(place, place, _width(column, entry["title"]), formats[_format(column)])
        sheet.write_string(head, place, entry["title"], formats["required" if column.required else "optional"])
        sheet.write_string(head + 1, place, mark + entry["help"], formats["help"])
        _example(sheet, (head + 2, place), column, mark + example if example else "", formats)
        _validation(sheet, (head + 3, place), column, tuple(shown.values()), choices)
    sheet.freeze_panes(head + 1, 3 if table.columns[0].name == "inspection_id" and len(table.columns) > 8 else 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)


def _groups(sheet: Any, groups: list[str], style: Any) -> None:
    start = 0
    for place in range(1, len(groups) + 1):
        if place < len(groups) and groups[place] == groups[start]:
            continue
        if place - start > 1:
            sheet.merge_range(1, start, 1, place - 1, groups[start], style)
        else:
            sheet.write_string(1, start, groups[start], style)
        start = place


def _width(column: Column, title: str) -> float:
    wide = {
        "enterprise_id": 28,
        "name": 36,
        "address": 30,
        "item": 34,
        "cas": 34,
        "code": 40,
        "commune_code": 24,
        "body": 26,
    }
    return wide.get(column.name, max(14, min(24, len(title) * 0.8)))


def _format(column: Column) -> str:
    if column.kind in ("date", "year"):
        return column.kind
    if column.kind == "count":
        return "whole"
    if column.kind == "number":
        return "decimal" if (column.high or 0) < 1000 else "number"
    return "text"


def _example(sheet: Any, place: tuple[int, int], column: Column, example: str, formats: dict[str, Any]) -> None:
    if not example:
        sheet.write_blank(*place, None, formats["example_text"])
    elif column.kind == "date":
        sheet.write_datetime(*place, pd.Timestamp(example).to_pydatetime(), formats["example_date"])
    elif column.kind in _TEXT_KINDS or column.codes or column.kind == "flag":
        sheet.write_string(*place, example, formats["example_text"])
    else:
        sheet.write_number(*place, float(example), formats["example_text"])


def _validation(sheet: Any, place: tuple[int, int], column: Column, shown: tuple[str, ...], choices: _Choices) -> None:
    if not shown:
        return
    row, at = place
    options = {
        "validate": "list",
        "source": choices.lists.range(shown),
        "error_title": text("registry.template.choose_title", choices.language)[:32],
        "error_message": text("registry.template.choose", choices.language),
        "error_type": "warning" if column.lookup else "stop",  # a code without its name is right too
    }
    sheet.data_validation(row, at, _LAST_ROW, at, options)
