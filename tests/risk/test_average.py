from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.risk import OUTCOMES, RiskTable
from oshrisk.risk.average import average_tables
from oshrisk.risk.fit import RiskTableFit, expected_outcome
from oshrisk.risk.neutral import neutral_table


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    draw = np.random.default_rng(2)
    return pd.DataFrame({"age": draw.normal(size=400), "kind": draw.choice(["a", "b", "c"], 400)})


def fits(rows: pd.DataFrame, outcome: str) -> list[RiskTable]:
    draw = np.random.default_rng(5)
    prior = neutral_table(rows, {"age": "+"})
    labels = [(draw.random(400) < 1 / (1 + np.exp(-rows["age"]))).astype(float) for _ in range(3)]
    return [RiskTableFit(prior, outcome, fit_shrink=False).fit(rows, found).table_ for found in labels]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_log_rates_are_averaged(rows, outcome):
    tables = fits(rows, outcome)

    def log_rate(table: RiskTable) -> np.ndarray:
        value = expected_outcome(rows, table, outcome)
        return np.log(value / (1 - value)) if outcome == "violation" else np.log(value)

    expected = np.mean([log_rate(table) for table in tables], axis=0)
    assert log_rate(average_tables(tables, outcome)) == pytest.approx(expected, abs=1e-9)


def test_comes_back_from_json(rows):
    table = average_tables(fits(rows, "violation"), "violation")
    assert RiskTable.from_json(table.to_json()) == table


def test_other_outcomes_stay(rows):
    tables = fits(rows, "violation")
    table = average_tables(tables, "violation")
    features = rows.head()
    assert expected_outcome(features, table, "accident") == pytest.approx(
        expected_outcome(features, tables[0], "accident")
    )


def test_one_table_is_itself(rows):
    table = neutral_table(rows)
    assert average_tables([table], "fatal") is table


def test_different_bins_are_refused(rows):
    with pytest.raises(OshriskError):
        average_tables([neutral_table(rows), neutral_table(rows, bins=3)], "fatal")
    with pytest.raises(OshriskError):
        average_tables([], "fatal")
