"""Reports: which fall due when, and whose are missing; the days are rows of law."""

import pandas as pd
import pytest

from oshrisk.duties.reports import deadlines, filed, last_due, next_due, not_filed
from oshrisk.features import build_features
from oshrisk.registry.registry import registry_of


@pytest.mark.parametrize(
    ("on", "kind", "last", "coming"),
    [
        ("2026-07-04", "accident", "2025H2", "2026H1"),
        ("2026-07-05", "accident", "2025H2", "2026H1"),
        ("2026-07-06", "accident", "2026H1", "2026H2"),
        ("2027-01-10", "accident", "2026H1", "2026H2"),
        ("2027-01-11", "accident", "2026H2", "2027H1"),
        ("2027-01-11", "annual", "2026", "2027"),
        ("2026-12-31", "annual", "2025", "2026"),
    ],
)
def test_deadlines_before_and_after_a_day(on, kind, last, coming):
    day = pd.Timestamp(on)
    assert (last_due(day, kind).period, next_due(day, kind).period) == (last, coming)


def province(read_on, **reports):
    firms = pd.DataFrame({"enterprise_id": list("abcde"), "name": list("ABCDE"), "workers": [5.0, 5, 5, 5, None]})
    firms["workers_on"] = pd.Timestamp("2026-01-01")
    firms["founded_on"] = pd.to_datetime([None, None, "2026-08-01", None, None])
    firms["closed_on"] = pd.to_datetime([None, None, None, "2026-09-01", None])
    tables = {"enterprises": firms, **{name: pd.DataFrame(rows) for name, rows in reports.items()}}
    known = registry_of(tables, read_on).known(read_on)
    return known, build_features(known, read_on)


HALF = {"enterprise_id": ["a"], "period": ["2026H1"], "filed_on": [pd.Timestamp("2026-07-01")]}
YEAR = {"enterprise_id": ["a"], "period": ["2026"], "filed_on": [pd.Timestamp("2026-07-01")]}


@pytest.mark.parametrize("rows", [HALF, YEAR])
def test_who_has_not_filed(rows):
    known, features = province("2026-11-30", accident_reports=rows)
    missing = not_filed(known, features, last_due(known.date, "accident"))
    assert missing.index.to_list() == ["b", "e"]  # c is younger than the period, d has closed
    assert missing["asked"].isna().to_dict() == {"b": False, "e": True}


def test_of_a_department_without_reports_nobody_is_missing():
    known, features = province("2026-11-30")
    assert not_filed(known, features, last_due(known.date, "accident")).empty


def test_the_last_period_that_was_filed_is_named():
    rows = {name: [*values, *values] for name, values in HALF.items()} | {"period": ["2025H2", "2024H1"]}
    known, features = province("2026-11-30", accident_reports=rows)
    assert not_filed(known, features, last_due(known.date, "accident")).loc["a", "last_period"] == "2025H2"


def test_everybody_is_filed_missing_or_not_concerned(known):
    for kind in ("accident", "annual"):
        standing = pd.Series(filed(known, last_due(known.date, kind)))
        assert set(standing.dropna()) == {0.0, 1.0}


def test_deadlines_lie_after_what_they_report_on():
    for year in range(2020, 2030):
        for kind in ("accident", "annual"):
            assert all(one.due_on.year >= year for one in deadlines(kind, year))
