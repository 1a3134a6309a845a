"""Training needs add up, and unknown is not zero."""

import pandas as pd
import pytest

from oshrisk.duties.training import lapse, training_needs, unknown_needs
from oshrisk.features.annual import AnnualReports
from oshrisk.registry.registry import registry_of

DATE = pd.Timestamp("2026-11-30")


@pytest.fixture(scope="module")
def small():
    firms = pd.DataFrame({"enterprise_id": ["a", "b", "c"], "name": ["A", "B", "C"]})
    firms["closed_on"] = pd.to_datetime([None, None, "2026-01-01"])
    reports = pd.DataFrame(
        {
            "enterprise_id": ["a", "a", "c"],
            "year": [2024, 2025, 2025],
            "required_3": [10.0, 12.0, 9.0],
            "trained_3": [10.0, 8.0, 0.0],
            "required_4": [20.0, 20.0, 9.0],
            "trained_4": [25.0, 15.0, 0.0],
        }
    )
    return registry_of({"enterprises": firms, "annual_reports": reports}, DATE).known(DATE)


@pytest.mark.parametrize(
    ("until", "group", "untrained", "lapsing"),
    [
        ("2026-11-30", 3, 4, 0),
        ("2026-12-13", 4, 5, 0),
        ("2026-12-14", 4, 5, 15),  # one year for group 4
        ("2027-12-13", 3, 4, 0),
        ("2027-12-14", 3, 4, 8),  # two years for the others
    ],
)
def test_needs_of_the_last_report(small, until, group, untrained, lapsing):
    row = training_needs(small, pd.Timestamp(until)).set_index("group").loc[group]
    assert (row["enterprise_id"], row["year"]) == ("a", 2025)
    assert (row["untrained"], row["lapsing"], row["needed"]) == (untrained, lapsing, untrained + lapsing)


def test_of_whom_nothing_is_known_is_named_and_has_no_row(small):
    assert unknown_needs(small).to_list() == ["b"]
    assert set(training_needs(small, DATE)["enterprise_id"]) == {"a"}


def test_needs_never_exceed_those_who_must_be_trained(known):
    rows = training_needs(known, DATE + pd.DateOffset(years=3))
    assert (rows["needed"] <= rows["required"]).all()
    assert (rows["untrained"] >= 0).all()
    assert not set(rows["enterprise_id"]) & set(unknown_needs(known))


def test_what_is_not_known_does_not_lapse(known):
    reports = AnnualReports.of(known)
    nobody = reports.described_on(pd.Series([-1] * 3).to_numpy())
    assert pd.isna(lapse(nobody, 3, DATE)).all()
