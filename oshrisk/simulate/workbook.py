"""The simulated registers as the Excel workbook that a department would hand in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from oshrisk.errors import OshriskError
from oshrisk.messages import Language, catalogue, text
from oshrisk.registry.tables import TABLES, Column
from oshrisk.registry.titles import code_title, column_title, table_title
from oshrisk.simulate.defects import Planted, plant
from oshrisk.simulate.naming import check_name
from oshrisk.simulate.province import Simulation

DATE_FORMAT = "dd/mm/yyyy"
TEXT_DATES = 0.1  # assumed: share of dates typed as text, dd/mm/yyyy
WIDTHS = {"id": 16, "text": 48, "date": 12, "code": 20}  # of columns by kind [characters]; 12 for the others
FONT = "Times New Roman"  # Decree 30/2020 Annex I


@dataclass(frozen=True)
class Defect:
    """A mistake planted in the workbook.

    Parameters
    ----------
    table, sheet : str
        Table, and the title of its sheet.
    row : int
        Row number that Excel shows.
    field, column : str
        Column of the table, and its title.
    value : object
        The cell; None for an empty one.
    kind : str
        What is wrong, a key: ``"short_tax_code"`` …
    """

    table: str
    sheet: str
    row: int
    field: str
    column: str
    value: object
    kind: str


def write_workbook(
    path: str | Path,
    simulation: Simulation,
    *,
    planted_defects: bool = True,
    seed: int = 1,
    language: Language = "vi",
) -> list[Defect]:
    """Write simulated registers as an Excel workbook: a sheet that says "simulated" first, then a sheet a table.

    Parameters
    ----------
    path : str or Path
        An ``.xlsx`` file whose name contains "simulated".
    simulation : Simulation
        The province.
    planted_defects : bool, default True
        Whether about one row in a hundred is wrong on purpose.
    seed : int, default 1
        Seed of the mistakes and of which dates are typed as text.
    language : {"vi", "en"}, default "vi"
        Language of sheets, headings and codes.

    Returns
    -------
    list of Defect
        The planted mistakes, by sheet and row.

    Raises
    ------
    OshriskError
        If the name lacks "simulated" or does not end in ``.xlsx``.
    """
    target = check_name(Path(path))
    if target.suffix.lower() != ".xlsx":
        raise OshriskError("simulate.not_a_workbook", path=target)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(3,)))
    cells = {name: _cells(simulation.registry[name], name, language, rng) for name in TABLES}
    planted = plant(cells, simulation, seed) if planted_defects else []
    with xlsxwriter.Workbook(target) as book:
        _properties(book, simulation, language)
        _note_sheet(book, simulation, len(planted), language)
        for name, rows in cells.items():
            _table_sheet(book, name, rows, language)
    return [_defect(mistake, language) for mistake in planted]


def _defect(mistake: Planted, language: Language) -> Defect:
    return Defect(
        mistake.table,
        table_title(mistake.table, language),
        mistake.position + 2,  # below the heading, counted from one
        mistake.field,
        column_title(mistake.table, mistake.field, language),
        mistake.value,
        mistake.kind,
    )


def _cells(rows: pd.DataFrame, table: str, language: Language, rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            column.name: _column_cells(rows[column.name], table, column, language, rng)
            for column in TABLES[table].columns
        },
        index=rows.index,
        dtype=object,
    )


def _column_cells(
    values: pd.Series, table: str, column: Column, language: Language, rng: np.random.Generator
) -> pd.Series:
    if column.kind == "date":
        typed = rng.random(len(values)) < TEXT_DATES
        cells = pd.Series(list(values.dt.to_pydatetime()) if len(values) else [], index=values.index, dtype=object)
        cells = cells.mask(typed, values.dt.strftime("%d/%m/%Y").astype(object))
    elif column.codes:
        titles = {code: code_title(table, column.name, code, language) for code in column.codes}
        cells = values.astype(object).map(titles)
    elif column.kind == "flag":
        words = catalogue("tables", language)["flags"]
        cells = values.astype(object).map({True: words["yes"][0], False: words["no"][0]})
    else:
        cells = values.astype(object)
    return cells.astype(object).where(values.notna(), None)


def _properties(book: Any, simulation: Simulation, language: Language) -> None:
    book.set_properties(
        {
            "title": _text("title", language, province=_text("province", language)),
            "subject": _text("banner", language),
            "keywords": _text("keywords", language),
            "comments": _text("use", language),
            "created": simulation.registry.read_on.to_pydatetime(),  # the same simulation gives the same file
        }
    )


def _note_sheet(book: Any, simulation: Simulation, defects: int, language: Language) -> None:
    sheet = book.add_worksheet(_text("sheet", language))
    banner = book.add_format({"bold": True, "font_size": 20, "font_color": "#C00000", "font_name": FONT})
    plain = book.add_format({"font_size": 13, "font_name": FONT, "text_wrap": True, "valign": "top"})
    lines = [
        _text("title", language, province=_text("province", language)),
        _text("what", language, seed=simulation.seed),
        _text("use", language),
        _text("read_on", language, date=f"{simulation.registry.read_on:%d/%m/%Y}"),
        *([_text("defects", language, count=defects)] if defects else []),
    ]
    sheet.set_column(0, 0, 78)
    sheet.hide_gridlines(2)
    sheet.set_tab_color("#C00000")
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.write(0, 0, _text("banner", language), banner)
    for row, line in enumerate(lines, start=2):
        sheet.write(row, 0, line, plain)


def _table_sheet(book: Any, table: str, rows: pd.DataFrame, language: Language) -> None:
    sheet = book.add_worksheet(table_title(table, language))
    head = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#DDEBF7", "border": 1, "font_name": FONT}
    )
    plain = book.add_format({"font_name": FONT})
    date = book.add_format({"num_format": DATE_FORMAT, "font_name": FONT})
    for place, column in enumerate(TABLES[table].columns):
        sheet.write_string(0, place, column_title(table, column.name, language), head)
        sheet.set_column(place, place, WIDTHS.get(column.kind, 12))
        sheet.write_column(1, place, rows[column.name].tolist(), date if column.kind == "date" else plain)
    sheet.set_row(0, 48)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), len(TABLES[table].columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(_text("header", language))
    sheet.set_footer("&C&P / &N")


def _text(key: str, language: Language, **values: object) -> str:
    return text(f"simulate.workbook.{key}", language, **values)
