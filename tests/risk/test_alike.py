"""Who is like an enterprise: the same sector first, then what is known of it, then size."""

import numpy as np
import pandas as pd
import pytest

from oshrisk.risk import load_table
from oshrisk.risk.alike import most_alike

TABLE = load_table()
FIRMS = pd.DataFrame(
    {
        "sector_group": ["D", "D", "D", "A", "D"],
        "workers": [20.0, 30.0, 25.0, 20.0, np.nan],
        "training_coverage": [0.2, 0.95, 0.3, 0.2, np.nan],
    },
    index=pd.Index(list("abcde"), name="enterprise_id"),
)


def test_the_order_is_sector_then_what_is_known_then_size():
    found = most_alike(FIRMS, TABLE, "a", 5)
    assert found.index.to_list() == ["c", "b", "e", "d"]
    assert found["alike"].to_list() == [1.0, 0.5, 0.0, 1.0]
    assert found["size_ratio"].iloc[0] == pytest.approx(1.25)


def test_what_is_not_known_of_another_is_not_the_same():
    assert most_alike(FIRMS, TABLE, "a").loc["e", "alike"] == 0.0


def test_nothing_known_is_like_nobody():
    assert (most_alike(FIRMS, TABLE, "e")["alike"] == 0.0).all()


def test_not_more_than_asked_for_and_never_itself():
    found = most_alike(FIRMS, TABLE, "b", 2)
    assert len(found) == 2
    assert "b" not in found.index
