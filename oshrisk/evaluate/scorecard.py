"""The figures of a replay: every measure with its interval, how many were labelled, and of how many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from oshrisk.evaluate import metrics
from oshrisk.evaluate.metrics import Floats
from oshrisk.evaluate.replay import Replay
from oshrisk.features.rows import day

MADE: Final = "visits_made"  # name under which the department's own visits stand beside the models
LEVEL: Final = 0.95
CURVE: Final = (0.0, 0.01, 0.02, 0.05, 0.10, 0.15, 0.20, 0.30, 0.50, 0.75, 1.0)  # shares of the enterprises
BLOCK: Final = 4_000_000  # weights held at once: bounds memory, changes nothing
COUNTED: Final = ("accident", "harm", "violation")
COLUMNS: Final = ["model", "outcome", "metric", "value", "low", "high", "labelled", "of"]

Samples = dict[tuple[str, str, str], Floats]


@dataclass(frozen=True)
class Scorecard:
    """The figures of a replay.

    Parameters
    ----------
    table : DataFrame
        model, outcome, metric, value, low, high, labelled, of: see `scorecard`.
    curve : DataFrame
        model, outcome, share (of the enterprises visited), captured, low, high.
    calibration : DataFrame
        model, outcome, band, rows, expected, observed, low, high (of the observed).
    samples : dict of (model, outcome, metric) to ndarray
        Bootstrap values; the same resamples for all models, so that differences are paired.
    """

    table: pd.DataFrame
    curve: pd.DataFrame
    calibration: pd.DataFrame
    samples: Samples


def scorecard(replay: Replay, *, draws: int = 300, seed: int = 0) -> Scorecard:
    """Measure every model of a replay.

    All intervals are 95 % percentile intervals of a bootstrap over enterprises, each with all its quarters, so that
    overlapping windows and repeated lists of one enterprise do not count as independent. Lists stay as they are: what
    varies is whom they happen to hold.

    Parameters
    ----------
    replay : Replay
        What the models ranked, and what came of it.
    draws : int, default 300
        Bootstrap resamples.
    seed : int, default 0
        Their seed.

    Returns
    -------
    Scorecard
        At the programme's number of visits k, summed over the quarters: ``capture`` (share of what is known),
        ``found`` (a quarter), ``precision`` among the labelled with ``precision_worst`` and ``precision_best`` for the
        unlabelled, ``precision_any_order`` (in expectation over equal scores). Over all labelled: ``auc``,
        ``brier``, ``deviance``, ``observed_to_expected``, ``days_earlier`` (of violations by the model's probability
        of them, where it gives one; else by its ranking). Of the list: ``churn``, the share that
        was not on it the quarter before.
    """
    stage = _stage(replay)
    names = [*replay.scores, MADE]
    found: dict[tuple[str, str, str], list[Floats]] = {}
    counts: dict[tuple[str, str, str], tuple[float, float]] = {}
    curves: dict[tuple[str, str], list[Floats]] = {}
    generator = np.random.default_rng(seed)
    for first, weight in _resamples(stage, draws, generator):
        for name in names:
            measured = _measure(replay, stage, name, weight)
            for (outcome, metric), (value, labelled, of) in measured.items():
                found.setdefault((name, outcome, metric), []).append(value)
                if first:
                    counts[name, outcome, metric] = float(labelled), float(of)
            if name != MADE:
                for outcome, curve in _curves(replay, stage, name, weight).items():
                    curves.setdefault((name, outcome), []).append(curve)
    samples = {key: np.concatenate(parts) for key, parts in found.items()}
    table = pd.DataFrame(
        [(*key, values[0], *metrics.interval(values[1:], LEVEL), *counts[key]) for key, values in samples.items()],
        columns=COLUMNS,
    )
    whole = {key: np.concatenate(parts) for key, parts in curves.items()}
    return Scorecard(
        table,
        _curve_frame(whole),
        pd.concat([_calibration(replay, stage, name, draws, seed) for name in replay.scores], ignore_index=True),
        {key: values[1:] for key, values in samples.items()},
    )


@dataclass(frozen=True)
class _Quarter:
    """One quarter's rows as arrays."""

    rows: slice
    code: metrics.Ints
    visits: float
    counted: dict[str, Floats]  # what is captured, NaN as none known
    label: dict[str, Floats]  # 1, 0 or NaN
    made: Floats
    ends: float


@dataclass(frozen=True)
class _Stage:
    """All quarters, and the number of enterprises (blocks of the bootstrap)."""

    quarters: tuple[_Quarter, ...]
    code: metrics.Ints
    blocks: int


def _stage(replay: Replay) -> _Stage:
    rows = replay.rows
    code, ids = pd.factorize(rows["enterprise_id"])
    edges = np.searchsorted(rows["quarter"].to_numpy(), np.arange(len(replay.quarters) + 1))
    parts = []
    for number, quarter in enumerate(replay.quarters):
        part = slice(int(edges[number]), int(edges[number + 1]))
        frame = rows.iloc[part]
        accident = frame["accident_label"].to_numpy("float64")
        parts.append(
            _Quarter(
                rows=part,
                code=code[part],
                visits=float(frame["visits"].iloc[0]) if len(frame) else 0.0,
                counted={
                    "accident": frame["accidents"].to_numpy("float64"),
                    "harm": frame["harm"].to_numpy("float64"),
                    "violation": np.nan_to_num(frame["violation"].to_numpy("float64")),
                },
                label={
                    "accident": np.where(np.isnan(accident), np.nan, accident > 0),
                    "violation": frame["violation"].to_numpy("float64"),
                },
                made=frame["made"].to_numpy("float64"),
                ends=day(quarter.end),
            )
        )
    return _Stage(tuple(parts), np.asarray(code), len(ids))


def _resamples(stage: _Stage, draws: int, generator: np.random.Generator) -> Iterator[tuple[bool, Floats]]:
    """Yield blocks of weights by enterprise; the very first row is the data as it is."""
    step = max(1, BLOCK // max(stage.blocks, 1))
    done = 0
    while done < draws:
        count = min(step, draws - done)
        weight = metrics.block_weights(stage.blocks, count, generator)
        yield done == 0, weight if done else np.concatenate([np.ones((1, stage.blocks)), weight])
        done += count


Measured = dict[tuple[str, str], tuple[Floats, float, float]]


def _measure(replay: Replay, stage: _Stage, name: str, weight: Floats) -> Measured:
    if name == MADE:
        return _at_k([quarter.made for quarter in stage.quarters], stage, weight)
    score = replay.scores[name]["priority"].to_numpy("float64")
    lists = [metrics.included(score[q.rows], q.visits) for q in stage.quarters]
    result = _at_k(lists, stage, weight)
    spread = [metrics.included(score[q.rows], q.visits, any_order=True) for q in stage.quarters]
    for outcome in ("accident", "violation"):
        result[outcome, "precision_any_order"] = _precision(spread, stage, weight, outcome)["precision"]
    result |= _of_ranking(replay, stage, name, weight)
    if len(lists) > 1:
        result["list", "churn"] = _churn(lists, stage, weight)
    return result


def _at_k(lists: list[Floats], stage: _Stage, weight: Floats) -> Measured:
    """Measure lists, shape (rows,) a quarter: the lists stay as they are, the enterprises are resampled."""
    result: Measured = {}
    visits = float(np.mean([quarter.visits for quarter in stage.quarters]))
    every = [np.ones(len(quarter.code)) for quarter in stage.quarters]
    size = _sums(lists, every, stage, weight)
    for outcome in COUNTED:
        counted = [quarter.counted[outcome] for quarter in stage.quarters]
        caught = _sums(lists, counted, stage, weight)
        shares = _precision(lists, stage, weight, outcome)
        counts = shares["precision"][1:]
        result[outcome, "capture"] = (_ratio(caught, _sums(every, counted, stage, weight)), *counts)
        result[outcome, "found"] = (visits * _ratio(caught, size), *counts)  # a quarter, at the programme's visits
        if outcome != "harm":
            result |= {(outcome, metric): share for metric, share in shares.items()}
    return result


def _precision(
    lists: list[Floats], stage: _Stage, weight: Floats, outcome: str
) -> dict[str, tuple[Floats, float, float]]:
    """Return precision with its bounds for the unlabelled; harm is labelled as accidents are."""
    labels = [quarter.label.get(outcome, quarter.label["accident"]) for quarter in stage.quarters]
    labelled = _sums(lists, [~np.isnan(label) for label in labels], stage, weight)
    hits = _sums(lists, [np.nan_to_num(label) for label in labels], stage, weight)
    of = _sums(lists, [np.ones(len(label)) for label in labels], stage, weight)
    found = {
        "precision": _ratio(hits, labelled),
        "precision_worst": _ratio(hits, of),
        "precision_best": _ratio(hits + of - labelled, of),
    }
    whole = sum(float(part[~np.isnan(label)].sum()) for part, label in zip(lists, labels, strict=True))
    return {metric: (value, whole, float(sum(part.sum() for part in lists))) for metric, value in found.items()}


def _sums(lists: list[Floats], values: list[Any], stage: _Stage, weight: Floats) -> Floats:
    """Return the weighted sum of list × value over all quarters, a resample each."""
    by_enterprise = np.zeros(stage.blocks)
    for part, value, quarter in zip(lists, values, stage.quarters, strict=True):
        np.add.at(by_enterprise, quarter.code, part * value)
    return np.asarray(weight @ by_enterprise)


def _of_ranking(replay: Replay, stage: _Stage, name: str, weight: Floats) -> Measured:
    """Measure the whole ranking and its probabilities on all labelled rows."""
    scores, result = replay.scores[name], {}
    score, chance = (scores[column].to_numpy("float64") for column in ("priority", "violation_probability"))
    for outcome in ("accident", "violation"):
        label = np.concatenate([quarter.label[outcome] for quarter in stage.quarters])
        known = np.flatnonzero(~np.isnan(label))
        many, counts = weight[:, stage.code[known]], (float(len(known)), float(len(label)))
        by = _of_violation(scores) if outcome == "violation" else score
        result[outcome, "auc"] = (metrics.auc(by[known], label[known], many), *counts)
        if outcome == "violation" and len(known) and not np.isnan(chance).any():
            result[outcome, "brier"] = (metrics.brier(chance[known], label[known], many), *counts)
    result |= _of_counts(scores, replay.rows, stage, weight)
    days = _days_earlier(replay, stage, name, weight)
    if days is not None:
        result["violation", "days_earlier"] = days
    return result


def _of_violation(scores: pd.DataFrame) -> Floats:
    """Return what a model says of violations: their probability if it gives one, else its ranking."""
    return np.asarray(scores["violation_probability"].fillna(scores["priority"]).to_numpy("float64"))


def _of_counts(scores: pd.DataFrame, rows: pd.DataFrame, stage: _Stage, weight: Floats) -> Measured:
    """Hold expected accidents against the reported, in reported worker-years."""
    expected, observed, known = _counts(scores, rows)
    if not len(known):
        return {}
    many, counts = weight[:, stage.code[known]], (float(len(known)), float(len(rows)))
    return {
        ("accident", "deviance"): (metrics.poisson_deviance(expected, observed, many), *counts),
        ("accident", "observed_to_expected"): (_ratio(many @ observed, many @ expected), *counts),
    }


def _counts(scores: pd.DataFrame, rows: pd.DataFrame) -> tuple[Floats, Floats, metrics.Ints]:
    mean = (scores["accident_rate"] * rows["exposure"]).to_numpy("float64")
    known = np.flatnonzero(mean > 0)
    return mean[known], rows["reported_accidents"].to_numpy("float64")[known], known


def _days_earlier(replay: Replay, stage: _Stage, name: str, weight: Floats) -> tuple[Floats, float, float] | None:
    score, visited = _of_violation(replay.scores[name]), replay.rows["visited_on"].to_numpy("float64")
    gained, positives, total = np.zeros(len(weight)), np.zeros(len(weight)), 0
    for quarter in stage.quarters:
        inside = np.flatnonzero(visited[quarter.rows] <= quarter.ends)
        total += len(inside)
        label = quarter.label["violation"][inside]
        many = weight[:, quarter.code[inside]]
        moved = [
            metrics.days_earlier(score[quarter.rows][inside], visited[quarter.rows][inside], label, row) for row in many
        ]
        count = many @ label
        gained += np.nan_to_num(moved) * count
        positives += count
    return (_ratio(gained, positives), float(total), float(total)) if total else None


def _churn(lists: list[Floats], stage: _Stage, weight: Floats) -> tuple[Floats, float, float]:
    """Return the share of the lists that was not on the list of the quarter before; each of them is known."""
    before, new, size = np.zeros(stage.blocks), np.zeros(stage.blocks), np.zeros(stage.blocks)
    for number, (part, quarter) in enumerate(zip(lists, stage.quarters, strict=True)):
        now = np.zeros(stage.blocks)
        now[quarter.code] = part
        if number:
            new += np.clip(now - before, 0, None)
            size += now
        before = now
    return _ratio(weight @ new, weight @ size), float(size.sum()), float(size.sum())


def _curves(replay: Replay, stage: _Stage, name: str, weight: Floats) -> dict[str, Floats]:
    """Return the captured share at each share of `CURVE`, shape (resamples, shares)."""
    score = replay.scores[name]["priority"].to_numpy("float64")
    every = [np.ones(len(quarter.code)) for quarter in stage.quarters]
    lists = [
        [metrics.included(score[quarter.rows], share * len(quarter.code)) for quarter in stage.quarters]
        for share in CURVE
    ]
    result = {}
    for outcome in COUNTED:
        counted = [quarter.counted[outcome] for quarter in stage.quarters]
        total = _sums(every, counted, stage, weight)
        result[outcome] = np.stack([_ratio(_sums(part, counted, stage, weight), total) for part in lists], axis=1)
    return result


def _curve_frame(curves: dict[tuple[str, str], Floats]) -> pd.DataFrame:
    rows = [
        (model, outcome, share, values[0, place], *metrics.interval(values[1:, place], LEVEL))
        for (model, outcome), values in curves.items()
        for place, share in enumerate(CURVE)
    ]
    return pd.DataFrame(rows, columns=["model", "outcome", "share", "captured", "low", "high"])


def _calibration(replay: Replay, stage: _Stage, name: str, draws: int, seed: int) -> pd.DataFrame:
    """Return expected against observed in ten bands, for models that give rates or probabilities."""
    scores, rows = replay.scores[name], replay.rows
    expected, observed, known = _counts(scores, rows)
    chance, label = scores["violation_probability"].to_numpy("float64"), rows["violation"].to_numpy("float64")
    seen = np.flatnonzero(~np.isnan(chance) & ~np.isnan(label))
    weight = metrics.block_weights(stage.blocks, draws, np.random.default_rng(seed))
    parts = [
        _bands(expected, observed, weight[:, stage.code[known]], "expected").assign(outcome="accident"),
        _bands(chance[seen], label[seen], weight[:, stage.code[seen]], "rows").assign(outcome="violation"),
    ]
    return pd.concat(parts, ignore_index=True).assign(model=name)


def _bands(expected: Floats, observed: Floats, weight: Floats, alike: str) -> pd.DataFrame:
    """Sum counts, or average probabilities, by band; the interval is that of the observed."""
    band = metrics.bands(expected, alike=alike)
    rows = []
    for number in np.unique(band):
        inside = band == number
        many = weight[:, inside]
        size = float(inside.sum()) if alike == "rows" else 1.0
        drawn = _ratio(many @ observed[inside], many.sum(axis=-1)) if alike == "rows" else many @ observed[inside]
        means = expected[inside].sum() / size, observed[inside].sum() / size
        rows.append((int(number), int(inside.sum()), *means, *metrics.interval(drawn, LEVEL)))
    frame = pd.DataFrame(rows, columns=["band", "rows", "expected", "observed", "low", "high"])
    return frame.astype({name: "int64" if name in {"band", "rows"} else "float64" for name in frame.columns})


def _ratio(above: Floats, below: Floats) -> Floats:
    quotient: Floats = np.divide(above, below, out=np.full(np.shape(above), np.nan), where=np.asarray(below) > 0)
    return quotient
