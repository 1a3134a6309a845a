import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oshrisk.planning.lottery import draw, expected_draws, sample, strata
from oshrisk.planning.quarter import Quarter

QUARTER = Quarter(2027, 1)


def frame_of(entities: list[int], kinds: list[int]) -> pd.DataFrame:
    """Places of given legal entities, each in one of twelve strata."""
    size = [("micro", "small", "large", "unknown")[kind % 4] for kind in kinds]
    area = [("near", "far")[kind // 4 % 2] for kind in kinds]
    reports = ["reporter" if kind >= 8 else "non_reporter" for kind in kinds]
    index = pd.Index([f"{number:010d}" for number in range(len(entities))], name="enterprise_id")
    entity = pd.Series([f"E{number}" for number in entities], index, dtype="str")
    return pd.DataFrame({"entity": entity, "size": size, "area": area, "reports": reports}, index)


@pytest.mark.parametrize("expected", [0.4, 3.53, 7.0])
def test_frequencies_of_10000_redraws_are_the_stored_probabilities(expected: float) -> None:
    chance = np.random.default_rng(5)
    entities = [*range(30), 3, 3, 3, 4, 28]
    frame = frame_of(entities, chance.integers(0, 12, len(entities)).tolist())
    stored = draw(frame, expected, 0, QUARTER)["lottery_probability"].to_numpy()
    assert stored.min() > 0
    assert stored.sum() == pytest.approx(expected)
    assert stored[3] == pytest.approx(stored[0] / 4)  # one of its four places
    entity, stratum = pd.factorize(frame["entity"])[0], frame.groupby(["size", "area", "reports"]).ngroup().to_numpy()
    redraws, hits = 10_000, np.zeros(len(frame))
    for _ in range(redraws):
        drawn = sample(entity, stratum, expected, chance)
        assert np.floor(expected) <= len(drawn) <= np.ceil(expected)
        assert len(set(entity[drawn])) == len(drawn)
        hits[drawn] += 1
    error = (hits / redraws - stored) / np.sqrt(stored * (1 - stored) / redraws)
    assert np.abs(error).max() < 4.0
    assert (error**2).mean() == pytest.approx(1.0, abs=0.6)


def test_draw_is_one_sample_of_its_seed_and_quarter() -> None:
    frame = frame_of(list(range(200)), [number % 12 for number in range(200)])
    drawn = draw(frame, 20.0, 7, QUARTER)["drawn"]
    assert drawn.sum() == 20
    pd.testing.assert_series_equal(draw(frame, 20.0, 7, QUARTER)["drawn"], drawn)
    assert not draw(frame, 20.0, 8, QUARTER)["drawn"].equals(drawn)
    assert not draw(frame, 20.0, 7, QUARTER.next)["drawn"].equals(drawn)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 11)), max_size=40), st.floats(0, 1), st.integers(0, 10_000)
)
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_does_not_matter(places: list[tuple[int, int]], share: float, seed: int) -> None:
    frame = frame_of([entity for entity, _ in places], [kind for _, kind in places])
    expected = share * frame["entity"].nunique()
    result = draw(frame, expected, seed, QUARTER)
    shuffled = draw(frame.sample(frac=1.0, random_state=seed), expected, seed, QUARTER)
    pd.testing.assert_frame_equal(shuffled.reindex(frame.index), result)
    assert result["lottery_probability"].between(0, 1).all()
    assert not frame.loc[result["drawn"], "entity"].duplicated().any()
    assert np.floor(expected - 1e-9) <= result["drawn"].sum() <= np.ceil(expected + 1e-9)


def test_every_stratum_gets_its_share() -> None:
    frame = frame_of(list(range(1200)), [number % 12 for number in range(1200)])
    drawn = frame[draw(frame, 120.0, 1, QUARTER)["drawn"]]
    assert drawn.groupby(["size", "area", "reports"]).size().tolist() == [10] * 12


def test_the_dearest_draw_fits_into_the_room() -> None:
    chance = np.random.default_rng(2)
    frame = frame_of(list(range(50)), [0] * 50).assign(inspector_days=chance.uniform(1, 8, 50))
    for room in (0.0, 0.5, 5.0, 20.0, 60.0):
        expected = expected_draws(frame, days=12.0, room=room)
        assert frame["inspector_days"].nlargest(int(np.ceil(expected))).sum() <= room
    assert expected == pytest.approx(12.0 / frame["inspector_days"].mean())


@pytest.mark.parametrize("days", [0.0, 10.0])
def test_nobody_to_draw(days: float) -> None:
    empty = frame_of([], []).assign(inspector_days=[])
    assert expected_draws(empty, days, 10.0) == 0.0
    assert draw(empty, 0.0, 1, QUARTER).empty


def test_strata() -> None:
    costs = pd.DataFrame({"size": ["micro", "unknown"], "travel_days": [0.5, 0.6]})
    features = pd.DataFrame({"reported_periods_5y": [1.0, np.nan]})
    expected = [["micro", "near", "reporter"], ["unknown", "far", "non_reporter"]]
    assert strata(costs, features).to_numpy().tolist() == expected
