"""The report on bad rows of a results workbook, in the form of the report on registers."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter

from oshrisk.atomic import whole_file
from oshrisk.messages import Language, text
from oshrisk.registry.marked import cell_formats, write_grid, write_rows
from oshrisk.registry.results import ResultsReading
from oshrisk.registry.results_tables import column_texts, sheet_title
from oshrisk.registry.titles import code_title

_FACTS: Final = ["table", "field", "column", "value", "code", "detail"]
_OWN: Final = "R"  # first letter of the codes of results.codes; the others are those of the registers


def explain_results(quarantine: pd.DataFrame, language: Language = "vi") -> pd.DataFrame:
    """Say in words what is wrong with every quarantined cell, and how to mend it.

    Parameters
    ----------
    quarantine : DataFrame
        `oshrisk.registry.results.ResultsReading.quarantine`, or some of its rows.
    language : {"vi", "en"}, default "vi"
        Language of the words.

    Returns
    -------
    DataFrame
        Columns ``what`` and ``mend`` under the same index.
    """
    said = [_words(dict(zip(_FACTS, row, strict=True)), language) for row in quarantine[_FACTS].itertuples(index=False)]
    return pd.DataFrame(said, columns=["what", "mend"], index=quarantine.index, dtype="str")


def write_marked_results(path: str | Path, reading: ResultsReading, language: Language = "vi") -> Path:
    """Write the Excel report on what was read and what is to be mended.

    Parameters
    ----------
    path : str or Path
        The file to write; what is there is replaced.
    reading : ResultsReading
        What `oshrisk.registry.results.read_results` returned.
    language : {"vi", "en"}, default "vi"
        Language of the report.

    Returns
    -------
    Path
        The file, as `oshrisk.registry.marked.write_marked` makes it for registers.
    """
    words = explain_results(reading.quarantine, language)
    records = reading.quarantine.assign(said=words["what"] + " " + words["mend"], mend=words["mend"])
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with whole_file(path) as partial, xlsxwriter.Workbook(str(partial), options) as book:
        book.set_properties({"created": reading.read_on.to_pydatetime()})  # the same rows, the same file
        formats = cell_formats(book)
        _summary(book, reading, records, formats, language)
        for name, rows in reading.rejected.items():
            sheet = book.add_worksheet(sheet_title(name, language))
            write_rows(sheet, rows, records[records["table"] == name], formats, language)
    return Path(path)


def code_text(code: str, part: str, language: Language) -> str:
    """Return ``title``, ``what`` or ``mend`` of a code, with its placeholders."""
    return text(f"{'results.codes' if code.startswith(_OWN) else 'registry.errors'}.{code}.{part}", language)


def _words(facts: dict[str, str], language: Language) -> tuple[str, str]:
    title = column_texts(facts["table"], facts["field"], language)["title"] if facts["field"] else ""
    if facts["code"] == "E150" and facts["detail"]:
        near = code_title("findings" if facts["table"] == "findings" else "inspections", *_near(facts), language)
        facts = facts | {"detail": near}
    fill = string.Formatter().vformat
    known = facts | {"title": title, "table_title": sheet_title(facts["table"], language)}
    what, mend = (fill(code_text(facts["code"], part, language), (), known) for part in ("what", "mend"))
    hinted = facts["detail"] and facts["code"] in ("E150", "E163", "E165")  # their detail is the nearest known code
    return what, f"{mend} {text('registry.near', language, name=facts['detail'])}" if hinted else mend


def _near(facts: dict[str, str]) -> tuple[str, str]:
    return facts["field"], facts["detail"]


def _summary(
    book: Any, reading: ResultsReading, records: pd.DataFrame, formats: dict[str, Any], language: Language
) -> None:
    def say(key: str, **values: object) -> str:
        return text(f"registry.marked.{key}", language, **values)

    sheet = book.add_worksheet(say("summary"))
    for column, width in enumerate((30, 13, 13, 13, 70)):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, text("results.marked.title", language, quarter=reading.quarter), formats["title"])
    sheet.write_string(1, 0, say("read_on", date=f"{reading.read_on:%d/%m/%Y}"), formats["plain"])
    if reading.simulated:
        sheet.write_string(2, 0, say("simulated"), formats["alarm"])
    sheet.write_string(3, 0, say("how" if len(records) else "clean"), formats["plain"])
    sheet.write_string(5, 0, say("per_table"), formats["section"])
    heads = [say(key) for key in ("table", "read", "accepted", "quarantined")]
    counts = zip(reading.counts.index, reading.counts.to_numpy().tolist(), strict=True)
    lines = [[sheet_title(str(name), language), *figures] for name, figures in counts]
    row = write_grid(sheet, 6, heads, [*lines, [say("total"), *reading.counts.sum().tolist()]], formats)
    sheet.write_string(row + 1, 0, say("per_code"), formats["section"])
    cases = records.groupby("code", sort=True).agg(cells=("code", "size"), mend=("mend", "first")).reset_index()
    codes = [
        [code_text(case.code, "title", language), case.code, case.cells, case.mend]
        for case in cases.itertuples(index=False)
    ]
    heads = [say(key) for key in ("error", "code", "cells", "mend")]
    row = write_grid(sheet, row + 2, heads, codes, formats, last=4)
    for place, note in enumerate(reading.notes, start=row + 2):
        sheet.write_string(place, 0, note.message(language), formats["plain"])
