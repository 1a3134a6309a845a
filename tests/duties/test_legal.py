"""The duties of an enterprise: the right row of the law, and never "done" where nothing is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oshrisk.duties.answers import STATES
from oshrisk.duties.legal import legal_duties
from oshrisk.features import build_features
from oshrisk.messages import text
from oshrisk.registry.registry import registry_of

DATE = pd.Timestamp("2026-11-30")
HISTORY = ["annual_reports", "accident_reports", "equipment"]


def firm(persons, sector="2394", **reports):
    frame = pd.DataFrame({"enterprise_id": ["a"], "name": ["A"], "sector_code": [sector], "sector_scheme": "vsic2025"})
    frame = frame.assign(workers=[float(persons)], workers_on=[DATE])
    tables = {"enterprises": frame}
    if reports:
        row = {"enterprise_id": ["a"], "year": [2025], "filed_on": [pd.Timestamp("2026-01-05")]}
        tables["annual_reports"] = pd.DataFrame(row | {name: [value] for name, value in reports.items()})
    known = registry_of(tables, DATE).known(DATE)
    found = legal_duties(known, build_features(known, DATE), known.ids)
    return found.set_index("duty")


@pytest.mark.parametrize(
    ("workers", "sector", "duty", "minimum", "rule"),
    [
        (30, "2394", "osh_officer", 1, "R1.20"),
        (400, "2394", "osh_officer", 2, "R1.20"),
        (400, "4711", "osh_officer", 1, "R1.21"),
        (600, "4711", "health_staff", 2, "R1.23"),
        (30, "4100", "health_staff", 1, "R1.23"),  # construction is not in the list of Art. 37
    ],
)
def test_the_row_of_size_and_sector_is_taken(workers, sector, duty, minimum, rule):
    row = firm(workers, sector).loc[duty]
    assert (row["applies"], row["minimum"], row["rule_id"]) == ("yes", minimum, rule)


def test_a_duty_of_others_is_left_out():
    assert "risk_assessment" not in firm(30, "4711").index
    assert "risk_assessment" in firm(30, "2394").index
    assert "osh_council" not in firm(30, "2394").index


def test_an_unknown_head_count_is_worded_by_the_rule_and_asks_for_no_number():
    row = firm(np.nan).loc["osh_officer"]
    assert row["applies"] == "depends"
    assert np.isnan(row["minimum"])


@pytest.mark.parametrize(
    ("reports", "duty", "state"),
    [
        ({"safety_officers": 1.0}, "osh_officer", "done"),
        ({"safety_officers": 0.0}, "osh_officer", "short"),
        ({"workers": 30.0}, "osh_officer", "unknown"),
        ({"risk_assessed_on": pd.Timestamp("2025-03-01")}, "risk_assessment", "done"),
        ({"risk_assessed_on": pd.NaT}, "risk_assessment", "not_on_record"),
        ({"environment_measured_on": pd.Timestamp("2026-01-02")}, "environment", "done"),
        ({"environment_measured_on": pd.Timestamp("2025-03-01")}, "environment", "unknown"),  # once a year
        ({"required_3": 5.0, "trained_3": 5.0}, "training", "done"),
        ({"required_3": 5.0, "trained_3": 4.0}, "training", "short"),
        ({"workers": 30.0}, "annual_report", "done"),
        ({"workers": 30.0}, "health_check", "unknown"),
    ],
)
def test_what_the_registers_say(reports, duty, state):
    row = firm(30, **reports).loc[duty]
    assert row["state"] == state
    assert text(f"dossier.said.{row['key']}", "vi", **row["values"])


def test_training_that_has_lapsed_is_not_done():
    row = firm(30, required_4=5.0, trained_4=5.0).loc["training"]
    assert row["state"] == "done"  # group 4 of the report on 2025 holds until 14 December 2026
    later = pd.Timestamp("2026-12-15")
    frame = pd.DataFrame({"enterprise_id": ["a"], "name": ["A"], "workers": [30.0], "workers_on": [DATE]})
    report = pd.DataFrame({"enterprise_id": ["a"], "year": [2025], "required_4": [5.0], "trained_4": [5.0]})
    known = registry_of({"enterprises": frame, "annual_reports": report}, later).known(later)
    found = legal_duties(known, build_features(known, later), known.ids).set_index("duty")
    assert found.loc["training", "state"] == "unknown"


@settings(max_examples=6)
@given(st.sets(st.integers(0, 249), min_size=1, max_size=40), st.sampled_from(HISTORY))
def test_taking_records_away_never_makes_a_duty_done(known, features, places, table):
    gone = known.ids[sorted(place for place in places if place < len(known.ids))]
    rows = known[table][~known[table]["enterprise_id"].isin(gone)]
    less = replace(known, tables={**known.tables, table: rows})
    before = legal_duties(known, features, gone).set_index(["enterprise_id", "duty"])["state"]
    after = legal_duties(less, build_features(less, DATE), gone).set_index(["enterprise_id", "duty"])["state"]
    both = pd.concat({"before": before, "after": after}, axis="columns").dropna()
    assert set(after) <= set(STATES)
    assert not (both["after"].eq("done") & both["before"].ne("done")).any()


def test_nothing_known_is_never_done(known, features):
    silent = replace(known, tables={**known.tables, **{name: known[name].iloc[:0] for name in HISTORY}})
    found = legal_duties(silent, build_features(silent, DATE), known.ids)
    assert set(found["state"]) == {"unknown"}
