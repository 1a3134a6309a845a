"""Duties that depend on the head-count: who needs a safety officer, health staff, a council, an assessment."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from oshrisk.reference.load import Day, table, valid_on


def required(duty: str, sector_in_list: ArrayLike, workers: ArrayLike, date: Day) -> NDArray[np.float64]:
    """Say whether a duty applies to each enterprise.

    Parameters
    ----------
    duty : str
        Name in the table ``duties``: ``"osh_officer"``, ``"osh_officer_full_time"``, ``"health_staff"``,
        ``"safety_representatives"``, ``"osh_council"``, ``"first_aid"``, ``"risk_assessment"``,
        ``"accident_report"``, ``"annual_report"`` (titles: ``reference.duty``).
    sector_in_list : array-like of bool or float, shape (n,)
        Whether the sector is in the legal list that the duty names (its column ``legal_list``, see
        `oshrisk.reference.sectors.in_list`; for ``"first_aid"`` whether the site is hazardous); NaN is unknown.
    workers : array-like of float, shape (n,)
        Head-count [persons]; NaN is unknown.
    date : str or date
        The day.

    Returns
    -------
    ndarray of float64, shape (n,)
        1 required, 0 not required, NaN where the head-count is unknown, or the sector is and the answer
        depends on it.

    Raises
    ------
    KeyError
        If no such duty was in force on that day.

    Notes
    -----
    Sources: Decree 39/2016 Art. 36-38, Circular 19/2016/TT-BYT Art. 7, Circular 07/2016, Law 84/2015 Art. 74
    and 77 (R1.9, R1.11, R1.20-R1.26, R1.40). The council rows (R1.25) are unverified.

    Examples
    --------
    >>> required("osh_officer_full_time", [True, False, True], [60, 60, float("nan")], "2026-11-30")
    array([ 1.,  0., nan])
    """
    bands = valid_on(table("duties"), date)
    bands = bands[bands["duty"] == duty]
    if bands.empty:
        raise KeyError(f"{duty} on {pd.Timestamp(date).date()}")
    listed = np.asarray(sector_in_list, dtype=np.float64)
    persons = np.asarray(workers, dtype=np.float64)
    inside, outside = _applies(bands, "yes", persons), _applies(bands, "no", persons)
    answer = np.where(listed == 1, inside, outside).astype(np.float64)
    unsure = np.isnan(persons) | (np.isnan(listed) & (inside != outside))
    return np.where(unsure, np.nan, answer)


def _applies(bands: pd.DataFrame, in_list: str, persons: NDArray[np.float64]) -> NDArray[np.bool_]:
    rows = bands[bands["in_list"].isin([in_list, "any"])]
    low = rows["workers_from"].to_numpy()
    high = rows["workers_to"].fillna(np.inf).to_numpy()
    within = (persons[..., None] >= low) & (persons[..., None] < high)
    return np.asarray(within.any(axis=-1))
