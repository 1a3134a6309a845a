"""Who gets an advisory letter, and who is held out so that its effect can be measured."""

from __future__ import annotations

from oshrisk.messages import Language, catalogue, text
from oshrisk.report.book import Book, Column
from oshrisk.report.facts import address, identity
from oshrisk.report.inputs import ListInputs
from oshrisk.report.titles import title_block


def write_letters(book: Book, inputs: ListInputs, language: Language) -> None:
    """Write the sheet of the advisory letters.

    Parameters
    ----------
    book : Book
        The workbook.
    inputs : ListInputs
        The list.
    language : {"vi", "en"}
        Language.
    """
    rows, province = inputs.plan.letters, inputs.programme.office.province_code
    firms = identity(inputs.registry, rows.index, province, language)
    assessed = inputs.assessment.loc[rows.index]
    names = catalogue("report", language)["sheets"]["letters"]
    titles, sent = names["columns"], names["sent"]
    columns = [
        Column(titles["place"], 8, rows["place"].tolist(), "centre"),
        Column(titles["name"], 40, firms["name"]),
        Column(titles["tax_code"], 16, rows.index.astype(str), "centre"),
        Column(titles["address"], 34, address(inputs.registry, rows.index, province)),
        Column(titles["sector"], 40, firms["sector"]),
        Column(titles["index"], 9, assessed["index"].round(1).tolist(), "number"),
        Column(titles["risk_class"], 8, assessed["risk_class"].astype("str"), "centre"),
        Column(titles["letter"], 24, [sent["yes" if letter else "no"] for letter in rows["letter"]], "centre"),
    ]
    sheet, top = book.sheet(
        names["name"], title_block(inputs, "letters", language), [column.width for column in columns]
    )
    end = book.table(sheet, top, columns, frozen=2)
    counts = {"letters": int(rows["letter"].sum()), "held_out": int((~rows["letter"]).sum())}
    for note in ("total", "held_out"):
        words = text(f"report.sheets.letters.notes.{note}", language, **counts)
        book.across(sheet, end, (0, len(columns) - 1), words, "note")
        sheet.set_row(end, 18)
        end += 1
    book.close(sheet, end - 1, len(columns) - 1)
