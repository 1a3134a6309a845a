"""The visits of a list as a calendar (iCalendar, RFC 5545): all-day events on the working days of a team's month.

A plan says month, team, trip and length, not days; the days here are laid out one after the other from the first
working day of the month, trips kept within a week where they fit. They are a proposal, marked as tentative until the
plan is approved. Days off are the public holidays of the setting ``office.country``, by the package ``holidays``; in
Viet Nam those of the Labour Code.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.field.visits import visit_facts
from oshrisk.issued import Issued
from oshrisk.messages import Language, text

if TYPE_CHECKING:
    from icalendar import Event

_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/oshrisk/visits")
_FRIDAY: Final = 4
_TOLERANCE: Final = 1e-6  # days


def calendar(issued: Issued, language: Language = "vi", *, team: int | None = None) -> bytes:
    """Return the visits as an .ics file.

    Parameters
    ----------
    issued : Issued
        The list.
    language : {"vi", "en"}, default "vi"
        Language of the events.
    team : int, optional
        Whose visits; by default everybody's.

    Returns
    -------
    bytes
        UTF-8, lines folded at 75 octets and ended by CRLF. An event a visit; the same visit has the same UID in every
        version of a quarter's plan, so that calendars move it instead of showing it twice.
    """
    from icalendar import Calendar  # noqa: PLC0415  # only calendars need it

    made = Calendar()
    made.add("prodid", "-//oshrisk//oshrisk//VI")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    mark = f" – {text('report.simulated_short', language)}" if issued.simulated else ""
    made.add("x-wr-calname", text("field.calendar.title", language, quarter=issued.quarter) + mark)
    days = visit_days(issued)
    facts = visit_facts(issued, language)
    facts = facts if team is None else facts[facts["team"] == team]
    for enterprise, row in facts.sort_values(["team", "month", "order"]).iterrows():
        first, last = days.loc[enterprise]
        made.add_component(_event(issued, str(enterprise), row, (first, last), language))
    written: bytes = made.to_ical()
    return written


def visit_days(issued: Issued) -> pd.DataFrame:
    """Lay the visits of every team and month out over working days.

    Parameters
    ----------
    issued : Issued
        The list.

    Returns
    -------
    DataFrame, shape (n_visits, 2)
        Indexed by enterprise: ``first`` and ``last`` day (datetime.date). Where a month has more work than working
        days, the last events share its last day.
    """
    spans: dict[str, tuple[dt.date, dt.date]] = {}
    for (_, month), rows in issued.visits.groupby(["team", "month"], sort=True):
        days = working_days(issued.quarter.year, int(month), issued.programme.office.country)
        start = 0.0
        for tour in _tours(rows, issued.trips):
            long = sum(length for _, length in tour)
            start = _begin(start, long, days)
            for enterprise, length in tour:
                first, last = floor(start + _TOLERANCE), ceil(start + length - _TOLERANCE) - 1
                spans[enterprise] = (days[min(first, len(days) - 1)], days[min(max(first, last), len(days) - 1)])
                start += length
    found = pd.DataFrame.from_dict(spans, orient="index", columns=["first", "last"])
    return found.reindex(issued.visits.index)


@cache
def working_days(year: int, month: int, country: str = "VN") -> Sequence[dt.date]:
    """Return the working days of a month: Monday to Friday without public holidays.

    Parameters
    ----------
    year, month : int
        The month.
    country : str, default "VN"
        Whose holidays (ISO 3166); empty for none.

    Returns
    -------
    sequence of date
        In order.

    Raises
    ------
    OshriskError
        If the package knows no holidays of that country.

    Examples
    --------
    >>> [day.day for day in working_days(2027, 1)][:3]
    [4, 5, 6]
    """
    import holidays  # noqa: PLC0415  # as above

    known = holidays.list_supported_countries()
    if country and country not in known:
        raise OshriskError(
            "field.no_holidays", country=country, near=", ".join(get_close_matches(country, known, 3, 0.3))
        )
    off = holidays.country_holidays(country, years=year) if country else {}
    days = pd.date_range(f"{year}-{month:02d}-01", periods=pd.Period(f"{year}-{month:02d}").days_in_month)
    return tuple(day.date() for day in days if day.weekday() <= _FRIDAY and day.date() not in off)


def _tours(rows: pd.DataFrame, trips: pd.DataFrame) -> Iterator[list[tuple[str, float]]]:
    """Visits that belong together: those of a trip in their order, each other alone; with their days, road included."""
    driven = rows[rows["trip"] > 0].sort_values(["trip", "stop", "order"])
    for trip, stops in driven.groupby("trip", sort=True):
        road = float(trips.at[trip, "days"] - trips.at[trip, "work_days"])  # without what nights cost
        share = stops["travel_days"] / max(float(stops["travel_days"].sum()), _TOLERANCE)
        yield list(zip(stops.index.astype(str), (stops["visit_days"] + road * share).tolist(), strict=True))
    for enterprise, row in rows[rows["trip"] <= 0].sort_values("order").iterrows():
        yield [(str(enterprise), float(row["visit_days"]))]


def _begin(start: float, long: float, days: Sequence[dt.date]) -> float:
    """Return when a tour begins: in the rest of a day, on a whole day, or after a weekend that it would run over."""
    if long <= 1 - start % 1 + _TOLERANCE:
        return start
    whole, takes = ceil(start - _TOLERANCE), ceil(long - _TOLERANCE)
    weeks = [day.isocalendar()[:2] for day in days]
    if whole + takes > len(days) or weeks[whole] == weeks[whole + takes - 1]:
        return float(whole)
    later = next(place for place in range(whole, len(days)) if weeks[place] != weeks[whole])
    fits = later + takes <= len(days) and weeks[later] == weeks[later + takes - 1]
    return float(later if fits else whole)


def _event(issued: Issued, enterprise: str, row: pd.Series, span: tuple[dt.date, dt.date], language: Language) -> Event:
    from icalendar import Event  # noqa: PLC0415  # as above

    event = Event()
    office = issued.programme.office.province_code
    event.add("uid", f"{uuid.uuid5(_NAMESPACE, f'{office}/{issued.quarter}/{enterprise}')}@oshrisk")
    event.add("dtstamp", issued.as_of.to_pydatetime().replace(tzinfo=dt.UTC))  # the same list, the same file
    event.add("sequence", issued.version)
    event.add("dtstart", span[0])
    event.add("dtend", span[1] + dt.timedelta(days=1))  # an all-day event ends on the day after
    event.add(
        "summary", text("field.calendar.summary", language, team=row["team"], order=row["order"], name=row["name"])
    )
    event.add("location", row["address"])
    event.add("description", _description(issued, enterprise, row, language))
    event.add("categories", [text("field.form.team", language, value=row["team"])])
    event.add("status", "CONFIRMED" if issued.state == "approved" else "TENTATIVE")
    event.add("transp", "OPAQUE")
    if row["located"]:
        event.add("geo", (round(float(row["lat"]), 6), round(float(row["lon"]), 6)))
    return event


def _description(issued: Issued, enterprise: str, row: pd.Series, language: Language) -> str:
    trip = text("field.calendar.trip", language, trip=row["trip"]) if row["trip"] > 0 else ""
    said: dict[str, Any] = {name: row[name] for name in ("content", "ground", "length")}
    words = text(
        "field.calendar.description",
        language,
        enterprise=enterprise,
        mode=text(f"report.modes.{row['mode']}", language),
        trip=trip,
        **said,
    )
    place = text("field.calendar.centre", language) if row["located"] == "commune" else ""
    mark = text("report.simulated", language) if issued.simulated else ""
    return "\n".join(part for part in (words, place, text("field.calendar.proposal", language), mark) if part)
