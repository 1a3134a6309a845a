"""Who gets a letter."""

import numpy as np
import pandas as pd
import pytest

from oshrisk.planning.letters import letters
from oshrisk.planning.quarter import Quarter

QUARTER = Quarter(2027, 1)


def waiting(size, seed=0):
    ids = pd.Index([f"{number:010d}" for number in range(size)], name="enterprise_id")
    return pd.DataFrame({"priority": np.random.default_rng(seed).gamma(1.0, 5.0, size)}, index=ids)


@pytest.mark.parametrize(
    ("size", "held_out", "expected"), [(300, 0.2, 40), (300, 0.0, 0), (100, 0.25, 25), (3, 0.2, 0)]
)
def test_the_next_by_priority_and_a_share_of_them_held_out(size, held_out, expected):
    rows = waiting(size)
    chosen = letters(rows, 200, held_out, 1, QUARTER)
    assert len(chosen) == min(size, 200)
    assert rows.loc[chosen.index, "priority"].is_monotonic_decreasing
    assert rows.loc[chosen.index, "priority"].min() >= rows.drop(chosen.index)["priority"].max() if size > 200 else True
    assert (~chosen["letter"]).sum() == expected
    assert (~chosen["letter"]).groupby(chosen["block"]).sum().max() <= 1


def test_the_order_of_rows_does_not_matter_and_quarters_differ():
    rows = waiting(300)
    chosen = letters(rows, 200, 0.2, 1, QUARTER)
    pd.testing.assert_frame_equal(letters(rows.sample(frac=1, random_state=3), 200, 0.2, 1, QUARTER), chosen)
    other = letters(rows, 200, 0.2, 1, QUARTER.next)
    assert not other["letter"].equals(chosen["letter"])


def test_every_place_in_a_block_is_held_out_equally_often():
    rows = waiting(10)
    held = sum(~letters(rows, 10, 0.2, seed, QUARTER)["letter"].to_numpy() for seed in range(2000))
    assert np.abs(held / 2000 - 0.2).max() < 4 * np.sqrt(0.16 / 2000)


def test_nobody_waits():
    assert letters(waiting(0), 200, 0.2, 1, QUARTER).empty
    assert letters(waiting(5), 0, 0.2, 1, QUARTER).empty
