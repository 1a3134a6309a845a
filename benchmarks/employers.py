"""Rank real employers by expected cases and see what the next year brought.

    python benchmarks/employers.py [--bootstrap 200] [--folds 5] [--seed 1]

United States employers with one establishment, from their yearly summaries of OSHA Form 300A: DART cases (days away,
restriction or transfer), other recordable cases, hours, state and a six-digit NAICS code of 2023; the outcome is the
DART cases of 2024. Equipment, hazardous materials and labour are unknown, as they would be in a poor register.

- "own record alone": the filings of 2023 go through the product's own functions: a registry, features as of 10 January
  2024, the expert table over a sector base fitted on the same filings, the own record by credibility. It learns nothing
  from 2024.
- "fitted", "boosted", "averaged table": a `RiskTable` that learned from other employers' cases of 2024, employers taken
  in turn (cross-fitting): nobody is scored by a table that saw his 2024. Factors: the credible rate of the own record
  (the prior says: a straight line of slope 1), sector rate, size, state, industry, and cases by size. It is moved by
  `RiskTableFit`, boosted by `BoostedTable` on the same bins, or both averaged: an additive table again, and the one
  that is judged.
- "gradient boosting × hours": the yardstick, with interactions, on the same filings, cross-fitted over the same folds.

Two costs: a visit costs the same everywhere (budget as a share of employers: the list is in the order of expected
cases), or it costs as much as the place is large (budget as a share of hours: the list is in the order of the rate).

The data is not part of the project: folder by the setting OSHRISK_BENCH_DATA, default ../shared/data.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingRegressor

from data import find
from oshrisk.evaluate.metrics import bands, interval, poisson_deviance
from oshrisk.features import build_features
from oshrisk.registry.registry import Registry, registry_of
from oshrisk.risk import RiskTable, assess, fit_sector_base, load_table, own_record, with_register_base
from oshrisk.risk.average import average_tables
from oshrisk.risk.boosted import BoostedTable
from oshrisk.risk.fit import RiskTableFit, expected_outcome
from oshrisk.risk.neutral import neutral_table

Floats = NDArray[np.float64]

FILE = "osha_ita_company_2023_2024.parquet"
SCHEME = "naics2022"
AS_OF = "2024-01-10"  # the reports of 2023 are in
HOURS = 2000  # of a full-time worker-year: the base of OSHA's rates
BUDGETS = (0.10, 0.20)
SIZES = (20, 40, 80, 200, 500)  # worker-years: the last level of the sector tree
PRIOR_SD = {"record": 0.15, "sector_rate": 0.1, "size": 0.1, "state": 0.05, "industry": 0.05, "cases_by_size": 0.1}
PRODUCT, YARDSTICK = "oshrisk: averaged table", "gradient boosting × hours"
TREES = {"max_iter": 120, "max_leaf_nodes": 8, "min_samples_leaf": 50, "cv": 0}  # set beforehand, not searched


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--bootstrap", type=int, default=200)
    options.add_argument("--folds", type=int, default=5)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    paths = find([FILE])
    if paths is None:
        return 2
    started = time.perf_counter()
    before, after = single_site_employers(paths[0])
    filings = Filings.of(before, before.index.intersection(after.index))
    outcome = after.loc[filings.ids, "dart_cases"].to_numpy(dtype=float)
    fold = np.random.default_rng(chosen.seed).integers(0, chosen.folds, len(outcome))
    rates = {
        **table_rates(filings, outcome, fold),
        "oshrisk: own record alone": own_record_alone(before).loc[filings.ids].to_numpy(),
        YARDSTICK: boosted_rates(filings, outcome, fold),
    }
    scores = {name: (rate * filings.years, rate) for name, rate in rates.items()} | rules(filings, chosen.seed)
    print(
        f"{len(before):,} employers filed for 2023; {len(outcome):,} filed again, with {outcome.sum():,.0f} DART cases"
    )
    print_shares(scores, filings, outcome, chosen.bootstrap, chosen.seed)
    print_calibration({name: rates[name] * filings.years for name in (PRODUCT, YARDSTICK)}, outcome)
    print(f"\n{time.perf_counter() - started:.0f} s")
    return 0


def single_site_employers(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the screened filings of 2023 and of 2024, by employer."""
    filed = pd.read_parquet(path)
    plausible = (filed["hours"] >= 4000) & (filed["hours"] <= 20e6) & (filed["dart_cases"] <= filed["recordable_cases"])
    filed = filed[plausible & (filed["n_establishments"] == 1)]
    filed = filed.assign(enterprise_id=filed["company_id"].astype(str).str.zfill(7)).set_index("enterprise_id")
    return filed[filed["year"] == 2023].sort_index(), filed[filed["year"] == 2024].sort_index()


def own_record_alone(filed: pd.DataFrame) -> pd.Series:
    """Return the product's expected rate, from the filings of one year alone."""
    features = build_features(registry_from(filed), AS_OF)
    table = with_register_base(load_table("dien-bien-expert"), features, SCHEME)
    return assess(features, table)["accident_rate"]


def registry_from(filed: pd.DataFrame) -> Registry:
    """Lay the filings out as registers: each is an annual report with its accidents."""
    ids = filed.index.to_series().reset_index(drop=True)
    firms = pd.DataFrame({"enterprise_id": ids, "name": ids, "sector_code": filed["naics"].to_numpy()})
    reports = pd.DataFrame({"enterprise_id": ids, "year": 2023, "hours_worked": filed["hours"].to_numpy(dtype=float)})
    reports["workers"] = reports["hours_worked"] / HOURS
    cases = pd.DataFrame({"enterprise_id": ids, "count": filed["dart_cases"].to_numpy(dtype=float)})
    cases = cases[cases["count"] > 0].assign(occurred_on=pd.Timestamp("2023-07-01"), severity="minor")
    tables = {"enterprises": firms.assign(sector_scheme=SCHEME), "annual_reports": reports, "accidents": cases}
    return registry_of(tables, AS_OF)


@dataclass(frozen=True)
class Filings:
    """What was filed for 2023, by employer that filed again; `dart_rate` and `other_rate` are those of its kind.

    Rates are per worker-year, shrunk down the NAICS tree to sector and size, times the state's ratio; they are fitted
    on all filings of 2023, DART cases and other recordable cases apart.
    """

    ids: pd.Index
    naics: pd.Series
    state: pd.Series
    years: Floats
    dart: Floats
    other: Floats
    dart_rate: Floats
    other_rate: Floats

    @classmethod
    def of(cls, filed: pd.DataFrame, ids: pd.Index) -> Filings:
        """Fit the rates on all filings, and take the employers that can be scored."""
        years = (filed["hours"] / HOURS).to_numpy()
        dart = filed["dart_cases"].to_numpy(dtype=float)
        other = filed["recordable_cases"].to_numpy(dtype=float) - dart
        state = filed["state"].fillna("??").astype("str")
        rows = filed.index.get_indexer(ids)
        parts = (years, dart, other, *(_rates(filed["naics"], state, years, cases) for cases in (dart, other)))
        return cls(ids, filed["naics"].iloc[rows], state.iloc[rows], *(part[rows] for part in parts))

    def credible(self, strength: float, growth: float, weight: float) -> Floats:
        """Return the credible rate of each employer.

        Bühlmann–Straub credibility (`oshrisk.risk.own_record`) whose strength grows with the expected cases: large
        employers differ more from year to year than chance says, so that no record is believed whole. A case that is
        not a DART case counts `weight` of one.
        """
        kind = self.dart_rate + weight * self.other_rate
        strengths = strength + growth * kind * self.years
        events = self.dart + weight * self.other
        return self.dart_rate * own_record(kind, events, self.years, strengths)


def _rates(naics: pd.Series, state: pd.Series, years: Floats, cases: Floats) -> Floats:
    """Return the rate of each employer's sector and size, times its state's ratio."""
    size = pd.Series(np.digitize(years, SIZES), index=naics.index).astype("str")
    by_kind = _fitted(naics + size, cases, years, levels=(2, 3, 4, 5, 6, 7))
    ratio = _fitted(state, cases, by_kind * years, levels=(2,))
    return _fitted(naics + size, cases, ratio * years, levels=(2, 3, 4, 5, 6, 7)) * ratio


def _fitted(codes: pd.Series, cases: Floats, exposure: Floats, levels: tuple[int, ...]) -> Floats:
    base = fit_sector_base(codes, cases, exposure, SCHEME, like=load_table().base, levels=levels)
    found = base.find(pd.Series(SCHEME, index=codes.index), codes)
    return np.asarray(base.level["accident"].value * np.exp(base.log_ratio("accident")[found]))


def table_rates(filings: Filings, outcome: Floats, fold: NDArray[np.int64]) -> dict[str, Floats]:
    """Return rates by tables that learned from other employers' outcomes."""
    rates = {name: np.empty(len(outcome)) for name in (PRODUCT, "oshrisk: fitted table", "oshrisk: boosted table")}
    for number in np.unique(fold):
        others = fold != number
        features = table_features(filings, credibility_constants(filings, outcome, others))
        prior, known = prior_table(features), {"exposure": filings.years[others]}
        fit = RiskTableFit(prior, fit_shrink=False, own_record=False)
        fitted = fit.fit(features[others], outcome[others], **known).table_
        boosted = BoostedTable(prior, **TREES).fit(features[others], outcome[others], **known).table_
        tables = (average_tables([fitted, boosted], "accident"), fitted, boosted)
        for name, table in zip(rates, tables, strict=True):
            rates[name][~others] = expected_outcome(features[~others], table, "accident")
    return rates


def credibility_constants(filings: Filings, outcome: Floats, rows: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Fit strength, its growth and the weight of other cases by the Poisson deviance of those employers' outcomes."""

    def lost(logs: Floats) -> float:
        expected = (filings.credible(*np.exp(logs)) * filings.years)[rows]
        return float(poisson_deviance(expected * outcome[rows].sum() / expected.sum(), outcome[rows]))

    options = {"maxiter": 60, "xatol": 0.02, "fatol": 1e-5}
    found = minimize(lost, np.log([1.0, 0.15, 0.25]), method="Nelder-Mead", options=options)
    strength, growth, weight = np.exp(found.x)
    return float(strength), float(growth), float(weight)


def table_features(filings: Filings, constants: tuple[float, float, float]) -> pd.DataFrame:
    """Return the factors of the table."""
    expected = filings.dart_rate * filings.years
    edges = np.quantile(expected, np.arange(1, 16) / 16)
    cases = pd.Series(np.minimum(filings.dart, 4).astype(int)).astype("str").str.replace("4", "4 or more")
    band = pd.Series(np.digitize(expected, edges)).map(lambda number: f"{number + 1:02d}")
    return pd.DataFrame(
        {
            "record": np.log(filings.credible(*constants)),
            "sector_rate": np.log(filings.dart_rate),
            "size": np.log(filings.years),
            "state": filings.state.to_numpy(),
            "industry": filings.naics.str[:3].to_numpy(),
            "cases_by_size": (cases + " where band " + band + " of 16 is expected").to_numpy(),
        }
    )


def prior_table(features: pd.DataFrame) -> RiskTable:
    """Return the table to start from: the credible rate as it is, everything else neutral."""
    return neutral_table(features, slopes={"record": 1.0}, bins=100, sd=PRIOR_SD)


def boosted_rates(filings: Filings, outcome: Floats, fold: NDArray[np.int64]) -> Floats:
    """Return the yardstick's rates: gradient boosting with interactions on the filings as they are."""
    years, naics = filings.years, filings.naics
    columns = pd.DataFrame(
        {
            "hours": np.log(years),
            "dart": filings.dart,
            "dart_rate": filings.dart / years,
            "case_rate": (filings.dart + filings.other) / years,
            "sector_rate": filings.dart_rate,
            "state": pd.factorize(filings.state)[0],
            "sector": naics.astype(float).to_numpy(),
            "sector2": naics.str[:2].astype(float).to_numpy(),
        }
    )
    rates = np.empty(len(outcome))
    for number in np.unique(fold):
        others = fold != number
        model = HistGradientBoostingRegressor(
            loss="poisson", learning_rate=0.05, max_iter=250, max_leaf_nodes=15, min_samples_leaf=50, random_state=0
        )
        model.fit(columns[others], outcome[others] / years[others], sample_weight=years[others])
        rates[~others] = model.predict(columns[~others])
    return rates


def rules(filings: Filings, seed: int) -> dict[str, tuple[Floats, Floats]]:
    """Return the rules to beat, each as an order by employer and an order by hours."""
    years, cases = filings.years, filings.dart
    sums = pd.DataFrame({"cases": cases, "years": years}).groupby(filings.naics.str[:4].to_numpy()).transform("sum")
    sector = (sums["cases"] / sums["years"]).to_numpy()
    with np.errstate(divide="ignore"):  # a sector without cases: no prior cases, no exposure to add
        shrunken = (1 + cases) / (1 / sector + years)
    last, draw = cases / years, np.random.default_rng(seed).random(len(cases))
    return {
        "shrunken rate × hours (two lines)": (shrunken * years, shrunken),
        "sector rate × hours": (sector * years, sector),
        "hours alone": (years, years),
        "last year's DART rate": (last, last),
        "sector mean rate": (sector, sector),
        "random": (draw, draw),
    }


def print_shares(
    scores: dict[str, tuple[Floats, Floats]], filings: Filings, outcome: Floats, bootstrap: int, seed: int
) -> None:
    """Print the share of the cases in the top of each list, and the differences to the product's."""
    draw = np.random.default_rng(seed)
    alike = np.full(len(outcome), 1 / len(outcome))
    times = [np.ones(len(outcome)), *(draw.multinomial(len(outcome), alike).astype(float) for _ in range(bootstrap))]
    views = {"employers": np.ones(len(outcome)), "hours": filings.years}
    for position, (view, cost) in enumerate(views.items()):
        orders = {name: np.argsort(-score[position], kind="stable") for name, score in scores.items()}
        caught = {name: _shares(order, outcome, cost, times) for name, order in orders.items()}
        print(f"\nShare of the cases of 2024 by share of {view}; 95 % bootstrap intervals; product minus the other\n")
        print(pd.DataFrame({name: _cells(found, caught[PRODUCT]) for name, found in caught.items()}).T.to_string())


def _shares(order: NDArray[np.intp], outcome: Floats, cost: Floats, times: list[Floats]) -> Floats:
    """Shape (resamples, budgets): share of the outcome in the top of each resample."""
    cases, costs = outcome[order], cost[order]
    result = []
    for weight in times:
        spent = np.cumsum(weight[order] * costs)
        found = np.cumsum(weight[order] * cases)
        ends = np.searchsorted(spent, np.array(BUDGETS) * spent[-1], side="right") - 1
        result.append(np.where(ends >= 0, found[ends], 0.0) / found[-1])
    return np.array(result)


def _cells(found: Floats, product: Floats) -> dict[str, str]:
    cells = {}
    for number, budget in enumerate(BUDGETS):
        low, high = interval(found[1:, number])
        less, more = interval((product - found)[1:, number])
        middle = (product - found)[0, number]
        cells[f"top {budget:.0%}"] = f"{found[0, number]:.4f} ({low:.3f}–{high:.3f})"
        cells[f"difference {budget:.0%}"] = (
            f"{middle:+.4f} ({less:+.4f} to {more:+.4f})" if found is not product else ""
        )
    return cells


def print_calibration(expected: dict[str, Floats], outcome: Floats) -> None:
    """Print observed over expected cases, by tenths of the expected cases and by tenths of the employers."""
    print("\nObserved / expected cases, from the lowest expectation to the highest")
    for alike, what in (("expected", "cases"), ("rows", "employers")):
        rows = {}
        for name, values in expected.items():
            tenth = bands(values, 10, alike=alike)
            ratio = np.bincount(tenth, outcome) / np.bincount(tenth, values)
            rows[f"{name}, tenths of {what}"] = [f"{part:.3f}" for part in ratio]
        print(pd.DataFrame(rows).T.to_string(header=False))


if __name__ == "__main__":
    sys.exit(main())
