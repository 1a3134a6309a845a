import pytest
from hypothesis import given
from hypothesis import strategies as st

from oshrisk.errors import OshriskError
from oshrisk.planning.buckets import buckets
from oshrisk.planning.quarter import Quarter
from oshrisk.settings import Capacity


@given(
    st.floats(1, 1e4),
    st.integers(1, 9),
    st.tuples(*[st.floats(0, 5)] * 3).filter(lambda s: sum(s) > 0.1),
    st.integers(1, 4),
)
def test_the_days_add_up(days, teams, shares, number):
    result = buckets(Quarter(2027, number), Capacity(inspector_days=days, teams=teams, month_shares=shares))
    assert result.sum() == pytest.approx(days)
    by_team = result.groupby("team").sum()
    assert by_team.to_numpy() == pytest.approx(days / teams)
    assert result.index.get_level_values("month").unique().tolist() == [3 * number - 2, 3 * number - 1, 3 * number]


def test_a_month_without_visits():
    result = buckets(Quarter(2027, 1), Capacity(inspector_days=60, teams=2, month_shares=(1, 0, 2)))
    assert result.tolist() == [10, 0, 20] * 2


def test_no_month_at_all():
    with pytest.raises(OshriskError):
        buckets(Quarter(2027, 1), Capacity(month_shares=(0, 0, 0)))
