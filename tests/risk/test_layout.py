"""Designs of large tables."""

import numpy as np
import pandas as pd

from oshrisk.risk.fit import RiskTableFit
from oshrisk.risk.neutral import neutral_table


def test_more_points_than_a_byte_holds():
    chance = np.random.default_rng(1)
    columns = {f"feature_{number}": chance.random(400) for number in range(30)}
    rows = pd.DataFrame(columns)
    fitted = RiskTableFit(neutral_table(rows, bins=8), "violation").fit(rows, (rows["feature_29"] > 0.5).astype(float))
    assert len(fitted.posterior_.mode) > 2 * 128
    probability = fitted.predict(rows)
    assert probability[rows["feature_29"] > 0.5].mean() > 2 * probability[rows["feature_29"] <= 0.5].mean()
