"""Small selections made by hand or by chance, and the slow way to solve them."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from oshrisk.planning.optimise import make_task
from oshrisk.planning.packing import Packing
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.roads import Roads, road_tree
from oshrisk.settings import Programme

QUARTER = Quarter(2027, 3)
SEAT = "s"
# s -- a -- b on one road, c on another; a is 1 hour away, b 3, c 2.
_HOURS = pd.DataFrame(
    [[0.0, 1.0, 3.0, 2.0], [1.0, 0.0, 2.0, 3.0], [3.0, 2.0, 0.0, 5.0], [2.0, 3.0, 5.0, 0.0]], list("sabc"), list("sabc")
)


def roads_of(closed: tuple[str, ...] = ()) -> Roads:
    return Roads(SEAT, _HOURS, road_tree(_HOURS, SEAT), estimated=False, closed_communes=closed, closed_months=(7, 8))


def programme_of(seconds: float = 1.0, **selection: object) -> Programme:
    values = {"selection": {"seconds": seconds, "gap": 1e-6, **selection}, "capacity": {"team_size": 1}}
    return Programme.model_validate(values)


def days_of(*days: float) -> pd.Series:
    index = pd.MultiIndex.from_tuples([(1, 7), (1, 8), (1, 9)][-len(days) :], names=["team", "month"])
    return pd.Series(days, index, dtype="float64")


def candidates_of(rows: list[dict[str, object]]) -> pd.DataFrame:
    index = pd.Index([f"{number:03d}" for number in range(len(rows))], name="enterprise_id")
    usual = {
        "status": "may", "worth": 1.0, "violation_probability": 0.3, "sign": False, "commune_code": SEAT,
        "visit_days": 1.0, "remote_days": np.nan, "on_site": True, "size": "small", "section": "C",
        "never_visited": False,
    }  # fmt: skip
    return pd.DataFrame([{**usual, "entity": key, **row} for key, row in zip(index, rows, strict=True)], index)


def chance(seed: int, count: int) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    return candidates_of([
        {
            "worth": float(generator.gamma(1.0, 5.0)),
            "commune_code": generator.choice(["s", "a", "b", "c", None]),
            "visit_days": float(generator.choice([0.5, 1.0, 2.0])),
            "remote_days": float(generator.choice([0.5, np.nan])),
            "status": str(generator.choice(["may", "may", "may", "must"])),
            "entity": f"e{generator.integers(count)}",
            "sign": bool(generator.random() < 0.2),
            "section": str(generator.choice(["B", "C", "F"])),
            "never_visited": bool(generator.random() < 0.5),
        }
        for _ in range(count)
    ])  # fmt: skip


def one_entity_once(chosen: pd.DataFrame) -> bool:
    plain = chosen[~chosen["sign"]]
    return not any(chosen["entity"].eq(entity).sum() > 1 for entity in plain["entity"])


def best_by_trying(candidates: pd.DataFrame, days: pd.Series, programme: Programme) -> float:
    """Worth of the best choice in one bucket, packed in every order: the definition, for few candidates."""
    task = make_task(candidates, roads_of(), days, programme)
    best, options = 0.0, range(len(task.options))
    for count in range(len(candidates) + 1):
        for chosen in itertools.combinations(options, count):
            rows = task.options.iloc[list(chosen)]
            if rows["candidate"].duplicated().any() or rows["worth"].sum() <= best:
                continue
            for order in itertools.permutations(chosen):
                packing = Packing(task.options, task.tree, task.ties, task.days)
                if not packing.take(list(order)):
                    best = float(rows["worth"].sum())
                    break
    return best
