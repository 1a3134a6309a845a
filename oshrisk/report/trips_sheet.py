"""The trips of the quarter: who drives when, where to and in which order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oshrisk.features.wording import number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.reference.communes import communes
from oshrisk.report.book import Book, Column
from oshrisk.report.facts import identity
from oshrisk.report.inputs import ListInputs
from oshrisk.report.titles import title_block

_TOLERANCE = 1e-6  # days
_NOTES = ("total", "others", "costs")


def write_trips(book: Book, inputs: ListInputs, language: Language) -> None:
    """Write the sheet of the trips.

    Parameters
    ----------
    book : Book
        The workbook.
    inputs : ListInputs
        The list.
    language : {"vi", "en"}
        Language.
    """
    trips = inputs.plan.trips
    names = catalogue("report", language)["sheets"]["trips"]
    titles = names["columns"]
    columns = [
        Column(titles["trip"], 8, trips.index.tolist(), "centre"),
        Column(titles["team"], 8, trips["team"].tolist(), "centre"),
        Column(titles["month"], 8, trips["month"].tolist(), "centre"),
        Column(titles["communes"], 40, _communes(inputs)),
        Column(titles["places"], 62, _places(inputs, language)),
        Column(titles["visits"], 9, trips["visits"].tolist(), "centre"),
        Column(titles["road_hours"], 10, trips["road_hours"].round(1).tolist(), "number"),
        Column(titles["days"], 9, trips["days"].round(1).tolist(), "number"),
        Column(titles["nights"], 9, nights_of(trips).tolist(), "centre"),
        Column(titles["inspector_days"], 11, trips["inspector_days"].round(1).tolist(), "number"),
    ]
    sheet, top = book.sheet(names["name"], title_block(inputs, "trips", language), [column.width for column in columns])
    end = book.table(sheet, top, columns, frozen=1)
    for note in _notes(inputs, language):
        book.across(sheet, end, (0, len(columns) - 1), note, "note")
        sheet.set_row(end, 18)
        end += 1
    book.close(sheet, end - 1, len(columns) - 1)


def nights_of(trips: pd.DataFrame) -> pd.Series:
    """Return the nights away of every trip: a trip of two and a half days takes two.

    Parameters
    ----------
    trips : DataFrame, shape (n_trips, ...)
        From `oshrisk.planning.Plan.trips`: ``nights`` in parts, as the costs count them.

    Returns
    -------
    Series of int64, shape (n_trips,)
        Whole nights.

    Examples
    --------
    >>> nights_of(pd.DataFrame({"nights": [0.0, 1.0, 1.5]})).tolist()
    [0, 1, 2]
    """
    return np.ceil(trips["nights"] - _TOLERANCE).astype("int64")


def _communes(inputs: ListInputs) -> list[str]:
    """Names of the communes in the order of the tour."""
    names = communes(inputs.programme.office.province_code)["name"]
    return [" – ".join(str(names.get(code, code)) for code in codes) for codes in inputs.plan.trips["communes"]]


def _places(inputs: ListInputs, language: Language) -> list[str]:
    """Names of the enterprises in the order of the tour, with their number on the list."""
    visits = inputs.plan.visits[inputs.plan.visits["trip"].gt(0)].sort_values(["trip", "stop", "order"])
    firms = identity(inputs.registry, visits.index, inputs.programme.office.province_code, language)
    said = firms["name"] + " (" + visits["order"].astype("str") + ")"
    by_trip = said.groupby(visits["trip"].to_numpy()).agg("\n".join)
    return list(by_trip.reindex(inputs.plan.trips.index, fill_value=""))


def _notes(inputs: ListInputs, language: Language) -> list[str]:
    plan = inputs.plan
    at_seat = plan.visits["trip"].eq(0) & plan.visits["mode"].eq("on_site")
    numbers = {
        "trips": len(plan.trips),
        "nights": int(nights_of(plan.trips).sum()),
        "used": number_text(round(float(plan.trips["inspector_days"].sum()), 1), language),
        "seat": int(at_seat.sum()),
        "remote": int(plan.visits["mode"].eq("remote").sum()),
    }
    roads = text(f"report.roads.{'estimated' if plan.roads.estimated else 'measured'}", language)
    return [text(f"report.sheets.trips.notes.{name}", language, roads=roads, **numbers) for name in _NOTES]
