"""Mines by quarter, as matrices: one row a mine, one column a quarter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

FILE = "msha_mine_quarter_2000_2012.parquet"
OUTCOMES = ("injury quarters", "days lost", "fatal-or-disabling quarters", "violations")


@dataclass(frozen=True)
class Mines:
    """A balanced panel.

    Parameters
    ----------
    ids, state : ndarray of int, shape (mines,)
        Mine number and state.
    name : ndarray of str, shape (mines,)
        Name; empty where the file has none.
    first_year : int
        Year of the first quarter.
    violations, days_lost, days_restricted, disabling : ndarray, shape (mines, quarters)
        Violations cited, days, and deaths and permanent disabilities, in each quarter.
    """

    ids: Ints
    state: Ints
    name: NDArray[np.str_]
    first_year: int
    violations: Floats
    days_lost: Floats
    days_restricted: Floats
    disabling: Floats

    @cached_property
    def injury(self) -> Floats:
        """1 in a quarter with days lost, days restricted, a death or a permanent disability."""
        return ((self.days_lost + self.days_restricted + self.disabling) > 0).astype(float)

    @cached_property
    def active(self) -> Floats:
        """1 in a quarter with a violation or an injury."""
        return ((self.violations > 0) | (self.injury > 0)).astype(float)

    @cached_property
    def universe(self) -> NDArray[np.bool_]:
        """Whether a mine is on a quarter's list: a violation or an injury in the four quarters before."""
        return before(self.active, 4) > 0

    @property
    def quarters(self) -> int:
        """Number of quarters."""
        return self.violations.shape[1]

    def position(self, year: int) -> int:
        """Return the first quarter of a year."""
        return 4 * (year - self.first_year)

    def outcomes(self) -> dict[str, Floats]:
        """Return what a list is measured by, shape (mines, quarters) each."""
        return dict(
            zip(
                OUTCOMES,
                (self.injury, self.days_lost, (self.disabling > 0).astype(float), self.violations),
                strict=True,
            )
        )


def read(path: Path) -> Mines:
    """Read the file."""
    return mines_of(pd.read_parquet(path))


def mines_of(rows: pd.DataFrame) -> Mines:
    """Lay out rows of a mine and quarter; every mine has every quarter."""
    rows = rows.sort_values(["mine_id", "year", "quarter"], kind="stable")
    each = rows.drop_duplicates("mine_id")
    shape = len(each), -1

    def matrix(*names: str) -> Floats:
        return np.asarray(rows[list(names)].sum(axis=1).to_numpy(dtype=float).reshape(shape))

    return Mines(
        ids=each["mine_id"].to_numpy(dtype=np.intp),
        state=each["state_code"].to_numpy(dtype=np.intp),
        name=each["mine_name"].astype("object").fillna("").to_numpy().astype(str),
        first_year=int(rows["year"].min()),
        violations=matrix("violations"),
        days_lost=matrix("days_lost"),
        days_restricted=matrix("days_restricted"),
        disabling=matrix("deaths", "perm_disabilities"),
    )


def before(values: Floats, quarters: int) -> Floats:
    """Return the sum over the quarters just before each quarter, shape of `values`."""
    sums = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    now = np.arange(values.shape[1])
    return np.asarray(sums[:, now] - sums[:, np.maximum(now - quarters, 0)])


def decayed(values: Floats, half_life: float) -> Floats:
    """Return the mean of all quarters before, the nearest weighing most: half as much every `half_life` quarters."""
    result, rate = np.zeros_like(values), 0.5 ** (1 / half_life)
    total, weight = np.zeros(len(values)), 0.0
    for quarter in range(values.shape[1]):
        result[:, quarter] = total / max(weight, 1e-9)
        total, weight = total * rate + values[:, quarter], weight * rate + 1
    return result


def since(values: Floats, most: int = 24) -> Floats:
    """Return quarters since the last one above zero, at most `most`; NaN where there was none yet."""
    result, count = np.full(values.shape, np.nan), np.full(len(values), np.nan)
    for quarter in range(values.shape[1]):
        result[:, quarter] = count
        count = np.where(values[:, quarter] > 0, 1, np.minimum(count + 1, most))
    return result


def earlier(values: Floats, quarters: int) -> Floats:
    """Return the value so many quarters ago; NaN before the first."""
    gap = np.full((len(values), min(quarters, values.shape[1])), np.nan)
    return np.concatenate([gap, values[:, : values.shape[1] - gap.shape[1]]], axis=1)


def by_state(state: Ints, values: Floats) -> Floats:
    """Return sums by state and quarter, shape (states, quarters)."""
    sums = np.zeros((int(state.max()) + 1, values.shape[1]))
    np.add.at(sums, state, values)
    return sums
