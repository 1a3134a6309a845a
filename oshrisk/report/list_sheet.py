"""The list itself: the columns of a printed check plan, then how and why each enterprise came on it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from oshrisk.features.wording import number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning.texts import DATE_FORMATS, article_text, body_text, reason_text
from oshrisk.report.book import CLASS_FILLS, Book, Column
from oshrisk.report.facts import address, identity
from oshrisk.report.inputs import ListInputs
from oshrisk.report.titles import title_block
from oshrisk.risk.explain import phrase

ASSUMED_MARK = "*"
LEAST_SHOWN = 1.005  # a smaller multiplier would print as 1


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
    visits, office = inputs.plan.visits, inputs.programme.office
    firms = identity(inputs.registry, visits.index, office.province_code, language)
    titles = catalogue("report", language)["sheets"]["list"]["columns"]
    words = _lookup(language)
    blank = [""] * len(visits)
    grounds = reason_text(visits, language).str.cat(article_text(visits, inputs.plan.quarter, language), sep=". ")
    grounds = grounds.str.removesuffix(". ")  # no article was in force in July 2025
    period = text("report.period", language, start=_period_start(inputs, language))
    return [
        Column(titles["number"], 4.5, visits["order"].tolist(), "centre"),
        Column(titles["name"], 16, firms["name"]),
        Column(titles["tax_code"], 15, visits.index.astype(str), "centre"),
        Column(titles["address"], 13, address(inputs.registry, visits.index, office.province_code)),
        Column(titles["sector"], 13, firms["sector"]),
        Column(titles["content"], 14, words("content", visits["reason"])),
        Column(titles["period"], 11.5, [period] * len(visits), "centre"),
        Column(titles["announced_on"], 10, blank, "centre"),
        Column(titles["length"], 7.5, _lengths(visits, language), "centre"),
        Column(titles["mode"], 8, words("modes", visits["mode"]), "centre"),
        Column(titles["when"], 9, _when(visits, language), "centre"),
        Column(titles["lead"], 9, [office.department] * len(visits)),
        Column(titles["together"], 9, body_text(visits["other_body"], language)),
        Column(titles["ground"], 17, grounds),
        Column(titles["overlap"], 10, _overlap(visits, language)),
        Column(titles["index"], 7, visits["index"].round(1).tolist(), "number"),
        Column(titles["risk_class"], 7.5, visits["risk_class"].astype(str), "centre"),
        Column(titles["arm"], 10.5, words("arms", visits["arm"]), "centre"),
        Column(titles["reasons"], 30, _main_reasons(inputs, language)),
    ]


def _lookup(language: Language) -> Callable[[str, pd.Series], pd.Series]:
    texts = catalogue("report", language)
    return lambda group, codes: codes.map(texts[group]).astype("str")


def _period_start(inputs: ListInputs, language: Language) -> str:
    """1 January of the year before, as Thanh Hóa's plan of 2026 has it (assumed to carry over)."""
    start = pd.Timestamp(inputs.plan.quarter.year - 1, 1, 1)
    return str(start.strftime(DATE_FORMATS[language]))


def _when(visits: pd.DataFrame, language: Language) -> list[str]:
    """Team, month and trip; no trip where nobody drives."""
    return [
        text(f"report.when.{'trip' if trip else 'seat'}", language, team=team, month=month, trip=trip)
        for team, month, trip in zip(visits["team"], visits["month"], visits["trip"], strict=True)
    ]


def _lengths(visits: pd.DataFrame, language: Language) -> list[str]:
    sure = visits["workers_known"] & visits["travel_known"]
    return [
        text("report.days", language, days=number_text(days, language)) + ("" if known else ASSUMED_MARK)
        for days, known in zip(visits["visit_days"], sure, strict=True)
    ]


def _overlap(visits: pd.DataFrame, language: Language) -> pd.Series:
    bodies = body_text(visits["other_body"], language)
    some = bodies.map(lambda body: text("report.overlap.some", language, body=body))
    return some.where(bodies.ne(""), text("report.overlap.none", language))


def _main_reasons(inputs: ListInputs, language: Language) -> list[str]:
    ids = inputs.plan.visits.index
    main = inputs.main_reasons
    main = main[main["enterprise_id"].isin(ids) & main["multiplier"].ge(LEAST_SHOWN)]
    main = main.sort_values(["enterprise_id", "place"])
    said = [
        f"{place}) {phrase(inputs.table, factor, state, language)} (×{number_text(multiplier, language)})"
        for place, factor, state, multiplier in zip(
            main["place"], main["factor"], main["state"], main["multiplier"], strict=True
        )
    ]
    by_id = pd.Series(said, index=main["enterprise_id"], dtype="str").groupby(level=0).agg("\n".join)
    return list(by_id.reindex(ids, fill_value=text("report.no_reason", language)))


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
