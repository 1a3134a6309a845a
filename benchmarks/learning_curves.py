"""What labels are worth, where the truth is known: simulated provinces.

    python benchmarks/learning_curves.py [--provinces 200] [--loops 20] [--jobs 2] [--seed 1]

Part 1, learning curves. Labels are visited enterprises drawn at random: what was found, and the accidents of the year
that followed. They come from enterprises of the ranked province that are not ranked themselves, as when a province
learns from its own visits; then, beside it, from another province, whose sector rates are drawn anew: what a table
learned elsewhere is worth. 0 labels is the expert table. Printed by number of labels: the share of the true expected
harm, and of true harm × probability of a serious violation, in the first 43 of the list; the paired difference to the
expert table with a 95 % interval over provinces; and how often the 80 % interval of the priority holds the true one.

Part 2, the feedback loop. A programme inspects 30 enterprises a quarter for twelve quarters by its own score, learns
from what it finds, and inspects again: once without and once with a random share of 20 %, weighted. Printed: the true
worth of its visits, the rate of serious violations it believes in against the true one, and how much of its visits
goes to enterprises it knows.

The simulator does not know the expert table; its parameters are assumptions with sources of their own.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from oshrisk.features import build_features
from oshrisk.registry.registry import Registry, conform, with_known_on
from oshrisk.registry.tables import TABLES
from oshrisk.risk import RiskTable, assess, load_table
from oshrisk.risk.fit import fit_table
from oshrisk.risk.panel import Panel
from oshrisk.risk.violation import inverse_probability_weights
from oshrisk.simulate import simulate

READ_ON = "2026-11-30"
LABELS = (0, 15, 60, 300, 3000)
VISITS = 43  # of the demo province in a quarter
POOL = 6000  # enterprises that labels are drawn from
RANKED = 2320  # others of the same province: as many as the demo province has
Part = Callable[..., pd.DataFrame]
Show = Callable[[pd.DataFrame], None]
QUARTERS, A_QUARTER, RANDOM_SHARE = 12, 30, 0.2


def learning_curve(seed: int, own: bool) -> pd.DataFrame:
    """Return one row a number of labels, for one province; `own` says whether the labels are of the same one."""
    expert, order = load_table(), np.random.default_rng(seed)
    ranked, lessons = same_province(seed, order) if own else two_provinces(seed)
    there = order.permutation(np.flatnonzero(lessons.truth["exists"]))
    rows = []
    for count in LABELS:
        drawn = there[:count]
        panels = labelled(lessons.features.iloc[drawn], lessons.truth.iloc[drawn]) if count else {}
        table = fit_table(expert, panels).table
        rows.append({"seed": seed, "labels": count, **measured(ranked.features, ranked.truth, table)})
    return pd.DataFrame(rows)


class Places(NamedTuple):
    """Enterprises: what is known of them, and the truth, in the same order."""

    features: pd.DataFrame
    truth: pd.DataFrame


def places_of(n: int | None, seed: int) -> Places:
    """Simulate a province."""
    province = simulate(n, seed=seed)
    features = build_features(province.registry, READ_ON)
    return Places(features, province.truth.loc[features.index])


def two_provinces(seed: int) -> tuple[Places, Places]:
    """Return the enterprises that are ranked, and those of another province that labels are drawn from."""
    return places_of(None, seed), places_of(POOL, 100_000 + seed)


def same_province(seed: int, chance: np.random.Generator) -> tuple[Places, Places]:
    """Return the enterprises that are ranked, and others of the same province that labels are drawn from."""
    every = places_of(POOL + RANKED, seed)
    order = chance.permutation(len(every.truth))
    ranked, lessons = (Places(every.features.iloc[part], every.truth.iloc[part]) for part in np.split(order, [RANKED]))
    return ranked, lessons


def labelled(features: pd.DataFrame, truth: pd.DataFrame) -> dict[str, Panel]:
    """Return what visits to these enterprises teach: what was found, and the accidents of the year after."""
    years = truth["workers"].to_numpy(dtype=float)
    return {
        "accident": Panel(features, truth["accidents_next_year"], exposure=years),
        "fatal": Panel(features, truth["fatal_next_year"], exposure=years),
        "violation": Panel(features, truth["violation"].astype(float)),
    }


def measured(features: pd.DataFrame, truth: pd.DataFrame, table: RiskTable) -> dict[str, float]:
    """Return what a list by this table catches of the truth, and how often its intervals hold it."""
    harm = true_harm(truth, table)
    worth = harm * truth["violation_probability"] * truth["exists"]
    caught = {}
    for name, priority, value in (("harm", "harm", harm * truth["exists"]), ("worth", "harm_x_violation", worth)):
        listed = assess(features, table, priority=priority).nsmallest(VISITS, "rank").index
        caught[name] = float(value.loc[listed].sum() / value.sum())
    said = assess(features, table)
    inside = said["priority_low"].le(harm * truth["violation_probability"]) & said["priority_high"].ge(
        harm * truth["violation_probability"]
    )
    return {**caught, "coverage": float(inside[truth["exists"]].mean())}


def true_harm(truth: pd.DataFrame, table: RiskTable) -> pd.Series:
    """Return the true expected harm a year [lost-day equivalents], with the table's days a case."""
    minor = (truth["accident_rate"] - truth["fatal_rate"]) * table.constant("days_per_accident")
    return truth["workers"] * (minor + truth["fatal_rate"] * table.constant("days_per_death"))


def feedback_loop(seed: int, random_share: float) -> pd.DataFrame:
    """Let a programme inspect by its own score for twelve quarters; return what came of every quarter."""
    expert = load_table()
    province = simulate(seed=seed)
    registry = unvisited(province.registry)
    chance = np.random.default_rng(seed)
    truth = province.truth.loc[registry.ids]
    panels: list[Panel] = []
    rows, table = [], expert
    for quarter in range(QUARTERS):
        day = pd.Timestamp("2023-12-31") + pd.DateOffset(months=3 * quarter)
        features = build_features(registry, day)
        here = truth.loc[features.index]
        said = assess(features, table)
        visits, probability = chosen(said, random_share, chance)
        found = pd.Series(chance.random(len(visits)) < here.loc[visits, "violation_probability"], visits)
        worth = true_harm(here, expert) * here["violation_probability"]
        known = registry.known(day)["inspections"]["enterprise_id"]
        panels.append(Panel(features.loc[visits], found.astype(float), weight=probability))
        rows.append(
            {
                "seed": seed,
                "quarter": quarter + 1,
                "random_share": random_share,
                "worth": float(worth.loc[visits].sum() / worth.sum()),
                "believed": float(said["violation_probability"].mean()),
                "naive": float(np.mean(np.concatenate([panel.outcome for panel in panels]))),
                "true": float(here["violation_probability"].mean()),
                "again": float(visits.isin(known).mean()),
            }
        )
        registry = with_visits(registry, found, probability, day + pd.Timedelta(days=45))
        table = fit_table(expert, {"violation": joined(panels)}).table
    return pd.DataFrame(rows)


def unvisited(registry: Registry) -> Registry:
    """Return the registry without inspections: the loop makes its own."""
    tables = {name: registry[name] for name in TABLES}
    tables["inspections"], tables["findings"] = tables["inspections"].head(0), tables["findings"].head(0)
    return replace(registry, tables=tables)


def chosen(said: pd.DataFrame, random_share: float, chance: np.random.Generator) -> tuple[pd.Index, np.ndarray]:
    """Return whom to visit, and the probability of the visit: 1 by score, the draw's otherwise."""
    drawn = round(random_share * A_QUARTER)
    best = said.nsmallest(A_QUARTER - drawn, "rank").index
    others = said.index.difference(best)
    lots = others[chance.choice(len(others), drawn, replace=False)]
    return best.append(lots), np.concatenate([np.ones(len(best)), np.full(drawn, drawn / len(others))])


def with_visits(registry: Registry, found: pd.Series, probability: np.ndarray, day: pd.Timestamp) -> Registry:
    """Return the registry with a quarter's visits and findings; `found` is indexed by enterprise."""
    numbers = [f"{day:%Y%m%d}-{place}" for place in range(len(found))]
    made = pd.DataFrame(
        {"inspection_id": numbers, "enterprise_id": found.index, "started_on": day, "found": found.to_numpy()}
    )
    made = made.assign(body="home_affairs", scope="osh", kind="check", done="done", inclusion_probability=probability)
    seen = made.loc[made["found"], ["inspection_id"]].assign(code="TRAINING", severity="serious", count=1.0)
    tables = dict(registry.tables)
    for name, rows in (("inspections", made), ("findings", seen)):
        tables[name] = pd.concat([tables[name], conform(rows, TABLES[name])], ignore_index=True)
    return replace(registry, tables=with_known_on(tables, registry.read_on))


def joined(panels: list[Panel]) -> Panel:
    """Return all quarters' labels, weighted by the inverse of the probabilities that the panels carry."""
    chance = np.concatenate([panel.weight for panel in panels])
    return Panel(
        pd.concat([panel.features for panel in panels]),
        np.concatenate([panel.outcome for panel in panels]),
        weight=inverse_probability_weights(chance).weight,
    )


def mean_interval(values: pd.Series) -> str:
    """Return a mean over provinces with its 95 % interval."""
    half = 1.96 * values.std(ddof=1) / np.sqrt(len(values))
    return f"{values.mean():+.3f} ({values.mean() - half:+.3f}…{values.mean() + half:+.3f})"


def print_curves(rows: pd.DataFrame) -> None:
    """Print part 1."""
    start = rows[rows["labels"] == 0].set_index("seed")
    lines = []
    for count, part in rows.set_index("seed").groupby("labels"):
        line: dict[str, object] = {"labels": count}
        for name in ("harm", "worth"):
            line[name] = f"{part[name].mean():.3f}"
            line[f"{name}: against expert"] = "" if count == 0 else mean_interval(part[name] - start[name])
        lines.append({**line, "80 % interval holds": f"{part['coverage'].mean():.2f}"})
    print(pd.DataFrame(lines).to_string(index=False))


def print_loops(rows: pd.DataFrame) -> None:
    """Print part 2."""
    shown = rows[rows["quarter"].isin([1, 4, 8, 12])]
    means = shown.groupby(["random_share", "quarter"])[["worth", "believed", "naive", "true", "again"]].mean()
    print(means.round(3).to_string())


def run(jobs: int, title: str, part: Part, arguments: list[tuple[Any, ...]], show: Show) -> None:
    """Run a part, its repetitions side by side, and print what came of it."""
    if not arguments:
        return
    started = time.perf_counter()
    made = pd.concat(Parallel(n_jobs=jobs)(delayed(part)(*item) for item in arguments))
    print(f"\n{title}: {len(arguments)} runs in {time.perf_counter() - started:.0f} s")
    show(made)
    sys.stdout.flush()


def main() -> None:
    """Run both parts."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--provinces", type=int, default=200)
    options.add_argument("--loops", type=int, default=20)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--seed", type=int, default=1)
    chosen_ = options.parse_args()
    seeds = range(chosen_.seed, chosen_.seed + chosen_.provinces)
    loops = range(chosen_.seed, chosen_.seed + chosen_.loops)
    print("SIMULATED DATA")
    for title, own in (("labels of the same province", True), ("labels of another province", False)):
        run(chosen_.jobs, title, learning_curve, [(seed, own) for seed in seeds], print_curves)
    shares = [(seed, share) for seed in loops for share in (0.0, RANDOM_SHARE)]
    run(chosen_.jobs, "feedback loop", feedback_loop, shares, print_loops)


if __name__ == "__main__":
    main()
