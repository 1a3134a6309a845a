"""The figures behind the charts add up."""

import pytest

from oshrisk.messages import LANGUAGES
from oshrisk.report.figures import capacity_days, reason_counts, sector_shares, sector_title
from oshrisk.risk import top_reasons


def test_shares_of_sectors_add_up(listed):
    shares = sector_shares(listed.features, listed.assessment, listed.visits)
    assert shares["harm"].sum() == pytest.approx(1)
    assert shares["visits"].sum() == pytest.approx(1)
    assert shares["enterprises"].sum() == len(listed.assessment)
    assert all(sector_title(str(group), language) for group in shares.index for language in LANGUAGES)


def test_days_are_those_of_the_list(listed):
    days = capacity_days(listed.visits, listed.quarter, listed.programme.capacity)
    assert days["used"].sum() == pytest.approx(listed.visits["inspector_days"].sum())
    assert days["capacity"].sum() == pytest.approx(listed.programme.capacity.inspector_days)
    assert (days["road"] >= -1e-9).all()
    assert (days["visits"] + days["road"]).tolist() == pytest.approx(days["used"].tolist())


def test_reasons_are_counted_once_a_visit(listed):
    counts = reason_counts(top_reasons(listed.features.loc[listed.visits.index], listed.table, 3))
    assert counts["visits"].is_monotonic_decreasing
    assert counts["visits"].max() <= len(listed.visits)
    assert counts["visits"].sum() <= 3 * len(listed.visits)
    assert (counts["multiplier"] > 1).all()
