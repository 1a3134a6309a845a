"""Rank real employers by expected cases and see what the next year brought.

    python benchmarks/employers.py [--bootstrap 500] [--seed 1]

United States employers with one establishment, from their yearly summaries of OSHA Form 300A: DART cases (days away,
restriction or transfer), hours and a six-digit NAICS code. What was filed for 2023 goes through the product's own
functions: a registry, features as of 10 January 2024, the expert table with a sector base fitted on the same 2023
reports, and the own record by credibility. Equipment, hazardous materials and labour are unknown, as they would be
in a poor register. The outcome is the DART cases of 2024. Nothing is fitted or chosen on 2024.

The data is not part of the project: folder by the setting OSHRISK_BENCH_DATA, default ../shared/data.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.features import build_features
from oshrisk.registry.registry import Registry, registry_of
from oshrisk.risk import assess, load_table, with_register_base

FILE = "osha_ita_company_2023_2024.parquet"
SCHEME = "naics2022"
AS_OF = "2024-01-10"  # the reports of 2023 are in
HOURS = 2000  # of a full-time worker-year: the base of OSHA's rates
BUDGETS = (0.10, 0.20)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--bootstrap", type=int, default=500)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    path = Path(os.environ.get("OSHRISK_BENCH_DATA", "../shared/data")) / FILE
    if not path.exists():
        print(f"missing: {path}\nSet OSHRISK_BENCH_DATA to the folder that holds {FILE}.", file=sys.stderr)
        return 2
    before, after = single_site_employers(path)
    started = time.perf_counter()
    expected = expected_cases(before)
    seconds = time.perf_counter() - started
    scored = before.index.intersection(after.index)
    scores = {"oshrisk: expected cases": expected, **baselines(before, chosen.seed)}
    outcome = after.loc[scored, "dart_cases"].to_numpy(dtype=float)
    rows = {name: shares(score.loc[scored], outcome, chosen.bootstrap, chosen.seed) for name, score in scores.items()}
    print(f"{len(before):,} employers of 2023 ranked in {seconds:.1f} s; {len(scored):,} filed again for 2024")
    print(f"share of their {outcome.sum():,.0f} DART cases of 2024, by share of employers; 95 % bootstrap interval\n")
    print(pd.DataFrame(rows).T.to_string())
    return 0


def single_site_employers(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the screened filings of 2023 and of 2024, by employer."""
    filed = pd.read_parquet(path)
    plausible = (filed["hours"] >= 4000) & (filed["hours"] <= 20e6) & (filed["dart_cases"] <= filed["recordable_cases"])
    filed = filed[plausible & (filed["n_establishments"] == 1)]
    filed = filed.assign(enterprise_id=filed["company_id"].astype(str).str.zfill(7)).set_index("enterprise_id")
    return filed[filed["year"] == 2023].sort_index(), filed[filed["year"] == 2024].sort_index()


def expected_cases(filed: pd.DataFrame) -> pd.Series:
    """Return the product's expected cases a year, from the filings of one year."""
    features = build_features(registry_from(filed), AS_OF)
    table = with_register_base(load_table("dien-bien-expert"), features, SCHEME)
    return assess(features, table)["expected_accidents"]


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


def baselines(filed: pd.DataFrame, seed: int) -> dict[str, pd.Series]:
    """Return the rules to beat, from the same filings."""
    years, cases = filed["hours"] / HOURS, filed["dart_cases"]
    sums = pd.DataFrame({"cases": cases, "years": years}).groupby(filed["naics"].str[:4]).transform("sum")
    sector = sums["cases"] / sums["years"]
    with np.errstate(divide="ignore"):  # a sector without cases: no prior cases, no exposure to add
        shrunken = (1 + cases) / (1 / sector + years) * years
    return {
        "shrunken rate × hours (two lines)": shrunken,
        "hours alone": years,
        "last year's DART rate": cases / years,
        "random": pd.Series(np.random.default_rng(seed).random(len(filed)), index=filed.index),
    }


def shares(score: pd.Series, outcome: NDArray[np.float64], bootstrap: int, seed: int) -> dict[str, str]:
    """Return the share of the outcome in the top of a ranking, with its interval; ties in the order of ids."""
    caught = outcome[np.argsort(-score.to_numpy(), kind="stable")]
    draw = np.random.default_rng(seed)
    alike = np.full(len(caught), 1 / len(caught))
    drawn = [_shares(caught, draw.multinomial(len(caught), alike)) for _ in range(bootstrap)]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    found = _shares(caught, np.ones(len(caught)))
    cells = zip(BUDGETS, found, low, high, strict=True)
    return {f"top {budget:.0%}": f"{share:.3f} ({a:.3f}–{b:.3f})" for budget, share, a, b in cells}


def _shares(caught: NDArray[np.float64], times: NDArray[np.float64] | NDArray[np.int64]) -> list[float]:
    """Share of the outcome in the top of a resample, in which employer i stands `times[i]` times."""
    inside = np.cumsum(times)
    cases = caught * times
    return [float(cases[inside <= budget * inside[-1]].sum() / cases.sum()) for budget in BUDGETS]


if __name__ == "__main__":
    sys.exit(main())
