"""Does the 95 % interval of the province's rate hold its level? Simulated provinces, drawn and estimated many times.

    python benchmarks/coverage.py [--provinces 1000] [--seed 1]

Every province has about 1,300 places of legal entities with one or several of them. The chance of a serious violation
depends on size and road, the programme visits where it is highest for certain, and the lottery draws from the rest: by
`reserve_slots`, `cast_lots` and `estimate_rate`, the functions of the product. Settings vary the rate, the number of
draws, the share of places in entities with several, the share found closed and how much strata tell. Columns: true
rate, coverage, how often the truth lay below and above the interval, mean width, bias of Hájek and Horvitz–Thompson
with the former's standard error, coverage of the plain normal interval for comparison. Everything is simulated.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from oshrisk.evaluate.prevalence import Z95, estimate_rate
from oshrisk.planning.buckets import buckets
from oshrisk.planning.draw import cast_lots
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.slots import Slots, reserve_slots
from oshrisk.settings import Capacity

QUARTER = Quarter(2027, 1)
REGISTERS = 8  # of every setting; outcomes and draws are new for every province
VISIT_DAYS = np.array([0.5, 1.0, 1.0, 2.0])  # micro, small, unknown, large: the settings' lengths of a visit


@dataclass(frozen=True)
class Setting:
    """What a simulated province is like; ``days`` are inspector-days of the quarter, a fifth is drawn."""

    days: float
    rate: float
    places: int = 1300
    several: float = 0.12
    closed: float = 0.0
    strength: float = 1.0
    chosen: int = 40


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--provinces", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    grid = [Setting(days, rate) for days in (80, 120, 200, 300, 500) for rate in (0.1, 0.2, 0.3, 0.4, 0.5)]
    middle = Setting(160, 0.3)
    grid += [replace(middle, several=share) for share in (0.0, 0.3, 0.6)]
    grid += [replace(middle, closed=share) for share in (0.1, 0.3)]
    grid += [replace(middle, strength=strength) for strength in (0.0, 2.0)]
    grid += [replace(middle, places=300), replace(middle, chosen=150)]
    rows = []
    for number, setting in enumerate(grid):
        played = play(setting, given.provinces, given.seed + number)
        rows.append({**vars(setting), **figures(played)})
    with pd.option_context("display.width", 200, "display.max_columns", None):
        print(pd.DataFrame(rows).round(3).to_string(index=False))
    error = 2 * np.sqrt(0.95 * 0.05 / given.provinces)
    print(f"\nChance alone moves a coverage of 0.950 by ±{error:.3f} (two standard errors).")


def figures(played: pd.DataFrame) -> dict[str, float]:
    """Sum up simulated provinces."""
    below, above = played["truth"] < played["low"] - 1e-9, played["truth"] > played["high"] + 1e-9
    error = played["hajek"] - played["truth"]
    return {
        "draws": played["draws"].mean(),
        "true_rate": played["truth"].mean(),
        "coverage": 1 - (below | above).mean(),
        "above": above.mean(),
        "below": below.mean(),
        "width": (played["high"] - played["low"]).mean(),
        "bias_hajek": error.mean(),
        "bias_error": error.std() / np.sqrt(len(played)),
        "bias_ht": (played["total"] - played["true_total"]).mean() / played["places"].mean(),
        "normal": (error.abs() <= Z95 * played["se_hajek"].fillna(0.0)).mean(),
    }


def play(setting: Setting, provinces: int, seed: int) -> pd.DataFrame:
    """Simulate, draw and estimate; one row a province."""
    generator = np.random.default_rng(seed)
    rows = []
    for number in range(provinces):
        if number % max(provinces // REGISTERS, 1) == 0:
            frame, slots = register(setting, generator)
        rows.append(one_quarter(setting, frame, slots, generator))
    return pd.DataFrame(rows)


def register(setting: Setting, generator: np.random.Generator) -> tuple[pd.DataFrame, Slots]:
    """Make a register with slots: the programme's choice is certain, other places of the entities it chose are out."""
    count = setting.places
    size = generator.choice(4, count, p=[0.5, 0.25, 0.15, 0.1])
    hours = generator.gamma(1.2, 1.2, count).clip(0.1, 5.0)  # one way
    merged = generator.random(count) < setting.several
    entity = np.where(merged, generator.integers(0, count // 10, count), np.arange(count) + count)
    risk = setting.strength * (np.array([-0.3, 0.1, 0.0, 0.8])[size] + 0.4 * (hours > 2))
    logit = np.log(setting.rate / (1 - setting.rate)) + risk - risk.mean() + generator.normal(0, 0.7, count)
    frame = pd.DataFrame(
        {
            "entity": [f"E{number}" for number in entity],
            "inspector_days": 2 * (VISIT_DAYS[size] + hours / 4),
            "stratum": [f"{one}/{'far' if far else 'near'}/-" for one, far in zip(size, hours > 2, strict=True)],
            "chance": 1 / (1 + np.exp(-logit)),
        },
        index=pd.Index([f"{number:05d}" for number in range(count)], name="enterprise_id"),
    )
    slots = reserve_slots(frame, buckets(QUARTER, Capacity(inspector_days=setting.days)), 0.2)
    best = frame["chance"].nlargest(setting.chosen).index.to_series()
    chosen = best[~frame.loc[best, "entity"].duplicated().to_numpy()]
    frame["chosen"] = frame.index.isin(chosen)
    frame["band"] = frame["entity"].map(slots.band_of)
    covered = frame["chosen"] | ~frame["entity"].isin(frame.loc[frame["chosen"], "entity"])
    return frame[covered], slots


def one_quarter(
    setting: Setting, frame: pd.DataFrame, slots: Slots, generator: np.random.Generator
) -> dict[str, float]:
    """Draw once and estimate from what is found."""
    bad = generator.random(len(frame)) < frame["chance"].to_numpy()
    closed = generator.random(len(frame)) < setting.closed
    chosen = frame["chosen"].to_numpy()
    lots = cast_lots(frame[~chosen], slots.counts, int(generator.integers(2**62)), QUARTER)
    probability, drawn = np.ones(len(frame)), np.zeros(len(frame), dtype=bool)
    probability[~chosen], drawn[~chosen] = lots["inclusion_probability"], lots["drawn"]
    band = np.where(chosen, 0, frame["band"]).astype(np.int64)
    answer = np.where((chosen | drawn) & ~closed, bad, np.nan)
    said = estimate_rate(probability, drawn, band, answer, closed & (chosen | drawn))
    truth = {"truth": bad[~closed].mean(), "true_total": float(bad[~closed].sum()), "draws": float(drawn.sum())}
    truth["naive"] = float(np.nanmean(answer))  # the plain share of what was visited
    return {**said, **truth}


if __name__ == "__main__":
    main()
