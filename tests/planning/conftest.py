"""Small registries, features and assessments made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oshrisk.planning.quarter import Quarter
from oshrisk.registry.registry import Registry, registry_of

COMMUNES = ("03127", "03202", "03160")  # the seat, one near, one far
Rows = list[dict[str, Any]]


def ids_of(count: int) -> list[str]:
    return [f"{5600000000 + number:010d}" for number in range(count)]


@pytest.fixture
def ids() -> Callable[[int], list[str]]:
    return ids_of


@pytest.fixture
def quarter() -> Quarter:
    return Quarter(2027, 3)


@pytest.fixture
def registry() -> Callable[..., Registry]:
    """Registry of `count` enterprises read on 30 June 2027; tables as lists of rows, enterprises by number."""

    def make(
        count: int = 3, *, parents: dict[int, int] | None = None, closed: dict[int, str] | None = None, **tables: Rows
    ):
        ids = ids_of(count)
        firms = pd.DataFrame({"enterprise_id": ids, "name": [f"Công ty {number}" for number in range(count)]})
        firms["parent_id"] = [ids[parents[n]] if parents and n in parents else None for n in range(count)]
        firms["closed_on"] = pd.to_datetime([closed.get(n) if closed else None for n in range(count)])
        frames = {"enterprises": firms}
        for name, rows in tables.items():
            frame = pd.DataFrame(rows)
            if "n" in frame:
                frame["enterprise_id"] = [ids[number] for number in frame.pop("n")]
            for column in frame.columns[frame.columns.str.endswith("_on")]:
                frame[column] = pd.to_datetime(frame[column])
            frames[name] = frame
        return registry_of(frames, "2027-06-30")

    return make


@pytest.fixture
def features() -> Callable[..., pd.DataFrame]:
    def make(registry: Registry, seed: int = 0) -> pd.DataFrame:
        generator = np.random.default_rng(seed)
        size = len(registry.ids)
        return pd.DataFrame(
            {
                "workers": generator.choice([3.0, 30.0, 300.0, np.nan], size, p=[0.5, 0.3, 0.1, 0.1]),
                "commune_code": pd.Series(
                    generator.choice([*COMMUNES, None], size, p=[0.4, 0.3, 0.2, 0.1]), registry.ids, dtype="str"
                ),
                "section": pd.Series(generator.choice(["B", "F", "G"], size), registry.ids, dtype="str"),
                "reported_periods_5y": generator.choice([0.0, 4.0], size, p=[0.9, 0.1]),
            },
            index=registry.ids,
        )

    return make


@pytest.fixture
def assessment() -> Callable[..., pd.DataFrame]:
    def make(registry: Registry, seed: int = 0) -> pd.DataFrame:
        priority = pd.Series(np.random.default_rng(seed).gamma(1.0, 5.0, len(registry.ids)), registry.ids)
        rank = priority.rank(method="first", ascending=False).astype("int64")
        return pd.DataFrame(
            {
                "priority": priority,
                "index": priority / priority.max() * 100,
                "risk_class": "C",
                "rank": rank,
                "violation_probability": np.random.default_rng(seed + 1).uniform(0.1, 0.6, len(priority)),
            }
        )

    return make
