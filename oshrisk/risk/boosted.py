"""The challenger: boosted trees without interactions, held to the signs and read out into a risk table.

scikit-learn's HistGradientBoosting learns one function a factor on the bins of a table: Poisson on rates with
exposure, log loss on violations. Unlike `oshrisk.risk.fit` it does not start from the expert's figures, only from his
bins and signs, so that it needs many labels; whether it may replace the champion is for a backtest to say. How many
trees is chosen by cross-validation inside the rows it is given. Source: J. H. Friedman, "Greedy function approximation:
a gradient boosting machine", Annals of Statistics 29 (2001), 1189–1232; additive trees as tables: Y. Lou, R. Caruana
and J. Gehrke, "Intelligible models for classification and regression", KDD 2012.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d, validate_data

from oshrisk.errors import OshriskError
from oshrisk.risk.credibility import own_record, record_of
from oshrisk.risk.fit import expected_outcome
from oshrisk.risk.moved import nothing_moved
from oshrisk.risk.neutral import neutral_table
from oshrisk.risk.panel import Panel
from oshrisk.risk.readout import Rows, Terms, read_terms, rewarded_silence, write_table
from oshrisk.risk.scoring import Lookup, look_up, score
from oshrisk.risk.table import OUTCOMES, RiskTable
from oshrisk.risk.tree_columns import Column, columns_of, matrix_of
from oshrisk.risk.tree_data import TreeData

Floats = NDArray[np.float64]

_ROUNDS: Final = 2  # of trees and own record in turn: the record is judged against the rate that the trees give


class BoostedTable(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # sklearn ships no types
    """A risk table learned by boosted trees without interactions.

    Parameters
    ----------
    prior : RiskTable, optional
        Bins, signs and words; its sectors are the exposure's for rates, a rising column for violations. By default a
        neutral table of the rows' own quantiles (`oshrisk.risk.neutral.neutral_table`).
    outcome : {"accident", "fatal", "violation"}, default "accident"
        What the labels are.
    learning_rate : float, default 0.1
        What each tree counts.
    max_iter : int, default 300
        Most trees.
    max_leaf_nodes : int, default 6
        Leaves of a tree: steps in one factor.
    min_samples_leaf : int, default 20
        Rows of a leaf.
    l2_regularization : float, default 1
        Added to the curvature of a leaf [events].
    cv : int, default 5
        Folds that choose the number of trees, by deviance; 0 takes `max_iter` as it is.
    interval : float, default 0.8
        Probability of the intervals in `moved_`.
    random_state : int, default 0
        Seed of the folds.

    Attributes
    ----------
    table_ : RiskTable
        The learned table; the prior where fewer groups than two a fold have an event, or a visit without one.
    moved_ : DataFrame
        As `oshrisk.risk.fit.RiskTableFit`.
    model_ : estimator or None
        The trees that were read out; None where nothing was learned.
    columns_ : tuple of Column
        Their columns.
    n_iter_ : int
        Number of trees.
    labels_, events_ : int, float
        Labelled rows; accidents or violations in them.

    Examples
    --------
    >>> age = pd.DataFrame({"age": np.arange(400.0)})
    >>> boosted = BoostedTable(outcome="violation", cv=2).fit(age, age["age"] > 200)
    >>> bool(np.diff(boosted.predict(pd.DataFrame({"age": [50.0, 350.0]}))) > 0.5)
    True
    """

    def __init__(
        self,
        prior: RiskTable | None = None,
        outcome: str = "accident",
        *,
        learning_rate: float = 0.1,
        max_iter: int = 300,
        max_leaf_nodes: int = 6,
        min_samples_leaf: int = 20,
        l2_regularization: float = 1.0,
        cv: int = 5,
        interval: float = 0.8,
        random_state: int = 0,
    ) -> None:
        self.prior = prior
        self.outcome = outcome
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.l2_regularization = l2_regularization
        self.cv = cv
        self.interval = interval
        self.random_state = random_state

    def fit(
        self,
        X: pd.DataFrame,  # noqa: N803  # scikit-learn's name
        y: ArrayLike,
        *,
        exposure: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        inspector: pd.Series | None = None,  # noqa: ARG002  # in the contract of all models, and never a feature
        groups: Sequence[Hashable] | pd.Index | None = None,
    ) -> Self:
        """Learn a table.

        Parameters
        ----------
        X : DataFrame, shape (n, features)
            Features at each row's own date.
        y : array-like, shape (n,)
            Accidents after it, or 1 and 0 for a violation found; NaN rows are left out.
        exposure : array-like, shape (n,), optional
            Worker-years of the reported part of the period [counts only]; rows without any are left out.
        sample_weight : array-like, shape (n,), optional
            Weights; they count as labels.
        inspector : Series, shape (n,), optional
            Who made the visit: not looked at.
        groups : sequence, shape (n,), optional
            Rows of the same group, such as an enterprise at several dates, are in the same fold; by
            default each row is its own.

        Returns
        -------
        BoostedTable
            Itself.

        Raises
        ------
        OshriskError
            If a parameter is out of range, an outcome, exposure or weight is negative, a violation is neither 0 nor
            1, or a feature holds a state that the table does not know.
        ValueError
            If parts differ in length.
        """
        self._check()
        frame = self._frame(X, fitting=True)
        check_consistent_length(frame, y, exposure, sample_weight, groups)
        panel = Panel(frame, column_or_1d(y, warn=True), _array(exposure), _array(sample_weight))
        rows = panel.take(panel.labelled)
        if self.outcome == "violation" and not np.isin(rows.labels, (0, 1)).all():
            raise OshriskError("risk.bad_parameter", name="y", value=rows.labels.max(), allowed="0, 1")
        of_row = np.arange(len(panel)) if groups is None else pd.factorize(np.asarray(groups))[0]
        prior = neutral_table(frame) if self.prior is None else self.prior
        self.labels_, self.events_ = len(rows), float(rows.labels.sum())
        self.table_, self.moved_ = prior, nothing_moved()
        self.model_: Any = None
        self.columns_: tuple[Column, ...] = ()
        self.n_iter_, self._silent = 0, dict[str, int]()
        if self._enough(rows, of_row[panel.labelled]):
            self._learn(rows, prior, of_row[panel.labelled])
        return self

    def predict(self, X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
        """Return what `oshrisk.risk.assess` gives with the learned table, shape (n,); numpy alone.

        Accidents or fatal accidents per worker-year, or the probability of a serious violation if visited.
        """
        check_is_fitted(self, "table_")
        return expected_outcome(self._frame(X), self.table_, self.outcome)

    def raw_prediction(self, X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
        """Return the trees' own prediction, shape (n,): what the table is read out from.

        Log rate per worker-year without the own record, or log odds. It differs from the table's structural score
        only where a factor is unknown that was never unknown in the rows learned from.
        """
        check_is_fitted(self, "table_")
        lookup = look_up(self._frame(X), self.table_)
        if self.model_ is None:
            return score(lookup, self.table_, self.outcome).total
        return self._raw(matrix_of(self.columns_, lookup, self._silent)) + self._offset(lookup)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.positive_only = True
        tags.regressor_tags.poor_score = True  # it stays at the prior where labels are few
        return tags

    def _check(self) -> None:
        if self.outcome not in OUTCOMES:
            raise OshriskError("risk.bad_parameter", name="outcome", value=self.outcome, allowed=", ".join(OUTCOMES))
        if not 0 < self.interval < 1:
            raise OshriskError("risk.bad_parameter", name="interval", value=self.interval, allowed="0 … 1")
        if self.cv < 0 or self.cv == 1:
            raise OshriskError("risk.bad_parameter", name="cv", value=self.cv, allowed="0, ≥ 2")

    def _frame(self, X: Any, *, fitting: bool = False) -> pd.DataFrame:  # noqa: N803  # scikit-learn's name
        """Return the features as a frame; arrays get the names x0, x1 …, frames may lack columns: then unknown."""
        if isinstance(X, pd.DataFrame):
            if fitting:
                validate_data(self, X, skip_check_array=True)
            return X if self.prior else X.set_axis(X.columns.astype(str), axis=1)
        values = validate_data(self, X, dtype="float64", ensure_all_finite="allow-nan", reset=fitting)
        return pd.DataFrame(values, columns=[f"x{number}" for number in range(values.shape[1])])

    def _enough(self, rows: Panel, groups: NDArray[np.intp]) -> bool:
        """Whether every fold can hold two groups with an event and, for violations, two with a visit without any."""
        least = 2 * max(self.cv, 2)
        sides = [rows.labels > 0, rows.labels == 0] if self.outcome == "violation" else [rows.labels > 0]
        return all(len(np.unique(groups[side])) >= least for side in sides)

    def _offset(self, lookup: Lookup) -> Floats:
        """Log ratio of the sector, for rates; a violation's sector is a column."""
        if self.outcome == "violation":
            return np.zeros(len(lookup.sector))
        return self.table_.base.log_ratio(self.outcome)[lookup.sector]

    def _learn(self, rows: Panel, prior: RiskTable, groups: NDArray[np.intp]) -> None:
        lookup = look_up(rows.features, prior)
        self.columns_ = columns_of(prior, lookup, self.outcome)
        if not self.columns_:
            return
        exposure = rows.exposures * np.exp(self._offset(lookup))
        events, worked = map(np.nan_to_num, record_of(rows.features, prior.record_discount, prior.record_completeness))
        recorded = self.outcome == "accident" and bool((events > 0).any() or (worked > 0).any())
        raw = np.full(
            len(rows),
            np.log(np.average(rows.labels, weights=rows.weights) / np.average(exposure, weights=rows.weights)),
        )
        for _ in range(_ROUNDS if recorded else 1):
            rate, strength = np.exp(raw + self._offset(lookup)), prior.constant("credibility_strength")
            known = own_record(rate, events, worked, strength) if recorded else 1.0
            data = TreeData(rows.labels, exposure * known, rows.weights, groups)
            terms = self._grow(lookup, data)
            raw = self._raw(matrix_of(self.columns_, lookup, self._silent))
        learned = Rows(lookup, rows.labels, self._information(raw, data))
        self.table_, self.moved_ = write_table(
            prior, self.outcome, self.columns_, terms, learned, interval=self.interval
        )

    def _grow(self, lookup: Lookup, data: TreeData) -> Terms:
        """Grow the trees; again with silence read as the safe bin wherever they would reward it."""
        matrix = matrix_of(self.columns_, lookup, self._silent)
        self.n_iter_ = self._chosen(matrix, data)
        while True:
            self.model_ = self._fitted(matrix, data, self.n_iter_)
            told = Rows(lookup, data.events, data.weight)
            terms = read_terms(self._raw, self.columns_, told, self._silent)
            found = {
                name: to for name, to in rewarded_silence(self.columns_, terms).items() if name not in self._silent
            }
            if not found:
                return terms
            self._silent = {**self._silent, **found}
            matrix = matrix_of(self.columns_, lookup, self._silent)

    def _fitted(self, matrix: Floats, data: TreeData, trees: int) -> Any:
        names = {
            "learning_rate": self.learning_rate,
            "max_iter": trees,
            "max_leaf_nodes": self.max_leaf_nodes,
            "min_samples_leaf": self.min_samples_leaf,
            "l2_regularization": self.l2_regularization,
            "early_stopping": False,
            "interaction_cst": "no_interactions",
            "monotonic_cst": [int(column.rising) for column in self.columns_],
            "categorical_features": [column.categorical for column in self.columns_],
            "random_state": self.random_state,
        }
        matrix = np.where(np.isnan(matrix).all(axis=0), 0.0, matrix)  # scikit-learn refuses columns that nobody knows
        if self.outcome == "violation":
            return HistGradientBoostingClassifier(**names).fit(matrix, data.events, sample_weight=data.weight)
        regressor = HistGradientBoostingRegressor(loss="poisson", **names)
        return regressor.fit(matrix, data.events / data.exposure, sample_weight=data.weight * data.exposure)

    def _raw(self, matrix: Floats) -> Floats:
        """Return the trees' prediction on the log scale."""
        if self.outcome == "violation":
            return np.asarray(self.model_.decision_function(matrix))
        return np.asarray(np.log(self.model_.predict(matrix)))

    def _information(self, raw: Floats, data: TreeData) -> Floats:
        if self.outcome == "violation":
            chance = 1 / (1 + np.exp(-raw))
            return np.asarray(data.weight * chance * (1 - chance))
        return np.asarray(data.weight * data.exposure * np.exp(raw))

    def _chosen(self, matrix: Floats, data: TreeData) -> int:
        """Return the number of trees of smallest deviance outside the fold it was learned on."""
        if self.cv == 0:
            return self.max_iter
        fold, lost = data.folds(self.cv, self.random_state), np.zeros(self.max_iter)
        for number in range(self.cv):
            inside = fold != number
            model = self._fitted(matrix[inside], data.take(inside), self.max_iter)
            outside = data.take(~inside)
            stages = model.staged_predict_proba if self.outcome == "violation" else model.staged_predict
            lost += [outside.loss(step, self.outcome) for step in stages(matrix[~inside])]
        return int(np.argmin(lost)) + 1


def _array(values: ArrayLike | None) -> Floats | None:
    return None if values is None else np.asarray(values, dtype=float)


@dataclass(frozen=True)
class Boosted:
    """A table learned by boosted trees from the labels of several outcomes.

    Parameters
    ----------
    table : RiskTable
        The table.
    moved : DataFrame
        Which points moved, all outcomes.
    fits : mapping of outcome to BoostedTable
        The estimator of each outcome.
    """

    table: RiskTable
    moved: pd.DataFrame
    fits: Mapping[str, BoostedTable]


def boosted_table(prior: RiskTable, panels: Mapping[str, Panel], **settings: Any) -> Boosted:
    """Learn a table from the labels of every outcome there are enough labels for.

    Parameters
    ----------
    prior : RiskTable
        Bins, signs and words; outcomes without enough labels stay as they are in it.
    panels : mapping of outcome to Panel
        Labels of "accident", "fatal" and "violation". Rows of the same first index level, the enterprise, are
        one group.
    **settings
        Parameters of `BoostedTable`.

    Returns
    -------
    Boosted
        The table; the prior itself where there is nothing to learn from.

    Raises
    ------
    OshriskError
        As `BoostedTable.fit`.
    """
    table, fits = prior, dict[str, BoostedTable]()
    for outcome in sorted(panels):
        panel = panels[outcome]
        fits[outcome] = BoostedTable(table, outcome, **settings).fit(
            panel.features,
            panel.labels,
            exposure=panel.exposure,
            sample_weight=panel.weight,
            groups=panel.features.index.get_level_values(0),
        )
        table = fits[outcome].table_
    kept = [fit.moved_ for fit in fits.values() if len(fit.moved_)]
    return Boosted(table, pd.concat(kept, ignore_index=True) if kept else nothing_moved(), fits)
