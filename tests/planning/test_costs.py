import numpy as np
import pandas as pd
import pytest

from oshrisk.planning.costs import visit_costs
from oshrisk.settings import Capacity

CAPACITY = Capacity(team_size=3, visit_days_micro=0.5, visit_days_small=1.0, visit_days_large=2.0, hours_per_day=8.0)


@pytest.mark.parametrize(
    ("workers", "days"), [(0, 0.5), (9, 0.5), (10, 1.0), (99, 1.0), (100, 2.0), (5000, 2.0), (np.nan, 1.0)]
)
def test_visit_by_size(workers: float, days: float) -> None:
    costs = visit_costs(pd.DataFrame({"workers": [workers], "travel_hours": [4.0]}), CAPACITY)
    assert costs["visit_days"].item() == days
    assert costs["travel_days"].item() == 1.0
    assert costs["remote_days"].item() == CAPACITY.visit_days_remote
    assert costs["inspector_days"].item() == 3 * (days + 1.0)
    assert costs["workers_known"].item() == (not np.isnan(workers))


def test_unknown_road_costs_the_mean_and_is_flagged() -> None:
    costs = visit_costs(pd.DataFrame({"workers": 20.0, "travel_hours": [1.0, 3.0, np.nan]}), CAPACITY)
    assert costs["travel_days"].tolist() == [0.25, 0.75, 0.5]
    assert costs["travel_known"].tolist() == [True, True, False]


def test_no_road_known() -> None:
    costs = visit_costs(pd.DataFrame({"workers": [20.0], "travel_hours": [np.nan]}), CAPACITY)
    assert costs["travel_days"].tolist() == [0.0]
    assert costs["travel_known"].tolist() == [False]
