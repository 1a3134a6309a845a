"""Laying rows of features out for a fit: a parameter for every bin and sector, with its prior and its bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.risk.design import SHRINK, Design, Parameters
from oshrisk.risk.scoring import Lookup
from oshrisk.risk.sector_base import logit
from oshrisk.risk.table import UNKNOWN, Effect, RiskTable

Ints = NDArray[np.intp]

LEVEL_SD: Final = 2.0  # assumed: vague; levels come from other places and may be off by a factor of 7 either way
SHRINK_SD: Final = 0.1  # expert prior, row "_combination": 0.7 ± 0.1
MIN_SHRINK: Final = 0.05  # assumed: factors that count less than this count nothing
GROUP_SHARE: Final = 0.5  # assumed: half of what the expert does not know of a sector he does not know of its group
REFERENCE_SD: Final = 0.01  # a reference bin states this: 0 by definition


def make_design(
    lookup: Lookup,
    table: RiskTable,
    outcome: str,
    *,
    fit_level: bool = True,
    fit_shrink: bool = True,
    inspector: pd.Series | None = None,
    inspector_sd: float = 1.0,
) -> Design:
    """Lay rows out for a fit.

    Parameters
    ----------
    lookup : Lookup
        Where each row falls in the table.
    table : RiskTable
        The prior.
    outcome : {"accident", "fatal", "violation"}
        The outcome.
    fit_level, fit_shrink : bool, default True
        Whether level and shrinkage move.
    inspector : Series, shape (n,), optional
        Inspectors to fit an effect each of; NaN has none.
    inspector_sd : float, default 1
        Prior standard deviation of the inspectors' effects.

    Returns
    -------
    Design
        The design.
    """
    level, rule = table.base.level[outcome].value, table.combination[outcome]
    columns = _Columns()
    start = logit(level) if outcome == "violation" else float(np.log(level))
    columns.add(("level", "", ""), start, LEVEL_SD if fit_level else 0.0)
    columns.add(("shrink", "", ""), rule.shrink, SHRINK_SD if fit_shrink else 0.0, MIN_SHRINK, 1.0)
    bins = np.empty((len(lookup.sector), len(table.factors)), dtype=np.int32)
    for position, factor in enumerate(table.factors):
        first = len(columns.keys)
        reference = _reference([entry.effects[outcome] for entry in factor.bins])
        for number, entry in enumerate(factor.all_bins):
            effect = entry.effects[outcome]
            low, high = _bounds(effect, unknown=number == len(factor.bins))
            columns.add(
                ("bin", factor.name, entry.state), effect.log_rr, 0.0 if number == reference else effect.sd, low, high
            )
        np.add(lookup.codes[factor.name], first, out=bins[:, position], dtype=np.int32)  # codes may be of one byte
    parts = _sectors(lookup, table, outcome, columns)
    if inspector is not None:
        codes, names = pd.factorize(inspector)
        first = len(columns.keys)
        for name in names:
            columns.add(("inspector", str(name), ""), 0.0, inspector_sd)
        parts.append(np.where(codes < 0, -1, first + codes))
    columns.add(("none", "", ""), 0.0, 0.0)
    others = np.column_stack(parts).astype(np.int32)
    others[others < 0] = len(columns.keys) - 1
    design = Design(
        columns.parameters(),
        bins,
        others,
        table.base.log_ratio(outcome)[lookup.sector],
        np.array([kind == "bin" and state == UNKNOWN for kind, _, state in columns.keys]),
        rule.cap,
        fit_level,
    )
    return _hold_the_untold(design)


class _Columns:
    """Parameters as they are found."""

    def __init__(self) -> None:
        self.keys: list[tuple[str, str, str]] = []
        self._rows: list[tuple[float, float, float, float]] = []

    def add(
        self, key: tuple[str, str, str], mean: float, sd: float, low: float = -np.inf, high: float = np.inf
    ) -> None:
        """Add one; a standard deviation of 0 holds it."""
        self.keys.append(key)
        self._rows.append((mean, sd or 1.0, low, high) if sd > 0 else (mean, 1.0, mean, mean))

    def parameters(self) -> Parameters:
        mean, sd, low, high = np.array(self._rows).T
        return Parameters(self.keys, mean, sd, low, high)


def _reference(effects: list[Effect]) -> int:
    """Return the position of the reference bin, -1 if there is none."""
    found = (n for n, e in enumerate(effects) if e.log_rr == 0 and e.sign == "0" and e.sd <= REFERENCE_SD)
    return next(found, -1)


def _bounds(effect: Effect, *, unknown: bool) -> tuple[float, float]:
    """Return where an effect may lie; not knowing is never better than the reference bin."""
    low = 0.0 if unknown or effect.sign == "+" else -np.inf
    return low, 0.0 if effect.sign == "-" else np.inf


def _sectors(lookup: Lookup, table: RiskTable, outcome: str, columns: _Columns) -> list[Ints]:
    """Add a column a group and a column a sector, and return by row the positions of both; -1 where there is none.

    A sector of both VSIC versions is one sector. The variance of its row is split between its group and itself, so
    that a sector without labels is moved by those of its group.
    """
    none = len(table.base.rows)
    variance = table.base.variance(outcome)
    groups: dict[str, float] = {}
    for row, spread in zip(table.base.rows, variance, strict=False):
        if row.group:
            groups[row.group] = min(groups.get(row.group, np.inf), GROUP_SHARE * spread)
    of_group, of_sector = np.full(none + 1, -1), np.full(none + 1, -1)
    places: dict[tuple[str, str, str], int] = {}

    def place(key: tuple[str, str, str], spread: float) -> int:
        if key not in places:
            places[key] = len(columns.keys)
            columns.add(key, 0.0, float(np.sqrt(spread)))
        return places[key]

    for position, row in enumerate(table.base.rows):
        shared = groups.get(row.group, 0.0)
        if row.group:
            of_group[position] = place(("group", row.group, ""), shared)
        of_sector[position] = place(sector_key(row.group, row.scheme, row.prefix), variance[position] - shared)
    return [of_group[lookup.sector], of_sector[lookup.sector]]


def sector_key(group: str, scheme: str, prefix: str) -> tuple[str, str, str]:
    """Return the key of a sector's own parameter: the same for a prefix of one group in both VSIC versions."""
    return "sector", group or scheme, prefix


def _hold_the_untold(design: Design) -> Design:
    """Hold what no row or every row falls in, and the shrinkage of a sum that is the same in all rows.

    None of these can be told from the level.
    """
    rows, prior = design.counts, design.parameters
    kinds = np.array([key[0] for key in prior.keys])
    untold = np.isin(kinds, ("bin", "group", "sector", "inspector")) & ((rows == 0) | (rows == len(design)))
    untold[SHRINK] = len(design) == 0 or np.ptp(design.sums(prior.mean)) == 0
    low, high = (np.where(untold, prior.mean, bound) for bound in (prior.low, prior.high))
    return replace(design, parameters=replace(prior, low=low, high=high))
