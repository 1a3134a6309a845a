"""Small filled-in results forms for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from oshrisk.registry.results_tables import SHEETS, form_code, sheet_title

IDS = [f"560000000{digit}" for digit in range(1, 6)]
QUARTER = "2027Q1"
Rows = Sequence[Mapping[str, Any]]


def plan(**changes: Any) -> pd.DataFrame:
    """Five planned visits, the last one drawn."""
    arms = ["mandatory", "risk", "risk", "complaint", "random"]
    index = pd.Index(IDS, name="enterprise_id", dtype="str")
    rows = {"arm": arms, "inclusion_probability": [1.0, 1.0, 1.0, 1.0, 0.05], "month": [1, 1, 2, 3, 3]}
    return pd.DataFrame(rows | changes, index=index)


def visit(enterprise_id: str, **changes: Any) -> dict[str, Any]:
    """A visit carried out, without any defect."""
    row = {
        "enterprise_id": enterprise_id,
        "done": "done",
        "started_on": "15/02/2027",
        "found": "không",
        "inspector": "A",
    }
    return row | changes


def finding(enterprise_id: str, **changes: Any) -> dict[str, Any]:
    row = {
        "enterprise_id": enterprise_id,
        "code": "EQ_INSPECTION",
        "severity": "serious",
        "remedy_due_on": "15/04/2027",
    }
    return row | changes


def machine(enterprise_id: str, **changes: Any) -> dict[str, Any]:
    row = {"enterprise_id": enterprise_id, "equipment_id": "M1", "item": "1", "inspected_on": "01/02/2025"}
    return row | changes


def write_form(path: Path, visits: Rows, findings: Rows = (), machines: Rows = (), *, code: str | None = None) -> Path:
    """Write a form with the titles of the template's columns; the code stands above each heading."""
    mark = form_code(QUARTER, 1, simulated=False) if code is None else code
    with xlsxwriter.Workbook(str(path)) as book:
        date = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in (("visits", visits), ("findings", findings), ("machines", machines)):
            sheet = book.add_worksheet(sheet_title(name, "vi"))
            sheet.write_string(0, 0, "SỞ NỘI VỤ TỈNH ĐIỆN BIÊN")
            sheet.write_string(1, 0, mark)
            headers = [column.name for column in SHEETS[name]]
            for place, header in enumerate(headers):
                sheet.write_string(2, place, header)
            for down, row in enumerate(rows, start=3):
                for place, header in enumerate(headers):
                    value = row.get(header)
                    if isinstance(value, dt.date):
                        sheet.write_datetime(down, place, value, date)
                    elif isinstance(value, str):
                        sheet.write_string(down, place, value)
                    elif value is not None:
                        sheet.write(down, place, value)
    return path
