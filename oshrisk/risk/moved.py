"""Putting what was learned back into a table, and saying which points moved, by how much, on how many labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from oshrisk.messages import text
from oshrisk.risk.design import LEVEL, SHRINK, Design
from oshrisk.risk.layout import sector_key
from oshrisk.risk.posterior import Posterior
from oshrisk.risk.reading import population_mean
from oshrisk.risk.scoring import Lookup
from oshrisk.risk.sector_base import SectorRow
from oshrisk.risk.strength import Strength
from oshrisk.risk.table import Bin, Combination, Constant, Factor, RiskTable

Floats = NDArray[np.float64]
Key = tuple[str, str, str]
_Told = tuple[float, float]  # labels and events

COLUMNS: Final = ("outcome", "factor", "state", "before", "after", "low", "high", "labels", "events")
NO_RATIO: Final = ("level", "combination", "own_record")  # what moves in a table without being a relative risk
_SUFFIX: Final = "-fitted"
_NOTHING: Final = np.zeros(0)


@dataclass(frozen=True)
class Learned:
    """What was learned of one outcome, and from what.

    Parameters
    ----------
    outcome : str
        The outcome.
    prior : RiskTable
        The table it started from.
    lookup : Lookup
        Where the labelled rows fall in it.
    events : ndarray, shape (n,)
        Accidents, or 1 and 0.
    design : Design
        The parameters.
    posterior : Posterior
        What labels and prior say of them.
    interval : float
        Probability of the intervals.
    strength : Strength or None
        Strength of the own record, where it was estimated.
    """

    outcome: str
    prior: RiskTable
    lookup: Lookup
    events: Floats
    design: Design
    posterior: Posterior
    interval: float
    strength: Strength | None = None


def nothing_moved() -> pd.DataFrame:
    """Return an empty table of moves."""
    numbers: dict[str, object] = dict.fromkeys(COLUMNS[3:], _NOTHING)
    return pd.DataFrame({name: pd.Series([], dtype="str") for name in COLUMNS[:3]} | numbers)


def furthest(moved: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are relative risks moved by labels, the furthest first.

    Parameters
    ----------
    moved : DataFrame
        From `put_back`.

    Returns
    -------
    DataFrame
        Some of its rows.
    """
    far = (moved["after"] - moved["before"]).abs()
    seen = (far > 0) & (moved["labels"] > 0) & ~moved["factor"].isin(NO_RATIO)
    return moved.loc[far[seen].sort_values(ascending=False, kind="stable").index]


def put_back(learned: Learned) -> tuple[RiskTable, pd.DataFrame]:
    """Return the table moved by what was learned, and the moves.

    Parameters
    ----------
    learned : Learned
        What was learned.

    Returns
    -------
    table : RiskTable
        Points that labels speak of have their posterior mode, the standard deviation of the posterior, mark
        ``"fitted"`` and a basis that names the labels; all others are as they were. An unknown bin that no row fell
        in and that was the mean of its known bins is the mean of the moved ones, and the level makes it up, so that no
        labelled row is scored otherwise than it was fitted.
    moved : DataFrame
        outcome, factor, state, before, after, low, high, labels (rows), events; the largest moves first. Values are
        logs: of a bin's relative risk against the reference, of a sector's ratio to the level (factor ``"sector"``),
        of the level (log odds for violation), of the own record's strength, discount and completeness
        (``"own_record"``). Only the shrinkage (``"combination"``) is given as it is. An interval is NaN where the
        curvature gives none.
    """
    writer = _Writer(learned)
    factors = tuple(writer.factor(factor) for factor in learned.prior.factors)
    rows = tuple(writer.sector(position, row) for position, row in enumerate(learned.prior.base.rows))
    table = replace(
        learned.prior,
        **_heading(learned),
        factors=factors,
        combination={**learned.prior.combination, learned.outcome: writer.combination()},
        constants={**learned.prior.constants, **writer.record()},
        base=replace(
            learned.prior.base,
            level={**learned.prior.base.level, learned.outcome: writer.level(factors)},
            rows=rows,
        ),
    )
    moved = pd.DataFrame(writer.moves, columns=list(COLUMNS)) if writer.moves else nothing_moved()
    order = (moved["after"] - moved["before"]).abs().sort_values(ascending=False, kind="stable").index
    return table, moved.loc[order].reset_index(drop=True)


def _heading(learned: Learned) -> dict[str, Any]:
    prior = learned.prior
    labels, events = len(learned.events), float(learned.events.sum())
    said = text("risk.fit.note", "en", outcome=learned.outcome, labels=labels, events=f"{events:g}")
    if prior.name.endswith(_SUFFIX):
        return {"note": f"{prior.note} {said}"}
    begun = text("risk.fit.started", "en", name=prior.name, model_id=prior.model_id[:12])
    return {
        "name": prior.name + _SUFFIX,
        "title_vi": text("risk.fit.title", "vi", title=prior.title_vi),
        "title_en": text("risk.fit.title", "en", title=prior.title_en),
        "note": f"{begun} {said}",
    }


class _Writer:
    """Writes moved points, and notes every move."""

    def __init__(self, learned: Learned) -> None:
        self.learned, self.moves = learned, list[tuple[object, ...]]()
        design, posterior = learned.design, learned.posterior
        self._at: dict[Key, int] = {key: position for position, key in enumerate(design.parameters.keys)}
        self._free = design.parameters.free
        self._labels, self._events = design.counts, design.totals(learned.events)
        self._mode, self._covariance = posterior.mode, posterior.covariance
        self._reach = float(ndtri((1 + learned.interval) / 2))
        sectors = len(learned.prior.base.rows) + 1
        self._of_sector = tuple(
            np.bincount(learned.lookup.sector, weights, sectors) for weights in (None, learned.events)
        )

    def _note(self, factor: str, state: str, before: float, after: tuple[float, float, float], told: _Told) -> str:
        """Note a move: before, after with its interval, and the labels and events that moved it; return its basis."""
        self.moves.append((self.learned.outcome, factor, state, before, *after, *told))
        labels, events = told
        return f"{labels:g} labels with {events:g} events; before them {before:+.3f}"

    def factor(self, factor: Factor) -> Factor:
        bins = tuple(self._bin(factor, entry) for entry in factor.bins)
        unknown = self._bin(factor, factor.unknown)
        if unknown is factor.unknown and self.learned.design.level_moves and bins != factor.bins:
            unknown = self._mean_again(factor, bins)
        return replace(factor, bins=bins, unknown=unknown)

    def _bin(self, factor: Factor, entry: Bin) -> Bin:
        j = self._at["bin", factor.name, entry.state]
        if not self._free[j]:
            return entry
        posterior, effect = self.learned.posterior, entry.effects[self.learned.outcome]
        after = float(self._mode[j])
        told = float(self._labels[j]), float(self._events[j])
        span = after, float(posterior.low[j]), float(posterior.high[j])
        basis = self._note(factor.name, entry.state, effect.log_rr, span, told)
        kept = "" if effect.mark == "fitted" or not effect.basis else f": {effect.basis}"
        moved = replace(effect, log_rr=after, sd=float(posterior.sd[j]), basis=basis + kept, mark="fitted")
        return replace(entry, effects={**entry.effects, self.learned.outcome: moved})

    def _mean_again(self, factor: Factor, bins: tuple[Bin, ...]) -> Bin:
        """Return the unknown bin as the mean of the moved bins, if it was the mean of the bins before."""
        outcome = self.learned.outcome
        before = factor.unknown.effects[outcome]
        if not np.isclose(before.log_rr, population_mean(factor.bins, outcome).log_rr, rtol=0, atol=1e-9):
            return factor.unknown
        mean = population_mean(bins, outcome)
        self._note(factor.name, factor.unknown.state, before.log_rr, (mean.log_rr,) * 3, (0.0, 0.0))
        return replace(factor.unknown, effects={**factor.unknown.effects, outcome: replace(mean, mark="fitted")})

    def sector(self, position: int, row: SectorRow) -> SectorRow:
        outcome = self.learned.outcome
        keys = (sector_key(row.group, row.scheme, row.prefix), ("group", row.group, ""))
        where = np.array([self._at[key] for key in keys if key in self._at])
        if not self._free[where].any():
            return row
        before = float(getattr(row, outcome))
        after = before + float(self._mode[where].sum())
        held = self.learned.design.parameters.sd[where][~self._free[where]]
        sd = float(np.sqrt(self._covariance[np.ix_(where, where)].sum() + (held**2).sum()))
        labels, events = (float(counts[position]) for counts in self._of_sector)
        self._note("sector", f"{row.scheme}:{row.prefix}", before, self._around(after, sd), (labels, events))
        moved: dict[str, Any] = {outcome: after, f"{outcome}_sd": sd}
        return replace(row, **moved)

    def combination(self) -> Combination:
        rule = self.learned.prior.combination[self.learned.outcome]
        if not self._free[SHRINK]:
            return rule
        posterior, after = self.learned.posterior, float(self._mode[SHRINK])
        span = after, float(posterior.low[SHRINK]), float(posterior.high[SHRINK])
        basis = self._note("combination", "shrink", rule.shrink, span, self._all())
        return replace(rule, shrink=after, basis=basis, mark="fitted")

    def level(self, factors: tuple[Factor, ...]) -> Constant:
        """Return the level over which the moved factors score labelled rows as they were fitted."""
        learned, start = self.learned, self.learned.prior.base.level[self.learned.outcome]
        if not self._free[LEVEL]:
            return start
        outcome, theta = learned.outcome, self._mode
        held = sum(factor.unknown.effects[outcome].log_rr for factor in factors)
        shift = float(theta[SHRINK]) * (held - float(theta[learned.design.unknown].sum()))
        after = learned.design.log_level(theta) + shift
        slopes = np.zeros(len(theta))
        slopes[LEVEL], slopes[SHRINK] = 1.0, held
        slopes[learned.design.unknown] = theta[SHRINK]
        span = self._around(after, float(np.sqrt(slopes @ self._covariance @ slopes)))
        basis = self._note("level", "", float(learned.design.parameters.mean[LEVEL]), span, self._all())
        value = float(np.exp(after)) if outcome != "violation" else float(1 / (1 + np.exp(-after)))
        return replace(start, value=value, basis=basis, mark="fitted")

    def record(self) -> dict[str, Constant]:
        """Return the constants of the own record, where they were estimated."""
        found = self.learned.strength
        if found is None or found.rows == 0:
            return {}
        start, told = self.learned.prior.constants["credibility_strength"], (float(found.rows), found.events)
        span = self._around(float(np.log(found.strength)), found.log_strength_sd)
        basis = self._note("own_record", "log_strength", float(np.log(start.value)), span, told)
        constants = {"credibility_strength": replace(start, value=found.strength, basis=basis, mark="fitted")}
        prior = self.learned.prior
        others = (
            ("discount", prior.record_discount, found.discount, found.log_discount_sd),
            ("completeness", prior.record_completeness, found.completeness, np.nan),
        )
        for name, before, after, sd in others:
            if after != before:
                span = self._around(float(np.log(after)), sd)
                basis = self._note("own_record", f"log_{name}", float(np.log(before)), span, told)
                constants[f"record_{name}"] = Constant(after, text(f"risk.fit.{name}_unit", "en"), basis, "fitted")
        return constants

    def _around(self, middle: float, sd: float) -> tuple[float, float, float]:
        return middle, middle - self._reach * sd, middle + self._reach * sd

    def _all(self) -> _Told:
        return float(len(self.learned.events)), float(self.learned.events.sum())
