"""What to ask on the spot, by what the answer would be worth."""

import pandas as pd
import pytest

from oshrisk.features import build_features
from oshrisk.planning.questions import ASKED, QUESTIONS, heard_since, questions
from oshrisk.registry.registry import registry_of
from oshrisk.risk import assess, load_table
from oshrisk.simulate import simulate

DATE = "2026-11-30"
TABLE = load_table()


@pytest.fixture(scope="module")
def asked():
    known = simulate(250, seed=7, read_on=DATE).registry.known(DATE)
    features = build_features(known, DATE)
    assessment = assess(features[known["enterprises"]["closed_on"].isna().to_numpy()], TABLE)
    return features, assessment, questions(known, features, TABLE, assessment)


def test_only_what_is_not_known_is_asked(asked):
    features, assessment, rows = asked
    for name, factor in ASKED.items():
        assert (rows[name] == features[TABLE[factor].feature].reindex(rows.index).isna()).all()
    assert rows[list(QUESTIONS)].any(axis="columns").all()
    assert rows.index.isin(assessment.index).all()


def test_the_worthiest_come_first(asked):
    rows = asked[2]
    assert rows["worth"].is_monotonic_decreasing
    known = rows[~rows[["exists", *ASKED]].any(axis="columns")]
    assert (known["worth"] == 0).all()  # asking after a report changes no score


@pytest.mark.parametrize(
    ("rows", "heard"),
    [
        ({}, False),
        ({"annual_reports": {"year": [2025], "filed_on": pd.to_datetime(["2026-01-02"])}}, True),
        ({"annual_reports": {"year": [2015], "filed_on": pd.to_datetime(["2016-01-02"])}}, False),
        ({"inspections": {"inspection_id": ["K"], "started_on": pd.to_datetime(["2026-01-02"]), "done": "done"}}, True),
        (
            {
                "inspections": {
                    "inspection_id": ["K"],
                    "started_on": pd.to_datetime(["2026-01-02"]),
                    "done": "not_found",
                }
            },
            False,
        ),
    ],
)
def test_who_was_heard_of(rows, heard):
    firms = pd.DataFrame({"enterprise_id": ["a"], "name": ["A"]})
    tables = {name: pd.DataFrame({"enterprise_id": ["a"], **row}) for name, row in rows.items()}
    known = registry_of({"enterprises": firms, **tables}, DATE).known(DATE)
    assert heard_since(known, pd.Timestamp("2023-11-30")).to_list() == [heard]
