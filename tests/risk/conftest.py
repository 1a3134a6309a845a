from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oshrisk.risk import RiskTable, load_table


@pytest.fixture(scope="session")
def table() -> RiskTable:
    return load_table("dien-bien-expert")


@pytest.fixture(scope="session")
def frame() -> Callable[[RiskTable, list[dict[str, Any]]], pd.DataFrame]:
    return _frame


def _frame(table: RiskTable, enterprises: list[dict[str, Any]]) -> pd.DataFrame:
    """Lay out enterprises given as feature -> value; what is not given is unknown."""
    names = ["sector_scheme", "sector_code", "accidents_5y", "reported_worker_years_5y"]
    kinds = {factor.feature: factor.kind for factor in table.factors if factor.feature}
    columns: dict[str, Any] = {}
    for name in (*names, *kinds):
        values = [row.get(name, np.nan) for row in enterprises]
        text = name.startswith("sector_") or kinds.get(name) == "category"
        columns[name] = pd.Series(values, dtype="str" if text else "float64")
    index = pd.Index([f"{number:010d}" for number in range(len(enterprises))], name="enterprise_id")
    return pd.DataFrame(columns).set_axis(index, axis=0)


@pytest.fixture(scope="session")
def small_table(table: RiskTable) -> RiskTable:
    """Ten factors and the first sectors of the expert table."""
    kept = {"temporary_share", "headcount_growth", "unskilled_share", "enterprise_size", "past_violations_3y"}
    kept |= {"strict_equipment_overdue", "training_coverage", "ownership", "safety_officer", "last_inspection"}
    factors = tuple(factor for factor in table.factors if factor.name in kept)
    return replace(table, factors=factors, base=replace(table.base, rows=table.base.rows[:24]))


@pytest.fixture(scope="session")
def draw_features() -> Callable[..., pd.DataFrame]:
    return _draw_features


def _draw_features(draw: np.random.Generator, table: RiskTable, count: int, *, known: float = 0.8) -> pd.DataFrame:
    """Draw enterprises: bins and sectors all alike likely, a share of the factors unknown, no own record."""
    columns: dict[str, Any] = {}
    for factor in table.factors:
        if not factor.feature:
            continue
        code = np.where(draw.random(count) < known, draw.integers(0, len(factor.bins), count), -1)
        if factor.kind == "numeric":
            inside = [np.nan_to_num(entry.low, neginf=entry.high - 1) for entry in factor.bins]
            columns[factor.feature] = np.array([*inside, np.nan])[code]
        else:
            columns[factor.feature] = pd.Categorical.from_codes(code, [entry.state for entry in factor.bins])
    rows = draw.integers(0, len(table.base.rows), count)
    columns["sector_scheme"] = [table.base.rows[row].scheme for row in rows]
    columns["sector_code"] = [table.base.rows[row].prefix for row in rows]
    index = pd.Index([f"{number:010d}" for number in range(count)], name="enterprise_id")
    return pd.DataFrame(columns, index=index)
