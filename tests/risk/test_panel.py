from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.risk.panel import Panel

FEATURES = pd.DataFrame({"workers": [1.0, 2.0, 3.0, 4.0]})


def test_only_labelled_rows_with_exposure_and_weight_are_learned_from() -> None:
    panel = Panel(FEATURES, [1, np.nan, 0, 0], [2.0, 2.0, 0.0, 2.0], [1.0, 1.0, 1.0, 0.0])
    assert panel.labelled.tolist() == [True, False, False, False]


def test_parts_have_defaults() -> None:
    panel = Panel(FEATURES, pd.Series([True, False, None, True], dtype="boolean"))
    assert panel.exposures.tolist() == panel.weights.tolist() == [1.0] * 4
    np.testing.assert_array_equal(panel.labels, [1, 0, np.nan, 1])


@pytest.mark.parametrize("rows", [np.array([3, 1]), np.array([False, True, False, True])])
def test_some_rows(rows: np.ndarray) -> None:
    panel = Panel(FEATURES, [0, 1, 2, 3], [1.0, 2.0, 3.0, 4.0], inspector=pd.Series(list("abcd")))
    part = panel.take(rows)
    assert sorted(part.labels) == [1, 3]
    assert part.features["workers"].tolist() == [label + 1 for label in part.labels]
    assert part.inspector.tolist() == ["abcd"[int(label)] for label in part.labels]
    assert part.weight is None


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"outcome": [1, 0]}, "risk.panel_length"),
        ({"outcome": [0] * 4, "exposure": [1.0]}, "risk.panel_length"),
        ({"outcome": [0] * 4, "inspector": pd.Series(["a"])}, "risk.panel_length"),
        ({"outcome": [0, 0, 0, -1]}, "risk.panel_value"),
        ({"outcome": [0] * 4, "exposure": [1, 1, 1, np.inf]}, "risk.panel_value"),
        ({"outcome": [0] * 4, "weight": [1, 1, 1, -0.5]}, "risk.panel_value"),
    ],
)
def test_bad_parts_are_refused(parts: dict[str, object], code: str) -> None:
    with pytest.raises(OshriskError) as caught:
        Panel(FEATURES, **parts)  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.code == code
    assert caught.value.message("vi") != caught.value.message("en")
