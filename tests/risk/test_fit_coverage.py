"""Intervals hold as often as they say: simulated labels of tables drawn from the prior."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oshrisk.risk import RiskTable
from oshrisk.risk.fit import RiskTableFit
from oshrisk.risk.layout import GROUP_SHARE, SHRINK_SD
from oshrisk.risk.scoring import look_up, score

Draw = Callable[..., pd.DataFrame]


def _cut_normal(draw: np.random.Generator, mean: float, sd: float, low: float, high: float) -> float:
    while True:
        value = draw.normal(mean, sd)
        if low <= value <= high:
            return float(value)


def _draw_table(draw: np.random.Generator, table: RiskTable, outcome: str) -> RiskTable:
    """Draw a true table: points and sectors from the prior, level and shrinkage a little off."""

    def bin_of(entry: Any, *, unknown: bool) -> Any:
        effect = entry.effects[outcome]
        if effect.sd <= 0.01:
            return entry
        low = 0.0 if unknown or effect.sign == "+" else -np.inf
        moved = _cut_normal(draw, effect.log_rr, effect.sd, low, 0.0 if effect.sign == "-" else np.inf)
        return replace(entry, effects={**entry.effects, outcome: replace(effect, log_rr=moved)})

    factors = tuple(
        replace(f, bins=tuple(bin_of(b, unknown=False) for b in f.bins), unknown=bin_of(f.unknown, unknown=True))
        for f in table.factors
    )
    shared: dict[str, float] = {}
    for row in table.base.rows:
        shared[row.group] = min(shared.get(row.group, np.inf), GROUP_SHARE * getattr(row, f"{outcome}_sd") ** 2)
    of_group = {group: draw.normal(0, np.sqrt(spread)) for group, spread in shared.items()}
    rows = tuple(
        replace(row, **{outcome: getattr(row, outcome) + of_group[row.group] + draw.normal(0, np.sqrt(own))})
        for row in table.base.rows
        for own in [getattr(row, f"{outcome}_sd") ** 2 - shared[row.group]]
    )
    rule, start = table.combination[outcome], table.base.level[outcome]
    shrink = _cut_normal(draw, rule.shrink, SHRINK_SD, 0.05, 1.0)
    odds = start.value / (1 - start.value) * np.exp(draw.normal(0, 0.3))
    level = replace(start, value=odds / (1 + odds))
    return replace(
        table,
        factors=factors,
        base=replace(table.base, level={**table.base.level, outcome: level}, rows=rows),
        combination={**table.combination, outcome: replace(rule, shrink=shrink)},
    )


def _true_value(table: RiskTable, outcome: str, factor: str, state: str) -> float:
    if factor == "combination":
        return table.combination[outcome].shrink
    if factor == "sector":
        return next(getattr(row, outcome) for row in table.base.rows if f"{row.scheme}:{row.prefix}" == state)
    return next(entry.effects[outcome].log_rr for entry in table[factor].all_bins if entry.state == state)


def _labels(
    draw: np.random.Generator, features: pd.DataFrame, true: RiskTable, outcome: str
) -> tuple[pd.DataFrame, np.ndarray, dict[str, np.ndarray]]:
    eta, count = score(look_up(features, true), true, outcome).total, len(features)
    if outcome == "violation":
        return features, (draw.random(count) < 1 / (1 + np.exp(-eta))).astype(float), {}
    own = draw.gamma(1.0, 1.0, count) if outcome == "accident" else np.ones(count)
    exposure, worked = draw.lognormal(4 if outcome == "accident" else 8, 1, count), draw.lognormal(4, 1, count)
    record = {"accidents_5y": draw.poisson(np.exp(eta) * own * worked).astype(float)}
    features = features.assign(**record, reported_worker_years_5y=worked)
    return features, draw.poisson(np.exp(eta) * own * exposure).astype(float), {"exposure": exposure}


@pytest.mark.parametrize(
    ("outcome", "count"), [("violation", 60), ("violation", 400), ("accident", 500), ("fatal", 400)]
)
def test_intervals_cover_as_often_as_they_say(
    small_table: RiskTable, draw_features: Draw, outcome: str, count: int
) -> None:
    inside, better = [], []
    rows = tuple({(row.group, row.prefix): row for row in small_table.base.rows}.values())
    table = replace(small_table, base=replace(small_table.base, rows=rows))
    for seed in range(25):
        draw = np.random.default_rng(seed)
        true = _draw_table(draw, table, outcome)
        features, labels, extra = _labels(draw, draw_features(draw, table, count), true, outcome)
        moved = RiskTableFit(table, outcome, interval=0.8).fit(features, labels, **extra).moved_
        for row in moved[(moved["labels"] > 0) & ~moved["factor"].isin(["level", "own_record"])].itertuples():
            truth = _true_value(true, outcome, row.factor, row.state)
            inside.append(row.low <= truth <= row.high)
            better.append((row.before - truth) ** 2 - (row.after - truth) ** 2)
    assert len(inside) > 1000
    assert np.mean(inside) == pytest.approx(0.8, abs=0.04)
    assert np.mean(better) > 0, "labels should bring points nearer to the truth"
