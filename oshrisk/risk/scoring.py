"""The scorer: features to bins to log rates, with numpy alone and factor by factor, so that memory stays small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.errors import OshriskError
from oshrisk.risk.sector_base import logit
from oshrisk.risk.table import Factor, RiskTable

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lookup:
    """Where each enterprise falls in a table.

    Parameters
    ----------
    sector : ndarray of int, shape (n,)
        Position in the rows of the sector base; one past the last where no sector is known.
    codes : dict of str to ndarray of int8, shape (n,)
        By factor, position among its bins; ``len(bins)`` for unknown.
    """

    sector: NDArray[np.intp]
    codes: dict[str, NDArray[np.int8]]

    def part(self, rows: slice) -> Lookup:
        """Return where some of the enterprises fall."""
        return Lookup(self.sector[rows], {name: codes[rows] for name, codes in self.codes.items()})


@dataclass(frozen=True)
class Score:
    """The structural part of one outcome, on the log scale (log odds for violation).

    Parameters
    ----------
    log_level : float
        Log of the level (log odds for violation).
    sector : ndarray, shape (n,)
        Log ratio of the sector to the level.
    factors : ndarray, shape (n,)
        Sum of the factors' contributions, shrunk and capped.
    scale : ndarray, shape (n,)
        What every single contribution is multiplied by: the shrinkage, and less where the cap binds.
    variance : ndarray, shape (n,)
        Variance of `sector` + `factors` from the prior standard deviations.
    """

    log_level: float
    sector: Floats
    factors: Floats
    scale: Floats
    variance: Floats

    @property
    def total(self) -> Floats:
        """Log of the structural rate (log odds for violation)."""
        return self.log_level + self.sector + self.factors


def look_up(features: pd.DataFrame, table: RiskTable) -> Lookup:
    """Find every enterprise's sector and bins.

    Parameters
    ----------
    features : DataFrame
        From `oshrisk.features.build_features`. A column that is not there is unknown for all.
    table : RiskTable
        The model.

    Returns
    -------
    Lookup
        Positions.

    Raises
    ------
    OshriskError
        If a category feature holds a state that the table does not know.
    """
    none = pd.Series(np.nan, index=features.index, dtype="object")
    scheme, code = (features.get(name, none) for name in ("sector_scheme", "sector_code"))
    codes = {factor.name: _codes(features, factor) for factor in table.factors}
    return Lookup(table.base.find(scheme, code), codes)


def _codes(features: pd.DataFrame, factor: Factor) -> NDArray[np.int8]:
    if not factor.feature or factor.feature not in features.columns:
        return np.full(len(features), len(factor.bins), dtype=np.int8)
    column = features[factor.feature]
    return _interval_codes(column, factor) if factor.kind == "numeric" else _state_codes(column, factor)


def _interval_codes(column: pd.Series, factor: Factor) -> NDArray[np.int8]:
    values = column.to_numpy(dtype=float, na_value=np.nan)
    starts = np.array([entry.low for entry in factor.bins])
    codes = np.searchsorted(starts, values, side="right") - 1
    outside = ~((values >= starts[0]) & (values < factor.bins[-1].high))  # NaN is outside, too
    return np.where(outside, len(factor.bins), codes).astype(np.int8)


def _state_codes(column: pd.Series, factor: Factor) -> NDArray[np.int8]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        found, states = column.cat.codes.to_numpy(), column.cat.categories
    else:
        found, states = pd.factorize(column)
    index = {entry.state: position for position, entry in enumerate(factor.all_bins)}
    present = np.unique(found[found >= 0])
    strange = [str(states[code]) for code in present if str(states[code]) not in index]
    if strange:
        listed = ", ".join(entry.state for entry in factor.bins)
        values = ", ".join(strange)
        raise OshriskError(
            "risk.unknown_state", factor=factor.name, feature=factor.feature, values=values, states=listed
        )
    positions = [index.get(str(state), len(factor.bins)) for state in states]
    lookup = np.array([*positions, len(factor.bins)], dtype=np.int8)
    return np.asarray(lookup[found])  # -1, missing, takes the last


def score(lookup: Lookup, table: RiskTable, outcome: str) -> Score:
    """Add up one outcome.

    Contributions are log ratios against the unknown bin, so that they are 0 where a factor is not known. Their sum
    is multiplied by the table's shrinkage and kept within ± its cap; `Score.scale` carries both to each of them.

    Parameters
    ----------
    lookup : Lookup
        From `look_up`.
    table : RiskTable
        The model.
    outcome : {"accident", "fatal", "violation"}
        The outcome.

    Returns
    -------
    Score
        Its structural part.
    """
    count = len(lookup.sector)
    total, variance = np.zeros(count), np.zeros(count)
    for factor in table.factors:
        codes = lookup.codes[factor.name]
        if (codes == len(factor.bins)).all():
            variance += factor.variances[outcome][-1]
            continue
        total += factor.contributions[outcome][codes]
        variance += factor.variances[outcome][codes]
    rule = table.combination[outcome]
    factors = np.clip(rule.shrink * total, -rule.cap, rule.cap)
    scale = np.full(count, rule.shrink)
    np.divide(factors, total, out=scale, where=np.abs(rule.shrink * total) > rule.cap)
    level = table.base.level[outcome].value
    return Score(
        log_level=logit(level) if outcome == "violation" else float(np.log(level)),
        sector=table.base.log_ratio(outcome)[lookup.sector],
        factors=factors,
        scale=scale,
        variance=scale**2 * variance + table.base.variance(outcome)[lookup.sector],
    )
