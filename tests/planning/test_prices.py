import pandas as pd
import pytest

from oshrisk.planning.optimise import select
from oshrisk.planning.prices import prices

from .selection_cases import candidates_of, chance, days_of, programme_of, roads_of


def priced(candidates, days, programme, roads=None):
    roads = roads or roads_of()
    selection = select(candidates, roads, days, programme)
    return prices(candidates, roads, days, programme, selection, "en").set_index("limit")


@pytest.mark.parametrize("seed", [1, 2])
def test_no_limit_is_worth_less_than_nothing(seed):
    limits = [{"by": "section", "value": "B", "least": 2}, {"by": "section", "value": "C", "most": 1}]
    programme = programme_of(0.2, limits=limits, least_never_visited=3)
    frame = priced(chance(seed, 30), days_of(5.0, 4.0), programme, roads_of(closed=("b",)))
    assert frame["price_worth"].ge(0).all()
    assert {"roads", "nights", "closures", "floor", "ceiling", "never_visited", "more_days"} <= set(frame.index)


def test_the_price_of_a_ceiling():
    candidates = candidates_of([{"worth": 5.0}, {"worth": 4.0}, {"worth": 1.0, "section": "B"}])
    frame = priced(candidates, days_of(2.0), programme_of(limits=[{"by": "section", "value": "C", "most": 1}]))
    assert frame.loc["ceiling", "price_worth"] == pytest.approx(3.0)
    assert frame.loc["nights", "price_worth"] == 0
    assert frame.loc["roads", "price_findings"] == 0


def test_one_more_trip_to_a_far_commune():
    candidates = candidates_of([{"worth": 9.0}, {"worth": 2.0, "commune_code": "b", "violation_probability": 0.4}])
    frame = priced(candidates, days_of(1.0), programme_of())
    assert frame.loc["trip", "price_worth"] == pytest.approx(2.0)
    assert frame.loc["trip", "sentence"].endswith("gains 0.4 expected serious findings")


def test_the_road_costs_what_stays_undone():
    candidates = candidates_of([{"worth": 1.0, "commune_code": "b"}])
    frame = priced(candidates, days_of(1.0), programme_of())
    assert frame.loc["roads", "price_worth"] == pytest.approx(1.0)
    assert frame.loc["roads", "price_findings"] == pytest.approx(0.3)
    assert isinstance(frame, pd.DataFrame)
