"""The checklist and results form of a list as an XLSForm, for ODK Collect and KoboToolbox.

What phones send comes back through `oshrisk.registry.results_exports`: the fields are the columns of the results
workbook, their choices the same catalogues, and every submission carries the code of the form.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

import xlsxwriter

from oshrisk.field.checks import checks_of
from oshrisk.field.choices import CHOICES, choice_rows
from oshrisk.field.questions import SURVEY, survey_rows
from oshrisk.field.rows import Row
from oshrisk.issued import Issued
from oshrisk.messages import Language, text

LABELS: Final[dict[Language, str]] = {"vi": "Tiếng Việt (vi)", "en": "English (en)"}
_SETTINGS: Final = ("form_title", "form_id", "version", "default_language", "instance_name", "style")
_SIMULATED: Final = "simulated"
_WIDTH: Final = 28


def xlsform(issued: Issued) -> bytes:
    """Return the form, in both languages.

    Parameters
    ----------
    issued : Issued
        The list; it says which language the form begins in.

    Returns
    -------
    bytes
        A workbook (.xlsx). The same list makes the same bytes.
    """
    sheets = {
        "survey": (SURVEY, survey_rows(issued)),
        "choices": (CHOICES, choice_rows(issued, checks_of(issued))),
        "settings": (_SETTINGS, [_settings(issued)]),
    }
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": issued.as_of.to_pydatetime(), "author": "oshrisk"})
        for name, (columns, rows) in sheets.items():
            _write(book.add_worksheet(name), columns, rows)
    return buffer.getvalue()


def form_id(issued: Issued) -> str:
    """Return the identity of the form: one a quarter, so that a new version of the plan updates it on the phones.

    Parameters
    ----------
    issued : Issued
        The list.
    """
    return f"oshrisk-{issued.quarter}" + (f"-{_SIMULATED}" if issued.simulated else "")


def _settings(issued: Issued) -> Row:
    language = issued.language
    title = text("field.form.title", language, quarter=issued.quarter)
    mark = f" – {text('report.simulated_short', language)}" if issued.simulated else ""
    return {
        "form_title": title + mark,
        "form_id": form_id(issued),
        "version": f"{issued.as_of:%Y%m%d}{issued.version:02d}",
        "default_language": LABELS[language],
        "instance_name": "concat(${enterprise_id}, ' ', ${visit_name})",
        "style": "pages",
    }


def _write(sheet: xlsxwriter.worksheet.Worksheet, columns: Sequence[str], rows: Sequence[Row]) -> None:
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDTH)
        head, _, language = column.partition("::")
        sheet.write_string(0, place, f"{head}::{LABELS[_language(language)]}" if language else head)
    for number, row in enumerate(rows, start=1):
        unknown = set(row) - set(columns)
        assert not unknown, unknown  # noqa: S101  # a column that a form does not have would be lost
        for place, column in enumerate(columns):
            value = row.get(column, "")
            if value != "":
                sheet.write_string(number, place, str(value))


def _language(code: str) -> Language:
    return next(language for language in LABELS if language == code)
