"""Small registries for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oshrisk.features import build_features
from oshrisk.registry.registry import Registry, registry_of
from oshrisk.registry.tables import TABLES, Column

AS_OF = "2026-11-23"
FIRM = "0101234567"
OTHER = "0109876543"
Rows = list[dict[str, Any]]


def _frame(table: str, rows: Rows) -> pd.DataFrame:
    kinds = {column.name: column.kind for column in TABLES[table].columns}
    default = {"enterprise_id": FIRM} if "enterprise_id" in kinds else {}
    made = pd.DataFrame([{**default, **row} for row in rows])
    for name in made:
        if kinds[name] == "date":
            made[name] = pd.to_datetime(made[name])
        if kinds[name] in ("count", "number"):
            made[name] = made[name].astype("float64")
        if kinds[name] == "flag":
            made[name] = made[name].astype("boolean")
    return made


def _registry(read_on: str = AS_OF, **tables: Rows) -> Registry:
    firms = [{"enterprise_id": FIRM, "name": "Mỏ đá A", **firm} for firm in tables.pop("enterprises", [{}])]
    if OTHER not in {firm["enterprise_id"] for firm in firms}:
        firms.append({"enterprise_id": OTHER, "name": "Cửa hàng B"})
    frames = {name: _frame(name, rows) for name, rows in tables.items()}
    return registry_of({"enterprises": _frame("enterprises", firms), **frames}, read_on)


@pytest.fixture(scope="session")
def registry() -> Callable[..., Registry]:
    """Make a registry of FIRM and OTHER from lists of rows; dates are ISO text, rows are FIRM's unless they say so."""
    return _registry


@pytest.fixture(scope="session")
def of_firm() -> Callable[..., pd.Series]:
    """Compute the features of FIRM from lists of rows."""

    def features(as_of: str = AS_OF, **tables: Rows) -> pd.Series:
        return build_features(_registry(**tables), as_of).loc[FIRM]

    return features


@pytest.fixture(scope="session")
def same() -> Callable[[object, object], bool]:
    """Say whether a feature has a value; None stands for unknown, numbers are compared to nine digits."""

    def compare(value: Any, expected: Any) -> bool:
        if expected is None:
            return bool(pd.isna(value))
        if isinstance(expected, str):
            return bool(value == expected)
        return abs(float(value) - expected) < 1e-9

    return compare


IDS = tuple(f"56001234{number:02d}" for number in range(8))
LOOKUPS = {
    "sector": ("08101", "35111", "4661", "4221", "2394", "4711"),
    "commune": ("03127", "03151", "03160"),
    "equipment_item": ("1", "4", "10", "20b", "25", "35"),
    "cas": ("7664-41-7", "7782-50-5", "999-99-9"),
    "finding": ("TRAINING", "EQ_INSPECTION", "PPE"),
}


def _values(column: Column, rng: np.random.Generator, size: int, low: str, high: str) -> pd.Series:
    """Random values of a column, a fifth of them unknown unless it is required."""
    span = (pd.Timestamp(high) - pd.Timestamp(low)).days
    if column.codes or column.lookup:
        drawn = pd.Series(rng.choice(np.array(column.codes or LOOKUPS[column.lookup], dtype=object), size))
    elif column.kind == "date":
        drawn = pd.Timestamp(low) + pd.to_timedelta(pd.Series(rng.integers(0, span + 1, size)), unit="D")
    elif column.kind == "year":
        return pd.Series(rng.integers(2020, 2027, size))
    elif column.kind == "period":
        drawn = pd.Series(
            [f"{year}{half}" for year, half in zip(rng.integers(2020, 2027, size), _halves(rng, size), strict=True)]
        )
    elif column.kind == "flag":
        drawn = pd.Series(rng.random(size) < 0.6).astype("boolean")
    elif column.kind in ("count", "number"):
        drawn = pd.Series(rng.integers(int(column.low or 0), min(int(column.high or 60), 60) + 1, size)).astype(
            "float64"
        )
    else:
        drawn = pd.Series([f"{column.name}-{number}" for number in rng.integers(0, 5, size)])
    return drawn if column.required else drawn.where(rng.random(size) < 0.8)


def _halves(rng: np.random.Generator, size: int) -> list[str]:
    return [("H1", "H2", "")[number] for number in rng.integers(0, 3, size)]


def _random_tables(
    rng: np.random.Generator, *, known: tuple[str, str], dates: tuple[str, str], rows: int = 40, prefix: str = "KT"
) -> dict[str, pd.DataFrame]:
    tables = {}
    for table in TABLES.values():
        size = len(IDS) if table.name == "enterprises" else rows
        made = pd.DataFrame({column.name: _values(column, rng, size, *dates) for column in table.columns})
        if "known_on" in made:
            made["known_on"] = _values(replace(table["known_on"], required=True), rng, size, *known)
        if "enterprise_id" in made:
            made["enterprise_id"] = (
                list(IDS) if table.name == "enterprises" else rng.choice(np.array(IDS, object), size)
            )
        if "inspection_id" in made:
            numbers = np.arange(size) if table.name == "inspections" else rng.integers(0, rows, size)
            made["inspection_id"] = [f"{prefix}-{number}" for number in numbers]
        tables[table.name] = made.drop_duplicates(list(table.key)) if table.key else made
    return tables


@pytest.fixture(scope="session")
def random_tables() -> Callable[..., dict[str, pd.DataFrame]]:
    """Draw rows of all ten tables for the enterprises IDS, with `known_on` and all other dates in given ranges."""
    return _random_tables
