"""How the factors of a table are handed to boosted trees: one column of whole numbers a factor.

A factor whose signs say which way risk goes is put in that order and held to it. One without signs is free: a number
keeps the order of its intervals, states have none. What is not known is a missing value, which the trees may send
either way, but never below the safe bin (`Silent`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oshrisk.risk.scoring import Lookup
from oshrisk.risk.sector_base import SectorBase
from oshrisk.risk.table import Effect, Factor, RiskTable

Floats = NDArray[np.float64]
Silent = Mapping[str, int]  # factors whose missing values are read as one of their bins

SECTOR = "sector"


@dataclass(frozen=True)
class Column:
    """One column of the trees' matrix.

    Parameters
    ----------
    name : str
        The factor; ``"sector"`` for the sectors of a violation table.
    values : ndarray, shape (bins + 1,)
        What each bin is in the matrix; NaN, the last, for unknown.
    rising : bool
        Whether the trees may only rise with the value.
    categorical : bool
        Whether the values have no order.
    anchor : int or None
        The bin that the others are against; None for the safest, which only the fit can tell.
    """

    name: str
    values: Floats
    rising: bool = False
    categorical: bool = False
    anchor: int | None = None


def columns_of(table: RiskTable, lookup: Lookup, outcome: str) -> tuple[Column, ...]:
    """Return the columns that rows can teach: factors with at least two different codes in them.

    Parameters
    ----------
    table : RiskTable
        Bins and signs.
    lookup : Lookup
        Where the rows fall in it.
    outcome : {"accident", "fatal", "violation"}
        The outcome whose signs hold. Sectors are a column for violation alone, rising with the table's log ratio; the
        sectors of a rate are part of its exposure.

    Returns
    -------
    tuple of Column
        In the order of the table.
    """
    found = [_column(factor, outcome) for factor in table.factors if _varies(lookup.codes[factor.name])]
    if outcome == "violation" and _varies(lookup.sector):
        found.append(_sectors(table.base))
    return tuple(found)


def matrix_of(columns: Sequence[Column], lookup: Lookup, silent: Silent) -> Floats:
    """Lay the rows out for the trees.

    Parameters
    ----------
    columns : sequence of Column
        From `columns_of`.
    lookup : Lookup
        Where the rows fall.
    silent : mapping of str to int
        By factor, the bin that its missing values are read as.

    Returns
    -------
    ndarray, shape (n, columns)
        Whole numbers; NaN for unknown.
    """
    parts = [values_of(column, silent)[codes_of(column, lookup)] for column in columns]
    return np.column_stack(parts) if parts else np.zeros((len(lookup.sector), 0))


def codes_of(column: Column, lookup: Lookup) -> NDArray[np.intp]:
    """Return the rows' bins in one column, shape (n,)."""
    codes = lookup.sector if column.name == SECTOR else lookup.codes[column.name]
    return np.asarray(codes, dtype=np.intp)


def values_of(column: Column, silent: Silent) -> Floats:
    """Return the matrix value of each bin, unknown last, shape (bins + 1,)."""
    values = column.values.copy()
    if column.name in silent:
        values[-1] = values[silent[column.name]]
    return values


def _varies(codes: NDArray[np.int8] | NDArray[np.intp]) -> bool:
    return len(codes) > 0 and bool((codes != codes[0]).any())


def _column(factor: Factor, outcome: str) -> Column:
    effects = [entry.effects[outcome] for entry in factor.bins]
    positions = np.arange(len(effects), dtype=float)
    if all(effect.sign == "0" for effect in effects):
        return Column(factor.name, np.append(positions, np.nan), categorical=factor.kind == "category")
    anchor = reference_of(effects)
    way = _direction(effects, anchor) if factor.kind == "numeric" else 0
    values = way * positions if way else _places(effects)
    return Column(factor.name, np.append(values - values.min(), np.nan), rising=True, anchor=anchor)


def reference_of(effects: Sequence[Effect]) -> int:
    """Return the position of the bin without a sign whose log ratio is nearest 0: what the signs are against."""
    unsigned = [position for position, effect in enumerate(effects) if effect.sign == "0"]
    return min(unsigned or range(len(effects)), key=lambda position: abs(effects[position].log_rr))


def _direction(effects: Sequence[Effect], anchor: int) -> int:
    """Say whether risk rises (1) or falls (−1) with a number; 0 if the signs do not agree on it."""
    sides = {
        (effect.sign == "+") == (position > anchor) for position, effect in enumerate(effects) if effect.sign != "0"
    }
    return (1 if sides.pop() else -1) if len(sides) == 1 else 0


def _places(effects: Sequence[Effect]) -> Floats:
    """Return each bin's place in the order of the expert's log ratios; signs decide between equal ones."""
    keys = [(effect.log_rr, {"-": -1, "0": 0, "+": 1}[effect.sign]) for effect in effects]
    places = np.empty(len(keys))
    places[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    return places


def _sectors(base: SectorBase) -> Column:
    _, places = np.unique(base.log_ratio("violation"), return_inverse=True)
    return Column(SECTOR, places.astype(float), rising=True, anchor=len(places) - 1)
