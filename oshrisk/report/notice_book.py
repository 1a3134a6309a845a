"""Lists of the year's work that come from registers alone, as sheets of one workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from oshrisk.features.wording import date_text
from oshrisk.messages import Language, text
from oshrisk.report.book import SIZE, Book, Column
from oshrisk.report.heights import row_height
from oshrisk.settings import Office


@dataclass(frozen=True)
class Sheet:
    """One printed list.

    Parameters
    ----------
    name, title, subtitle : str
        Name of the sheet, and the lines above the list.
    columns : sequence of Column
        The list.
    note : str
        What has to be known to read it, below it.
    """

    name: str
    title: str
    subtitle: str
    columns: Sequence[Column]
    note: str


def write_notice_book(
    path: Path, sheets: Sequence[Sheet], office: Office, made_on: pd.Timestamp, *, simulated: bool, language: Language
) -> None:
    """Write lists as a workbook in the office's look.

    Parameters
    ----------
    path : Path
        The file.
    sheets : sequence of Sheet
        The lists.
    office : Office
        Who runs the programme.
    made_on : Timestamp
        Day that the file says it was made on; given, so that the same lists make the same bytes.
    simulated : bool
        Whether the data is simulated.
    language : {"vi", "en"}
        Language.
    """
    foot = f"{office.department} · {date_text(made_on, language)}"
    foot += f" · {text('report.simulated_short', language)}" if simulated else ""
    book = Book(str(path), language, made_on, foot, text("report.page", language))
    for each in sheets:
        titles = [("parent", office.parent_body.upper()), ("office", office.department.upper())]
        titles += [("title", each.title), ("subtitle", each.subtitle)]
        titles += [("alarm", text("report.simulated", language))] if simulated else []
        titles.append(("subtitle", text("report.internal", language)))
        widths = [column.width for column in each.columns]
        sheet, top = book.sheet(each.name, titles, widths)
        end = book.table(sheet, top, each.columns, frozen=2)
        book.across(sheet, end, (0, len(widths) - 1), each.note, "note")
        sheet.set_row(end, row_height([(each.note, sum(widths))], SIZE))
        book.close(sheet, end, len(widths) - 1)
    book.file.close()
