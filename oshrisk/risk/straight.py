"""A table whose numbers act in a straight line: one slope a number, for registers with few labels.

Free bins need many labels each. Where labels are few and a factor is weak, one slope over all its bins errs less: on
Chicago's food inspections it ranks later periods better than free bins do (`benchmarks/chicago.py`). The model is the
ridge logistic regression, within the signs of the prior table; its result is a `RiskTable` like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, minimize
from sklearn.base import BaseEstimator

from oshrisk.errors import OshriskError
from oshrisk.risk.fit import expected_outcome
from oshrisk.risk.likelihood import Logistic
from oshrisk.risk.panel import Panel
from oshrisk.risk.scoring import look_up
from oshrisk.risk.table import Bin, Constant, Effect, Factor, RiskTable

Floats = NDArray[np.float64]

OUTCOME: Final = "violation"
INSPECTOR_SD: Final = 1.0  # assumed: odds of two inspectors seldom differ by more than a factor of 4
_ATTENUATION: Final = (
    16 * np.sqrt(3) / (15 * np.pi)
) ** 2  # S. L. Zeger, K.-Y. Liang, P. S. Albert, Biometrics 44 (1988)
_REFERENCE_SD: Final = 0.01  # 0 by definition
_LEVEL_SD: Final = 10.0  # vague


class StraightTable(BaseEstimator):  # type: ignore[misc]  # sklearn ships no types
    """A risk table with one slope for every numeric factor, learned from violations found or not.

    Parameters
    ----------
    prior : RiskTable
        Bins and signs, such as those of `oshrisk.risk.neutral.neutral_table`; its own log ratios are not used. A
        number should have many bins: it is read at the mean of its bin.
    spread : float, default 0.1
        Prior standard deviation of the effect of one standard deviation of a factor [log odds].

    Attributes
    ----------
    table_ : RiskTable
        The fitted table; the prior itself where labels are of one class only. Reference is the safest bin; what is
        not known counts as the mean of the known.
    effects_ : DataFrame
        factor, state (empty for a number), effect (log odds a standard deviation, or against the reference state),
        sd (of the posterior, by Laplace's approximation).
    inspectors_ : Series
        Log odds by inspector against their average, which are in no score; empty where none were given.
    labels_, events_ : int, float
        Labelled rows; violations in them.

    Examples
    --------
    >>> from oshrisk.risk.neutral import neutral_table
    >>> ages = pd.DataFrame({"age": np.arange(100.0)})
    >>> fitted = StraightTable(neutral_table(ages, bins=20), spread=1.0).fit(ages, ages["age"] > 70)
    >>> rise = fitted.predict(pd.DataFrame({"age": [10.0, 50.0, 90.0]}))
    >>> bool(rise[0] < rise[1] < rise[2])
    True
    """

    def __init__(self, prior: RiskTable, *, spread: float = 0.1) -> None:
        self.prior = prior
        self.spread = spread

    def fit(
        self,
        X: pd.DataFrame,  # noqa: N803  # scikit-learn's name
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        inspector: pd.Series | None = None,
    ) -> Self:
        """Learn the slopes.

        Parameters
        ----------
        X : DataFrame, shape (n, features)
            Features.
        y : array-like, shape (n,)
            1 for a violation found, 0 for none; NaN rows are left out.
        sample_weight : array-like, shape (n,), optional
            Weights; they count as labels.
        inspector : Series, shape (n,), optional
            Who made the visit: fitted beside the factors, then taken out. Without him chances are less extreme:
            the effects are shrunk by what the inspectors' variance takes from them, and the level fitted again.

        Returns
        -------
        StraightTable
            Itself.

        Raises
        ------
        OshriskError
            If `spread` is not above 0, parts differ in length, an outcome is neither 0 nor 1, or a feature holds a
            state that the prior does not know.
        """
        if not (np.isfinite(self.spread) and self.spread > 0):
            raise OshriskError("risk.bad_parameter", name="spread", value=self.spread, allowed="> 0")
        panel = Panel(X, y, None, sample_weight, inspector)
        rows = panel.take(panel.labelled)
        if not np.isin(rows.labels, (0, 1)).all():
            raise OshriskError("risk.bad_parameter", name="y", value=rows.labels.max(), allowed="0, 1")
        self.labels_, self.events_ = len(rows), float(rows.labels.sum())
        self.table_, self.inspectors_ = self.prior, pd.Series([], dtype="float64")
        self.effects_ = pd.DataFrame({"factor": [], "state": [], "effect": [], "sd": []})
        if 0 < self.events_ < self.labels_:
            self._learn(rows)
        return self

    def predict(self, X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
        """Return the probability of a serious violation, if visited, shape (n,)."""
        return expected_outcome(X, self.table_, OUTCOME)

    def _learn(self, rows: Panel) -> None:
        design = _design(rows.features, self.prior, self.spread)
        likelihood = Logistic(rows.labels, rows.weights)
        named = _dummies(rows.inspector, len(rows))
        matrix = np.column_stack([design.matrix, named.to_numpy()])
        sd = np.r_[design.sd, np.full(named.shape[1], INSPECTOR_SD)]
        bounds = design.bounds + [(-np.inf, np.inf)] * named.shape[1]
        found = _mode(likelihood, matrix, sd, bounds)
        width = design.matrix.shape[1]
        effects, level = found[1 : width + 1], found[0]
        spread = _posterior_sd(likelihood, matrix, sd, found)[1 : width + 1]
        if named.shape[1]:
            by_inspector = pd.Series(found[width + 1 :], index=named.columns)
            shares = rows.weights @ named.to_numpy() / rows.weights.sum()
            self.inspectors_ = by_inspector - float(shares @ by_inspector) / max(float(shares.sum()), 1e-9)
            scale = 1 / np.sqrt(1 + _ATTENUATION * float(shares @ self.inspectors_**2))
            level = _level(rows, design.matrix @ (scale * effects))
            effects, spread = scale * effects, scale * spread
        self.effects_ = pd.DataFrame(
            {
                "factor": [column.factor for column in design.columns],
                "state": [column.state for column in design.columns],
                "effect": effects,
                "sd": spread,
            }
        )
        self.table_ = _written(
            self.prior, design, (level, effects, spread), f"{self.labels_} labels, {self.events_:g} violations"
        )


@dataclass(frozen=True)
class _Column:
    """One parameter: a slope over the bins of a number, or a state. `by_bin` is its regressor by bin."""

    factor: str
    state: str
    by_bin: Floats


@dataclass(frozen=True)
class _Design:
    columns: list[_Column]
    matrix: Floats
    sd: Floats
    bounds: list[tuple[float, float]]


def _design(features: pd.DataFrame, prior: RiskTable, spread: float) -> _Design:
    codes = look_up(features, prior).codes
    columns, bounds, values = list[_Column](), list[tuple[float, float]](), list[Floats]()
    deviations = list[float]()
    for factor in prior.factors:
        counts = np.bincount(codes[factor.name], minlength=len(factor.bins) + 1)[:-1]
        for column, bound in _columns(factor, counts, features):
            by_row = column.by_bin[codes[factor.name]]
            if by_row.std() > 0:
                columns.append(column)
                bounds.append(bound)
                values.append(by_row)
                deviations.append(float(by_row.std()))
    matrix = np.column_stack(values) if values else np.zeros((len(features), 0))
    return _Design(columns, matrix, spread / np.array(deviations), bounds)


def _columns(
    factor: Factor, counts: NDArray[np.intp], features: pd.DataFrame
) -> list[tuple[_Column, tuple[float, float]]]:
    """Return a factor's columns; each value by bin, that of the unknown bin being the mean of the known rows."""
    effects = [entry.effects[OUTCOME] for entry in factor.bins]
    reference = next((n for n, e in enumerate(effects) if e.sign == "0" and e.sd <= _REFERENCE_SD), 0)
    if counts.sum() == 0:
        return []
    if factor.kind == "numeric":
        means = _means(factor, features[factor.feature])
        mean = float(counts @ means / counts.sum())
        scale = float(np.sqrt(counts @ (means - mean) ** 2 / counts.sum())) or 1.0
        line = np.append((means - mean) / scale, 0.0)
        return [(_Column(factor.name, "", line), _bounds(_direction(effects, reference)))]
    result = []
    for position, (entry, effect) in enumerate(zip(factor.bins, effects, strict=True)):
        if position != reference:
            inside = np.append((np.arange(len(factor.bins)) == position).astype(float), counts[position] / counts.sum())
            result.append((_Column(factor.name, entry.state, inside), _bounds({"+": 1, "-": -1}.get(effect.sign, 0))))
    return result


def _means(factor: Factor, column: pd.Series) -> Floats:
    """Mean of the rows in each bin; where it has none, its finite edge."""
    values = column.to_numpy(dtype=float, na_value=np.nan)
    values = values[~np.isnan(values)]
    lows, highs = (np.array([getattr(entry, side) for entry in factor.bins]) for side in ("low", "high"))
    code = np.searchsorted(lows, values, side="right") - 1
    inside = (code >= 0) & (values < highs[-1])
    counts, sums = (np.bincount(code[inside], weights, len(lows)) for weights in (None, values[inside]))
    edge = np.nan_to_num(np.where(np.isfinite(lows), lows, highs), posinf=0.0, neginf=0.0)
    return np.asarray(np.divide(sums, counts, out=edge.astype(float), where=counts > 0))


def _direction(effects: list[Effect], reference: int) -> int:
    """Say whether risk rises (1) or falls (−1) with the number; 0 if the signs do not agree on it."""
    known = {"+": 1, "-": -1, "0": 0}
    ways = {known[e.sign] * (1 if n > reference else -1) for n, e in enumerate(effects) if n != reference}
    return ways.pop() if len(ways) == 1 else 0


def _bounds(direction: int) -> tuple[float, float]:
    return {1: (0.0, np.inf), -1: (-np.inf, 0.0)}.get(direction, (-np.inf, np.inf))


def _dummies(inspector: pd.Series | None, rows: int) -> pd.DataFrame:
    return pd.DataFrame(index=range(rows)) if inspector is None else pd.get_dummies(inspector, dtype="float64")


def _mode(likelihood: Logistic, matrix: Floats, sd: Floats, bounds: list[tuple[float, float]]) -> Floats:
    """Return intercept and effects where likelihood times prior is largest."""
    scale = np.r_[_LEVEL_SD, sd]

    def lost(theta: Floats) -> tuple[float, Floats]:
        value, slope = likelihood.value_and_slope(theta[0] + matrix @ theta[1:])
        away = theta / scale
        return 0.5 * float(away @ away) - value, away / scale - np.r_[slope.sum(), matrix.T @ slope]

    start = np.zeros(len(scale))
    start[0] = np.log(likelihood.found @ likelihood.weight + 1) - np.log((1 - likelihood.found) @ likelihood.weight + 1)
    options = {"maxiter": 2000, "maxcor": 20, "ftol": 1e-12, "gtol": 1e-6}
    limits = [(-np.inf, np.inf), *bounds]
    return np.asarray(minimize(lost, start, jac=True, method="L-BFGS-B", bounds=limits, options=options).x)


def _posterior_sd(likelihood: Logistic, matrix: Floats, sd: Floats, found: Floats) -> Floats:
    full = np.column_stack([np.ones(len(matrix)), matrix])
    weight = likelihood.information(full @ found)
    precision = (full * weight[:, None]).T @ full + np.diag(1 / np.r_[_LEVEL_SD, sd] ** 2)
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(precision))))


def _level(rows: Panel, total: Floats) -> float:
    """Return the level at which as many violations are expected as were found."""

    def excess(level: float) -> float:
        return float(rows.weights @ (1 / (1 + np.exp(-(level + total))) - rows.labels))

    return float(brentq(excess, -30.0, 30.0))


def _written(prior: RiskTable, design: _Design, learned: tuple[float, Floats, Floats], basis: str) -> RiskTable:
    """Put the effects into the bins of the prior, against the safest bin of each factor."""
    level, effects, spread = learned
    factors, shift = [], 0.0
    for factor in prior.factors:
        mine = [(n, column.by_bin) for n, column in enumerate(design.columns) if column.factor == factor.name]
        total = np.sum([effects[n] * values for n, values in mine], axis=0) if mine else np.zeros(len(factor.bins) + 1)
        variance = np.sum([(spread[n] * values) ** 2 for n, values in mine], axis=0) if mine else 0.0 * total
        known = factor.bins if mine else ()
        signed = any(entry.effects[OUTCOME].sign != "0" for entry in known)
        shift += float(total[-1])
        total = total - total[:-1].min()
        bins = tuple(
            _moved(entry, total[n], variance[n], "+" if signed and total[n] > 0 else "0", basis)
            for n, entry in enumerate(known)
        )
        factors.append(
            replace(factor, bins=bins, unknown=_moved(factor.unknown, total[-1], variance[-1], "0", basis))
            if mine
            else _flat(factor, basis)
        )
    chance = float(1 / (1 + np.exp(-(level + shift))))
    fitted = Constant(chance, prior.base.level[OUTCOME].unit, basis, "fitted")
    base = replace(prior.base, level={**prior.base.level, OUTCOME: fitted})
    return replace(
        prior, name=f"{prior.name}-straight", note=f"{prior.note} {basis}", factors=tuple(factors), base=base
    )


def _moved(entry: Bin, log_ratio: float, variance: float, sign: str, basis: str) -> Bin:
    sd = max(float(np.sqrt(variance)), _REFERENCE_SD)
    return replace(entry, effects={**entry.effects, OUTCOME: Effect(float(log_ratio), sd, sign, basis, "fitted")})


def _flat(factor: Factor, basis: str) -> Factor:
    """Return a factor that the rows could tell nothing of."""
    bins = tuple(_moved(entry, 0.0, 0.0, "0", basis) for entry in factor.bins)
    return replace(factor, bins=bins, unknown=_moved(factor.unknown, 0.0, 0.0, "0", basis))
