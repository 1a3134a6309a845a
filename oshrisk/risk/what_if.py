"""What one fact would do: the priority of an enterprise with a single factor in each of its states.

Everything else stays as it is known, so that the answers are the table's own: no sum of several changes, no guess at
what else a new fact would bring with it. Only an accident moves more than one factor: it also enters the own record.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from oshrisk.risk.assessment import assess
from oshrisk.risk.credibility import YEARLY
from oshrisk.risk.explain import OWN_RECORD
from oshrisk.risk.scoring import Lookup, look_up
from oshrisk.risk.table import Bin, Factor, RiskTable
from oshrisk.settings import Priority

CLASSES: Final = ("A", "B", "C", "D")
CHUNK: Final = 100_000  # rows assessed at once: bounds memory, changes nothing
NO_NEWS: Final = ("distance_to_hospital", "enterprise_age", "ownership")  # no record to come moves these once known
_ACCIDENT: Final = {YEARLY[0][0]: 1.0, "accidents_5y": 1.0}
_ACCIDENTS: Final[Mapping[str, Mapping[str, float]]] = {
    "one_more_minor": _ACCIDENT,
    "one_more_serious": _ACCIDENT | {"past_serious_accidents_3y": 1.0},
    "one_more_fatal": _ACCIDENT | {"fatal_accidents_5y": 1.0},
}
_FATAL: Final = "past_fatal_accident_5y"
_BY_ACCIDENTS: Final = ("past_serious_accidents_3y", _FATAL)  # move with an accident only, never alone


@dataclass(frozen=True)
class _Scenario:
    """One thing that could be known: values that features take, and what is added to others."""

    factor: str
    state: str
    share: float
    takes: Mapping[str, float | str]
    adds: Mapping[str, float]


def what_if(
    features: pd.DataFrame,
    table: RiskTable,
    ids: Collection[str] | None = None,
    *,
    factors: Collection[str] | None = None,
    priority: Priority = "harm_x_violation",
) -> pd.DataFrame:
    """Return the priority of each enterprise with one factor in each of its states, all else as known.

    Parameters
    ----------
    features : DataFrame
        As for `assess`.
    table : RiskTable
        The model.
    ids : collection of str, optional
        The enterprises; all by default.
    factors : collection of str, optional
        Names of factors, and ``"own_record"`` for one more accident; all by default. Factors that the registers do
        not hold are left out: nothing that is recorded could move them.
    priority : str
        As for `assess`.

    Returns
    -------
    DataFrame
        One row an enterprise and state, by enterprise, then in the order of the table: enterprise_id, factor, state,
        share (the table's assumed share of enterprises in the state; NaN for accidents), state_now, known (whether
        the factor is now), priority. A numeric factor takes the middle of a bin, or the end of one that is open: it
        matters for the head-count alone.
    """
    chosen = features if ids is None else features.loc[pd.Index(list(ids))]
    scenarios = [one for one in _scenarios(table, features) if factors is None or one.factor in factors]
    size = max(CHUNK // max(len(scenarios), 1), 1)
    parts = [
        _answered(chosen.iloc[start : start + size], table, scenarios, priority)
        for start in range(0, max(len(chosen), 1), size)
    ]
    return pd.concat(parts, ignore_index=True)


def class_changes(
    features: pd.DataFrame,
    table: RiskTable,
    assessment: pd.DataFrame,
    ids: Collection[str],
    *,
    priority: Priority = "harm_x_violation",
    class_limits: tuple[float, float, float] = (4.0, 2.0, 1.0),
) -> pd.DataFrame:
    """Return every single state or accident that would put an enterprise into another class.

    Parameters
    ----------
    features, table, priority, class_limits
        As for `assess`.
    assessment : DataFrame
        From `assess`, of everybody.
    ids : collection of str
        The enterprises, of those assessed.

    Returns
    -------
    DataFrame
        The rows of `what_if` that change the class, with class_now, class_then and ratio (of the priorities). The
        class is that of the whole ranking made again: the mean, which the classes are multiples of, moves too. Facts
        that are known and that no record to come can change (`NO_NEWS`) are left out.
    """
    rows = what_if(features, table, ids, priority=priority)
    now = assessment["priority"].reindex(rows["enterprise_id"]).to_numpy()
    mean = assessment["priority"].mean() + (rows["priority"].to_numpy() - now) / max(len(assessment), 1)
    limits = mean[:, None] * np.array(class_limits)[None, :]
    then = np.array(CLASSES)[(rows["priority"].to_numpy()[:, None] < limits).sum(axis=1)]
    class_now = assessment["risk_class"].astype("str").reindex(rows["enterprise_id"]).to_numpy()
    rows = rows.assign(class_now=class_now, class_then=then, ratio=rows["priority"].to_numpy() / now)
    moves = (rows["class_now"] != rows["class_then"]) & (rows["state"] != rows["state_now"])
    return rows[moves & ~(rows["known"] & rows["factor"].isin(NO_NEWS))].reset_index(drop=True)


def worth_of_knowing(
    features: pd.DataFrame,
    table: RiskTable,
    ids: Collection[str],
    factors: Collection[str],
    *,
    priority: Priority = "harm_x_violation",
) -> pd.DataFrame:
    """Say what it would be worth to know factors that are not known: how far the priority could turn out otherwise.

    Parameters
    ----------
    features, table, priority
        As for `assess`.
    ids : collection of str
        The enterprises.
    factors : collection of str
        Names of factors.

    Returns
    -------
    DataFrame, shape (len(ids), len(factors))
        Standard deviation of the priority over the states of the factor, weighted by the table's shares; 0 where
        the factor is known.
    """
    rows = what_if(features, table, ids, factors=factors, priority=priority)
    rows = rows.assign(weighted=rows["share"] * rows["priority"], squared=rows["share"] * rows["priority"] ** 2)
    keys = ["enterprise_id", "factor"]
    sums = rows[~rows["known"]].groupby(keys)[["share", "weighted", "squared"]].sum()
    mean, square = sums["weighted"] / sums["share"], sums["squared"] / sums["share"]
    worth = np.sqrt((square - mean**2).clip(lower=0)).unstack("factor")
    return worth.reindex(index=pd.Index(list(ids), name="enterprise_id"), columns=list(factors)).fillna(0.0)


def _scenarios(table: RiskTable, features: pd.DataFrame) -> list[_Scenario]:
    found = [
        _Scenario(factor.name, entry.state, entry.share, {factor.feature: _value(factor, entry)}, {})
        for factor in table.factors
        if factor.feature in features.columns and factor.name not in _BY_ACCIDENTS
        for entry in factor.bins
    ]
    for state, adds in _ACCIDENTS.items():
        takes: dict[str, float | str] = {_FATAL: "yes"} if state == "one_more_fatal" else {}
        found.append(_Scenario(OWN_RECORD, state, np.nan, takes, adds))
    return found


def _value(factor: Factor, entry: Bin) -> float | str:
    if factor.kind == "category":
        return entry.state
    if np.isinf(entry.high):
        return entry.low
    return float(np.nextafter(entry.high, -np.inf)) if np.isinf(entry.low) else (entry.low + entry.high) / 2


def _answered(chosen: pd.DataFrame, table: RiskTable, scenarios: list[_Scenario], priority: Priority) -> pd.DataFrame:
    count = len(chosen)
    stacked = chosen.iloc[np.tile(np.arange(count), len(scenarios))].reset_index(drop=True)
    columns = {name for one in scenarios for name in (*one.takes, *one.adds)} & set(stacked.columns)
    stacked = stacked.assign(**{name: _column(stacked[name], name, scenarios, count) for name in columns})
    lookup = look_up(chosen, table)
    states = [_states_now(lookup, table, one.factor, count) for one in scenarios]
    answers = pd.DataFrame(
        {
            "enterprise_id": np.tile(chosen.index.to_numpy(), len(scenarios)),
            "factor": np.repeat([one.factor for one in scenarios], count),
            "state": np.repeat([one.state for one in scenarios], count),
            "share": np.repeat(np.array([one.share for one in scenarios], dtype=float), count),
            "state_now": np.concatenate([now for now, _ in states]) if states else [],
            "known": np.concatenate([known for _, known in states]) if states else [],
            "priority": assess(stacked, table, priority=priority)["priority"].to_numpy(),
        }
    ).astype({"enterprise_id": "str", "factor": "str", "state": "str", "state_now": "str", "known": "bool"})
    order = np.arange(count * len(scenarios)).reshape(len(scenarios), count).T.ravel()
    return answers.iloc[order]


def _column(values: pd.Series, name: str, scenarios: list[_Scenario], count: int) -> pd.Series:
    """Let a feature take, in each scenario's block of rows, the value that the scenario gives it."""
    cells = values.astype("object").to_numpy(copy=True)
    for place, one in enumerate(scenarios):
        block = slice(place * count, (place + 1) * count)
        if name in one.takes:
            cells[block] = one.takes[name]
        elif name in one.adds:
            cells[block] = np.nan_to_num(cells[block].astype("float64")) + one.adds[name]
    is_state = isinstance(values.dtype, pd.CategoricalDtype)  # the table may know states that no register gives
    return pd.Series(cells, index=values.index).astype("str" if is_state else values.dtype)


def _states_now(lookup: Lookup, table: RiskTable, factor: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    if factor == OWN_RECORD:
        return np.full(count, "", dtype=object), np.ones(count, dtype=bool)
    bins, codes = table[factor].all_bins, lookup.codes[factor]
    names = np.array([entry.state for entry in bins], dtype=object)
    return names[codes], codes < len(bins) - 1
