"""The calendar is one that calendars read: whole lines, stable identities, working days."""

from dataclasses import replace
from datetime import date, timedelta

import icalendar
import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.field.calendar import calendar, visit_days, working_days
from oshrisk.messages import LANGUAGES


def events(content):
    return icalendar.Calendar.from_ical(content).walk("VEVENT")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_visit_is_an_event_of_whole_days(listed, language):
    found = events(calendar(listed, language))
    assert len(found) == len(listed.visits)
    for event in found:
        first, after = event["DTSTART"].dt, event["DTEND"].dt
        assert type(first) is date
        assert first < after
        assert event["DTSTART"].params["VALUE"] == "DATE"
        assert pd.Timestamp(first).month in (1, 2, 3)
        assert event["STATUS"] == "TENTATIVE"
    words = " ".join(str(event["DESCRIPTION"]) + str(event["SUMMARY"]) for event in found)
    assert all(enterprise in words for enterprise in listed.visits.index)


def test_lines_are_folded_at_75_octets_and_end_with_crlf(listed):
    content = calendar(listed, "vi")
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines)
    content.decode()  # no letter is cut in two


def test_a_visit_keeps_its_identity_in_a_later_version(listed):
    later = replace(listed, version=listed.version + 1, visits=listed.visits.iloc[::-1], state="approved")
    before, after = ({str(event["UID"]): event for event in events(calendar(one))} for one in (listed, later))
    assert set(before) == set(after)
    assert len(before) == len(listed.visits)
    assert {event["SEQUENCE"] for event in after.values()} == {listed.version + 1}
    assert {str(event["STATUS"]) for event in after.values()} == {"CONFIRMED"}


def test_the_same_list_makes_the_same_file(listed):
    assert calendar(listed, "vi") == calendar(listed, "vi")


def test_a_team_gets_its_own_visits(listed):
    teams = sorted(set(listed.visits["team"]))
    counts = [len(events(calendar(listed, team=team))) for team in teams]
    assert counts == listed.visits["team"].value_counts().reindex(teams).tolist()


def test_nobody_works_on_days_off(listed):
    days = visit_days(listed)
    assert days.index.equals(listed.visits.index)
    for (first, last), month in zip(days.to_numpy().tolist(), listed.visits["month"], strict=True):
        assert first <= last
        assert first in working_days(2027, month)
        assert last in working_days(2027, month)


def test_visits_of_a_trip_follow_each_other(listed):
    days = visit_days(listed).join(listed.visits[["trip", "stop", "order"]])
    for _, stops in days[days["trip"] > 0].groupby("trip"):
        first = stops.sort_values(["stop", "order"])["first"].tolist()
        assert first == sorted(first)


def test_public_holidays_are_no_working_days():
    assert date(2027, 1, 1) not in working_days(2027, 1)
    new_year = date(2027, 2, 6)  # the first day of the lunar year
    around = {new_year + timedelta(days=step) for step in range(-1, 3)}
    assert not around & set(working_days(2027, 2))
    assert all(day.weekday() < 5 for day in working_days(2027, 3))


def test_another_country_has_other_holidays():
    new_year, independence = date(2027, 1, 1), date(2027, 7, 4)
    assert new_year in working_days(2027, 1, "")
    assert new_year not in working_days(2027, 1, "LA")
    assert date(2027, 7, 5) not in working_days(2027, 7, "US")  # the Monday after
    assert independence.weekday() == 6
    with pytest.raises(OshriskError) as caught:
        working_days(2027, 1, "VX")
    assert caught.value.code == "field.no_holidays"
    assert all("VX" in caught.value.message(language) for language in ("vi", "en"))
