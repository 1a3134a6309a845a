"""A sheet for every team and month, to print and take along: where to go in which order, and what to look at there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from oshrisk.features.wording import number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.reference.communes import communes
from oshrisk.report.book import SIZE, Book
from oshrisk.report.heights import row_height
from oshrisk.report.inputs import ListInputs
from oshrisk.report.list_words import ASSUMED_MARK, list_words
from oshrisk.report.titles import title_block
from oshrisk.report.trips_sheet import nights_of
from oshrisk.risk.explain import phrase

_COLUMNS: Final = {  # name and width
    "stop": 6.0,
    "name": 25.0,
    "address": 24.0,
    "sector": 18.0,
    "content": 26.0,
    "look": 34.0,
    "ground": 28.0,
    "length": 8.0,
    "together": 11.0,
    "done": 16.0,
}
_CENTRED: Final = ("stop", "length")
_SEAT: Final = 0  # "trip" of those who are reached without one


def write_teams(book: Book, inputs: ListInputs, language: Language) -> None:
    """Write the sheets of the teams.

    They say why and what, but no score: they leave the office (FACTS R7.4).

    Parameters
    ----------
    book : Book
        The workbook.
    inputs : ListInputs
        The list.
    language : {"vi", "en"}
        Language.
    """
    office = inputs.programme.office
    visits = inputs.plan.visits
    words = list_words(inputs.registry, visits, inputs.plan.quarter, office, language)
    words = words.assign(look=_look(inputs, language), done="")
    words["name"] = words["name"] + "\n" + words["tax_code"]
    for (team, month), rows in visits.groupby(["team", "month"], sort=True):
        _write(book, inputs, (int(team), int(month)), words.loc[_order(rows).index], language)


def _write(book: Book, inputs: ListInputs, who: tuple[int, int], words: pd.DataFrame, language: Language) -> None:
    names = {"team": who[0], "month": who[1]}
    titles = [
        (look, line.format(**names) if look == "title" else line)
        for look, line in title_block(inputs, "teams", language)
    ]
    widths = list(_COLUMNS.values())
    sheet, top = book.sheet(text("report.sheets.teams.name", language, **names), titles, widths)
    heads = catalogue("report", language)["sheets"]["teams"]["columns"]
    book.heading(sheet, top, [(heads[name], width) for name, width in _COLUMNS.items()], frozen=2)
    row, last = top + 1, len(widths) - 1
    for head, stops in _groups(inputs, words, language):
        book.across(sheet, row, (0, last), head, "group")
        sheet.set_row(row, row_height([(head, 0.92 * sum(widths))], SIZE) + 3)
        for place, (_, said) in enumerate(stops.iterrows(), start=1):
            values: list[Any] = [place, *(said[name] for name in list(_COLUMNS)[1:])]
            looks = ["centre" if name in _CENTRED else "text" for name in _COLUMNS]
            book.row(sheet, row + place, values, looks, widths)
        row += 1 + len(stops)
    for note in _notes(words, language):
        book.across(sheet, row, (0, last), note, "note")
        sheet.set_row(row, row_height([(note, sum(widths))], SIZE))
        row += 1
    book.close(sheet, row - 1, last)


def _notes(words: pd.DataFrame, language: Language) -> list[str]:
    notes = [text("report.sheets.teams.note", language)]
    if words["length"].str.endswith(ASSUMED_MARK).any():
        notes.append(f"{ASSUMED_MARK} {text('report.notes.assumed', language)}")
    return notes


def _order(rows: pd.DataFrame) -> pd.DataFrame:
    """Put visits into the order of the month: trips in turn, each stop by stop; then those without a trip."""
    remote = rows["mode"].eq("remote")
    return rows.assign(late=rows["trip"].eq(_SEAT), remote=remote).sort_values(
        ["late", "trip", "stop", "remote", "order"], kind="stable"
    )


def _groups(inputs: ListInputs, words: pd.DataFrame, language: Language) -> Iterator[tuple[str, pd.DataFrame]]:
    """Return every trip, the visits at the seat and the remote ones, each with its heading."""
    visits = inputs.plan.visits.loc[words.index]
    for trip in visits.loc[visits["trip"].ne(_SEAT), "trip"].drop_duplicates():
        yield _trip(inputs, int(trip), language), words[visits["trip"].eq(trip).to_numpy()]
    near = visits["trip"].eq(_SEAT)
    for mode in ("on_site", "remote"):
        chosen = (near & visits["mode"].eq(mode)).to_numpy()
        if chosen.any():
            yield text(f"report.sheets.teams.{mode}", language, count=int(chosen.sum())), words[chosen]


def _trip(inputs: ListInputs, trip: int, language: Language) -> str:
    row = inputs.plan.trips.loc[trip]
    names = communes(inputs.programme.office.province_code)["name"]
    return text(
        "report.sheets.teams.trip",
        language,
        trip=trip,
        communes=" – ".join(str(names.get(code, code)) for code in row["communes"]),
        visits=int(row["visits"]),
        hours=number_text(round(float(row["road_hours"]), 1), language),
        days=number_text(round(float(row["days"]), 1), language),
        nights=int(nights_of(inputs.plan.trips).loc[trip]),
    )


def _look(inputs: ListInputs, language: Language) -> pd.Series:
    """Say what the main reasons ask to be looked at, one line each, without multipliers."""
    main = inputs.main_reasons.sort_values(["enterprise_id", "place"])
    said = [
        f"– {phrase(inputs.table, factor, state, language)}"
        for factor, state in zip(main["factor"], main["state"], strict=True)
    ]
    by_id = pd.Series(said, index=main["enterprise_id"], dtype="str").groupby(level=0).agg("\n".join)
    return by_id.reindex(inputs.plan.visits.index, fill_value=text("report.no_reason", language))
