"""Small workbooks for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter


def firm(enterprise_id: Any, **changes: Any) -> dict[str, Any]:
    """A row of enterprises without any defect."""
    row = {
        "enterprise_id": enterprise_id,
        "name": "Công ty TNHH Đá Tây Bắc",
        "legal_form": "TNHH",
        "sector_code": "0810",
        "sector_scheme": "vsic2018",
        "commune_code": "03127",
        "workers": 25,
        "founded_on": "20/05/2015",
    }
    return row | changes


ENTERPRISES = [firm(f"560000000{digit}") for digit in range(1, 10)]


def write_book(path: Path, sheets: Mapping[str, Sequence[Mapping[str, Any]]], titles: int = 0) -> Path:
    """Write rows under headings, one sheet a table, with some title lines above."""
    with xlsxwriter.Workbook(str(path)) as book:
        date = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line in range(titles):
                sheet.write_string(line, 0, "SỞ NỘI VỤ TỈNH ĐIỆN BIÊN")
            headers = list(dict.fromkeys(header for row in rows for header in row))
            for place, header in enumerate(headers):
                sheet.write_string(titles, place, header)
            for down, row in enumerate(rows, start=titles + 1):
                for place, header in enumerate(headers):
                    value = row.get(header)
                    if isinstance(value, dt.date):
                        sheet.write_datetime(down, place, value, date)
                    elif isinstance(value, str):
                        sheet.write_string(down, place, value)
                    elif value is not None:
                        sheet.write(down, place, value)
    return path
