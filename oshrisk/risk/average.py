"""The average of tables on the log scale: a table again, for models that err in different ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from oshrisk.errors import OshriskError
from oshrisk.risk.sector_base import logit
from oshrisk.risk.table import Bin, Constant, Effect, Factor, RiskTable


def average_tables(tables: Sequence[RiskTable], outcome: str) -> RiskTable:
    """Average tables of the same bins in one outcome: their log rates (log odds for violation) are averaged.

    Parameters
    ----------
    tables : sequence of RiskTable
        At least one; of the same factors, bins, sectors and combination, such as fits of one prior by different
        methods or on resamples. Caps must not bind, or the average is not exact.
    outcome : {"accident", "fatal", "violation"}
        What is averaged; the other outcomes are those of the first table.

    Returns
    -------
    RiskTable
        The first table with averaged points. Reference is each factor's safest bin; a standard deviation is the mean
        of the tables', as if they erred together.

    Raises
    ------
    OshriskError
        If there is no table or they differ in their bins, sectors or combination.

    Examples
    --------
    >>> from oshrisk.risk import load_table
    >>> expert = load_table()
    >>> average_tables([expert, expert], "accident")["temporary_share"] == expert["temporary_share"]
    True
    """
    if not tables:
        raise OshriskError("risk.bad_parameter", name="tables", value=0, allowed="≥ 1")
    first = tables[0]
    for other in tables[1:]:
        if _shape(other, outcome) != _shape(first, outcome):
            raise OshriskError("risk.bad_parameter", name="tables", value=other.name, allowed=first.name)
    if len(tables) == 1:
        return first
    names = ", ".join(f"{table.name} ({table.model_id[:12]})" for table in tables)
    return replace(
        first,
        name=f"{first.name}-average",
        note=f"{first.note} Average of {names}.",
        factors=tuple(
            _factor([table.factors[position] for table in tables], outcome) for position in range(len(first.factors))
        ),
        base=replace(first.base, level={**first.base.level, outcome: _level(tables, outcome)}),
    )


def _shape(table: RiskTable, outcome: str) -> object:
    """Return what tables must have in common."""
    bins = [
        (factor.name, factor.feature, factor.kind, [(entry.state, entry.low, entry.high) for entry in factor.bins])
        for factor in table.factors
    ]
    rule = table.combination[outcome]
    return bins, table.base.rows, rule.shrink, rule.cap


def _factor(factors: Sequence[Factor], outcome: str) -> Factor:
    effects = [[factor.all_bins[n].effects[outcome] for factor in factors] for n in range(len(factors[0].all_bins))]
    means = np.array([np.mean([effect.log_rr for effect in alike]) for alike in effects])
    if all(alike == [alike[0]] * len(alike) for alike in effects):
        return factors[0]
    means -= means[:-1].min()
    *known, unknown = [
        _bin(entry, outcome, float(mean), alike)
        for entry, mean, alike in zip(factors[0].all_bins, means, effects, strict=True)
    ]
    return replace(factors[0], bins=tuple(known), unknown=unknown)


def _bin(entry: Bin, outcome: str, log_rr: float, alike: Sequence[Effect]) -> Bin:
    sign = "+" if log_rr > 0 and any(effect.sign != "0" for effect in alike) else "0"
    basis = "; ".join(dict.fromkeys(effect.basis for effect in alike))
    sd = float(np.mean([effect.sd for effect in alike]))
    return replace(entry, effects={**entry.effects, outcome: Effect(log_rr, sd, sign, basis, "fitted")})


def _level(tables: Sequence[RiskTable], outcome: str) -> Constant:
    values = np.array([table.base.level[outcome].value for table in tables])
    if outcome == "violation":
        mean = float(1 / (1 + np.exp(-np.mean([logit(value) for value in values]))))
    else:
        mean = float(np.exp(np.log(values).mean()))
    basis = "; ".join(dict.fromkeys(table.base.level[outcome].basis for table in tables))
    return replace(tables[0].base.level[outcome], value=mean, basis=basis, mark="fitted")
