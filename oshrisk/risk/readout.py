"""Boosted trees without interactions, read out into a risk table.

Such a model is a sum of functions of one column each. Moving one column through its bins while all others stay unknown
gives that function at every bin, by public predictions alone, however the trees store their splits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from oshrisk.messages import text
from oshrisk.risk.moved import COLUMNS
from oshrisk.risk.scoring import Lookup
from oshrisk.risk.sector_base import SectorBase
from oshrisk.risk.table import Bin, Combination, Constant, Effect, Factor, RiskTable
from oshrisk.risk.tree_columns import SECTOR, Column, Silent, codes_of, values_of

Floats = NDArray[np.float64]
Raw = Callable[[Floats], Floats]

_SUFFIX: Final = "-boosted"
_SD_REFERENCE: Final = 0.01  # as the expert table's reference bins


@dataclass(frozen=True)
class Rows:
    """What a model learned from.

    Parameters
    ----------
    lookup : Lookup
        Where the rows fall in the prior table.
    events : ndarray, shape (n,)
        Accidents, or 1 and 0.
    information : ndarray, shape (n,)
        What each row tells of the log scale: its expected events, or p (1 − p).
    """

    lookup: Lookup
    events: Floats
    information: Floats


@dataclass(frozen=True)
class Terms:
    """A model's own terms on the log scale: `level` with everything unknown, and by column each bin against that.

    Parameters
    ----------
    level : float
        Log rate, or log odds.
    of : dict of str to ndarray, shape (bins + 1,)
        Unknown is last, at 0.
    """

    level: float
    of: dict[str, Floats]


def read_terms(raw: Raw, columns: tuple[Column, ...], rows: Rows, silent: Silent) -> Terms:
    """Read a model out, column by column.

    Parameters
    ----------
    raw : callable
        Matrix of `matrix_of` to the model's prediction on the log scale.
    columns : tuple of Column
        Its columns.
    rows : Rows
        What it learned from. A missing value that no row had is no prediction of the model: it counts as the mean of
        the rows' risks.
    silent : mapping of str to int
        As for `matrix_of`.

    Returns
    -------
    Terms
        They sum to the model's own prediction.
    """
    by_column = [values_of(column, silent) for column in columns]
    base = np.array([values[-1] for values in by_column])
    grid = np.tile(base, (1 + sum(map(len, by_column)), 1))
    starts = np.cumsum([1, *map(len, by_column)])
    for number, (start, values) in enumerate(zip(starts, by_column, strict=False)):
        grid[start : start + len(values), number] = values
    found = raw(grid)
    level, terms = float(found[0]), {}
    for column, start, values in zip(columns, starts, by_column, strict=False):
        term = found[start : start + len(values)] - found[0]
        counts = np.bincount(codes_of(column, rows.lookup), minlength=len(values)).astype(float)
        if np.isnan(values[-1]) and counts[-1] == 0:
            mean = float(np.log(counts[:-1] @ np.exp(term[:-1]) / counts[:-1].sum()))
            level, term = level + mean, np.append(term[:-1] - mean, 0.0)
        terms[column.name] = term
    return Terms(level, terms)


def rewarded_silence(columns: tuple[Column, ...], terms: Terms) -> dict[str, int]:
    """Return the columns where "not known" came out safer than the reference, with the bin it may not be below."""
    found = {}
    for column in columns:
        term = terms.of[column.name]
        anchor = int(np.argmin(term[:-1])) if column.anchor is None else column.anchor
        if column.name != SECTOR and term[anchor] > 0:
            found[column.name] = anchor
    return found


def write_table(
    prior: RiskTable, outcome: str, columns: tuple[Column, ...], terms: Terms, rows: Rows, *, interval: float
) -> tuple[RiskTable, pd.DataFrame]:
    """Put a model's terms into the table it was learned on.

    Parameters
    ----------
    prior : RiskTable
        The table whose bins, words and other outcomes stay.
    outcome : str
        The outcome that was learned.
    columns : tuple of Column
        The model's columns; a factor without one gets no effect.
    terms : Terms
        What was read out.
    rows : Rows
        What it learned from.
    interval : float
        Probability of the intervals of the moves.

    Returns
    -------
    table : RiskTable
        Contributions neither shrunk nor capped, marked ``"fitted"``. The standard deviation of a bin is that of its
        own rows, to first order: 1 / √(information + 1 / sd²) with the prior's sd.
    moved : DataFrame
        As `oshrisk.risk.moved.put_back`.
    """
    writer = _Writer(outcome, {column.name: column for column in columns}, terms, rows, interval)
    factors = tuple(writer.factor(factor) for factor in prior.factors)
    labels, events = len(rows.events), float(rows.events.sum())
    basis = f"{labels} labels, {events:g} events"
    widest = sum(float(np.abs(term).max()) for term in terms.of.values())
    level = float(expit(terms.level)) if outcome == "violation" else float(np.exp(terms.level))
    levels = {**prior.base.level, outcome: Constant(level, prior.base.level[outcome].unit, basis, "fitted")}
    said = text("risk.fit.note", "en", outcome=outcome, labels=labels, events=f"{events:g}")
    table = replace(
        prior,
        **_heading(prior, said),
        factors=factors,
        base=_sectors(replace(prior.base, level=levels), terms),
        combination={**prior.combination, outcome: Combination(1.0, max(20.0, 1 + widest), basis, "fitted")},
    )
    moved = pd.DataFrame(writer.moves, columns=list(COLUMNS))
    order = (moved["after"] - moved["before"]).abs().sort_values(ascending=False, kind="stable").index
    return table, moved.loc[order].reset_index(drop=True)


def _heading(prior: RiskTable, said: str) -> dict[str, Any]:
    if prior.name.endswith(_SUFFIX):
        return {"note": f"{prior.note} {said}"}
    title_vi = text("risk.boosted.title", "vi", title=prior.title_vi)
    title_en = text("risk.boosted.title", "en", title=prior.title_en)
    begun = text("risk.boosted.started", "en", name=prior.name, model_id=prior.model_id[:12])
    return {"name": prior.name + _SUFFIX, "title_vi": title_vi, "title_en": title_en, "note": f"{begun} {said}"}


def _sectors(base: SectorBase, terms: Terms) -> SectorBase:
    if SECTOR not in terms.of:
        return base
    term = (terms.of[SECTOR] - terms.of[SECTOR][-1]).tolist()
    return replace(base, rows=tuple(replace(row, violation=value) for row, value in zip(base.rows, term, strict=False)))


class _Writer:
    """Writes one factor after the other and notes the moves."""

    def __init__(self, outcome: str, columns: Mapping[str, Column], terms: Terms, rows: Rows, interval: float) -> None:
        self.outcome, self.columns, self.terms, self.rows = outcome, columns, terms, rows
        self.moves: list[tuple[str, str, str, float, float, float, float, int, float]] = []
        self._z = float(ndtri(0.5 + interval / 2))

    def factor(self, factor: Factor) -> Factor:
        if factor.name not in self.columns:
            entries = [self._silenced(entry) for entry in factor.all_bins]
            return replace(factor, bins=tuple(entries[:-1]), unknown=entries[-1])
        column, term = self.columns[factor.name], self.terms.of[factor.name]
        anchor = column.anchor if column.anchor is not None else int(np.argmin(term[:-1]))
        codes = codes_of(column, self.rows.lookup)
        size = len(factor.all_bins)
        told = [np.bincount(codes, part, size) for part in (None, self.rows.events, self.rows.information)]
        entries = [
            self._entry(factor, n, float(term[n] - term[anchor]), tuple(float(part[n]) for part in told))
            for n in range(size)
        ]
        return replace(factor, bins=tuple(entries[:-1]), unknown=entries[-1])

    def _silenced(self, entry: Bin) -> Bin:
        effect = replace(entry.effects[self.outcome], log_rr=0.0, basis="not in the rows learned from", mark="fitted")
        return replace(entry, effects={**entry.effects, self.outcome: effect})

    def _entry(self, factor: Factor, position: int, after: float, told: tuple[float, ...]) -> Bin:
        entry, (labels, events, information) = factor.all_bins[position], told
        before = entry.effects[self.outcome]
        wide = before.sd if before.sd > _SD_REFERENCE else 1.0
        sd = 1 / float(np.sqrt(information + wide**-2))
        ends = after - self._z * sd, after + self._z * sd
        key = self.outcome, factor.name, entry.state
        self.moves.append((*key, before.log_rr, after, *ends, int(labels), events))
        sign = "0" if entry is factor.unknown else before.sign
        effect = Effect(after, sd, sign, f"{labels:g} labels, {events:g} events", "fitted")
        return replace(entry, effects={**entry.effects, self.outcome: effect})
