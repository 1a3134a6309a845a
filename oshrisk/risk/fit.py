"""Data move the table: the posterior mode of every point under the expert's prior, with his signs as bounds.

The likelihood is that of the very rate the scorer gives: negative binomial for accidents, given each enterprise's own
record (`oshrisk.risk.likelihood.Credible`), Poisson for fatal accidents, logistic for violations found. With no labels
the result is the prior table itself; with many, the fit of largest likelihood within the signs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from oshrisk.errors import OshriskError
from oshrisk.risk.credibility import has_years, own_record, record_of, yearly_record
from oshrisk.risk.design import Design
from oshrisk.risk.inspectors import Inspectors, fit_inspectors
from oshrisk.risk.layout import make_design
from oshrisk.risk.likelihood import Credible, Likelihood, Logistic, Poisson
from oshrisk.risk.moved import Learned, nothing_moved, put_back
from oshrisk.risk.panel import Panel
from oshrisk.risk.posterior import Posterior, find_mode, find_posterior, log_determinant
from oshrisk.risk.scoring import Lookup, look_up, score
from oshrisk.risk.shrinkage import settle_shrinkage
from oshrisk.risk.strength import Histories, Strength, fit_strength
from oshrisk.risk.table import OUTCOMES, RiskTable

Floats = NDArray[np.float64]

_ROUNDS: Final = 4  # of points and strength in turn
_SETTLED: Final = 0.02  # change of the log strength that ends the rounds
_SAMPLE: Final = 50_000  # rows that the rounds look at; all rows have the last word
_APART: Final = 1.1  # factor of the strength over which the slope of the log determinant is taken


class RiskTableFit(BaseEstimator):  # type: ignore[misc]  # sklearn ships no types
    """A risk table moved by labels of one outcome.

    Parameters
    ----------
    prior : RiskTable
        The table to start from: every point is a normal prior N(log_rr, sd²), its sign a bound.
    outcome : {"accident", "fatal", "violation"}, default "accident"
        What the labels are.
    fit_level : bool, default True
        Whether the level moves, with a vague prior of its own.
    fit_shrink : bool, default True
        Whether the shrinkage of the factors' sum moves: all factors stronger or weaker at once.
    own_record : bool, default True
        Accident only: whether the likelihood counts each enterprise's own record, as the scorer does. Without it, it
        is plain Poisson on the structural rate.
    fit_strength : bool, default True
        Whether the strength of the own record is estimated, and its yearly discount where the features hold the
        record by year. Needs `own_record`.
    interval : float, default 0.8
        Probability of the intervals in `moved_`.

    Attributes
    ----------
    table_ : RiskTable
        The moved table; the prior itself where there was nothing to learn from.
    moved_ : DataFrame
        Which points moved, by how much, on how many labels: see `oshrisk.risk.moved.put_back`.
    inspector_ : Inspectors or None
        Effects of the inspectors, which are in no score; None where none were given.
    strength_ : Strength or None
        Strength of the own record, where it was estimated.
    labels_, events_ : int, float
        Labelled rows that were learned from; accidents or violations in them.
    posterior_ : Posterior or None
        Mode and covariance of all parameters of `design_`; None where there was nothing to learn from.
    design_ : Design or None
        The parameters, their priors and bounds.

    Examples
    --------
    >>> from oshrisk.risk import load_table
    >>> expert = load_table()
    >>> workers = pd.DataFrame({"workers": [3.0, 30.0, 400.0]})
    >>> RiskTableFit(expert).fit(workers, [0, 0, 0], exposure=[0, 0, 0]).table_ == expert
    True
    >>> fitted = RiskTableFit(expert).fit(workers, [0, 0, 30], exposure=[30, 300, 4000])
    >>> fitted.events_
    30.0
    """

    def __init__(
        self,
        prior: RiskTable,
        outcome: str = "accident",
        *,
        fit_level: bool = True,
        fit_shrink: bool = True,
        own_record: bool = True,
        fit_strength: bool = True,
        interval: float = 0.8,
    ) -> None:
        self.prior = prior
        self.outcome = outcome
        self.fit_level = fit_level
        self.fit_shrink = fit_shrink
        self.own_record = own_record
        self.fit_strength = fit_strength
        self.interval = interval

    def fit(
        self,
        X: pd.DataFrame,  # noqa: N803  # scikit-learn's name
        y: ArrayLike,
        *,
        exposure: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        inspector: pd.Series | None = None,
    ) -> Self:
        """Move the prior by labels.

        Parameters
        ----------
        X : DataFrame, shape (n, features)
            Features at each row's own date.
        y : array-like, shape (n,)
            Accidents after it, or 1 and 0 for a violation found; NaN rows are left out.
        exposure : array-like, shape (n,), optional
            Worker-years of the reported part of the period [counts only]; rows without any are left out.
        sample_weight : array-like, shape (n,), optional
            Weights. They count as labels: those of `oshrisk.risk.violation` add up to their effective number.
        inspector : Series, shape (n,), optional
            Who made the visit: fitted as a random effect and left out of the table.

        Returns
        -------
        RiskTableFit
            Itself.

        Raises
        ------
        OshriskError
            If a parameter is out of range, parts differ in length, an outcome, exposure or weight is negative, a
            violation is neither 0 nor 1, a feature holds a state that the table does not know, or no maximum is found.
        """
        self._check()
        panel = Panel(X, y, exposure, sample_weight, inspector)
        rows = panel.take(panel.labelled)
        if self.outcome == "violation" and not np.isin(rows.labels, (0, 1)).all():
            raise OshriskError("risk.bad_parameter", name="y", value=rows.labels.max(), allowed="0, 1")
        self.labels_, self.events_ = len(rows), float(rows.labels.sum())
        self.table_, self.moved_ = self.prior, nothing_moved()
        self.inspector_: Inspectors | None = None
        self.strength_: Strength | None = None
        self.posterior_: Posterior | None = None
        self.design_: Design | None = None
        if len(rows):
            with threadpool_limits(1, user_api="blas"):  # products are small: threads would only wait for each other
                self._learn(rows)
        return self

    def predict(self, X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
        """Return what `oshrisk.risk.assess` gives with the fitted table.

        Parameters
        ----------
        X : DataFrame, shape (n, features)
            Features.

        Returns
        -------
        ndarray, shape (n,)
            Accidents or fatal accidents per worker-year, or the probability of a serious violation if visited.
        """
        return expected_outcome(X, self.table_, self.outcome)

    def _check(self) -> None:
        if self.outcome not in OUTCOMES:
            raise OshriskError("risk.bad_parameter", name="outcome", value=self.outcome, allowed=", ".join(OUTCOMES))
        if not 0 < self.interval < 1:
            raise OshriskError("risk.bad_parameter", name="interval", value=self.interval, allowed="0 … 1")

    def _learn(self, rows: Panel) -> None:
        lookup = look_up(rows.features, self.prior)
        design = self._design(lookup)
        table, start, drag = self._rough(rows)
        if self._learns_strength:
            start = find_mode(design, self._likelihood(rows, table), start=start)
            self.strength_ = self._strength(rows, np.exp(design.eta(start)), drag)
            table = _with_strength(table, self.strength_)
        likelihood = self._likelihood(rows, table)
        start = settle_shrinkage(design, likelihood, start=start)
        posterior = find_posterior(design, likelihood, interval=self.interval, start=start)
        if rows.inspector is not None and rows.inspector.notna().any():
            without = design, posterior
            self.inspector_, design, posterior = fit_inspectors(
                lambda sd: self._design(lookup, rows.inspector, sd),
                likelihood,
                without=without,
                inspector=rows.inspector,
                interval=self.interval,
            )
        self.posterior_, self.design_ = posterior, design
        self.table_, self.moved_ = put_back(
            Learned(self.outcome, self.prior, lookup, rows.labels, design, posterior, self.interval, self.strength_)
        )

    @property
    def _learns_strength(self) -> bool:
        return self.outcome == "accident" and self.own_record and self.fit_strength

    def _rough(self, rows: Panel) -> tuple[RiskTable, Floats, float]:
        """Return a strength and a mode near those of all rows, and the drag on the strength, from evenly spaced rows.

        Points and strength are sought in turn; they hardly depend on each other.
        """
        part = rows.take(np.arange(0, len(rows), -(-len(rows) // _SAMPLE)))
        design = self._design(look_up(part.features, self.prior))
        table, drag = self.prior, 0.0
        mode = find_mode(design, self._likelihood(part, table))
        for _ in range(_ROUNDS if self._learns_strength else 0):
            before = table.constant("credibility_strength")
            ends = [self._likelihood(part, _times_strength(table, by)) for by in (1 / _APART, _APART)]
            low, high = (log_determinant(design, likelihood, mode) for likelihood in ends)
            drag = 0.5 * (high - low) / (2 * np.log(_APART))
            found = self._strength(part, np.exp(design.eta(mode)), drag)
            table = _with_strength(table, found)
            mode = find_mode(design, self._likelihood(part, table), start=mode)
            if abs(np.log(found.strength / before)) < _SETTLED:
                break
        return table, mode, drag

    def _design(self, lookup: Lookup, inspector: pd.Series | None = None, inspector_sd: float = 1.0) -> Design:
        return make_design(
            lookup,
            self.prior,
            self.outcome,
            fit_level=self.fit_level,
            fit_shrink=self.fit_shrink,
            inspector=inspector,
            inspector_sd=inspector_sd,
        )

    def _likelihood(self, rows: Panel, table: RiskTable) -> Likelihood:
        if self.outcome == "violation":
            return Logistic(rows.labels, rows.weights)
        if self.outcome == "fatal" or not self.own_record:
            return Poisson(rows.labels, rows.exposures, rows.weights)
        counts, worked = map(np.nan_to_num, record_of(rows.features, table.record_discount, table.record_completeness))
        strength = table.constant("credibility_strength")
        return Credible(rows.labels, rows.exposures, rows.weights, counts, worked, strength)

    def _strength(self, rows: Panel, rate: Floats, drag: float) -> Strength:
        """Estimate strength and discount given the structural rates; without years, the strength alone."""
        years = has_years(rows.features)
        past = yearly_record(rows.features) if years else tuple(part[:, None] for part in record_of(rows.features))
        counts, worked = map(np.nan_to_num, past)
        record = Histories(rate, rows.labels, rows.exposures, counts, worked, rows.weights)
        stated = self.prior.constant("credibility_strength"), self.prior.record_discount
        return fit_strength(record, strength=stated[0], discount=stated[1], drag=drag)


@dataclass(frozen=True)
class Fitted:
    """A table moved by the labels of several outcomes.

    Parameters
    ----------
    table : RiskTable
        The table.
    moved : DataFrame
        Which points moved, by how much, on how many labels, all outcomes.
    fits : mapping of outcome to RiskTableFit
        The fit of each outcome.
    """

    table: RiskTable
    moved: pd.DataFrame
    fits: Mapping[str, RiskTableFit]


def fit_table(
    prior: RiskTable,
    panels: Mapping[str, Panel],
    *,
    fit_level: bool = True,
    fit_shrink: bool = True,
    fit_strength: bool = True,
    interval: float = 0.8,
) -> Fitted:
    """Move a table by the labels of every outcome there are labels for.

    Parameters
    ----------
    prior : RiskTable
        The table to start from.
    panels : mapping of outcome to Panel
        Labels of "accident", "fatal" and "violation"; an outcome without a panel stays as it is.
    fit_level, fit_shrink, fit_strength, interval
        As `RiskTableFit`.

    Returns
    -------
    Fitted
        The moved table; the prior itself where there is no label at all.

    Raises
    ------
    OshriskError
        As `RiskTableFit.fit`.
    """
    table, moves, fits = prior, [], {}
    for outcome in sorted(panels):
        panel = panels[outcome]
        estimator = RiskTableFit(
            table,
            outcome,
            fit_level=fit_level,
            fit_shrink=fit_shrink,
            fit_strength=fit_strength,
            interval=interval,
        )
        fits[outcome] = estimator.fit(
            panel.features,
            panel.labels,
            exposure=panel.exposure,
            sample_weight=panel.weight,
            inspector=panel.inspector,
        )
        table = fits[outcome].table_
        moves.append(fits[outcome].moved_)
    kept = [part for part in moves if len(part)]
    return Fitted(table, pd.concat(kept, ignore_index=True) if kept else nothing_moved(), fits)


def expected_outcome(features: pd.DataFrame, table: RiskTable, outcome: str) -> Floats:
    """Return one outcome as `oshrisk.risk.assess` gives it, without ranking anything.

    Parameters
    ----------
    features : DataFrame, shape (n, features)
        Features.
    table : RiskTable
        The model.
    outcome : {"accident", "fatal", "violation"}
        The outcome.

    Returns
    -------
    ndarray, shape (n,)
        Rate per worker-year, own record included for accidents; or probability.
    """
    total = score(look_up(features, table), table, outcome).total
    if outcome == "violation":
        return np.asarray(1 / (1 + np.exp(-total)))
    rate = np.exp(total)
    if outcome == "fatal":
        return np.asarray(rate)
    events, exposure = record_of(features, table.record_discount, table.record_completeness)
    return np.asarray(rate * own_record(rate, events, exposure, table.constant("credibility_strength")))


def _times_strength(table: RiskTable, by: float) -> RiskTable:
    start = table.constants["credibility_strength"]
    constants = {**table.constants, "credibility_strength": replace(start, value=start.value * by)}
    return replace(table, constants=constants)


def _with_strength(table: RiskTable, found: Strength) -> RiskTable:
    start = table.constants["credibility_strength"]
    constants = {**table.constants, "credibility_strength": replace(start, value=found.strength)}
    if found.completeness != table.record_completeness:
        constants["record_completeness"] = replace(start, value=found.completeness)
    if found.discount != table.record_discount:
        constants["record_discount"] = replace(start, value=found.discount)
    return replace(table, constants=constants)
