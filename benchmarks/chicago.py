"""Chicago's food inspections: the City's published split without the inspector, and nine quarterly lists.

    python benchmarks/chicago.py [--bootstrap 400] [--seed 1]

Part 1, the City's own split: 17,075 inspections to learn from, 1,637 of September and October 2014 to put in order.
The visits keep their days; the days are handed out anew by score; measured is by how many days the visits that found
a critical violation come earlier, and the AUC. The inspector is no feature: he is fitted beside the factors and taken
out of the score. Models are chosen by log loss in ten time-ordered folds inside the training period; the test
inspections choose nothing.

Part 2, quarterly lists: on the first day of nine quarters, 2012-10 to 2014-10, every licence seen before is ranked by
what was known that day; models are learned from earlier quarters only. Most licences are not visited in the quarter:
their outcome is not known, and every precision says how many of the first 10 % were.

The data is not part of the project: folder by the setting OSHRISK_BENCH_DATA, default ../shared/data.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from chicago_data import SIGNS, quarter_rows, read, visit_features
from numpy.typing import NDArray
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from oshrisk.evaluate.metrics import auc, block_weights, brier, days_earlier, interval, precision_at
from oshrisk.risk import RiskTable
from oshrisk.risk.average import average_tables
from oshrisk.risk.boosted import BoostedTable
from oshrisk.risk.fit import RiskTableFit, expected_outcome
from oshrisk.risk.neutral import neutral_table
from oshrisk.risk.straight import StraightTable

Floats = NDArray[np.float64]
Predict = Callable[[pd.DataFrame], Floats]
Learner = Callable[[pd.DataFrame, Floats, "pd.Series | None"], Predict]

FOLDS = pd.date_range("2012-09-01", periods=10, freq="2MS")  # each is predicted from everything before it
QUARTERS = list(pd.date_range("2011-10-01", "2014-10-01", freq="QS"))
FIRST_LIST = 4  # of QUARTERS: 2012-10
CITY = ("years_licensed", "alcohol_on_premises", "tobacco", "burglaries_near", "garbage_complaints_near")
CITY += ("sanitation_complaints_near", "warmth", "past_serious", "past_critical", "years_since_visit")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--bootstrap", type=int, default=400)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    files = read()
    if files is None:
        return 2
    started = time.perf_counter()
    name = city_split(*files, chosen.bootstrap, chosen.seed)
    quarterly_lists(*files, name, chosen.bootstrap, chosen.seed)
    print(f"\n{time.perf_counter() - started:.0f} s")
    return 0


def product_models() -> dict[str, Learner]:
    """Return the models of the product, all of them risk tables in the end; one of these is chosen."""
    models: dict[str, Learner] = {f"straight lines, spread {spread}": straight(spread) for spread in (0.05, 0.1, 0.2)}
    models |= {f"free bins, 4, sd {sd}": free_bins(sd) for sd in (0.2, 0.5)}
    return models | {"boosted table": boosted, "average of straight lines and boosted table": averaged}


def _prior(features: pd.DataFrame, bins: int, sd: float = 1.0) -> RiskTable:
    return neutral_table(features, {name: sign for name, sign in SIGNS.items() if name in features}, bins=bins, sd=sd)


def straight(spread: float) -> Learner:
    """One slope a number over forty bins; inspectors fitted beside and taken out."""
    return lambda rows, y, who: StraightTable(_prior(rows, 40), spread=spread).fit(rows, y, inspector=who).predict


def free_bins(sd: float) -> Learner:
    """Four free bins a number."""
    return lambda rows, y, _: RiskTableFit(_prior(rows, 4, sd), "violation", fit_shrink=False).fit(rows, y).predict


def _boosted(prior: RiskTable) -> BoostedTable:
    return BoostedTable(prior, "violation", max_iter=150, max_leaf_nodes=3, min_samples_leaf=50, cv=0)


def boosted(rows: pd.DataFrame, y: Floats, _: pd.Series | None) -> Predict:
    """Boosted trees without interactions, read out into a table."""
    return _boosted(_prior(rows, 40)).fit(rows, y).predict


def averaged(rows: pd.DataFrame, y: Floats, who: pd.Series | None) -> Predict:
    """Both on the same bins, averaged into one table."""
    prior = _prior(rows, 40)
    tables = StraightTable(prior).fit(rows, y, inspector=who).table_, _boosted(prior).fit(rows, y).table_
    table = average_tables(tables, "violation")
    return lambda new: expected_outcome(new, table, "violation")


def yardstick(rows: pd.DataFrame, y: Floats, _: pd.Series | None) -> Predict:
    """Gradient boosting with interactions: what is to be matched, never in the product."""
    text = make_column_selector(dtype_include=["str", "object"])
    code = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    trees = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=150, max_leaf_nodes=8, min_samples_leaf=50, l2_regularization=5, random_state=0
    )
    model = make_pipeline(make_column_transformer((code, text), remainder="passthrough"), trees).fit(rows, y)
    return lambda new: np.asarray(model.predict_proba(new)[:, 1])


def ridge(rows: pd.DataFrame, y: Floats, _: pd.Series | None) -> Predict:
    """Ridge logistic regression on standardised columns."""
    text = make_column_selector(dtype_include=["str", "object"])
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    hot = make_pipeline(OneHotEncoder(handle_unknown="ignore", sparse_output=False), StandardScaler())
    model = make_pipeline(make_column_transformer((hot, text), remainder=numbers), LogisticRegression(C=0.01))
    model.fit(rows, y)
    return lambda new: np.asarray(model.predict_proba(new)[:, 1])


def city_split(model: pd.DataFrame, visits: pd.DataFrame, bootstrap: int, seed: int) -> str:
    """Print the City's split, and return the name of the chosen model."""
    features, found = visit_features(model, visits), model["criticalfound"].to_numpy(dtype=float)
    test, who = model["test"].to_numpy(), model["inspector_assigned"]
    learned = features[~test], found[~test], who[~test]
    losses = folds(learned, model.loc[~test, "inspection_date"])
    name = str(losses["log loss"].idxmin())
    print(
        "Part 1. The City's split\n\nTen time-ordered folds inside the training period; the smallest log loss is chosen"
    )
    print(losses.to_string(float_format="{:.4f}".format))
    scores = {f"oshrisk: {name}": product_models()[name](*learned)(features[test])}
    scores |= rivals(model, features, found)
    scores["random"] = np.random.default_rng(seed).random(int(test.sum()))
    day = (model["inspection_date"] - model["inspection_date"].min()).dt.days.to_numpy()
    table = city_measures(scores, day[test], found[test], bootstrap, seed)
    print(f"\n{int(test.sum()):,} test inspections, all labelled, {found[test].sum():.0f} with a critical violation;")
    print("95 % bootstrap intervals; difference in days to the ridge on the same kind of features\n")
    print(table.to_string())
    fitted = StraightTable(_prior(learned[0], 40)).fit(learned[0], learned[1], inspector=learned[2])
    odds = ", ".join(f"{who} ×{np.exp(effect):.2f}" for who, effect in fitted.inspectors_.sort_values().items())
    print(f"\nOdds of finding a critical violation at alike places, by inspector: {odds}")
    return name


def folds(learned: tuple[pd.DataFrame, Floats, pd.Series], days: pd.Series) -> pd.DataFrame:
    """Return each model's log loss and AUC in time-ordered folds, the inspector of the fold unknown."""
    features, found, who = learned
    rows = {}
    for name, learn in (product_models() | {"(yardstick: gradient boosting)": yardstick}).items():
        measured = []
        for start in FOLDS:
            before = (days < start).to_numpy()
            inside = ((days >= start) & (days < start + pd.DateOffset(months=2))).to_numpy()
            chance = learn(features[before], found[before], who[before])(features[inside])
            measured.append((log_loss(found[inside], chance), float(auc(chance, found[inside]))))
        rows[name] = np.mean(measured, axis=0)
    return pd.DataFrame(rows, index=["log loss", "AUC"]).T


def rivals(model: pd.DataFrame, features: pd.DataFrame, found: Floats) -> dict[str, Floats]:
    """Return the scores to compare with, on the test rows."""
    test = model["test"].to_numpy()
    past = {name: (model[column] > 0).astype(float) for name, column in _PAST.items()}
    city = features.assign(**past)[list(CITY)]
    typed = city.join(features[["risk_class", "kind"]])
    seen = features.assign(inspector=model["inspector_assigned"])

    def learn(by: Learner, frame: pd.DataFrame) -> Floats:
        return by(frame[~test], found[~test], None)(frame[test])

    return {
        "ridge, City's features + type + risk class": learn(ridge, typed),
        "ridge, City's own features": learn(ridge, city),
        "gradient boosting, all features": learn(yardstick, features),
        "the City's score (inspector seen)": model.loc[test, "published_glmnet_score"].to_numpy(),
        "straight lines with the inspector seen": learn(straight(0.1), seen),
    }


_PAST = {"past_serious": "pastserious", "past_critical": "pastcritical"}


def city_measures(
    scores: dict[str, Floats], day: NDArray[np.int64], found: Floats, bootstrap: int, seed: int
) -> pd.DataFrame:
    """Return days earlier, AUC and the share found in the first half, each with its interval."""
    draws = block_weights(len(found), bootstrap, np.random.default_rng(seed))
    drawn = {
        name: np.array([days_earlier(score, day, found, draw) for draw in draws]) for name, score in scores.items()
    }
    against = "ridge, City's features + type + risk class"
    rows = {}
    for name, score in scores.items():
        days, area = days_earlier(score, day, found), float(auc(score, found))
        first = found[np.argsort(-score, kind="stable")][: len(found) // 2].sum() / found.sum()
        rows[name] = {
            "days earlier": f"{days:.2f} {_span(drawn[name])}",
            "AUC": f"{area:.3f} {_span(auc(score, found, draws), 3)}",
            "first half": f"{first:.3f}",
            "days against ridge": _span(drawn[name] - drawn[against]) if name != against else "",
        }
    return pd.DataFrame(rows).T


def quarterly_lists(model: pd.DataFrame, visits: pd.DataFrame, name: str, bootstrap: int, seed: int) -> None:
    """Print the nine quarterly lists."""
    rows = quarter_rows(model, visits, QUARTERS)
    columns = [column for column in rows if column not in {"quarter", "license", "found", "visits"}]
    learners: dict[str, Learner] = {f"oshrisk: {name}": product_models()[name], "ridge": ridge}
    learners["gradient boosting"] = yardstick
    chances = {label: [] for label in (*learners, "10 · critical + serious", "random")}
    for start in QUARTERS[FIRST_LIST:]:
        past = rows[(rows["quarter"] < start) & rows["found"].notna()]
        now = rows[rows["quarter"] == start]
        for label, learn in learners.items():
            chances[label].append(learn(past[columns], past["found"].to_numpy(), None)(now[columns]))
        chances["10 · critical + serious"].append(_rule(visits, now, start))
        chances["random"].append(np.random.default_rng([seed, start.year, start.month]).random(len(now)))
    listed = rows[rows["quarter"] >= QUARTERS[FIRST_LIST]]
    known = int(listed["found"].notna().sum())
    print(f"\nPart 2. Nine quarterly lists, {listed['quarter'].min():%Y-%m} to {listed['quarter'].max():%Y-%m}:")
    print(f"{len(listed):,} places on them, {known:,} visited, {listed['found'].sum():,.0f} of these with a finding\n")
    table = {label: list_measures(score, listed, bootstrap, seed) for label, score in chances.items()}
    print(pd.DataFrame(table).T.to_string())


def _rule(visits: pd.DataFrame, now: pd.DataFrame, start: pd.Timestamp) -> Floats:
    """Ten times the critical and once the serious violations of the last visit: the untrained rule."""
    past = visits[visits["inspection_date"] < start].sort_values(["inspection_date", "inspection_id"])
    last = past.drop_duplicates("license", keep="last").set_index("license").loc[now["license"]]
    return np.asarray((10 * last["criticalcount"] + last["seriouscount"]).to_numpy(dtype=float))


def list_measures(scores: list[Floats], listed: pd.DataFrame, bootstrap: int, seed: int) -> dict[str, str]:
    """Return the mean over the lists, with intervals by resampling licences."""
    codes, licences = pd.factorize(listed["license"])
    draws = block_weights(len(licences), bootstrap, np.random.default_rng(seed))
    areas, errors, precisions, counts = [], [], [], np.zeros(3)
    quarters = listed["quarter"].to_numpy()
    for start, score in zip(QUARTERS[FIRST_LIST:], scores, strict=True):
        inside = quarters == np.datetime64(start)
        found = listed["found"].to_numpy()[inside]
        seen = ~np.isnan(found)
        weight = np.vstack([np.ones(seen.sum()), draws[:, codes[inside][seen]]])
        areas.append(auc(score[seen], found[seen], weight))
        errors.append(brier(score[seen], found[seen], weight))
        top = precision_at(score, found, len(score) / 10, any_order=True)
        precisions.append(float(top.value))
        counts += (float(top.labelled), float(top.of), float(top.value * top.labelled))
    area, error = np.mean(areas, axis=0), np.mean(errors, axis=0)
    probability = all(np.all((score >= 0) & (score <= 1)) for score in scores)
    return {
        "AUC": f"{area[0]:.3f} {_span(area[1:], 3)}",
        "Brier": f"{error[0]:.4f} {_span(error[1:], 4)}" if probability else "",
        "precision, first 10 %": f"{np.mean(precisions):.3f}",
        "found / labelled / of": f"{counts[2]:.0f} / {counts[0]:.0f} / {counts[1]:.0f}",
    }


def _span(samples: Floats, digits: int = 2) -> str:
    low, high = interval(samples)
    return f"({low:.{digits}f}–{high:.{digits}f})" if low >= 0 else f"({low:.{digits}f} to {high:.{digits}f})"


if __name__ == "__main__":
    sys.exit(main())
