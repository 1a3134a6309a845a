"""Who is like it: the enterprises that an enterprise is best compared with."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oshrisk.risk.scoring import look_up
from oshrisk.risk.table import RiskTable


def most_alike(features: pd.DataFrame, table: RiskTable, enterprise_id: str, count: int = 5) -> pd.DataFrame:
    """Return the enterprises most like one, by sector group, size and what is known of it.

    Parameters
    ----------
    features : DataFrame
        As for `assess`: everybody it may be compared with, and itself.
    table : RiskTable
        The model, whose bins say what counts as the same.
    enterprise_id : str
        The enterprise.
    count : int, default 5
        How many at most.

    Returns
    -------
    DataFrame, shape (at most count, 3)
        Indexed by enterprise_id, the most alike first: same_group (of sectors), alike (of the factors known of the
        enterprise, the share in which the other is in the same bin; what is not known of the other is not the same),
        size_ratio (the larger head-count over the smaller; NaN where either is unknown). Those of the same sector
        group come first, then the larger share, then the nearer size; ties in the order of enterprise_id.

    Examples
    --------
    >>> from oshrisk.risk import load_table
    >>> firms = pd.DataFrame({"sector_group": ["D", "D", "A"], "workers": [12.0, 14.0, 12.0]}, index=["1", "2", "3"])
    >>> most_alike(firms, load_table(), "1", 1)[["same_group", "alike"]]
       same_group  alike
    2        True    1.0
    """
    codes = look_up(features, table).codes
    known = np.array([len(table[name].bins) for name in codes])
    bins = np.column_stack(list(codes.values()))
    own = bins[features.index.get_loc(enterprise_id)]
    told = own < known
    same = (bins[:, told] == own[told]).mean(axis=1) if told.any() else np.zeros(len(features))
    group, workers = features["sector_group"].astype("object"), features["workers"].astype("float64")
    ratio = np.exp(np.abs(np.log(workers.clip(lower=1) / max(workers[enterprise_id], 1))))
    found = pd.DataFrame({"same_group": group == group[enterprise_id], "alike": same, "size_ratio": ratio})
    found = found.drop(index=enterprise_id).sort_index()
    order = found.sort_values(["same_group", "alike", "size_ratio"], ascending=[False, False, True], kind="stable")
    return order.head(count)
