from __future__ import annotations

from collections.abc import Callable
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
