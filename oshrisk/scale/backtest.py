"""Past quarters ranked again, shard by shard: what the first of each ranking would have caught.

The whole backtest (`oshrisk.evaluate.backtest`) plans every past quarter with its roads and days, which is a province's
matter. Of a country it can be said what shares of its ranking would have caught: accidents and lost days that came to
be known in the year after, and serious violations among those that were visited. Enterprises fall into blocks by a
hash of their ids, whatever the shards; the sums by block are whole numbers, and intervals are resampled over blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from oshrisk.evaluate.history import HORIZON_MONTHS, date_before, matured_on, outcomes
from oshrisk.evaluate.metrics import block_weights, interval
from oshrisk.planning import Quarter
from oshrisk.risk import RiskTable
from oshrisk.risk.scoring import Floats
from oshrisk.scale import tasks
from oshrisk.scale.engine import Engine
from oshrisk.scale.progress import Progress, Watch, quiet
from oshrisk.scale.ranking import scored, unfinished
from oshrisk.scale.shards import Shards, shard_of
from oshrisk.settings import Programme

SHARES: Final = (0.05, 0.10, 0.20)  # of all enterprises, from the top of the ranking
BLOCKS: Final = 200
DRAWS: Final = 400  # resamples of the blocks
RULES: Final = ("model", "size")  # the ranking, and the rule of one line: the largest first
_COUNTED: Final = ("enterprises", "accidents", "lost_days", "visited", "violations")


def backtest_shards(
    shards: Shards,
    output: str | Path,
    programme: Programme,
    table: RiskTable,
    quarters: Sequence[Quarter],
    *,
    engine: Engine | None = None,
    tell: Callable[[Progress], None] = quiet,
) -> pd.DataFrame:
    """Rank past quarters again and count what came of the first of each ranking.

    Parameters
    ----------
    shards : Shards
        The snapshot.
    output : str or Path
        Beside it rankings are kept while an interrupted run waits to go on; nothing is left when all is done.
    programme : Programme
        Settings.
    table : RiskTable
        The model; it learns nothing here.
    quarters : sequence of Quarter
        Quarters whose outcomes have matured: the year after the day before each of them.
    engine : Engine, optional
        Where it runs; by default in this process.
    tell : callable, optional
        Is told of the progress.

    Returns
    -------
    DataFrame
        quarter, rule (``"model"``, or ``"size"``: the largest first), share of the enterprises, outcome, value, low,
        high (95 %), caught, of. For ``accidents`` and ``lost_days`` the value is the share caught of all that are
        known; for ``violations`` that of the visited in the share with a serious violation: labels come from the
        visited alone. Equal scores at the edge of a share are all in it.
    """
    run, rows, kept = engine or Engine(), [], []
    for quarter in quarters:
        as_of = date_before(quarter)
        work = unfinished(output, shards, programme, table, date=as_of, language="vi")
        kept.append(work)
        with work.swept(), run.started():
            ranking = tasks.Ranking(shards, work, as_of, programme, table, "vi")
            rows.append(_of_quarter(ranking, run, tell).assign(quarter=str(quarter)))
    for work in kept:
        work.remove()
    found = pd.concat(rows, ignore_index=True)
    return found[["quarter", *(name for name in found.columns if name != "quarter")]]


def _of_quarter(ranking: tasks.Ranking, engine: Engine, tell: Callable[[Progress], None]) -> pd.DataFrame:
    priorities, _ = scored(ranking, engine, tell)
    return _caught(ranking, _edges(np.concatenate(priorities), ranking, engine, tell), engine, tell)


def _edges(
    priorities: Floats, ranking: tasks.Ranking, engine: Engine, tell: Callable[[Progress], None]
) -> dict[str, Floats]:
    """Return by rule the least score within each of `SHARES`."""
    sizes = [ranking.shards.enterprises(number) for number in range(ranking.shards.count)]
    every = [(ranking, number) for number in range(ranking.shards.count)]
    workers = np.concatenate(engine.run(workers_of, every, rows=sizes, watch=Watch(tell, "compare", sum(sizes))))
    last = np.maximum(np.ceil(np.array(SHARES) * len(priorities)).astype(np.intp), 1)
    ordered = {rule: np.sort(values)[::-1] for rule, values in zip(RULES, (priorities, workers), strict=True)}
    return {rule: values[last - 1] for rule, values in ordered.items()}


def last_matured(read_on: pd.Timestamp) -> Quarter:
    """Return the last quarter whose outcomes had come to be known on a day."""
    quarter = Quarter(read_on.year, (read_on.month + 2) // 3)
    while matured_on(_until(date_before(quarter))) > read_on:
        quarter = quarter.previous
    return quarter


def _until(as_of: pd.Timestamp) -> pd.Timestamp:
    return as_of + pd.DateOffset(months=HORIZON_MONTHS) + pd.offsets.MonthEnd(0)


def workers_of(ranking: tasks.Ranking, number: int) -> Floats:
    """Return the head-counts that a shard was scored with."""
    file = ranking.work / f"scored-{number:04d}.arrow"
    return np.asarray(file.read_rows(["workers_used"])["workers_used"].to_numpy())


def _caught(
    ranking: tasks.Ranking, edges: dict[str, Floats], engine: Engine, tell: Callable[[Progress], None]
) -> pd.DataFrame:
    numbers = range(ranking.shards.count)
    sizes = [ranking.shards.enterprises(number) for number in numbers]
    every = [(ranking, number, edges) for number in numbers]
    sums = np.sum(engine.run(count_shard, every, rows=sizes, watch=Watch(tell, "count", sum(sizes))), axis=0)
    weights = block_weights(BLOCKS, DRAWS, np.random.default_rng(ranking.programme.draw.seed))
    rows = []
    for rule_number, rule in enumerate(RULES):
        for share_number, share in enumerate(SHARES):
            inside, all_of = sums[:, rule_number, share_number], sums[:, rule_number, -1]
            for above, below, of_all in (
                ("accidents", "accidents", True),
                ("lost_days", "lost_days", True),
                ("violations", "visited", False),
            ):
                caught = inside[:, _COUNTED.index(above)]
                base = (all_of if of_all else inside)[:, _COUNTED.index(below)]
                rows.append({"rule": rule, "share": share, "outcome": above, **_ratio(caught, base, weights)})
    return pd.DataFrame(rows)


def _ratio(caught: NDArray[np.int64], base: NDArray[np.int64], weights: Floats) -> dict[str, float]:
    """Divide sums over blocks, with a 95 % interval; NaN where there is nothing to divide by."""
    total, of = int(caught.sum()), int(base.sum())
    above, below = weights @ caught, weights @ base
    samples = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    low, high = interval(samples[~np.isnan(samples)]) if of else (np.nan, np.nan)
    return {"value": total / of if of else np.nan, "low": low, "high": high, "caught": total, "of": of}


def count_shard(ranking: tasks.Ranking, number: int, edges: dict[str, Floats]) -> NDArray[np.int64]:
    """Count what came of the enterprises of a shard.

    Returns
    -------
    ndarray of int, shape (BLOCKS, rules, shares + 1, counts)
        Sums; the last share is everybody.
    """
    opens = ranking.as_of
    until = _until(opens)
    rows = (ranking.work / f"scored-{number:04d}.arrow").read_rows(["enterprise_id", "priority", "workers_used"])
    frame = rows.to_pandas().set_index("enterprise_id")
    known, _ = ranking.shards.read(number, matured_on(until))
    features = (ranking.work / f"features-{number:04d}.arrow").read_rows(["enterprise_id", "workers"]).to_pandas()
    came = outcomes(known, features["workers"].loc[frame.index], opens, until)
    counted = np.column_stack(
        [
            np.ones(len(frame)),
            came["accidents"],
            came["harm"].round(),
            came["violation"].notna(),
            came["violation"].fillna(0.0),
        ]
    ).astype(np.int64)
    block = shard_of(pa.array(frame.index, pa.string()), BLOCKS)
    sums = np.zeros((BLOCKS, len(RULES), len(SHARES) + 1, len(_COUNTED)), dtype=np.int64)
    for rule, column in enumerate(("priority", "workers_used")):
        for share, edge in enumerate((*edges[RULES[rule]], -np.inf)):
            inside = frame[column].to_numpy() >= edge
            np.add.at(sums[:, rule, share], block[inside], counted[inside])
    return sums
