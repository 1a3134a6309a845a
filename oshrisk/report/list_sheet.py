"""The list itself: the columns of a printed check plan, then how and why each enterprise came on it."""

from __future__ import annotations

from typing import Any, Final

from oshrisk.features.wording import number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.report.book import CLASS_FILLS, Book, Column
from oshrisk.report.inputs import ListInputs
from oshrisk.report.list_words import ASSUMED_MARK, list_words, main_reasons_text
from oshrisk.report.titles import title_block

_COLUMNS: Final[tuple[tuple[Any, ...], ...]] = (  # name, width, look where it is not plain text
    ("number", 4.5, "centre"),
    ("name", 16),
    ("tax_code", 15, "centre"),
    ("address", 13),
    ("sector", 13),
    ("content", 14),
    ("period", 11.5, "centre"),
    ("announced_on", 10, "centre"),
    ("length", 7.5, "centre"),
    ("mode", 8, "centre"),
    ("when", 9, "centre"),
    ("lead", 9),
    ("together", 9),
    ("ground", 17),
    ("overlap", 10),
    ("index", 7, "number"),
    ("risk_class", 7.5, "centre"),
    ("arm", 10.5, "centre"),
    ("reasons", 30),
)


def write_list(book: Book, inputs: ListInputs, language: Language) -> None:
    """Write the sheet of the list.

    Columns 1 to 15, but for team, month and trip, are those of printed provincial check plans (Lào Cai 1105/KH-ĐKT of
    10 March 2026, Thanh Hóa 2026; Decree 217/2025 prescribes none); the rest is the department's own.

    Parameters
    ----------
    book : Book
        The workbook.
    inputs : ListInputs
        The list.
    language : {"vi", "en"}
        Language.
    """
    columns = list_columns(inputs, language)
    names = catalogue("report", language)["sheets"]["list"]
    sheet, top = book.sheet(names["name"], title_block(inputs, "list", language), [column.width for column in columns])
    end = book.table(sheet, top, columns, frozen=2)
    class_column = next(i for i, column in enumerate(columns) if column.title == names["columns"]["risk_class"])
    for row, name in enumerate(inputs.plan.visits["risk_class"].astype(str), start=top + 1):
        book.cell(sheet, row, class_column, name, book.formats[f"class_{name}" if name in CLASS_FILLS else "centre"])
    for note in _notes(inputs, language):
        book.across(sheet, end, (0, len(columns) - 1), note, "note")
        sheet.set_row(end, 18)
        end += 1
    book.close(sheet, end - 1, len(columns) - 1)


def list_columns(inputs: ListInputs, language: Language) -> list[Column]:
    """Return the columns of the list, one value a visit.

    Parameters
    ----------
    inputs : ListInputs
        The list.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of Column
        In the order of print.
    """
    visits = inputs.plan.visits
    titles = catalogue("report", language)["sheets"]["list"]["columns"]
    words = list_words(inputs.registry, visits, inputs.plan.quarter, inputs.programme.office, language)
    reasons = main_reasons_text(inputs.main_reasons, inputs.table, visits.index, language)
    said = {
        **{name: words[name] for name in words},
        "number": visits["order"].tolist(),
        "index": visits["index"].round(1).tolist(),
        "risk_class": visits["risk_class"].astype(str),
        "reasons": list(reasons),
    }
    return [Column(titles[name], width, said[name], *look) for name, width, *look in _COLUMNS]


def _notes(inputs: ListInputs, language: Language) -> list[str]:
    summary, visits = inputs.plan.summary, inputs.plan.visits
    numbers = {
        "listed": summary["listed"],
        "used": number_text(summary["days_used"], language),
        "capacity": number_text(summary["capacity_days"], language),
        "team": inputs.programme.capacity.team_size,
        "road": number_text(summary["travel_days_used"], language),
    }
    notes = [text("report.notes.total", language, **numbers)]
    if summary["musts_without_days"]:
        notes.append(text("report.notes.musts_without_days", language, count=summary["musts_without_days"]))
    if inputs.programme.draw.random_share and not summary["in_draw"]:
        notes.append(text("report.notes.no_draw", language))
    if not (visits["workers_known"] & visits["travel_known"]).all():
        notes.append(f"{ASSUMED_MARK} " + text("report.notes.assumed", language))
    roads = text(f"report.roads.{'estimated' if inputs.plan.roads.estimated else 'measured'}", language)
    return [*notes, text("report.notes.reasons", language, roads=roads)]
