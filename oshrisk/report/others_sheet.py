"""Everybody who is not on the list, with the rule, its article and until when it holds."""

from __future__ import annotations

import pandas as pd

from oshrisk.features.wording import number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning.texts import article_text, date_text, reason_text
from oshrisk.report.book import Book, Column
from oshrisk.report.facts import identity
from oshrisk.report.inputs import ListInputs
from oshrisk.report.titles import title_block

ROWS_SHOWN = 20_000  # what a person may still page through; the plan's table has everybody


def write_others(book: Book, inputs: ListInputs, language: Language) -> None:
    """Write the sheet of the enterprises that were not selected, by rank.

    Parameters
    ----------
    book : Book
        The workbook.
    inputs : ListInputs
        The list.
    language : {"vi", "en"}
        Language.
    """
    everybody = inputs.plan.not_selected
    rows = everybody.head(ROWS_SHOWN).set_index("enterprise_id")
    firms = identity(inputs.registry, rows.index, inputs.programme.office.province_code, language)
    assessed = inputs.assessment.reindex(rows.index)  # the closed are not ranked
    names = catalogue("report", language)["sheets"]["others"]
    titles, no_end = names["columns"], names["no_end"]
    columns = [
        Column(titles["rank"], 7, _or_none(assessed["rank"].astype("Int64")), "centre"),
        Column(titles["name"], 32, firms["name"]),
        Column(titles["tax_code"], 15, rows.index.astype(str), "centre"),
        Column(titles["commune"], 18, firms["commune"]),
        Column(titles["index"], 9, _or_none(assessed["index"].round(1)), "number"),
        Column(titles["risk_class"], 8, assessed["risk_class"].astype("str").fillna(""), "centre"),
        Column(titles["reason"], 62, reason_text(rows, language)),
        Column(titles["rule"], 10, rows["rule_id"].mask(rows["rule_id"].isin(["capacity", "decision"]), "–"), "centre"),
        Column(titles["article"], 32, article_text(rows, inputs.plan.quarter, language)),
        Column(titles["until"], 14, date_text(rows["until"], language).replace("", no_end), "centre"),
    ]
    sheet, top = book.sheet(
        names["name"], title_block(inputs, "others", language), [column.width for column in columns]
    )
    end = book.table(sheet, top, columns, frozen=2)
    if len(everybody) > len(rows):
        note = text(
            "report.sheets.others.cut",
            language,
            shown=number_text(len(rows), language),
            total=number_text(len(everybody), language),
        )
        sheet.write_string(end, 0, note, book.formats["office"])
        end += 1
    book.close(sheet, end - 1, len(columns) - 1)


def _or_none(values: pd.Series) -> list[object]:
    return list(values.astype("object").where(values.notna(), None))
