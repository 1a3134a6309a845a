"""The office look of a workbook: one font, bordered tables, A4 landscape, headings on every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import Any, Literal

import pandas as pd
import xlsxwriter

from oshrisk.report.heights import row_height

FONT = "Times New Roman"  # Decree 30/2020/NĐ-CP, Annex I
SIZE = 12  # pages are scaled to about two thirds of it, which still reads on paper
_A4 = 9
_MARGIN = 10 / 25.4  # mm in inches
_INK, _HEAD, _ALARM = "#000000", "#D9E2EC", "#B00020"
CLASS_FILLS = {"A": "#F4C7C3", "B": "#FCE3C5", "C": "#FFF6CC"}

Kind = Literal["text", "centre", "number", "multiplier"]
# [$-42A] is Vietnamese: decimal comma whatever the language of the reader's Excel
_NUMBER_FORMATS = {"vi": "[$-42A]#,##0.0", "en": "[$-409]#,##0.0"}
_MULTIPLIER_FORMATS = {"vi": '[$-42A]"×"0.00', "en": '[$-409]"×"0.00'}


@dataclass(frozen=True)
class Column:
    """One column of a printed table.

    Parameters
    ----------
    title : str
        Heading.
    width : float
        Width [characters of the default font].
    cells : sequence
        Text, or numbers for the kinds ``number`` and ``multiplier``; None is an empty cell.
    kind : {"text", "centre", "number", "multiplier"}
        How cells are set.
    """

    title: str
    width: float
    cells: Sequence[Any] | pd.Series
    kind: Kind = "text"


class Book:
    """A workbook being written, with its formats.

    Parameters
    ----------
    path : str
        File to write.
    language : {"vi", "en"}
        Of numbers.
    created : Timestamp
        Date that the file says it was made on; given, so that the same list makes the same bytes.
    footer : str
        Left part of every page's foot.
    page : str
        Middle part: a text with ``{page}`` and ``{pages}``.
    """

    def __init__(self, path: str, language: str, created: pd.Timestamp, footer: str, page: str) -> None:
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": FONT, "font_size": 11},  # column widths count its digits
        }
        self.file = xlsxwriter.Workbook(path, options)
        self.file.set_properties({"created": created.to_pydatetime(), "author": "oshrisk"})
        self._language = language
        self._footer = f'&L&"{FONT},Italic"&9{_literal(footer)}&C&"{FONT},Regular"&9' + page.format(
            page="&P", pages="&N"
        )

    @cached_property
    def formats(self) -> dict[str, Any]:
        """Cell formats by name."""
        cell = {"border": 1, "text_wrap": True, "valign": "top"}
        looks: dict[str, dict[str, Any]] = {
            "text": cell,
            "centre": cell | {"align": "center"},
            "number": cell | {"align": "center", "num_format": _NUMBER_FORMATS[self._language]},
            "multiplier": cell | {"align": "center", "num_format": _MULTIPLIER_FORMATS[self._language]},
            "head": cell | {"bold": True, "align": "center", "valign": "vcenter", "bg_color": _HEAD},
            "group": cell | {"bold": True, "bg_color": "#F2F2F2", "valign": "vcenter"},
            "parent": {"align": "left", "valign": "vcenter"},
            "office": {"bold": True, "align": "left", "valign": "vcenter"},
            "title": {"bold": True, "font_size": 15, "align": "center", "valign": "vcenter"},
            "subtitle": {"italic": True, "font_size": 12, "align": "center", "valign": "vcenter"},
            "alarm": {"bold": True, "font_size": 14, "align": "center", "valign": "vcenter", "font_color": _ALARM},
            "note": {"italic": True, "text_wrap": True, "valign": "top"},
        }
        looks |= {
            f"class_{name}": looks["centre"] | {"bold": True, "bg_color": fill} for name, fill in CLASS_FILLS.items()
        }
        base = {"font_name": FONT, "font_size": SIZE, "font_color": _INK}
        return {name: self.file.add_format(base | look) for name, look in looks.items()}

    def sheet(self, name: str, titles: Sequence[tuple[str, str]], widths: Sequence[float]) -> tuple[Any, int]:
        """Begin a sheet: page set-up, widths, and its titles across all columns.

        Parameters
        ----------
        name : str
            Name of the sheet.
        titles : sequence of (look, text)
            Lines above the table.
        widths : sequence of float
            Widths of the columns.

        Returns
        -------
        tuple
            The sheet, and the row below the titles.
        """
        sheet = self.file.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=_MARGIN, right=_MARGIN, top=_MARGIN, bottom=20 / 25.4)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_footer(self._footer, {"margin": 8 / 25.4})
        sheet.hide_gridlines(2)
        sheet.set_zoom(85)
        for position, width in enumerate(widths):
            sheet.set_column(position, position, width)
        for row, (look, title) in enumerate(titles):
            self.across(sheet, row, (0, len(widths) - 1), title, look)
            sheet.set_row(row, 24 if look in ("title", "alarm") else 18)
        return sheet, len(titles)

    def table(self, sheet: Any, top: int, columns: Sequence[Column], *, frozen: int = 0) -> int:
        """Write a table with its heading, which is frozen on the screen and repeated on every page.

        Parameters
        ----------
        sheet : Worksheet
            From `sheet`.
        top : int
            Row of the heading.
        columns : sequence of Column
            The columns.
        frozen : int, default 0
            Columns that stay on the screen.

        Returns
        -------
        int
            The row below the table.
        """
        self.heading(sheet, top, [(column.title, column.width) for column in columns], frozen=frozen)
        looks = [column.kind for column in columns]
        widths = [column.width for column in columns]
        for row, values in enumerate(zip(*(column.cells for column in columns), strict=True), start=top + 1):
            self.row(sheet, row, values, looks, widths)
        return top + 1 + len(columns[0].cells)

    def row(self, sheet: Any, row: int, values: Sequence[Any], looks: Sequence[str], widths: Sequence[float]) -> None:
        """Write a row of cells, as high as its texts need."""
        for column, (value, look) in enumerate(zip(values, looks, strict=True)):
            self.cell(sheet, row, column, value, self.formats[look])
        texts = [(value, width) for value, width in zip(values, widths, strict=True) if isinstance(value, str)]
        sheet.set_row(row, row_height(texts, SIZE))

    def heading(self, sheet: Any, top: int, titles: Sequence[tuple[str, float]], *, frozen: int = 0) -> None:
        """Write the heading of a sheet's table (titles and widths), freeze it and repeat it on every page."""
        for position, (title, _) in enumerate(titles):
            sheet.write_string(top, position, title, self.formats["head"])
        sheet.set_row(top, row_height([(title, 0.92 * width) for title, width in titles], SIZE) + 3)  # bold is wider
        sheet.freeze_panes(top + 1, frozen)
        sheet.repeat_rows(top)

    def across(self, sheet: Any, row: int, columns: tuple[int, int], words: str, look: str) -> None:
        """Write one text across columns (first and last)."""
        sheet.merge_range(row, columns[0], row, columns[1], "", self.formats[look])
        sheet.write_string(row, columns[0], words, self.formats[look])

    def cell(self, sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
        """Write a cell: numbers as numbers, everything else as text, which no reader runs as a formula."""
        if isinstance(value, Real) and not pd.isna(value):
            sheet.write_number(row, column, value, look)
        elif value is None or pd.isna(value) or value == "":
            sheet.write_blank(row, column, None, look)
        else:
            sheet.write_string(row, column, str(value), look)

    def close(self, sheet: Any, last_row: int, last_column: int) -> None:
        """Set the print area of a finished sheet."""
        sheet.print_area(0, 0, max(last_row, 0), last_column)


def _literal(words: str) -> str:
    """Escape the sign that begins a code in a page's foot."""
    return words.replace("&", "&&")
