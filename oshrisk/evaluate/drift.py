"""Drift: whether enterprises, or what comes of them, are still those that a table was made for.

Two questions. Do the features lie in other bins than on the day from which the newest labels were learned? Measured by
the population stability index Σ (q − p) ln (q / p) over a factor's bins, not known among them. And has the ratio of
observed to expected changed from quarter to quarter? A ratio that is off by as much in all quarters is a wrong level,
which the calibration shows, and no drift.

Chance is simulated. Features: each enterprise that stands on the registers on both days has its two days exchanged or
not, and one that stands on one day only is replaced by any enterprise of any day, all factors together; so most
enterprises being the same makes no false certainty. Calibration: enterprises are resampled with all their quarters,
whose windows overlap. All factors, or all quarters, are tested together (maximum of the standardised deviations), so
that the chance of any "differs" under pure noise is about `level` for each question.
Source of the index and of its limit: N. Siddiqi, Credit Risk Scorecards (2006), chapter 9.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.evaluate.fairness import adjusted, verdict
from oshrisk.evaluate.metrics import Floats, block_weights
from oshrisk.risk import RiskTable
from oshrisk.risk.explain import SECTOR
from oshrisk.risk.scoring import look_up

COLUMNS: Final = ["what", "name", "value", "expected", "observed", "p", "verdict"]
LEVEL: Final = 0.05
DRAWS: Final = 299
INDEX_LIMIT: Final = 0.1  # Siddiqi: below it a shift is of no account, however certain
MIN_ROWS: Final = 100  # assumed: enterprises on each day, below which nothing is said of features
MIN_EVENTS: Final = 10  # assumed: observed and expected events of a quarter, below which nothing is said of it
_MOST: Final = 20_000  # enterprises that a comparison of two days looks at
_BLOCK: Final = 4_000_000  # values held at once
_ADDED: Final = 0.5  # to each bin's count, so that an empty bin gives no infinity


def shifted(
    then: pd.DataFrame,
    now: pd.DataFrame,
    table: RiskTable,
    *,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare the features of two days, factor by factor.

    Parameters
    ----------
    then, now : DataFrame
        Features of everybody on each day, indexed by enterprise_id.
    table : RiskTable
        Whose factors and bins.
    level : float, default 0.05
        Chance of any "differs" by pure noise.
    draws : int, default 299
        Exchanges by chance.
    seed : int, default 0
        Their seed.

    Returns
    -------
    DataFrame
        A row a factor that the registers hold, and one for the section of the sector: ``what`` ("feature"), ``name``,
        ``value`` (stability index), ``p`` (adjusted for all), ``verdict``: "differs" only where the index is
        `INDEX_LIMIT` or more, too. ``expected`` and ``observed`` are the enterprises of either day.
    """
    step = -(-max(len(then), len(now)) // _MOST) if len(then) or len(now) else 1
    codes = [_codes(frame, table) for frame in (then, now)]
    known = [name for name in codes[0] if any((part[name] != part[name].max()).any() for part in codes if len(part))]
    both = then.index.intersection(now.index)[::step]
    paired = [part.loc[both, known] for part in codes]
    alone = [part.loc[part.index.difference(other.index)[::step], known] for part, other in (codes, codes[::-1])]
    spans = _spans([*paired, *alone])
    value, drawn = _indices(paired, alone, spans, draws, np.random.default_rng(seed))
    enough = np.full(len(known), min(len(then), len(now)) >= MIN_ROWS)
    p, _ = adjusted(value, drawn, enough, level)
    judged = verdict(p, enough, level)
    judged[(judged == "differs") & (value < INDEX_LIMIT)] = "no_sign"
    judged[enough & np.isnan(p)] = "no_sign"  # nobody moved at all
    sizes = {"expected": float(len(then)), "observed": float(len(now))}
    frame = pd.DataFrame({"what": "feature", "name": known, "value": value, **sizes, "p": p, "verdict": judged})
    return frame[COLUMNS].sort_values("value", ascending=False, kind="stable", ignore_index=True)


def recalibrated(
    rows: pd.DataFrame, scores: pd.DataFrame, *, level: float = LEVEL, draws: int = DRAWS, seed: int = 0
) -> pd.DataFrame:
    """Compare observed with expected, quarter by quarter.

    Parameters
    ----------
    rows : DataFrame
        Of a `oshrisk.evaluate.replay.Replay`: ``quarter``, ``enterprise_id``, ``exposure``, ``reported_accidents``,
        ``violation``.
    scores : DataFrame
        Of one model, rows alike: ``accident_rate``, ``violation_probability``.
    level : float, default 0.05
        Chance of any "differs" by pure noise, for each outcome.
    draws : int, default 299
        Resamples.
    seed : int, default 0
        Their seed.

    Returns
    -------
    DataFrame
        A row an outcome and quarter: ``what`` ("accident", "violation"), ``name`` (position of the quarter),
        ``expected`` and ``observed`` (reported accidents in reported work; violations of visits with a result),
        ``value`` (observed over expected), ``p`` (of the ratio differing from that of all quarters, adjusted for all),
        ``verdict``.
    """
    parts = []
    for what in ("accident", "violation"):
        expected, observed = _sums(rows, scores, what)
        parts.append(_by_quarter(expected, observed, level, draws, seed).assign(what=what))
    frame = pd.concat(parts, ignore_index=True)
    return frame[COLUMNS]


def _codes(features: pd.DataFrame, table: RiskTable) -> pd.DataFrame:
    """Return the bin of each factor that the registers hold; the last is "not known"."""
    looked = look_up(features, table).codes
    codes = {factor.name: looked[factor.name].astype(np.int64) for factor in table.factors if factor.feature}
    section = features.get("section", pd.Series(np.nan, features.index, dtype="object")).astype("object")
    letters = section.fillna("_").map(lambda letter: ord(str(letter)[0]))  # the same letter, the same code on both days
    return pd.DataFrame(codes | {SECTOR: letters.to_numpy(dtype=np.int64)}, index=features.index)


def _spans(parts: list[pd.DataFrame]) -> list[NDArray[np.int64]]:
    """Return the different codes of each column."""
    return [np.unique(np.concatenate([part[name].to_numpy() for part in parts])) for name in parts[0].columns]


def _hot(part: pd.DataFrame, spans: list[NDArray[np.int64]]) -> NDArray[np.float32]:
    """Lay codes out as a column of 0 and 1 for each of them."""
    columns = [part.iloc[:, [place]].to_numpy() == span for place, span in enumerate(spans)]
    return np.concatenate([*columns, np.zeros((len(part), 0), dtype=bool)], axis=1).astype(np.float32)


def _indices(
    paired: list[pd.DataFrame],
    alone: list[pd.DataFrame],
    spans: list[NDArray[np.int64]],
    draws: int,
    generator: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Return the stability index of each factor, shape (factors,), and what chance makes of it, (draws, factors)."""
    then, now = (_hot(part, spans) for part in paired)
    gone, new = (_hot(part, spans) for part in alone)
    anybody = np.concatenate([then, now, gone, new])
    alike = np.full(len(anybody), 1 / max(len(anybody), 1))
    before, after = then.sum(axis=0), now.sum(axis=0)
    found = [_index((before + gone.sum(axis=0))[None, :], (after + new.sum(axis=0))[None, :], spans)]
    for size in _blocks(draws, len(anybody)):
        swap = generator.integers(0, 2, (size, len(then))).astype(np.float32) @ (now - then)
        others = [
            generator.multinomial(len(part), alike, size) @ anybody if len(part) else np.zeros((size, then.shape[1]))
            for part in (gone, new)
        ]
        found.append(_index(before + swap + others[0], after - swap + others[1], spans))
    values = np.concatenate(found)
    return values[0], values[1:]


def _index(then: NDArray[Any], now: NDArray[Any], spans: list[NDArray[np.int64]]) -> Floats:
    """Return the stability index of each factor from counts by bin, each of shape (draws, bins)."""
    before, after = then.astype(float) + _ADDED, now.astype(float) + _ADDED
    columns = []
    for first, end in pairwise(np.cumsum([0, *map(len, spans)])):
        q, p = (part[:, first:end] / part[:, first:end].sum(axis=1, keepdims=True) for part in (after, before))
        columns.append(((q - p) * np.log(q / p)).sum(axis=1))
    return np.stack(columns, axis=1) if columns else np.zeros((len(then), 0))


def _sums(rows: pd.DataFrame, scores: pd.DataFrame, what: str) -> tuple[Floats, Floats]:
    """Return expected and observed by enterprise and quarter, each of shape (enterprises, quarters)."""
    if what == "accident":
        expected = scores["accident_rate"].to_numpy("float64") * rows["exposure"].to_numpy("float64")
        observed = rows["reported_accidents"].to_numpy("float64")
        seen = rows["exposure"].to_numpy("float64") > 0
    else:
        expected, observed = scores["violation_probability"].to_numpy("float64"), rows["violation"].to_numpy("float64")
        seen = ~np.isnan(observed)
    seen &= ~np.isnan(expected)
    firm, ids = pd.factorize(rows["enterprise_id"])
    quarter = rows["quarter"].to_numpy()
    shape = (len(ids), int(quarter.max()) + 1 if len(quarter) else 0)
    result = np.zeros((2, *shape))
    for place, values in enumerate((expected, observed)):
        np.add.at(result[place], (firm[seen], quarter[seen]), values[seen])
    told = result.any(axis=(0, 2))
    return result[0][told], result[1][told]


def _by_quarter(expected: Floats, observed: Floats, level: float, draws: int, seed: int) -> pd.DataFrame:
    sums = expected.sum(axis=0), observed.sum(axis=0)
    enough = np.minimum(*sums) >= MIN_EVENTS
    generator = np.random.default_rng(seed)
    parts = [np.zeros((0, len(enough)))]
    for size in _blocks(draws, len(expected)):
        many = block_weights(len(expected), size, generator)
        parts.append(_relative(many @ expected, many @ observed, enough))
    value = _relative(sums[0][None, :], sums[1][None, :], enough)[0]
    if enough.sum() < 2:  # one quarter is no comparison
        enough = np.zeros_like(enough)
    p, _ = adjusted(value, np.concatenate(parts) - value, enough, level)
    ratio = np.divide(sums[1], sums[0], out=np.full(len(enough), np.nan), where=sums[0] > 0)
    return pd.DataFrame(
        {
            "name": np.arange(len(enough)),
            "value": ratio,
            "expected": sums[0],
            "observed": sums[1],
            "p": p,
            "verdict": verdict(p, enough, level),
        }
    )


def _relative(expected: Floats, observed: Floats, enough: NDArray[np.bool_]) -> Floats:
    """Return the log ratio of observed to expected of each quarter, over that of the quarters with enough data."""
    logs = np.log((observed + _ADDED) / (expected + _ADDED))
    whole = (observed[:, enough].sum(axis=1) + _ADDED) / (expected[:, enough].sum(axis=1) + _ADDED)
    return np.asarray(logs - np.log(whole)[:, None])


def _blocks(draws: int, width: int) -> Iterator[int]:
    step = max(1, _BLOCK // max(width, 1))
    for first in range(0, draws, step):
        yield min(step, draws - first)
