"""The assessment: expected accidents, harm and violation, an interval, and the place in the ranking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.risk.credibility import column, own_record, record_of, too_quiet
from oshrisk.risk.interval import ends_of
from oshrisk.risk.scoring import Floats, Lookup, Score, look_up, score
from oshrisk.risk.table import OUTCOMES, RiskTable
from oshrisk.settings import Priority


def assess(
    features: pd.DataFrame,
    table: RiskTable,
    *,
    priority: Priority = "harm_x_violation",
    class_limits: tuple[float, float, float] = (4.0, 2.0, 1.0),
) -> pd.DataFrame:
    """Assess the risk of every enterprise.

    Parameters
    ----------
    features : DataFrame
        From `oshrisk.features.build_features`, indexed by enterprise_id; a missing column or value is unknown.
    table : RiskTable
        The model.
    priority : {"harm_x_violation", "harm", "rate", "violation"}, default "harm_x_violation"
        What the list is ordered by: expected harm times the probability of a serious violation; expected harm; harm
        per worker-year; or the probability alone.
    class_limits : tuple of float, default (4, 2, 1)
        Classes A, B and C begin at these multiples of the mean priority of the frame; the rest is D.

    Returns
    -------
    DataFrame
        Indexed as `features`, with the columns

        - accident_rate, fatal_rate: per worker-year; the own record is in accident_rate
        - violation_probability: of a serious violation, if visited
        - workers_used, workers_known: head-count used [workers]; whether it is known or the table's assumed one
        - expected_accidents, expected_fatal: a year
        - expected_harm: lost-day equivalents a year, non-fatal accidents and deaths
        - own_record: multiplier of the accident rate by the own record; 1 where nothing is reported
        - too_quiet: reported zeros that the structure makes improbable
        - priority, priority_low, priority_high: what the list is ordered by, with an 80 % interval of the
          enterprise's own true value at the table's levels (`oshrisk.risk.interval`)
        - index: 0–100, percent of the enterprises in the frame with a lower priority
        - risk_class: "A", "B", "C", "D"
        - rank: 1 is first; ties in the order of enterprise_id

        Everything up to priority_high depends on the enterprise alone; index, risk_class and rank on the frame.

    Raises
    ------
    OshriskError
        If a feature holds a state that the table does not know.
    """
    return placed(estimates(features, table, priority=priority), class_limits)


def estimates(
    features: pd.DataFrame, table: RiskTable, *, priority: Priority = "harm_x_violation", at: Lookup | None = None
) -> pd.DataFrame:
    """Estimate what depends on each enterprise alone.

    Parameters
    ----------
    features, table, priority
        As `assess`.
    at : Lookup, optional
        Where `features` fall in `table`, if that was looked up already.

    Returns
    -------
    DataFrame
        As `assess`, up to priority_high.
    """
    lookup = look_up(features, table) if at is None else at
    scores = {outcome: score(lookup, table, outcome) for outcome in OUTCOMES}
    result = _expectations(features, table, scores, table.base.severity_ratio()[lookup.sector])
    result["priority"] = _priority(result, priority)
    result["priority_low"], result["priority_high"] = ends_of(result, table, scores, features, priority)
    return result


@dataclass(frozen=True)
class Whole:
    """All enterprises, of which a frame holds those within some range of priorities, equals never parted.

    Parameters
    ----------
    count : int
        All enterprises.
    mean : float
        Their mean priority, from `mean_priority`.
    above : int
        How many have a higher priority than any of the frame.
    below : int
        How many have a lower one.
    """

    count: int
    mean: float
    above: int = 0
    below: int = 0


def mean_priority(ordered: Floats) -> float:
    """Return the mean of priorities in rising order: so that it does not depend on who was read first."""
    return float(ordered.mean()) if len(ordered) else 1.0


def placed(result: pd.DataFrame, class_limits: tuple[float, float, float], whole: Whole | None = None) -> pd.DataFrame:
    """Add the place among all: index, class and rank.

    Parameters
    ----------
    result : DataFrame
        From `estimates`.
    class_limits : tuple of float
        As `assess`.
    whole : Whole, optional
        What the frame is part of; by default it is all.

    Returns
    -------
    DataFrame
        As `assess`.
    """
    values = result["priority"].to_numpy()
    ordered = np.sort(values)
    whole = Whole(len(values), mean_priority(ordered)) if whole is None else whole
    lower = whole.below + np.searchsorted(ordered, values, side="left")
    limits = np.array(class_limits) * whole.mean
    classes = (values[:, None] < limits[None, :]).sum(axis=1)
    return result.assign(
        index=100 * lower / max(whole.count, 1),
        risk_class=pd.Categorical.from_codes(classes, categories=["A", "B", "C", "D"], ordered=True),
        rank=whole.above + _ranks(values, result.index),
    )


def _expectations(features: pd.DataFrame, table: RiskTable, scores: dict[str, Score], severity: Floats) -> pd.DataFrame:
    structural = np.exp(scores["accident"].total)
    events, exposure = record_of(features, table.record_discount, table.record_completeness)
    strength = table.constant("credibility_strength")
    record = own_record(structural, events, exposure, strength)
    quiet = too_quiet(structural, events, exposure, strength, table.constant("too_quiet_probability"))
    stated = column(features, "workers")
    known = ~np.isnan(stated)
    used = np.where(known, np.maximum(stated, table.constant("workers_minimum")), table.constant("workers_unknown"))
    accident, fatal = structural * record, np.exp(scores["fatal"].total)
    return pd.DataFrame(
        {
            "accident_rate": accident,
            "fatal_rate": fatal,
            "violation_probability": 1 / (1 + np.exp(-scores["violation"].total)),
            "workers_used": used,
            "workers_known": known,
            "expected_accidents": accident * used,
            "expected_fatal": fatal * used,
            "expected_harm": _harm_rate(accident, fatal, table, severity) * used,
            "own_record": record,
            "too_quiet": quiet,
        },
        index=features.index,
    )


def _harm_rate(accident: Floats, fatal: Floats, table: RiskTable, severity: Floats) -> Floats:
    """Lost-day equivalents per worker-year; accidents beyond the fatal ones are the non-fatal."""
    other = np.maximum(accident - fatal, 0.0) * severity
    return other * table.constant("days_per_accident") + fatal * table.constant("days_per_death")


def _priority(result: pd.DataFrame, mode: Priority) -> pd.Series:
    if mode == "harm":
        return result["expected_harm"]
    if mode == "rate":
        return result["expected_harm"] / result["workers_used"]
    if mode == "violation":
        return result["violation_probability"]
    return result["expected_harm"] * result["violation_probability"]


def _ranks(values: Floats, ids: pd.Index) -> NDArray[np.int64]:
    by_id = np.arange(len(values)) if ids.is_monotonic_increasing else np.asarray(ids.argsort())
    order = by_id[np.argsort(-values[by_id], kind="stable")]
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[order] = np.arange(1, len(values) + 1)
    return ranks
