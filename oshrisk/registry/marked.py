"""The report on bad rows: as they stood, the offending cells in colour, each with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter

from oshrisk.atomic import whole_file
from oshrisk.messages import Language, text
from oshrisk.registry.quarantine import explain
from oshrisk.registry.read import Reading
from oshrisk.registry.titles import table_title

_ROWS: Final = 1_000_000  # an Excel sheet has 1,048,576
_COMMENTS: Final = 5_000  # a sheet: Excel grows slow with more; the column of messages has them all


def write_marked(path: str | Path, reading: Reading, language: Language = "vi") -> Path:
    """Write the Excel report on what was read and what is to be mended.

    Parameters
    ----------
    path : str or Path
        The file to write; what is there is replaced.
    reading : Reading
        What `oshrisk.registry.read.read_registry` returned.
    language : {"vi", "en"}, default "vi"
        Language of the report.

    Returns
    -------
    Path
        The file. A summary, then a sheet for every table with quarantined rows: the rows exactly as they stood,
        bad cells in colour with a comment, row number and all messages at the right. Values are written as text.
    """
    words = explain(reading.quarantine, language)
    records = reading.quarantine.assign(said=words["what"] + " " + words["mend"], mend=words["mend"])
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with whole_file(path) as partial, xlsxwriter.Workbook(str(partial), options) as book:
        book.set_properties({"created": reading.registry.read_on.to_pydatetime()})  # the same rows, the same file
        formats = cell_formats(book)
        _summary(book, reading, records, formats, language)
        for name, rows in reading.rejected.items():
            sheet = book.add_worksheet(table_title(name, language))
            write_rows(sheet, rows, records[records["table"] == name], formats, language)
    return Path(path)


def cell_formats(book: Any) -> dict[str, Any]:
    """Return the looks of cells, by name."""
    cell = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
    border = {**cell, "border": 1, "border_color": "#A6A6A6"}
    return {
        "title": book.add_format({**cell, "bold": True, "font_size": 14, "font_color": "#1F3864"}),
        "section": book.add_format({**cell, "bold": True, "font_size": 12, "font_color": "#1F3864"}),
        "alarm": book.add_format({**cell, "bold": True, "font_color": "#C00000"}),
        "plain": book.add_format(cell),
        "wrap": book.add_format({**cell, "text_wrap": True}),
        "head": book.add_format(
            {**border, "bold": True, "bg_color": "#DDEBF7", "text_wrap": True, "valign": "vcenter"}
        ),
        "cell": book.add_format({**border, "num_format": "@"}),
        "bad": book.add_format({**border, "num_format": "@", "bg_color": "#FFC7CE", "font_color": "#9C0006"}),
        "said": book.add_format({**border, "text_wrap": True}),
        "count": book.add_format({**border, "num_format": "#,##0"}),
    }


def _summary(book: Any, reading: Reading, records: pd.DataFrame, formats: dict[str, Any], language: Language) -> None:
    def say(key: str, **values: object) -> str:
        return text(f"registry.marked.{key}", language, **values)

    sheet = book.add_worksheet(say("summary"))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 3, 13)
    sheet.set_column(4, 4, 70)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, say("title"), formats["title"])
    sheet.write_string(1, 0, say("read_on", date=f"{reading.registry.read_on:%d/%m/%Y}"), formats["plain"])
    if reading.registry.simulated:
        sheet.write_string(2, 0, say("simulated"), formats["alarm"])
    sheet.write_string(3, 0, say("how" if len(records) else "clean"), formats["plain"])
    sheet.write_string(5, 0, say("per_table"), formats["section"])
    heads = [say(key) for key in ("table", "read", "accepted", "quarantined")]
    lines = [
        [table_title(str(name), language), *counts]
        for name, counts in zip(reading.counts.index, reading.counts.to_numpy().tolist(), strict=True)
    ]
    row = write_grid(sheet, 6, heads, [*lines, [say("total"), *reading.counts.sum().tolist()]], formats)
    sheet.write_string(row + 1, 0, say("per_code"), formats["section"])
    cases = records.groupby("code", sort=True).agg(cells=("code", "size"), mend=("mend", "first")).reset_index()
    heads = [say(key) for key in ("error", "code", "cells")]
    codes = [
        [text(f"registry.errors.{case.code}.title", language), case.code, case.cells, case.mend]
        for case in cases.itertuples(index=False)
    ]
    row = write_grid(sheet, row + 2, [*heads, say("mend")], codes, formats, last=4)
    if reading.notes:
        sheet.write_string(row + 1, 0, say("notes"), formats["section"])
    for place, note in enumerate(reading.notes, start=row + 2):
        sheet.merge_range(place, 0, place, 4, "", formats["wrap"])
        sheet.write_string(place, 0, note.message(language), formats["wrap"])
        sheet.set_row(place, 15 * (1 + len(note.message(language)) // 130))


def write_grid(
    sheet: Any, row: int, heads: list[str], lines: list[list[Any]], formats: dict[str, Any], *, last: int = 0
) -> int:
    """Write a small table; its last column reaches as far as column `last`. Return the row below."""
    place = len(heads) - 1
    for down, line in enumerate([heads, *lines], start=row):
        kinds = ["head" if down == row else "said" if isinstance(value, str) else "count" for value in line]
        if last > place:
            sheet.merge_range(down, place, down, last, "", formats[kinds[place]])
        for at, (value, kind) in enumerate(zip(line, kinds, strict=True)):
            write = sheet.write_string if isinstance(value, str) else sheet.write_number
            write(down, at, value, formats[kind])
    return row + 1 + len(lines)


def write_rows(
    sheet: Any, rows: pd.DataFrame, records: pd.DataFrame, formats: dict[str, Any], language: Language
) -> None:
    """Write rows as they stood, bad cells marked, with what is wrong beside them."""
    shown = rows.iloc[:_ROWS]
    headers = [*shown.columns, text("registry.marked.row", language), text("registry.marked.messages", language)]
    for place, header in enumerate(headers):
        sheet.write_string(0, place, str(header), formats["head"])
    said = _by_cell(records)
    at = {header: place for place, header in enumerate(shown.columns)}
    numbers, cells = shown.index.tolist(), shown.fillna("").to_numpy(dtype=object)
    for down, (number, values) in enumerate(zip(numbers, cells, strict=True), start=1):
        for place, value in enumerate(values):  # a cell at a time is how a sheet is written
            sheet.write_string(down, place, value, formats["cell"])
        sheet.write_number(down, len(at), number, formats["count"])
    comments = 0
    down_of = {number: down for down, number in enumerate(numbers, start=1)}
    for (number, header), message in said.items():
        if number not in down_of or header not in at:
            continue
        down, place = down_of[number], at[header]
        sheet.write_string(down, place, cells[down - 1, place], formats["bad"])
        comments += 1
        if comments <= _COMMENTS:
            sheet.write_comment(down, place, message, {"x_scale": 2.2, "y_scale": 1.4})
    whole = records.groupby("row", sort=False)["said"].agg("\n".join)
    for number, message in whole.items():
        if number in down_of:
            sheet.write_string(down_of[int(number)], len(at) + 1, message[:32_000], formats["said"])
    if len(rows) > len(shown):
        sheet.write_string(
            len(shown) + 1, 0, text("registry.marked.more", language, rows=len(rows) - len(shown)), formats["alarm"]
        )
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(shown), len(at) + 1)
    sheet.set_column(0, len(at) - 1, 16)
    sheet.set_column(len(at), len(at), 10)
    sheet.set_column(len(at) + 1, len(at) + 1, 90)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _by_cell(records: pd.DataFrame) -> dict[tuple[int, str], str]:
    joined = records.groupby(["row", "column"], sort=False)["said"].agg("\n".join)
    return {(int(number), str(column)): message for (number, column), message in joined.items()}
