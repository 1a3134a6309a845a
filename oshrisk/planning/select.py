"""The choice within the days there are: a function of candidates and capacity alone, so that it can be replaced."""

from __future__ import annotations

import numpy as np
import pandas as pd

STAGES = ("must", "random", "rest")


def select(candidates: pd.DataFrame, capacity_days: float, kept_days: float = 0.0) -> pd.DataFrame:
    """Choose greedily: all that must, then all that were drawn, then the rest, each by priority.

    Visits that must be made leave `kept_days` to the draw, so that no list is without its random share; what the
    draw leaves over goes to the musts that did not fit, before the rest.

    A candidate that does not fit into the days left is skipped and the next is tried. Of the places of one legal
    entity at most one without a sign of violation is chosen, and none beside another that is chosen before it.

    Parameters
    ----------
    candidates : DataFrame, shape (n, ...)
        Indexed by ``enterprise_id``: ``stage`` (must, random, rest), ``priority`` (higher first),
        ``inspector_days``, ``entity``, ``sign``. Ties go by id.
    capacity_days : float
        Days there are [inspector-days].
    kept_days : float, default 0
        Days of these that the musts leave to the draw [inspector-days].

    Returns
    -------
    DataFrame, shape (n_chosen, ...)
        The chosen rows of `candidates` in their order, with ``order`` from 1.

    Examples
    --------
    >>> candidates = pd.DataFrame(
    ...     {"stage": ["rest", "rest", "must"], "priority": [9.0, 5.0, 1.0], "inspector_days": [4.0, 2.0, 3.0],
    ...      "entity": ["a", "b", "c"], "sign": False},
    ...     index=pd.Index(["a", "b", "c"], name="enterprise_id"),
    ... )
    >>> select(candidates, 6.0).index.tolist()
    ['c', 'b']
    """
    stage = candidates["stage"].map({name: number for number, name in enumerate(STAGES)})
    ordered = (
        candidates.assign(_stage=stage)
        .sort_index()
        .sort_values(["_stage", "priority"], ascending=[True, False], kind="stable")
    )
    parts: list[pd.DataFrame] = []
    left, listed = capacity_days - kept_days, pd.Index([])
    for name in ("must", "random", "must", "rest"):
        waiting = ordered[ordered["stage"].eq(name)]
        if parts and name == "must":
            waiting = waiting.drop(parts[0].index)
        chosen, left = _fill(waiting, left, listed)
        left += kept_days if not parts else 0.0
        listed = listed.append(pd.Index(chosen["entity"]))
        parts.append(chosen)
    result = pd.concat(parts).drop(columns="_stage")
    return result.assign(order=np.arange(1, len(result) + 1))


def _fill(ordered: pd.DataFrame, days: float, listed: pd.Index) -> tuple[pd.DataFrame, float]:
    """Take rows in order while they fit. One round takes a whole run of rows, so that rounds are few."""
    tolerance = 1e-9 * max(days, 1.0)
    taken: list[pd.DataFrame] = []
    open_rows = ordered
    while not open_rows.empty:
        open_rows = open_rows[open_rows["inspector_days"].le(days + tolerance)]
        open_rows = open_rows[open_rows["sign"] | ~open_rows["entity"].isin(listed)]
        first = open_rows[~_repeats(open_rows)]
        run = first[first["inspector_days"].cumsum().le(days + tolerance)]
        taken.append(run)
        days -= float(run["inspector_days"].sum())
        listed = listed.append(pd.Index(run["entity"]))
        open_rows = open_rows.drop(run.index)
    return (pd.concat(taken) if taken else ordered), days


def _repeats(rows: pd.DataFrame) -> pd.Series:
    """Rows without a sign of violation whose legal entity stands earlier in the order."""
    return rows["entity"].duplicated() & ~rows["sign"]
