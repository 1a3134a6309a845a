"""Labels come only from the visited: weights for it, and how much of what was found is the inspector.

A visit that was sure to be made speaks for itself alone; one drawn with probability π speaks for 1/π enterprises.
Weights are the visits' mean probability over each one's own (stabilised), cut off at a multiple of their mean, and
scaled to add up to the effective number of visits, so that a fit counts no more labels than there are. Where a visit's
probability was not logged, it is estimated from who was visited and who was not, and marked so.
Sources: J. M. Robins, M. A. Hernán, B. Brumback, Epidemiology 11 (2000), 550–560 (stabilised weights); S. R. Cole and
M. A. Hernán, AJE 168 (2008), 656–664 (truncation); L. Kish, Survey Sampling (1965), section 11.7 (effective number).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from oshrisk.errors import OshriskError
from oshrisk.features.wording import number_text
from oshrisk.messages import Language, text
from oshrisk.risk.credibility import column
from oshrisk.risk.fit import RiskTableFit
from oshrisk.risk.inspectors import Inspectors
from oshrisk.risk.panel import Panel
from oshrisk.risk.table import RiskTable

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LIMIT: Final = 10.0  # assumed: no visit speaks for more than ten times as many as the mean visit (Cole and Hernán)
LEAST: Final = 1e-6  # of an estimated probability
_UNVISITED: Final = 50_000  # of a date that the estimate looks at


@dataclass(frozen=True)
class Weights:
    """Weights of visits, and what they are worth.

    Parameters
    ----------
    weight : ndarray, shape (n,)
        Weights; they add up to `effective`.
    probability : ndarray, shape (n,)
        Inclusion probabilities that they rest on.
    estimated : ndarray of bool, shape (n,)
        Probabilities that were not logged and are estimated.
    truncated : ndarray of bool, shape (n,)
        Weights that were cut off.
    limit : float
        At how many times their mean.
    """

    weight: Floats
    probability: Floats
    estimated: Flags
    truncated: Flags
    limit: float

    @property
    def effective(self) -> float:
        """Effective number of visits, (Σw)² / Σw²."""
        return float(self.weight.sum())

    def report(self, language: Language = "vi") -> str:
        """Say how many visits there are, what they are worth, and how many weights were cut or estimated."""
        count = len(self.weight)
        share = {"truncated": self.truncated, "estimated": self.estimated}
        shown = {name: f"{100 * np.mean(flags):.0f}" if count else "0" for name, flags in share.items()}
        effective = number_text(round(self.effective, 1), language)
        return text("risk.weights.report", language, n=count, effective=effective, limit=f"{self.limit:g}", **shown)


def inverse_probability_weights(
    probability: ArrayLike, *, estimated: ArrayLike | None = None, limit: float = LIMIT
) -> Weights:
    """Weigh visits by the inverse of their inclusion probability.

    Parameters
    ----------
    probability : array-like, shape (n,)
        Probability that this enterprise would be visited, in (0, 1].
    estimated : array-like of bool, shape (n,), optional
        Which of them are estimates; none by default.
    limit : float, default 10
        No weight is larger than this many times the mean weight.

    Returns
    -------
    Weights
        The weights.

    Raises
    ------
    OshriskError
        If a probability is not above 0 and at most 1.

    Examples
    --------
    >>> weights = inverse_probability_weights([0.5, 0.5, 0.25])
    >>> weights.weight.round(3).tolist(), round(weights.effective, 3)
    ([0.667, 0.667, 1.333], 2.667)
    """
    chance = np.asarray(probability, dtype=float)
    strange = ~((chance > 0) & (chance <= 1))
    if strange.any():
        raise OshriskError("risk.bad_probability", value=float(chance[strange][0]), count=int(strange.sum()))
    marked = np.zeros(len(chance), dtype=bool) if estimated is None else np.asarray(estimated, dtype=bool)
    if not len(chance):
        return Weights(chance, chance, marked, marked, limit)
    raw = chance.mean() / chance
    cut = raw > limit * raw.mean()
    kept = np.minimum(raw, limit * raw.mean())
    return Weights(kept * kept.sum() / (kept**2).sum(), chance, marked, cut, limit)


def estimate_propensity(features: pd.DataFrame, visited: ArrayLike) -> Floats:
    """Estimate from who was visited how probable a visit was: a logistic regression.

    It sees what decides visits where nobody drew lots: size, sector (section), place (road hours, and whether they
    are known) and whether the enterprise had been visited before.

    Parameters
    ----------
    features : DataFrame, shape (n, features)
        Everybody who could have been visited, as of the date of the plan.
    visited : array-like of bool, shape (n,)
        Who was.

    Returns
    -------
    ndarray, shape (n,)
        Probabilities; the share visited for all where all or none were.

    Examples
    --------
    >>> large = np.repeat([400.0, 4.0], 50)
    >>> chance = estimate_propensity(pd.DataFrame({"workers": large}), np.r_[np.ones(25), np.zeros(75)])
    >>> bool(chance[0] > 0.4 > 0.1 > chance[-1])
    True
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # heavy, and only here

    seen = np.asarray(visited, dtype=bool)
    if not len(seen) or seen.all() or not seen.any():
        return np.full(len(seen), max(float(seen.mean()), LEAST) if len(seen) else 0.0)
    columns = _of_selection(features)
    others = np.flatnonzero(~seen)
    step = -(-len(others) // _UNVISITED)
    chosen = np.r_[np.flatnonzero(seen), others[::step]]
    times = np.where(seen[chosen], 1.0, len(others) / len(others[::step]))
    model = LogisticRegression(max_iter=1000).fit(columns[chosen], seen[chosen], sample_weight=times)
    return np.asarray(np.clip(model.predict_proba(columns)[:, 1], LEAST, 1.0))


def _of_selection(features: pd.DataFrame) -> Floats:
    """Lay out what decides visits, in units of about one."""
    workers, road = column(features, "workers"), column(features, "travel_hours")
    months = column(features, "months_since_inspection")
    none = pd.Series(np.nan, index=features.index, dtype="object")
    section = pd.get_dummies(features.get("section", none).astype("object")).to_numpy(dtype=float)
    size, hours = np.log1p(workers), road / 2
    usual = float(np.nanmean(size)) if (~np.isnan(size)).any() else 0.0
    parts = [np.nan_to_num(size, nan=usual), np.isnan(size)]
    parts += [np.nan_to_num(hours), np.isnan(hours), ~np.isnan(months), np.nan_to_num(months) / 24]
    return np.column_stack([*(np.asarray(part, dtype=float) for part in parts), section])


def weigh_visits(
    visits: pd.DataFrame, features_at: Callable[[pd.Timestamp], pd.DataFrame], *, limit: float = LIMIT
) -> Weights:
    """Weigh past visits for a fit that is to hold for everybody.

    Parameters
    ----------
    visits : DataFrame
        Indexed by enterprise_id and as_of, the date whose knowledge the visit's plan rested on; column
        ``inclusion_probability``, NaN where none was logged.
    features_at : callable
        Returns the features of everybody as of a date, indexed by enterprise_id.
    limit : float, default 10
        As `inverse_probability_weights`.

    Returns
    -------
    Weights
        One weight a visit, in the order of `visits`. A probability that was not logged is estimated among those who
        were visited or could have been at its date.
    """
    logged = visits["inclusion_probability"].to_numpy(dtype=float, na_value=np.nan)
    chance, missing = logged.copy(), np.isnan(logged)
    ids, dates = (visits.index.get_level_values(position) for position in (0, 1))
    for date in dates[missing].unique():
        here = dates == date
        everybody = features_at(date)
        propensity = pd.Series(estimate_propensity(everybody, everybody.index.isin(ids[here])), index=everybody.index)
        rows = here & missing
        chance[rows] = propensity.loc[ids[rows]].to_numpy()
    return inverse_probability_weights(chance, estimated=missing, limit=limit)


def inspector_share(panel: Panel, table: RiskTable, *, interval: float = 0.8) -> Inspectors | None:
    """Say how much of what visits found is the inspector.

    Parameters
    ----------
    panel : Panel
        Visits with their inspectors, such as last year's.
    table : RiskTable
        The table that says what the workplaces are like; its points move with the labels, too.
    interval : float, default 0.8
        Probability of the intervals.

    Returns
    -------
    Inspectors or None
        Effects, spread, shares of variance and of explained deviance; None where no inspector is named.
    """
    estimator = RiskTableFit(table, "violation", interval=interval)
    fitted = estimator.fit(panel.features, panel.labels, sample_weight=panel.weight, inspector=panel.inspector)
    return fitted.inspector_


class Bounds(NamedTuple):
    """What a list may have found.

    Parameters
    ----------
    found, labelled, k : int
        Violations found, visits with a result, places of the list.
    worst, best : float
        Share of the k with a violation if none, or every one, of the unlabelled had one.
    """

    found: int
    labelled: int
    k: int
    worst: float
    best: float

    def sentence(self, language: Language = "vi") -> str:
        """Say "n labelled of k" with both bounds."""
        shares = {name: f"{100 * getattr(self, name):.0f}" for name in ("worst", "best")}
        counts = {"found": self.found, "labelled": self.labelled, "k": self.k}
        return text("risk.weights.bounds", language, **counts, **shares)


def bounds(found: ArrayLike, labelled: ArrayLike, k: int) -> Bounds:
    """Bound what the first k of a list found, whatever the unlabelled are.

    Parameters
    ----------
    found : array-like, shape (n,)
        In the order of the list: 1 where a violation was found; not looked at where unlabelled.
    labelled : array-like of bool, shape (n,)
        Where a visit has a result.
    k : int
        Places of the list; all there are, if fewer.

    Returns
    -------
    Bounds
        Worst and best share.

    Examples
    --------
    >>> bounds([1, np.nan, 0, np.nan], [True, False, True, False], k=4)
    Bounds(found=1, labelled=2, k=4, worst=0.25, best=0.75)
    """
    known = np.asarray(labelled, dtype=bool)[:k]
    places = max(len(known), 1)
    hits = int(np.asarray(found, dtype=float)[:k][known].sum())
    return Bounds(hits, int(known.sum()), len(known), hits / places, (hits + int((~known).sum())) / places)
