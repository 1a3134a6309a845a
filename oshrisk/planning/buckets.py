"""The inspector-days of a quarter, by team and month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.planning.quarter import Quarter
from oshrisk.settings import Capacity


def buckets(quarter: Quarter, capacity: Capacity) -> pd.Series:
    """Share the quarter's inspector-days among teams and months.

    Parameters
    ----------
    quarter : Quarter
        The quarter, which has three calendar months.
    capacity : Capacity
        ``inspector_days``, shared equally among ``teams`` and over the months as ``month_shares``.

    Returns
    -------
    Series of float64, shape (3 teams,)
        Inspector-days, indexed by ``team`` (from 1) and ``month`` (1 to 12); they add up to ``inspector_days``.

    Raises
    ------
    OshriskError
        If all month shares are 0.

    Examples
    --------
    >>> buckets(Quarter(2027, 1), Capacity(inspector_days=60, teams=1, month_shares=(1, 2, 3))).tolist()
    [10.0, 20.0, 30.0]
    """
    shares = np.asarray(capacity.month_shares)
    if shares.sum() <= 0:
        raise OshriskError("selection.no_months")
    months = 3 * quarter.number - 2 + np.arange(3)
    index = pd.MultiIndex.from_product([range(1, capacity.teams + 1), months.tolist()], names=["team", "month"])
    days = np.tile(capacity.inspector_days * shares / shares.sum() / capacity.teams, capacity.teams)
    return pd.Series(days, index, name="inspector_days", dtype="float64")
