"""The draw: every stated chance is the true one, and anybody can redo it."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oshrisk.planning.buckets import buckets
from oshrisk.planning.draw import cast_lots, draw_lots, random_numbers, sample, strata
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.slots import reserve_slots
from oshrisk.settings import Capacity

QUARTER = Quarter(2027, 1)


def frame_of(entities, kinds, costs=None):
    """Places of given legal entities, each in one of twelve strata."""
    size = [("micro", "small", "large", "unknown")[kind % 4] for kind in kinds]
    area = [("near", "far")[kind // 4 % 2] for kind in kinds]
    reports = ["reporter" if kind >= 8 else "non_reporter" for kind in kinds]
    index = pd.Index([f"{number:010d}" for number in range(len(entities))], name="enterprise_id")
    entity = pd.Series([f"E{number}" for number in entities], index, dtype="str")
    days = np.ones(len(entities)) if costs is None else np.asarray(costs, dtype=float)
    return pd.DataFrame({"entity": entity, "size": size, "area": area, "reports": reports, "inspector_days": days})


def slots_of(frame, days=120.0, share=0.2):
    return reserve_slots(frame, buckets(QUARTER, Capacity(inspector_days=days)), share)


def province(count=200, seed=5):
    """A small province: 15 % of the places belong to entities with several."""
    chance = np.random.default_rng(seed)
    entities = np.where(chance.random(count) < 0.15, chance.integers(0, 10, count), np.arange(count) + 100)
    return frame_of(entities.tolist(), chance.integers(0, 12, count).tolist(), 1 + chance.gamma(1.5, 0.8, count))


def test_frequencies_of_10000_redraws_are_the_stored_probabilities():
    frame = province()
    slots = slots_of(frame)
    stored = draw_lots(frame, slots, 0, QUARTER)
    probability = stored["inclusion_probability"].to_numpy()
    assert probability.min() > 0
    assert frame["entity"].value_counts().max() > 2
    assert len(slots.bands) > 2
    entity, band = pd.factorize(frame["entity"])[0], stored["band"].to_numpy(dtype=int) - 1
    stratum = pd.factorize(stored["stratum"], sort=True)[0]
    counts = np.array(list(slots.counts.values()))
    chance, redraws, hits = np.random.default_rng(1), 10_000, np.zeros(len(frame))
    for _ in range(redraws):
        numbers = chance.integers(0, 2**64, (len(frame), 2), dtype=np.uint64)
        starts = chance.integers(0, 2**64, len(counts), dtype=np.uint64)
        drawn, _size = sample(entity, band, stratum, counts, (numbers, starts))
        assert len(np.unique(entity[drawn])) == len(drawn) == counts.sum()
        hits[drawn] += 1
    error = (hits / redraws - probability) / np.sqrt(probability * (1 - probability) / redraws)
    assert np.abs(error).max() < 4.2
    assert (error**2).mean() == pytest.approx(1.0, abs=0.4)


def test_seeds_draw_as_pure_chance_would():
    rows = frame_of([*range(25), 3, 3, 4], [0] * 28)[["entity"]]
    rows["band"], rows["stratum"] = [1] * 9 + [2] * 16 + [1] * 3, [number % 3 for number in range(28)]
    redraws = [cast_lots(rows, {1: 2, 2: 5}, seed, QUARTER) for seed in range(300)]
    hits = sum(result["drawn"].to_numpy() for result in redraws)
    probability = redraws[0]["inclusion_probability"].to_numpy()
    assert probability[[0, 3, 4, 9]].tolist() == [2 / 9, 2 / 27, 1 / 9, 5 / 16]
    assert np.abs((hits / 300 - probability) / np.sqrt(probability * (1 - probability) / 300)).max() < 4.0


def test_random_numbers_are_those_of_the_recipe_and_uniform():
    ids = [f"{number:010d}" for number in range(20_000)]
    numbers = random_numbers(ids, 2**200 + 1, QUARTER)
    digest = hashlib.sha256(f"{2**200 + 1}|2027Q1|0000000007".encode()).digest()
    assert numbers[7].tolist() == [int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:16], "big")]
    share = numbers / 2.0**64
    for column in share.T:
        counts = np.histogram(column, 20, (0, 1))[0]
        assert ((counts - 1000) ** 2 / 1000).sum() < 43.8  # chi-square, 19 degrees, one in a thousand
    assert abs(np.corrcoef(share.T)[0, 1]) < 4 / np.sqrt(20_000)
    assert not (random_numbers(ids[:5], 1, QUARTER) == random_numbers(ids[:5], 1, QUARTER.next)).any()


def test_a_draw_is_one_of_its_seed_and_quarter():
    frame = province()
    slots = slots_of(frame)
    drawn = draw_lots(frame, slots, 7, QUARTER)["drawn"]
    assert drawn.sum() == len(slots.slots)
    pd.testing.assert_series_equal(draw_lots(frame, slots, 7, QUARTER)["drawn"], drawn)
    assert not draw_lots(frame, slots, 8, QUARTER)["drawn"].equals(drawn)
    assert not draw_lots(frame, slots, 7, QUARTER.next)["drawn"].equals(drawn)


def test_every_drawn_place_has_its_own_slot_that_is_long_enough():
    frame = province()
    slots = slots_of(frame)
    result = draw_lots(frame, slots, 3, QUARTER)
    drawn = result[result["drawn"]]
    assert result[["team", "month"]].notna().all(axis=1).equals(result["drawn"])
    keys = ["band", "team", "month"]
    taken = sorted(drawn[keys].astype(int).to_numpy().tolist())
    assert taken == sorted(slots.slots[keys].to_numpy().tolist())
    assert (frame.loc[drawn.index, "inspector_days"] <= drawn["band"].map(slots.bands["days"]) + 1e-9).all()


def test_bands_that_the_choice_emptied_are_taken_whole():
    frame = frame_of(range(40), [0] * 40)
    slots = slots_of(frame)
    left = frame.iloc[:3]
    result = draw_lots(left, slots, 1, QUARTER)
    assert result["drawn"].all()
    assert result["inclusion_probability"].eq(1).all()
    assert draw_lots(frame.iloc[:0], slots, 1, QUARTER).empty


def test_left_out_places_have_no_chance_and_leave_it_to_their_siblings():
    frame = frame_of([0, 0, 1], [0] * 3, [1.0, 50.0, 1.0])
    slots = slots_of(frame)
    result = draw_lots(frame, slots, 1, QUARTER)
    assert result["inclusion_probability"].tolist() == [1.0, 0.0, 1.0]
    assert result["band"].isna().tolist() == [False, True, False]
    assert result["drawn"].tolist() == [True, False, True]


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 11)), max_size=40), st.integers(0, 5), st.integers(0))
@settings(max_examples=60)
def test_invariants(places, count, seed):
    frame = frame_of([entity for entity, _ in places], [kind for _, kind in places])
    rows = frame[["entity"]].assign(band=[entity % 2 + 1 for entity, _ in places], stratum=frame["size"])
    counts = {1: count, 2: 2}
    result = cast_lots(rows, counts, seed, QUARTER)
    pd.testing.assert_frame_equal(cast_lots(rows[::-1], counts, seed, QUARTER)[::-1], result)
    assert result["inclusion_probability"].between(0, 1).all()
    assert not rows.loc[result["drawn"], "entity"].duplicated().any()
    for band in (1, 2):
        inside, entities = rows["band"].eq(band), rows.loc[rows["band"].eq(band), "entity"].nunique()
        expected = min(counts[band], entities)
        assert result.loc[inside, "drawn"].sum() == expected
        assert result.loc[inside, "inclusion_probability"].sum() == pytest.approx(expected)
        assert sorted(result.loc[inside & result["drawn"], "turn"]) == list(range(expected))


def test_every_stratum_gets_its_share():
    frame = frame_of(range(1200), [number % 12 for number in range(1200)])
    rows = frame[["entity"]].assign(band=1, stratum=frame["size"] + frame["area"] + frame["reports"])
    drawn = cast_lots(rows, {1: 120}, 1, QUARTER)["drawn"]
    assert drawn.groupby(rows["stratum"]).sum().tolist() == [10] * 12
    odd = cast_lots(rows, {1: 30}, 1, QUARTER)["drawn"]
    assert set(odd.groupby(rows["stratum"]).sum()) == {2, 3}


def test_strata():
    costs = pd.DataFrame({"size": ["micro", "unknown"], "travel_days": [0.5, 0.6]})
    features = pd.DataFrame({"reported_periods_5y": [1.0, np.nan]})
    expected = [["micro", "near", "reporter"], ["unknown", "far", "non_reporter"]]
    assert strata(costs, features).to_numpy().tolist() == expected
