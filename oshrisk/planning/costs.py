"""What a visit costs in inspector-days."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oshrisk.settings import Capacity

SMALL_FROM = 10  # workers; the settings' size limits of a visit (the law's steps of Decree 39/2016 begin at 10 too)
LARGE_FROM = 100


def size_class(workers: pd.Series) -> pd.Series:
    """Return the size class of every enterprise.

    Parameters
    ----------
    workers : Series of float64, shape (n,)
        Head-count [persons]; NaN is unknown.

    Returns
    -------
    Series of str, shape (n,)
        ``micro`` (under 10), ``small`` (under 100), ``large`` or ``unknown``.

    Examples
    --------
    >>> size_class(pd.Series([3.0, 10.0, 250.0, float("nan")])).tolist()
    ['micro', 'small', 'large', 'unknown']
    """
    known = [workers.lt(SMALL_FROM), workers.lt(LARGE_FROM), workers.notna()]
    return pd.Series(np.select(known, ["micro", "small", "large"], "unknown"), workers.index, dtype="str")


def visit_costs(features: pd.DataFrame, capacity: Capacity) -> pd.DataFrame:
    """Price a visit to every enterprise, driven alone and by the whole team.

    Parameters
    ----------
    features : DataFrame, shape (n, ...)
        With ``workers`` [persons] and ``travel_hours`` [hours one way], both NaN where unknown.
    capacity : Capacity
        Length of a visit by size, hours of a day, size of the team.

    Returns
    -------
    DataFrame, shape (n, 7)
        ``size``, ``visit_days`` and ``remote_days`` [days, of a check on site and of a remote one],
        ``travel_days`` [days, there and back], ``inspector_days``
        (team × (visit + travel)), ``workers_known`` and ``travel_known``. An unknown size is priced as small,
        an unknown road as the mean of the known ones; where no road is known at all, none is priced.
    """
    size = size_class(features["workers"])
    days = {"micro": capacity.visit_days_micro, "large": capacity.visit_days_large}
    visit = size.map({**days, "small": capacity.visit_days_small, "unknown": capacity.visit_days_small})
    hours = features["travel_hours"]
    known = np.sort(hours.dropna().to_numpy())  # sorted, so that the order of the enterprises cannot move the mean
    mean_hours = float(known.mean()) if len(known) else 0.0
    travel = 2.0 * hours.fillna(mean_hours) / capacity.hours_per_day
    return pd.DataFrame(
        {
            "size": size,
            "visit_days": visit.astype("float64"),
            "remote_days": capacity.visit_days_remote,
            "travel_days": travel,
            "inspector_days": capacity.team_size * (visit.astype("float64") + travel),
            "workers_known": size.ne("unknown"),
            "travel_known": hours.notna(),
        }
    )
