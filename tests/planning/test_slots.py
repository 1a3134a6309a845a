"""Slots for the random share: whoever is drawn fits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oshrisk.planning.buckets import buckets
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.slots import reserve_slots
from oshrisk.settings import Capacity

QUARTER = Quarter(2027, 3)  # July, August, September


def frame_of(costs, entities=None, closed=None):
    index = pd.Index([f"{number:010d}" for number in range(len(costs))], name="enterprise_id")
    entities = range(len(costs)) if entities is None else entities
    frame = pd.DataFrame({"inspector_days": np.asarray(costs, dtype=float)}, index)
    frame["entity"] = pd.Series([f"E{number}" for number in entities], index, dtype="str")
    return frame if closed is None else frame.assign(closed=closed)


def days_of(days=120.0, teams=2):
    return buckets(QUARTER, Capacity(inspector_days=days, teams=teams))


def gamma_costs(count, seed=0):
    return 1.0 + np.random.default_rng(seed).gamma(1.5, 0.8, count).clip(0, 6)


@pytest.mark.parametrize(("days", "share"), [(120.0, 0.2), (240.0, 0.2), (400.0, 0.4), (60.0, 0.5)])
def test_every_band_has_slots_within_the_share_and_everybody_fits(days, share):
    frame = frame_of(gamma_costs(800), np.random.default_rng(1).integers(0, 700, 800))
    before = days_of(days)
    reserved = reserve_slots(frame, before, share)
    dearest = frame.groupby("entity")["inspector_days"].max()
    assert reserved.left_out.empty
    assert reserved.bands["slots"].ge(1).all()
    assert set(reserved.band_of.index) == set(frame["entity"])
    assert (dearest <= reserved.band_of.map(reserved.bands["days"]).reindex(dearest.index) + 1e-9).all()
    assert reserved.slots["days"].sum() <= share * days + 1e-9
    assert reserved.slots["days"].sum() > 0.75 * share * days  # the share is used
    used = reserved.slots.groupby(["team", "month"])["days"].sum().reindex(before.index, fill_value=0.0)
    np.testing.assert_allclose(reserved.days_left, before - used)
    assert reserved.days_left.min() >= 0
    assert reserved.counts == reserved.slots["band"].value_counts().sort_index().to_dict()


def test_dear_bands_get_fewer_slots_a_place_than_cheap_ones():
    reserved = reserve_slots(frame_of(np.repeat([1.0, 4.0], 400)), days_of(400.0), 0.4)
    assert reserved.bands["days"].tolist() == [1.0, 4.0]
    cheap, dear = reserved.bands["slots"]
    assert cheap / dear == pytest.approx(2.0, abs=0.2)  # Neyman: as the root of the costs


def test_with_few_days_bands_are_merged_so_that_nobody_is_without_a_chance():
    frame = frame_of(gamma_costs(300))
    reserved = reserve_slots(frame, days_of(60.0), 0.05)  # 3 days for places of up to 7 or so
    assert len(reserved.bands) == 1
    assert reserved.counts == {1: 1}
    assert reserved.slots["days"].tolist() == [frame["inspector_days"].max()]


def test_places_that_fit_into_no_bucket_are_named():
    reserved = reserve_slots(frame_of([1.0, 2.0, 11.0], [0, 1, 1]), days_of(60.0), 0.3)
    assert reserved.left_out.tolist() == ["0000000002"]
    assert reserved.bands["places"].sum() == 2


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_slots_of_closed_places_lie_in_open_months(share):
    frame = frame_of(gamma_costs(300), closed=np.arange(300) % 3 == 0)
    reserved = reserve_slots(frame, days_of(), share, closed_months=(7, 8))
    shut = reserved.bands.index[reserved.bands["closed"]]
    assert 0 < len(shut) < len(reserved.bands)
    assert reserved.slots.loc[reserved.slots["band"].isin(shut), "month"].eq(9).all()
    assert reserved.slots["month"].nunique() == 3
    assert reserved.band_of[frame.loc[frame["closed"], "entity"]].isin(shut).all()


def test_places_closed_all_quarter_cannot_be_drawn_but_their_siblings_can():
    frame = frame_of([1.0, 1.0, 1.0], [0, 0, 1], closed=[True, False, False])
    reserved = reserve_slots(frame, days_of(), 0.2, closed_months=(7, 8, 9))
    assert reserved.left_out.tolist() == ["0000000000"]
    assert sorted(reserved.band_of.index) == ["E0", "E1"]


@pytest.mark.parametrize(
    ("frame", "share", "days"),
    [(frame_of([1.0, 2.0]), 0.0, 120.0), (frame_of([]), 0.2, 120.0), (frame_of([9.0, 9.0]), 0.2, 30.0)],
    ids=["no share", "nobody", "no day is long enough"],
)
def test_nothing_to_reserve(frame, share, days):
    before = days_of(days)
    reserved = reserve_slots(frame, before, share)
    assert reserved.slots.empty
    assert reserved.counts == {}
    assert reserved.band_of.empty
    assert reserved.left_out.tolist() == frame.index.tolist()
    pd.testing.assert_series_equal(reserved.days_left, before)


@given(
    st.lists(st.tuples(st.floats(0.5, 9), st.integers(0, 12), st.booleans()), max_size=30),
    st.floats(0.01, 1),
    st.floats(3, 200),
)
@settings(max_examples=25)
def test_invariants(places, share, days):
    costs, entities, closed = ([place[part] for place in places] for part in range(3))
    frame = frame_of(costs, entities, np.asarray(closed, dtype=bool))
    before = days_of(days)
    reserved = reserve_slots(frame, before, share, closed_months=(7,))
    shuffled = reserve_slots(frame.sample(frac=1.0, random_state=3), before, share, closed_months=(7,))
    pd.testing.assert_frame_equal(shuffled.slots, reserved.slots)
    pd.testing.assert_series_equal(shuffled.band_of, reserved.band_of)
    assert reserved.days_left.between(0, before).all()
    assert reserved.slots["days"].sum() == pytest.approx((before - reserved.days_left).sum(), abs=1e-6)
    assert (reserved.bands["slots"] <= reserved.bands["entities"]).all()
    drawable = frame.drop(reserved.left_out)
    assert set(drawable["entity"]) == set(reserved.band_of.index)
    if drawable.empty:
        return
    coarsest = reserved.bands["closed"].is_unique and reserved.bands["slots"].eq(1).all()
    assert coarsest or reserved.slots["days"].sum() <= share * days + 1e-6
