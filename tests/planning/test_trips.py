import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oshrisk.planning.optimise import select
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.trips import order_stops, plan_trips, tour_days

from .selection_cases import QUARTER, chance, days_of, programme_of, roads_of


def visits_of(candidates: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    visits = chosen.join(candidates[["commune_code", "visit_days", "remote_days"]])
    return visits.assign(visit_days=visits["visit_days"].mask(visits["mode"].eq("remote"), visits["remote_days"]))


def alone(*communes: str) -> pd.DataFrame:
    index = pd.Index([f"{n}" for n in range(len(communes))], name="enterprise_id")
    return pd.DataFrame(
        {"mode": "on_site", "team": 1, "month": 9, "commune_code": list(communes), "visit_days": 0.5}, index
    )


@given(st.integers(0, 10_000), st.integers(1, 6))
@settings(max_examples=30)
def test_the_order_of_stops_is_near_the_best_and_never_depends_on_the_given_one(seed, count):
    points = np.random.default_rng(seed).random((count + 1, 2))
    between = np.linalg.norm(points[:, None] - points, axis=2)
    stops = list(range(1, count + 1))
    order = order_stops(between, stops)
    best = min(tour_days(between, list(way)) for way in itertools.permutations(stops))
    assert sorted(order) == stops
    assert tour_days(between, order) <= 1.15 * best + 1e-9
    assert order == order_stops(between, stops[::-1])


@given(st.integers(0, 10_000))
@settings(max_examples=5)
def test_no_bucket_is_broken_and_the_shares_add_up(seed):
    candidates, days, programme = chance(seed, 20), days_of(3.0, 4.0), programme_of(0.2)
    chosen = select(candidates, roads_of(), days, programme).visits
    visits, trips = plan_trips(visits_of(candidates, chosen), roads_of(), programme, QUARTER)
    used = visits.groupby(["team", "month"])["inspector_days"].sum()
    assert (used <= days.reindex(used.index) + 1e-6).all()
    driven = visits[visits["trip"].gt(0)]
    shares = driven.groupby("trip")["inspector_days"].sum().reindex(trips.index)
    np.testing.assert_allclose(shares.to_numpy(), trips["inspector_days"].to_numpy(dtype=float))
    assert (visits["travel_days"] >= 0).all()
    assert visits.loc[visits["trip"].eq(0), "travel_days"].eq(0).all()


def test_a_drawn_visit_joins_a_trip_that_passes():
    chosen = alone("b", "a").assign(trip=[3, 0])
    visits, trips = plan_trips(chosen, roads_of(), programme_of(), QUARTER)
    assert visits["trip"].tolist() == [1, 1]
    assert trips["communes"].tolist() == [("a", "b")]
    assert trips.loc[1, "road_hours"] == pytest.approx(6.0)
    assert trips.loc[1, "nights"] == pytest.approx(0.75)
    assert visits.loc["0", "travel_days"] > visits.loc["1", "travel_days"]


def test_places_on_different_roads_drive_apart():
    visits, _ = plan_trips(alone("b", "c"), roads_of(), programme_of(), QUARTER)
    assert visits["trip"].nunique() == 2


def test_a_trip_has_an_end():
    long = pd.concat([alone("b").set_axis([f"{n}"]) for n in range(5)]).assign(visit_days=2.0)
    _, trips = plan_trips(long.rename_axis("enterprise_id"), roads_of(), programme_of(), QUARTER)
    assert len(trips) == 3
    assert trips["days"].le(5.0).all()


def test_the_seat_and_remote_checks_drive_nowhere():
    visits = alone("s", "b").assign(mode=["on_site", "remote"])
    planned, trips = plan_trips(visits, roads_of(), programme_of(), QUARTER)
    assert planned["trip"].tolist() == [0, 0]
    assert planned["inspector_days"].tolist() == [0.5, 0.5]
    assert trips.empty


def test_an_unknown_commune_drives_alone():
    planned, _ = plan_trips(alone("c", None).assign(travel_days=[0.5, 0.6]), roads_of(), programme_of(), QUARTER)
    assert planned["trip"].nunique() == 2
    assert planned.loc["1", "travel_days"] == pytest.approx(0.6 + 0.1 * 0.1)


def test_visits_of_another_quarter():
    with pytest.raises(ValueError, match="2027Q1"):
        plan_trips(alone("a"), roads_of(), programme_of(), Quarter(2027, 1))
