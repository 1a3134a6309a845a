"""What others would do: the rules of agencies and of thumb, as small estimators to be beaten.

Each has ``fit(X, y, *, exposure, sample_weight, inspector)`` and ``predict(X)``, as the models have, where `X` is a
frame of features; a higher prediction goes first. ``outcome`` names the panel it learns from, "" for none. Every rule
works with what a Vietnamese province's registers hold, so none is the agency's own system: ``source`` says what is
public, and ``derived`` what had to be put in its place.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

UNKNOWN_WORKERS: Final = 5.0  # persons; assumed, as in the expert table: most places are small or micro
LARGE_FROM: Final = 20.0  # workers; scope of OSHA's Site-Specific Targeting
NON_RESPONDERS: Final = 0.2  # assumed share of the list: OSHA draws a random sample and publishes no share
TREES: Final = 100  # scikit-learn's default; SIDIL's number of trees is not public
MANUFACTURING: Final = "C"
CONSTRUCTION: Final = "F"


class Policy(Protocol):
    """What a ranking rule must have."""

    outcome: str
    source: str
    derived: str

    def fit(self, X: pd.DataFrame, y: Any, **extra: Any) -> Self:  # noqa: N803  # scikit-learn's name
        """Learn from a panel."""
        ...

    def predict(self, X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
        """Score enterprises; higher goes first."""
        ...


@dataclass
class Rule:
    """A rule that learns nothing: a function of the features.

    Parameters
    ----------
    score : callable
        From features to scores, shape (n,); higher goes first.
    source, derived : str
        Where the rule is published; what of it had to be put in other terms.
    """

    score: Callable[[pd.DataFrame], Floats]
    source: str
    derived: str = ""
    outcome: str = ""

    def fit(self, X: pd.DataFrame, y: Any = None, **extra: Any) -> Self:  # noqa: ARG002, N803  # nothing to learn
        """Return the rule as it is."""
        return self

    def predict(self, X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
        """Score enterprises."""
        return self.score(X)


@dataclass
class RandomOrder:
    """Everybody in random order, drawn anew for each list.

    Parameters
    ----------
    seed : int
        Seed; the order depends on it and on which enterprises there are, not on their order in the frame.
    """

    seed: int = 0
    outcome: str = ""
    source: str = "simple random order"
    derived: str = ""

    def fit(self, X: pd.DataFrame, y: Any = None, **extra: Any) -> Self:  # noqa: ARG002, N803  # nothing to learn
        """Return the rule as it is."""
        return self

    def predict(self, X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
        """Score enterprises."""
        return _lots(X, self.seed)


@dataclass
class SectorRate:
    """Reported accidents per worker-year of the sector's division, shrunk to the whole as if by one accident.

    Parameters
    ----------
    by_size : bool, default False
        Times the head-count: expected accidents instead of the rate.
    """

    by_size: bool = False
    outcome: str = "accident"
    source: str = "sector mean rate, the usual first step of national programmes"
    derived: str = ""

    def fit(self, X: pd.DataFrame, y: Any, *, exposure: Any = None, **extra: Any) -> Self:  # noqa: ARG002, N803
        """Learn the rates of the divisions."""
        events, years = np.asarray(y, dtype=float), np.asarray(exposure, dtype=float)
        self.rate_ = (events.sum() + 1.0) / max(years.sum() + 1.0, 1.0)
        sums = pd.DataFrame({"events": events, "years": years}).groupby(X["division"].to_numpy()).sum()
        self.rates_ = (sums["events"] + 1.0) / (sums["years"] + 1.0 / self.rate_)
        return self

    def predict(self, X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
        """Score enterprises."""
        rate = X["division"].map(self.rates_).astype("float64").fillna(self.rate_).to_numpy()
        return np.asarray(rate * workers_of(X) if self.by_size else rate)


@dataclass
class SiteSpecificTargeting:
    """OSHA's Site-Specific Targeting: high rates first, with a random sample of those that did not report.

    Parameters
    ----------
    non_responders : float
        Share of the list that is drawn from the non-responders.
    seed : int
        Seed of that draw.
    """

    non_responders: float = NON_RESPONDERS
    seed: int = 0
    outcome: str = "accident"
    source: str = (
        "OSHA Directive CPL 02-01-067 (20 May 2025), by jdsupra.com 9066016 and 1944258: workplaces outside "
        "construction with 20 or more workers; rate above the mean of manufacturing or of the others; upward trend; "
        "a random sample of non-responders; some low rates as a check"
    )
    derived: str = (
        "DART rate: reported accidents per worker-year of five years; the share of non-responders is assumed; the "
        "upward trend is left out, since the features hold one rate; low rates come after the rest of the list"
    )

    def fit(self, X: pd.DataFrame, y: Any, *, exposure: Any = None, **extra: Any) -> Self:  # noqa: ARG002, N803
        """Learn the mean rates of manufacturing and of the others."""
        events, years = np.asarray(y, dtype=float), np.asarray(exposure, dtype=float)
        making = (X["section"] == MANUFACTURING).to_numpy()
        self.means_ = tuple(events[part].sum() / max(years[part].sum(), 1.0) for part in (~making, making))
        return self

    def predict(self, X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
        """Score enterprises: minus their place on the list."""
        rate, making = own_rate(X), (X["section"] == MANUFACTURING).to_numpy()
        inside = (workers_of(X) >= LARGE_FROM) & (X["section"] != CONSTRUCTION).to_numpy()
        silent = inside & ~(X["reported_periods_5y"].to_numpy("float64") > 0)
        high = inside & ~silent & (rate > np.where(making, self.means_[1], self.means_[0]))
        place = np.full(len(X), 3.0 * len(X))
        place[inside & ~silent & ~high] = 2.0 * len(X)
        every = 1 / self.non_responders
        place[high] = _rank(-rate[high]) * every / (every - 1)
        place[silent] = (_rank(_lots(X, self.seed)[silent]) + 1) * every - 1.5  # before the rate of the same place
        return -place


@dataclass
class FourGroups:
    """Norway's tool: a logistic regression on findings, shown to inspectors as four groups of risk.

    Parameters
    ----------
    strength : float
        Inverse of the ridge penalty.
    """

    strength: float = 1.0
    outcome: str = "violation"
    source: str = (
        "Ø. Dahl and A. Starren, The future role of big data and machine learning in health and safety inspection "
        "efficiency, EU-OSHA 2019: a binary logistic regression on sector, size, earlier inspections, economy and "
        "accidents; the inspector sees a risk group, lowest to highest, and chooses within it"
    )
    derived: str = "quartiles of the probability are the groups, a ridge keeps few labels stable; economy is not known"

    def fit(self, X: pd.DataFrame, y: Any, **extra: Any) -> Self:  # noqa: ARG002, N803  # neither weight nor inspector
        """Learn from the visits; with one class only there is nothing to tell apart."""
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # heavy, and only here

        label = np.asarray(y, dtype=float)
        self.model_ = None
        if len(np.unique(label)) > 1:
            self.columns_ = _dummies(X).columns
            self.model_ = LogisticRegression(C=self.strength, max_iter=1000).fit(self._design(X), label)
        return self

    def predict(self, X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
        """Score enterprises: the group, 1 to 4."""
        if self.model_ is None:
            return np.ones(len(X))
        chance = self.model_.predict_proba(self._design(X))[:, 1]
        return np.asarray(1.0 + (chance[:, None] > np.quantile(chance, [0.25, 0.5, 0.75])).sum(axis=1))

    def _design(self, X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
        return np.asarray(_dummies(X).reindex(columns=self.columns_, fill_value=0.0).to_numpy(dtype=float))


@dataclass
class BalancedForest:
    """SIDIL of Mexico: a random forest with balanced class weights on the findings of past visits.

    Parameters
    ----------
    seed : int
        Seed of the forest.
    """

    seed: int = 0
    outcome: str = "violation"
    source: str = (
        "Manual del SIDIL, Secretaría del Trabajo y Previsión Social (anhdzol.github.io/manual-sidil): a classifier "
        "trained on the violations that past inspections found, which scores every workplace"
    )
    derived: str = (
        "a class-weighted random forest; number of trees and smallest leaf are assumed; the features are ours"
    )

    def fit(self, X: pd.DataFrame, y: Any, **extra: Any) -> Self:  # noqa: ARG002, N803  # neither weight nor inspector
        """Learn from the visits; with one class only there is nothing to tell apart."""
        from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415  # heavy, and only here

        label = np.asarray(y, dtype=float)
        self.model_ = None
        if len(np.unique(label)) > 1:
            forest = RandomForestClassifier(
                n_estimators=TREES, class_weight="balanced", min_samples_leaf=2, random_state=self.seed
            )
            self.model_ = forest.fit(_matrix(X), label)
        return self

    def predict(self, X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
        """Score enterprises: the forest's probability."""
        return np.zeros(len(X)) if self.model_ is None else np.asarray(self.model_.predict_proba(_matrix(X))[:, 1])


def workers_of(X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
    """Return head-counts [persons]; an unknown one is `UNKNOWN_WORKERS`."""
    return np.asarray(X["workers"].fillna(UNKNOWN_WORKERS).to_numpy("float64"))


def own_rate(X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
    """Return own accidents per reported worker-year of five years; 0 where nothing was reported."""
    events, years = (X[name].fillna(0.0).to_numpy("float64") for name in ("accidents_5y", "reported_worker_years_5y"))
    rate: Floats = np.divide(events, years, out=np.zeros(len(X)), where=years > 0)
    return rate


def inspection_rating(X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
    """Return HSE's rating, 1 (best) to 6, from the record; larger places first among equals.

    Category A is a score of 5 or 6 on any element, B1 of 4, B2 of 3, C no more than 2. The elements are scored by the
    inspector at the last visit; here the violations of the last three years and the accidents stand in for them.
    """
    found = {"repeat": 6.0, "uncorrected": 5.0, "corrected": 3.0, "none_serious": 1.0}
    visited = X["past_violations_3y"].astype("str").map(found).astype("float64").fillna(2.0).to_numpy()
    hurt = np.select([X["past_fatal_accident_5y"] == "yes", X["past_serious_accidents_3y"] > 0], [5.0, 4.0], 0.0)
    return np.asarray(np.maximum(visited, hurt) + _below_one(workers_of(X)))


def risk_matrix(X: pd.DataFrame) -> Floats:  # noqa: N803  # scikit-learn's name
    """Return the World Bank's risk level, magnitude (severity × numbers) × probability, each low, middle or high."""
    severe = (X["high_risk_sector"] == 1) | (X["chemical_ratio"] >= 1) | (X["underground_or_blasting"] == "yes")
    some = (X["strict_equipment_count"] > 0) | (X["hazardous_chemical_count"] > 0)
    severity = np.select([severe, some], [3.0, 2.0], 1.0)
    numbers = np.select([workers_of(X) >= 100, workers_of(X) >= 10], [3.0, 2.0], 1.0)
    bad = X["past_violations_3y"].isin(["repeat", "uncorrected"]) | (X["past_serious_accidents_3y"] > 0)
    probability = np.select([bad, X["past_violations_3y"] == "none_serious"], [3.0, 1.0], 2.0)
    return np.asarray(severity * numbers * probability)


def policies(seed: int = 0) -> Mapping[str, Policy]:
    """Return all baselines by name; the name is the key of its words in the catalogue.

    Parameters
    ----------
    seed : int, default 0
        Seed of those that draw.

    Returns
    -------
    mapping of str to Policy
        In the order in which tables show them.

    Examples
    --------
    >>> list(policies())[:3]
    ['random', 'size', 'sector_rate']
    """
    return {
        "random": RandomOrder(seed),
        "size": Rule(workers_of, source="largest head-count first, a rule of one line"),
        "sector_rate": SectorRate(),
        "sector_cases": SectorRate(by_size=True),
        "own_rate": Rule(
            own_rate,
            source="own reported rate first: the core of OSHA's targeting",
            derived="of five years: one year of a small place says next to nothing",
        ),
        "osha_sst": SiteSpecificTargeting(seed=seed),
        "hse_rating": Rule(
            inspection_rating,
            source="HSE, Local Authority Circular 67/2 (rev. 5) Annex D, Table 1 (hse.gov.uk/lau/lacs/67-2-annexd.htm)",
            derived="scores of the elements from the record; not rated counts as 2; larger first within a score",
        ),
        "world_bank": Rule(
            risk_matrix,
            source="World Bank Group, Introducing a risk-based approach to regulate businesses (2013, report 90754): "
            "risk = magnitude × probability, magnitude = severity × numbers",
            derived="the steps of severity, numbers and probability in terms of the registers",
        ),
        "norway": FourGroups(),
        "sidil": BalancedForest(seed),
    }


def _lots(frame: pd.DataFrame, seed: int) -> Floats:
    """Draw a number between 0 and 1 for each row: the same for the same set of ids, whatever their order."""
    ids = frame.index.astype("str").to_numpy(dtype=object)
    by_id = np.argsort(ids, kind="stable")
    stream = zlib.crc32("\n".join(ids[by_id]).encode())
    result = np.empty(len(ids))
    result[by_id] = np.random.default_rng([seed, stream]).random(len(ids))
    return result


def _rank(values: Floats) -> Floats:
    """Return places from 0, ties by position."""
    result = np.empty(len(values))
    result[np.argsort(values, kind="stable")] = np.arange(len(values))
    return result


def _below_one(values: Floats) -> Floats:
    """Squeeze numbers above zero into 0 to 1, order kept: only to order equal scores."""
    return np.asarray(values / (values + 1000.0))


def _matrix(frame: pd.DataFrame) -> Floats:
    """Lay numbers and states out for trees; unknown is −1."""
    kept = [name for name in frame.columns if not pd.api.types.is_string_dtype(frame[name])]
    columns = [_codes(frame[name]) for name in kept]
    return np.stack(columns, axis=1) if columns else np.zeros((len(frame), 0))


def _codes(column: pd.Series) -> Floats:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(column.cat.codes.to_numpy("float64"))
    return np.asarray(column.fillna(-1.0).to_numpy("float64"))


def _dummies(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the predictors that Norway's tool names, as far as the registers hold them."""
    states = frame[["section", "last_inspection", "past_violations_3y"]].astype("str")
    numbers = {"log_workers": np.log(workers_of(frame)), "accidents": frame["accidents_5y"].fillna(0.0)}
    return pd.get_dummies(states, dtype="float64").assign(**numbers)
