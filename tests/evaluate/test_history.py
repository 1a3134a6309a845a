import itertools

import numpy as np
import pandas as pd
import pytest

from oshrisk.evaluate import Past, panels, past_visits, training_dates
from oshrisk.evaluate.history import date_before, lost_days, matured_on
from oshrisk.planning import Quarter
from oshrisk.registry.registry import registry_of

DAY = pd.Timedelta(days=1)
AS_OF = pd.Timestamp("2024-06-30")


def report(n, period, filed_on, zero=True):
    return {"n": n, "period": period, "filed_on": filed_on, "reported_zero": zero}


def accident(n, on, severity="minor", known_on=None, **more):
    return {"n": n, "occurred_on": on, "severity": severity, "known_on": known_on or on, **more}


def visit(n, on, found, arm="risk", done="done", **more):
    number = f"KT{n}{on}"
    start = {"n": n, "inspection_id": number, "started_on": on, "found": found, "arm": arm, "done": done}
    return start | {"scope": "osh", "body": "home_affairs", "inspector": "TTV-01"} | more


@pytest.mark.parametrize(
    ("until", "matured"), [("2025-12-31", "2026-03-11"), ("2025-06-30", "2025-09-03"), ("2025-03-31", "2025-09-03")]
)
def test_labels_mature_when_reports_are_in(until, matured):
    assert matured_on(pd.Timestamp(until)) == pd.Timestamp(matured)


def test_exposure_is_of_reported_half_years_only(registry):
    reports = [
        report(0, "2024H2", "2025-01-05"),
        report(0, "2025H1", "2025-07-02"),
        report(1, "2024H2", "2025-01-05"),
    ]
    came = Past(registry(accident_reports=reports)).outcomes(AS_OF)
    np.testing.assert_allclose(came["exposure"], [10.0, 5.0, 0.0])


def test_a_window_cuts_reported_half_years(registry):
    past = Past(registry(accident_reports=[report(0, "2024H2", "2025-01-05")]))
    assert past.outcomes(pd.Timestamp("2024-09-30"))["exposure"].iloc[0] == pytest.approx(5.0 * 92 / 184)


def test_silence_is_no_label_but_an_accident_is(registry):
    rows = [accident(1, "2024-08-01", "serious")]
    came = Past(registry(accidents=rows, accident_reports=[report(0, "2024H2", "2025-01-05")])).outcomes(AS_OF)
    assert came["accident_label"].fillna(-1).tolist() == [0.0, 1.0, -1.0]
    assert came["reported_accidents"].tolist() == [
        0.0,
        0.0,
        0.0,
    ]  # known from elsewhere: no exposure to hold it against
    assert came["accidents"].tolist() == [0.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("on", "known_on", "counted"),
    [
        ("2024-06-30", "2024-07-02", 0),  # before the window, learned in it
        ("2024-07-01", "2024-07-02", 1),
        ("2025-06-30", "2025-07-04", 1),
        ("2025-07-01", "2025-07-04", 0),
        ("2025-06-30", "2025-09-03", 1),  # known on the day labels mature
        ("2025-06-30", "2025-09-04", 0),
    ],
)
def test_an_accident_counts_in_its_window_and_when_known_in_time(registry, on, known_on, counted):
    came = Past(registry(accidents=[accident(0, on, known_on=known_on)])).outcomes(AS_OF)
    assert came["accidents"].iloc[0] == counted


def test_lost_days_of_every_severity():
    rows = pd.DataFrame(
        {
            "severity": ["fatal", "fatal", "serious", "minor", "minor"],
            "deaths": [2.0, np.nan, np.nan, 0.0, 0.0],
            "lost_days": [np.nan, np.nan, np.nan, 5.0, np.nan],
            "count": [1.0, 1.0, 1.0, 3.0, 1.0],
        }
    )
    assert lost_days(rows).tolist() == [12000.0, 6000.0, 60.0, 15.0, 8.8]


def test_the_first_visit_with_a_result_is_the_label(registry):
    visits = [
        visit(0, "2024-08-01", True, done="not_found"),
        visit(0, "2024-09-01", False),
        visit(0, "2024-10-01", True),
        visit(1, "2024-08-01", True, scope="fire"),
        visit(2, "2024-08-01", None),
    ]
    came = Past(registry(inspections=visits)).outcomes(AS_OF)
    assert came["violation"].fillna(-1).tolist() == [0.0, -1.0, -1.0]


def test_visits_are_labels_from_the_day_their_result_is_recorded(registry):
    visits = [
        visit(0, "2024-02-01", True, known_on="2024-03-01", inclusion_probability=0.1, arm="random"),
        visit(1, "2024-05-02", False, known_on="2024-08-01"),
    ]
    past = Past(registry(inspections=visits, accidents=[accident(2, "2023-01-01")]))
    rows = past_visits(past, AS_OF)
    assert len(rows) == 1
    assert rows.index.get_level_values("as_of")[0] == pd.Timestamp("2023-12-31")
    assert rows["inclusion_probability"].tolist() == [0.1]
    panel = panels(past, pd.Timestamp("2024-08-01"))["violation"]
    assert panel.labels.tolist() == [1.0, 0.0]
    assert panel.inspector.tolist() == ["TTV-01", "TTV-01"]
    assert panel.features.index.get_level_values("as_of").tolist() == list(
        map(pd.Timestamp, ("2023-12-31", "2024-03-31"))
    )


def test_weights_are_made_from_the_visits(registry):
    visits = [visit(0, "2024-02-01", True, inclusion_probability=0.25)]
    past = Past(registry(inspections=visits, accidents=[accident(2, "2023-01-01")]))
    panel = panels(past, AS_OF, weigh=lambda rows: 1 / rows["inclusion_probability"].to_numpy())["violation"]
    assert panel.weights.tolist() == [4.0]


def test_training_dates_have_matured_and_do_not_overlap(small, past):
    for as_of in pd.date_range("2023-01-01", "2026-11-30", freq="47D"):
        dates = training_dates(past, as_of)
        assert all(past.matured_on(date) <= as_of and date >= past.first_evidence for date in dates)
        assert all(past.until(earlier) <= later for later, earlier in itertools.pairwise(dates))
    assert past.matured_on(date_before(past.last_quarter)) <= small.registry.read_on
    assert past.matured_on(date_before(past.last_quarter.next)) > small.registry.read_on


def test_a_date_that_has_not_matured_is_not_learned_from(past):
    as_of = pd.Timestamp("2025-03-31")
    late = panels(past, as_of, [pd.Timestamp("2024-06-30")])
    assert len(late["accident"]) == 0
    assert len(panels(past, as_of, [pd.Timestamp("2023-12-31")])["accident"]) > 0


def later_known(registry, as_of):
    """The same registry without everything that was known after a date."""
    tables = {name: registry[name] for name in registry}
    for name, rows in tables.items():
        if "known_on" in rows:
            tables[name] = rows[rows["known_on"] <= as_of]
    return registry_of(tables, registry.read_on, simulated=True)


def test_nothing_known_later_enters_panels(small, past):
    as_of = pd.Timestamp("2025-03-31")
    full, cut = (panels(found, as_of) for found in (past, Past(later_known(small.registry, as_of))))
    for outcome, panel in full.items():
        pd.testing.assert_frame_equal(panel.features, cut[outcome].features)
        np.testing.assert_array_equal(panel.labels, cut[outcome].labels)
        np.testing.assert_array_equal(panel.exposures, cut[outcome].exposures)


def test_panels_fit_together(past):
    found = panels(past, pd.Timestamp("2026-03-31"))
    assert set(found) == {"accident", "fatal", "violation"}
    assert (found["accident"].exposures > 0).all()
    assert (found["fatal"].labels <= found["accident"].labels).all()
    assert set(found["violation"].labels) == {0.0, 1.0}
    assert not found["accident"].features.index.duplicated().any()


def test_an_empty_registry_gives_empty_panels(registry):
    past = Past(registry())
    assert training_dates(past, AS_OF) == []
    assert all(len(panel) == 0 for panel in panels(past, AS_OF).values())


def test_quarters_begin_the_day_after():
    assert date_before(Quarter(2025, 1)) + DAY == Quarter(2025, 1).start
