"""What ODK Central and KoboToolbox export, in small, for tests."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from oshrisk.registry.results_tables import SHEETS, form_code

Rows = Sequence[Mapping[str, Any]]
CODE = form_code("2027Q1", 1, simulated=False)
FIELDS = {name: [column.name for column in SHEETS[name][1:]] for name in SHEETS}


def submission(enterprise_id: str, key: str = "", **changes: Any) -> dict[str, Any]:
    """A visit as a phone sends it, without any defect."""
    row = {
        "enterprise_id": enterprise_id,
        "done": "done",
        "started_on": "2027-02-15",
        "found": "no",
        "inspector": "A",
        "form_code": CODE,
        "KEY": key or f"uuid:{enterprise_id}",
    }
    return row | changes


def write_central(path: Path, visits: Rows, findings: Rows = (), machines: Rows = (), *, form: str = "f") -> Path:
    """Write a .zip as ODK Central does: a main table and one a repeat group; fields of groups carry their names."""
    things = {"findings": findings, "machines": machines}
    counted = [
        {
            **row,
            **{
                f"{name}_entered": sum(one["PARENT_KEY"] == row["KEY"] for one in rows) for name, rows in things.items()
            },
        }
        for row in visits
    ]
    head = {"SubmissionDate": "SubmissionDate", "form_code": "form_code", "enterprise_id": "visit-enterprise_id"}
    head |= {name: f"result-{name}" for name in FIELDS["visits"]}
    head |= {name: name for name in ("findings_entered", "machines_entered", "KEY", "ReviewState")}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{form}.csv", text_of(head, counted))
        for name, rows in things.items():
            own = {field: field for field in (*FIELDS[name], "PARENT_KEY", "KEY")}
            archive.writestr(f"{form}-{name}.csv", text_of(own, rows))
        archive.writestr("media/picture.jpg", b"")
    return path


def text_of(head: Mapping[str, str], rows: Rows) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(head.values())
    writer.writerows([[row.get(name, "") for name in head] for row in rows])
    return buffer.getvalue()


def write_kobo(path: Path, visits: Rows, findings: Rows = (), *, titles: Mapping[str, str] | None = None) -> Path:
    """Write a workbook as KoboToolbox does: repeat groups on sheets of their own, tied by ``_index``."""
    titles = titles or {}
    number = {row["KEY"]: place for place, row in enumerate(visits, start=1)}
    main = [
        {
            **row,
            "findings_entered": sum(one["PARENT_KEY"] == row["KEY"] for one in findings),
            "_index": number[row["KEY"]],
        }
        for row in visits
    ]
    below = [{**row, "_parent_index": number[row["PARENT_KEY"]], "_parent_table_name": "x"} for row in findings]
    sheets = {
        "Phieu 2027Q1": (
            ["start", "form_code", "enterprise_id", *FIELDS["visits"], "findings_entered", "_index"],
            main,
        ),
        "findings": ([*FIELDS["findings"], "_index", "_parent_table_name", "_parent_index"], below),
    }
    with xlsxwriter.Workbook(str(path)) as book:
        for name, (columns, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, [titles.get(column, column) for column in columns])
            for down, row in enumerate(rows, start=1):
                sheet.write_row(down, 0, [row.get(column, "") for column in columns])
    return path


def write_kobo_csv(path: Path, visits: Rows, findings: Rows) -> Path:
    """Write a .zip of .csv files as older KoboToolbox exports are: semicolons, tied by ``_uuid``."""
    main = [
        {**row, "findings_entered": sum(one["PARENT_KEY"] == row["KEY"] for one in findings), "_uuid": row["KEY"]}
        for row in visits
    ]
    below = [{**row, "_submission__uuid": row["PARENT_KEY"]} for row in findings]
    parts = {
        "Phieu.csv": (["form_code", "enterprise_id", *FIELDS["visits"], "findings_entered", "_uuid"], main),
        "findings.csv": ([*FIELDS["findings"], "_parent_table_name", "_submission__uuid"], below),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, (columns, rows) in parts.items():
            head = {column: f"result/{column}" if column in FIELDS["visits"] else column for column in columns}
            archive.writestr(name, text_of(head, rows).replace(",", ";"))
    return path
