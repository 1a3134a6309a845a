"""Any scikit-learn estimator as a model: features in as numbers, unknown as the average, a score out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone, is_classifier

from oshrisk.risk.panel import Panel

Floats = NDArray[np.float64]
_WORKERS: Final = 5.0  # persons; assumed where unknown, as in the rules of `oshrisk.evaluate.policies`


class EstimatorModel(BaseEstimator):  # type: ignore[misc]  # sklearn ships no types
    """A scikit-learn estimator that ranks enterprises.

    Numbers and flags are used as they are; a state becomes a column of 0 and 1 for each of its values. What is unknown
    counts as the mean of what is known, so that silence is neither good nor bad. Signs are the estimator's own: such as
    ``monotonic_cst`` of scikit-learn's boosting, in the order of `columns`.

    Parameters
    ----------
    estimator : estimator
        A classifier (for violations: the probability of 1 is the score), or a regressor (for accidents: fitted on
        accidents per worker-year, weighted by worker-years; the score is that rate times the head-count).
    outcome : {"accident", "fatal", "violation"}
        What it learns from: the name of a panel.
    columns : sequence of str
        The features it may see, and no others.

    Attributes
    ----------
    estimator_ : estimator
        The fitted copy.
    means_ : Series
        Mean of what is known, by column of numbers.

    Examples
    --------
    >>> from sklearn.linear_model import PoissonRegressor
    >>> model = EstimatorModel(PoissonRegressor(), "accident", ["enterprise_age"])
    >>> ages = pd.DataFrame({"enterprise_age": [1.0, 9.0, np.nan], "workers": [10.0, 10.0, 10.0]})
    >>> first, second, unknown = model.fit(ages, [3, 0, 1], exposure=[10, 10, 10]).predict(ages)
    >>> bool(first > unknown > second)
    True
    """

    def __init__(self, estimator: Any, outcome: str, columns: Sequence[str]) -> None:
        self.estimator = estimator
        self.outcome = outcome
        self.columns = columns

    def fit(
        self,
        X: pd.DataFrame,  # noqa: N803  # scikit-learn's name
        y: ArrayLike,
        *,
        exposure: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        inspector: pd.Series | None = None,  # noqa: ARG002  # never a feature
    ) -> Self:
        """Learn from the rows that have a label.

        Parameters
        ----------
        X : DataFrame, shape (n, features)
            Features at each row's own date.
        y : array-like, shape (n,)
            Accidents, or 1 and 0 for a violation found; NaN rows are left out.
        exposure : array-like, shape (n,), optional
            Worker-years [counts only]; rows without any are left out.
        sample_weight : array-like, shape (n,), optional
            Weights.
        inspector : Series, shape (n,), optional
            Who made the visit: not looked at.

        Returns
        -------
        EstimatorModel
            Itself.
        """
        panel = Panel(X, y, exposure, sample_weight)
        rows = panel.take(panel.labelled)
        numbers = self._numbers(rows.features)
        self.means_ = numbers.mean().fillna(0.0)
        matrix, weight = self._matrix(rows.features), rows.weights
        if is_classifier(self.estimator):
            self.estimator_ = clone(self.estimator).fit(matrix, rows.labels.astype(int), sample_weight=weight)
        else:
            rate = rows.labels / rows.exposures
            self.estimator_ = clone(self.estimator).fit(matrix, rate, sample_weight=weight * rows.exposures)
        return self

    def predict(self, X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
        """Score enterprises: the probability of a violation, or the expected number of accidents a year.

        Parameters
        ----------
        X : DataFrame, shape (n, features)
            Features.

        Returns
        -------
        ndarray of float, shape (n,)
            Higher goes first.
        """
        matrix = self._matrix(X)
        if is_classifier(self.estimator_):
            return np.asarray(self.estimator_.predict_proba(matrix)[:, 1])
        workers = X["workers"].to_numpy("float64", na_value=np.nan)
        return np.asarray(self.estimator_.predict(matrix) * np.where(np.isnan(workers), _WORKERS, workers))

    def _matrix(self, features: pd.DataFrame) -> Floats:
        return np.asarray(self._numbers(features).fillna(self.means_).to_numpy(dtype="float64"))

    def _numbers(self, features: pd.DataFrame) -> pd.DataFrame:
        """Lay the features out as numbers; NaN stays unknown."""
        parts: dict[str, pd.Series] = {}
        for name in self.columns:
            column = features[name]
            if isinstance(column.dtype, pd.CategoricalDtype):
                for state in column.cat.categories:
                    parts[f"{name}={state}"] = column.eq(state).astype("float64").mask(column.isna())
            else:
                parts[name] = column.astype("float64")
        return pd.DataFrame(parts, index=features.index)
