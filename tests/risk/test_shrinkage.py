from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from oshrisk.risk import RiskTable
from oshrisk.risk.fit import RiskTableFit
from oshrisk.risk.layout import SHRINK_SD
from oshrisk.risk.scoring import look_up, score
from oshrisk.risk.table import Bin, Factor

Draw = Callable[..., pd.DataFrame]


def _drawn(draw: np.random.Generator, factor: Factor) -> Factor:
    def moved(entry: Bin) -> Bin:
        effect = entry.effects["violation"]
        log_rr = effect.log_rr + (effect.sd * draw.normal() if effect.sd > 0.01 else 0.0)
        log_rr = max(log_rr, 0.0) if effect.sign == "+" else min(log_rr, 0.0) if effect.sign == "-" else log_rr
        return replace(entry, effects={**entry.effects, "violation": replace(effect, log_rr=log_rr)})

    return replace(factor, bins=tuple(moved(entry) for entry in factor.bins))


def _fitted(table: RiskTable, draw_features: Draw, shrink: float, cap: float, seed: int) -> RiskTableFit:
    """Fit violations of enterprises whose factors count `shrink` times what the expert says, give or take his doubt."""
    draw = np.random.default_rng(seed)
    rule = replace(table.combination["violation"], cap=cap)
    prior = replace(table, combination={**table.combination, "violation": rule})
    rules = {**prior.combination, "violation": replace(rule, shrink=shrink)}
    true = replace(prior, factors=tuple(_drawn(draw, f) for f in prior.factors), combination=rules)
    features = draw_features(draw, prior, 4000)
    eta = score(look_up(features, true), true, "violation").total
    return RiskTableFit(prior, "violation").fit(features, draw.random(4000) < 1 / (1 + np.exp(-eta)))


def test_the_shrinkage_goes_where_the_labels_say(small_table: RiskTable, draw_features: Draw) -> None:
    middle = []
    for shrink in (0.4, 0.7, 1.0):
        fits = [_fitted(small_table, draw_features, shrink, 2.5, seed) for seed in range(6)]
        middle.append(np.mean([fit.table_.combination["violation"].shrink for fit in fits]))
    assert middle[0] < 0.55 < middle[1] < 0.8
    assert middle[2] > middle[1] + 0.08
    assert middle[1] == pytest.approx(0.7, abs=SHRINK_SD)


def test_it_does_not_fall_to_nothing_where_most_rows_are_capped(small_table: RiskTable, draw_features: Draw) -> None:
    rule = _fitted(small_table, draw_features, 0.7, 0.4, 4).table_.combination["violation"]
    assert rule.shrink == pytest.approx(0.7, abs=2.5 * SHRINK_SD)


def test_factors_that_say_nothing_are_shrunk(small_table: RiskTable, draw_features: Draw) -> None:
    fit = _fitted(small_table, draw_features, 0.05, 2.5, 5)
    assert fit.table_.combination["violation"].shrink < 0.55
    held = fit.moved_.set_index("factor").loc["combination"]
    assert held["low"] <= held["after"] <= held["high"] < 0.7
