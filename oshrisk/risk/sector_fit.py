"""A sector base fitted on a register: rates shrunk down the code tree, every level towards its parent.

A node with parent rate λ, expected events m = Σ μ_i and n events is given a gamma prior around its parent with shape
k. Enterprises alike in sector still differ (gamma, shape a), so that n has variance V = m + Σ μ_i² / a and weighs as
m² / V events. The node's rate is

    λ · (k + n m / V) / (k + m² / V).

k is estimated for each level by moments (Bühlmann and Straub 1970), a over the whole register. The tree of VSIC begins
with its sections (letters), which its codes do not spell; NAICS begins with its two digits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from oshrisk.errors import OshriskError
from oshrisk.reference import sectors
from oshrisk.risk.assessment import estimates
from oshrisk.risk.credibility import record_of
from oshrisk.risk.sector_base import SectorBase, SectorRow
from oshrisk.risk.sector_sums import SectorSums
from oshrisk.risk.table import RiskTable

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
NO_EVIDENCE_SD: Final = 0.5  # assumed: how far sectors may differ in an outcome that the register does not hold


def fit_sector_base(
    codes: pd.Series,
    events: ArrayLike,
    exposure: ArrayLike,
    scheme: str,
    *,
    like: SectorBase,
    levels: tuple[int, ...] = (2, 3, 4, 5, 6),
) -> SectorBase:
    """Fit accident rates by sector on the register's own reported periods.

    Parameters
    ----------
    codes : Series of str, shape (n,)
        Sector code of each enterprise; NaN counts towards the level only.
    events : array-like, shape (n,)
        Accidents in reported periods.
    exposure : array-like, shape (n,)
        Reported worker-years; times the factors' relative risk where these are applied, too.
    scheme : str
        Sector scheme of `codes`, such as ``"naics2022"``.
    like : SectorBase
        Where the levels of fatal and violation come from; sectors do not differ in them.
    levels : tuple of int
        Digits of the levels, from the top; for VSIC, sections stand above them.

    Returns
    -------
    SectorBase
        With the register's own accident level, and one row a node.

    Raises
    ------
    OshriskError
        If no accident or no exposure is reported: then there is nothing to fit.
    """
    return fit_of_sums(SectorSums.of(codes, events, exposure), scheme, like=like, levels=levels)


def fit_of_sums(
    sums: SectorSums, scheme: str, *, like: SectorBase, levels: tuple[int, ...] = (2, 3, 4, 5, 6)
) -> SectorBase:
    """Fit accident rates by sector on sums over the enterprises: `fit_sector_base` where the rows are elsewhere.

    Parameters
    ----------
    sums : SectorSums
        Of all enterprises.
    scheme, like, levels
        As `fit_sector_base`.

    Returns
    -------
    SectorBase
        As `fit_sector_base`.

    Raises
    ------
    OshriskError
        If no accident or no exposure is reported.
    """
    count, time = sums.column("events"), sums.column("exposure")
    if count.sum() <= 0 or time.sum() <= 0:
        raise OshriskError("risk.nothing_to_fit", scheme=scheme, events=count.sum(), exposure=time.sum())
    level = float(count.sum() / time.sum())
    strength, squares = sums.strength(level), sums.column("exposure_squared")
    rate, variance = np.full(len(count), level), np.zeros(len(count))
    rows: list[SectorRow] = []
    text = pd.Series(sums.rows.index.to_numpy(dtype=object)).astype(str)
    for digits, inside, nodes in _tree(text, scheme, levels):
        node, prefixes = pd.factorize(nodes, sort=True)
        expected = rate[inside] * time[inside], rate[inside] ** 2 * squares[inside]
        fitted = _level(node, len(prefixes), count[inside], expected, strength)
        parent_rate, parent_variance = _first(node, rate[inside]), _first(node, variance[inside])
        node_rate = parent_rate * fitted[0]
        node_variance = fitted[1] + fitted[2] ** 2 * parent_variance
        rate[inside], variance[inside] = node_rate[node], node_variance[node]
        if digits:
            rows += _rows(scheme, prefixes, np.log(node_rate / level), np.sqrt(node_variance))
    basis = f"{count.sum():g} accidents / {time.sum():g} worker-years of the register"
    own = replace(like.level["accident"], value=level, basis=basis, mark="fitted")
    return SectorBase({**like.level, "accident": own}, tuple(rows))


def _tree(codes: pd.Series, scheme: str, levels: tuple[int, ...]) -> Iterator[tuple[int, Flags, pd.Series]]:
    """Walk down the levels: digits (0 for sections), who has a node there, and the nodes."""
    if sectors.has_sections(scheme):
        section = sectors.section(pd.Series(scheme, index=codes.index), codes.where(codes != ""))
        known = section.notna().to_numpy()
        yield 0, known, section[known]
    for digits in levels:
        inside = (codes.str.len() >= digits).to_numpy()
        yield digits, inside, codes[inside].str[:digits]


def with_register_base(table: RiskTable, features: pd.DataFrame, scheme: str) -> RiskTable:
    """Put a table over a sector base fitted on the register itself.

    For registers with a sector scheme that the table has no sectors for, such as NAICS. What the factors explain is
    taken out first: exposure is multiplied by each enterprise's relative risk.

    Parameters
    ----------
    table : RiskTable
        The model whose factors stay.
    features : DataFrame
        From `oshrisk.features.build_features`; enterprises of another scheme count towards the level only.
    scheme : str
        The scheme to fit.

    Returns
    -------
    RiskTable
        The same factors over the fitted base.

    Raises
    ------
    OshriskError
        If no accident or no exposure is reported.
    """
    return table.with_base(fit_of_sums(register_sums(table, features, scheme), scheme, like=table.base))


def register_sums(table: RiskTable, features: pd.DataFrame, scheme: str) -> SectorSums:
    """Return what `with_register_base` is fitted on: of all enterprises, or of a shard of them.

    Parameters
    ----------
    table, features, scheme
        As `with_register_base`.

    Returns
    -------
    SectorSums
        Sums by sector code.
    """
    flat = table.with_base(SectorBase(table.base.level, ()))
    silent = features.assign(accidents_5y=0.0, reported_worker_years_5y=0.0)
    relative = estimates(silent, flat)["accident_rate"].to_numpy() / table.base.level["accident"].value
    events, exposure = record_of(features)
    codes = features["sector_code"].where(features["sector_scheme"].astype("str") == scheme)
    return SectorSums.of(codes, events, exposure * relative)


def covering(table: RiskTable, features: pd.DataFrame) -> RiskTable:
    """Return a table that has sectors for the register's scheme, fitting them on the register where it has none.

    Parameters
    ----------
    table : RiskTable
        The model.
    features : DataFrame
        From `oshrisk.features.build_features`.

    Returns
    -------
    RiskTable
        `table` itself where it has sectors for any scheme of the register, or where the register names none;
        otherwise `with_register_base` of its most frequent scheme.

    Raises
    ------
    OshriskError
        If a base must be fitted and no accident or no exposure is reported.
    """
    scheme = scheme_to_fit(table, features["sector_scheme"].astype("str").value_counts())
    return table if scheme is None else with_register_base(table, features, scheme)


def scheme_to_fit(table: RiskTable, schemes: pd.Series) -> str | None:
    """Return the scheme that a base must be fitted for: a register's most frequent, where the table has none of them.

    Parameters
    ----------
    table : RiskTable
        The model.
    schemes : Series of int
        Enterprises by sector scheme.

    Returns
    -------
    str or None
        The scheme; None where the table has sectors for any of the schemes, or where there are none.
    """
    counted = schemes[schemes > 0]
    if counted.empty or {row.scheme for row in table.base.rows} & set(counted.index):
        return None
    return str(min(counted.index[counted == counted.max()]))


def _level(
    node: NDArray[np.intp], nodes: int, events: Floats, expected: tuple[Floats, Floats], strength: float
) -> tuple[Floats, Floats, Floats]:
    """By node: ratio to the parent, variance of its log, and the weight left to the parent.

    `expected` has the expected events and the sum of their squares.
    """
    n, m, squares = (np.bincount(node, values, nodes) for values in (events, *expected))
    variance = np.maximum(m + squares / strength, 1e-12)
    seen = m > 0
    spread = np.sum((n[seen] - m[seen]) ** 2 / m[seen]) - np.sum(variance[seen] / m[seen])
    shape = 1 / max(spread / max(m.sum(), 1e-12), 1e-6)
    weight = m**2 / variance
    return (shape + n * m / variance) / (shape + weight), 1 / (shape + weight), shape / (shape + weight)


def _first(node: NDArray[np.intp], values: Floats) -> Floats:
    _, first = np.unique(node, return_index=True)
    return values[first]


def _rows(scheme: str, prefixes: pd.Index, log_ratio: Floats, sd: Floats) -> list[SectorRow]:
    return [
        SectorRow(
            scheme, str(prefix), float(ratio), 0.0, 0.0, max(float(spread), math.sqrt(1e-6)), *(NO_EVIDENCE_SD,) * 2
        )
        for prefix, ratio, spread in zip(prefixes, log_ratio, sd, strict=True)
    ]
