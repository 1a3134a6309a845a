"""Quarterly lists of mines, 2010–2012, from models fitted on earlier years.

    python benchmarks/mines.py [--years 2010 2011 2012] [--bootstrap 400] [--seed 1]

United States mines by quarter. For each year, models are fitted once on all quarters before it (lists from 2002 on;
the two years before give the history) and make its four lists, each from what was known the quarter before. A mine is
on the list if it had a violation or an injury in the four quarters before. Measured is the share of injury quarters,
days lost, fatal-or-disabling quarters and violations of the listed mines that fall on the top 5, 10 and 20 % of the
list, all lists together. Intervals: mines are resampled with all their quarters; differences are paired.

The product's list is one boosted table (`oshrisk.risk.boosted.BoostedTable`: additive, read out, scored as any
`RiskTable`) of two outcomes, the probability of an injury quarter and the days lost, ordered by the product of both:
the product's default priority. Each outcome alone is shown beside it. What is learned and from what was chosen on lists
of the years before 2010; the years from 2010 chose nothing. Gradient boosting with interactions on the same features is
the yardstick, with settings of its own and with scikit-learn's, by the same three orders.

The data is not part of the project: folder by the setting OSHRISK_BENCH_DATA, default ../shared/data.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from mines_data import FILE, OUTCOMES, Floats, Ints, Mines, before, by_state, read
from mines_features import features, joint, rows
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from data import find
from oshrisk.evaluate.metrics import block_weights, included, interval
from oshrisk.risk.boosted import BoostedTable
from oshrisk.risk.fit import expected_outcome
from oshrisk.risk.neutral import neutral_table

FIRST_YEAR = 2002  # of the training lists: two years of history before them
BUDGETS = (0.05, 0.10, 0.20)
MOST_DAYS = 30.0  # of a mine and quarter, in training: chance makes the rest of a long absence
MANY_DAYS = 400.0  # for the yardstick beside it: only disasters are cut
STATE_STRENGTH = 4.0  # assumed: quarters that the state's frequency counts in the shrunken baseline
BINS = 120
RISING = ("injury_quarters_", "injuries_", "days_", "violations_", "disabling_", "state_rate")
EITHER_WAY = {"days_per_injury", "violations_change", "violations_change_slow", "violations_missed", "injuries_missed"}
EITHER_WAY |= {"violations_year_ago", "injuries_same_season"}
PRODUCT, BY_INJURIES, BY_DAYS = "oshrisk: injuries × days (default)", "oshrisk: injuries", "oshrisk: days"
BOOSTING = "boosting with interactions: "
YARDSTICK, YARDSTICK_DAYS, YARDSTICK_BOTH = (BOOSTING + name for name in ("injuries", "days", "injuries × days"))
YARDSTICK_PLAIN, YARDSTICK_MANY = BOOSTING + "injuries, default settings", BOOSTING + "days up to 400"
ADDITIVE = {"learning_rate": 0.12, "max_iter": 150, "max_leaf_nodes": 6, "min_samples_leaf": 100}
FULL = {"learning_rate": 0.06, "max_iter": 200, "max_leaf_nodes": 15, "min_samples_leaf": 100}
PAIRED = [(outcome, budget) for outcome in OUTCOMES[:2] for budget in BUDGETS[1:]]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--years", type=int, nargs="+", default=[2010, 2011, 2012])
    options.add_argument("--bootstrap", type=int, default=400)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    paths = find([FILE])
    if paths is None:
        return 2
    started = time.perf_counter()
    mines = read(paths[0])
    lists = quarterly_lists(mines, chosen.years, chosen.seed)
    report(mines, lists, chosen.bootstrap, chosen.seed)
    print(f"\n{time.perf_counter() - started:.0f} s")
    return 0


@dataclass(frozen=True)
class Lists:
    """Scores of the rows (mine × quarter) of all lists, by method."""

    mine: Ints
    quarter: Ints
    scores: Mapping[str, Floats]


def quarterly_lists(mines: Mines, years: Sequence[int], seed: int) -> Lists:
    """Fit on what lies before each year, and score its four lists."""
    found, parts = features(mines), []
    for year in years:
        first = mines.position(year)
        train = rows(found, mines, mines.position(FIRST_YEAR), first)
        test = rows(found, mines, first, first + 4)
        parts.append(Lists(test["mine"].to_numpy(), test["quarter"].to_numpy(), learned_scores(mines, train, test)))
    mine, quarter = (np.concatenate([getattr(part, name) for part in parts]) for name in ("mine", "quarter"))
    scores = {name: np.concatenate([part.scores[name] for part in parts]) for name in parts[0].scores}
    return Lists(mine, quarter, scores | baselines(mines, mine, quarter, seed))


def learned_scores(mines: Mines, train: pd.DataFrame, test: pd.DataFrame) -> dict[str, Floats]:
    """Fit every model on the training rows and score the test rows."""
    keys = ["mine", "quarter"]
    where = train["mine"].to_numpy(), train["quarter"].to_numpy()
    injury, days = mines.injury[where], np.minimum(mines.days_lost[where], MOST_DAYS)
    joined = joint(train, test)
    singles = train.drop(columns=keys), test.drop(columns=keys)
    learn, ask = (pd.concat(pair, axis=1) for pair in zip(singles, joined, strict=True))
    table = neutral_table(learn, signs(learn), bins=BINS)
    for outcome, labels in (("violation", injury), ("accident", days)):
        table = BoostedTable(table, outcome, cv=0, **ADDITIVE).fit(learn, labels).table_
    chance, lost = (expected_outcome(ask, table, outcome) for outcome in ("violation", "accident"))
    result = {PRODUCT: chance * lost, BY_INJURIES: chance, BY_DAYS: lost}
    return result | yardsticks(singles, injury, mines.days_lost[where])  # they make their own joint effects


def yardsticks(frames: tuple[pd.DataFrame, pd.DataFrame], injury: Floats, days: Floats) -> dict[str, Floats]:
    """Fit gradient boosting with interactions on the first frame and score the second."""
    learn, ask = frames
    trees = {**FULL, "early_stopping": False, "random_state": 0}
    chance = HistGradientBoostingClassifier(**trees).fit(learn, injury).predict_proba(ask)[:, 1]
    lost, many = (
        HistGradientBoostingRegressor(loss="poisson", **trees).fit(learn, np.minimum(days, most)).predict(ask)
        for most in (MOST_DAYS, MANY_DAYS)
    )
    plain = HistGradientBoostingClassifier(random_state=0).fit(learn, injury).predict_proba(ask)[:, 1]
    return {
        YARDSTICK: chance,
        YARDSTICK_PLAIN: plain,
        YARDSTICK_DAYS: lost,
        YARDSTICK_MANY: many,
        YARDSTICK_BOTH: chance * lost,
    }


def signs(learn: pd.DataFrame) -> dict[str, str]:
    """Return the directions that need no data: more injuries, lost days and violations of late are no good sign."""
    rising = [name for name in learn if name.startswith(RISING) and name not in EITHER_WAY and "×" not in name]
    return dict.fromkeys(rising, "+") | {"since_injury": "-"}


def baselines(mines: Mines, mine: Ints, quarter: Ints, seed: int) -> dict[str, Floats]:
    """Return the scores of the rules to beat, for the same rows."""
    on_list = mines.universe.astype(float)
    state = pd.factorize(mines.state)[0]
    events, counted = (before(by_state(state, part), 12) for part in (mines.injury * on_list, on_list))
    own, rate = before(mines.injury, 12), (events + 1) / (counted + 10)
    scores = {
        "shrunken injury frequency": (own + STATE_STRENGTH * rate[state]) / (12 + STATE_STRENGTH),
        "injury quarters of three years": own,
        "last year's days lost": before(mines.days_lost, 4),
        "last year's violations": before(mines.violations, 4),
    }
    result = {name: values[mine, quarter] for name, values in scores.items()}
    return result | {"random": np.random.default_rng(seed).random(len(mine))}


def caught(lists: Lists, name: str, budget: float) -> Floats:
    """Return how much of each row is on the top of its quarter's list; places at the border are shared by ties."""
    inside = np.zeros(len(lists.mine))
    for quarter in np.unique(lists.quarter):
        here = lists.quarter == quarter
        inside[here] = included(lists.scores[name][here], budget * here.sum(), any_order=True)
    return inside


def report(mines: Mines, lists: Lists, draws: int, seed: int) -> None:
    """Print shares and paired differences."""
    where, size = (lists.mine, lists.quarter), len(mines.ids)
    outcomes = {name: values[where] for name, values in mines.outcomes().items()}
    whole = {name: np.bincount(lists.mine, values, size) for name, values in outcomes.items()}
    weights = block_weights(size, draws, np.random.default_rng(seed))
    listed = {(name, budget): caught(lists, name, budget) for name in lists.scores for budget in BUDGETS}
    quarters = len(np.unique(lists.quarter))
    print(f"{quarters} lists, {len(lists.mine) / quarters:,.0f} mines a list; on the lists: " + counts(outcomes))
    inside = mines.injury[where].sum() / mines.injury[:, np.unique(lists.quarter)].sum()
    print(f"the lists hold {inside:.1%} of all injury quarters; shares are of what the lists hold")
    for outcome in OUTCOMES:
        print(f"\n{outcome}: share in the top of the list, 95 % interval over mines")
        cells = {
            name: {
                f"top {b:.0%}": share(listed[name, b] * outcomes[outcome], whole[outcome], lists, weights)
                for b in BUDGETS
            }
            for name in lists.scores
        }
        print(pd.DataFrame(cells).T.to_string())
    print("\ndifference of the product's list, 95 % interval over mines, paired")
    pairs = [(PRODUCT, name) for name in lists.scores if not name.startswith("oshrisk")]
    pairs += [(BY_INJURIES, YARDSTICK), (BY_DAYS, YARDSTICK_DAYS), (BY_DAYS, YARDSTICK_MANY)]
    table = {
        f"{mine} − {other}": {
            f"{outcome}, {budget:.0%}": share(
                (listed[mine, budget] - listed[other, budget]) * outcomes[outcome], whole[outcome], lists, weights, "+"
            )
            for outcome, budget in PAIRED
        }
        for mine, other in pairs
    }
    print(pd.DataFrame(table).T.to_string())


def counts(outcomes: Mapping[str, Floats]) -> str:
    """Say how many of each outcome the lists hold."""
    return ", ".join(f"{values.sum():,.0f} {name}" for name, values in outcomes.items())


def share(part: Floats, whole: Floats, lists: Lists, weights: Floats, sign: str = "") -> str:
    """Say a share, or a difference of shares, with its interval."""
    by_mine = np.bincount(lists.mine, part, len(whole))
    low, high = interval((weights @ by_mine) / (weights @ whole))
    return f"{by_mine.sum() / whole.sum():{sign}.3f} ({low:{sign}.3f} … {high:{sign}.3f})"


if __name__ == "__main__":
    sys.exit(main())
