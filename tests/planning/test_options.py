"""Which candidates a best plan can do without."""

import numpy as np
import pandas as pd
import pytest

from oshrisk.planning.optimise import make_task
from oshrisk.planning.options import alike, undominated
from oshrisk.planning.pouring import pour

from .selection_cases import candidates_of, chance, days_of, programme_of, roads_of


def poured(candidates, days, programme):
    task = make_task(candidates, roads_of(), days, programme)
    kinds = alike(task.candidates, programme)
    return pour(task.options, kinds, task.tree, task.ties, task.days, gap=1e-9, seconds=20.0, nodes=10_000)


@pytest.mark.parametrize("seed", range(6))
def test_the_best_plan_is_as_good_without_them(seed):
    candidates = chance(seed, 60).assign(status="may", visit_days=1.0, remote_days=np.nan, commune_code="a")
    days, programme = days_of(2.0, 1.5), programme_of(least_never_visited=1)
    few = undominated(candidates, days, programme)
    assert len(few) < len(candidates)
    whole, small = poured(candidates, days, programme), poured(few, days, programme)
    assert whole.proven
    assert small.objective == pytest.approx(whole.objective, abs=1e-9)


def test_the_worthiest_of_those_alike_stay_and_the_order_of_rows_does_not_matter():
    candidates = candidates_of([{"worth": float(worth)} for worth in range(10)])
    few = undominated(candidates, days_of(3.0), programme_of())
    assert few["worth"].min() == 6.0  # three fit, and one more than can
    again = undominated(candidates.sample(frac=1.0, random_state=1), days_of(3.0), programme_of())
    pd.testing.assert_frame_equal(again, few)


def test_places_of_one_entity_do_not_stand_before_others():
    candidates = candidates_of([{"worth": 9.0, "entity": "e"}] * 5 + [{"worth": 1.0}])
    assert len(undominated(candidates, days_of(1.0), programme_of())) == 6
    assert np.isfinite(candidates["worth"]).all()
