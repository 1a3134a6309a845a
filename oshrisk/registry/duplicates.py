"""Rows that stand twice: the first stays, the later ones are told which row they repeat."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.registry.failures import Failures, Mask


def check_duplicates(frame: pd.DataFrame, key: list[str], rows: NDArray[np.int64], failures: Failures) -> None:
    """Record rows whose key stands in an earlier row: alike in all columns (E201) or not (E202).

    The row that stays is the first one without a failure of its own, so that a bad row never drives out a good one.

    Parameters
    ----------
    frame : DataFrame
        All rows as read, under a range index.
    key : list of str
        Columns that name a row once.
    rows : ndarray of int
        Row numbers in the file, for the explanation.
    failures : Failures
        Failures so far; takes the repeated rows.
    """
    candidates = np.flatnonzero(_named(frame, key, failures) & frame.duplicated(key, keep=False).to_numpy())
    if not len(candidates):
        return
    alike = frame.iloc[candidates]
    group = alike.groupby(key, sort=False, dropna=False, observed=True).ngroup()
    good = ~failures.bad[candidates]
    place = pd.Series(candidates, index=alike.index)
    first_any = place.groupby(group).transform("min").to_numpy()
    first_good = place.where(good).groupby(group).transform("min").fillna(np.inf).to_numpy()
    keeper = np.where(good, np.minimum(first_good, len(frame) - 1), first_any).astype(np.intp)
    repeats = candidates > keeper
    hashes = pd.Series(pd.util.hash_pandas_object(alike, index=False).to_numpy(), index=candidates)
    identical = hashes.loc[candidates].to_numpy() == hashes.loc[keeper].to_numpy()
    detail = np.full(len(frame), "", dtype=object)
    detail[candidates] = rows[keeper].astype(str)
    for code, chosen in (("E201", repeats & identical), ("E202", repeats & ~identical)):
        mask = np.zeros(len(frame), dtype=bool)
        mask[candidates[chosen]] = True
        failures.add(key[0], code, mask, detail)


def _named(frame: pd.DataFrame, key: list[str], failures: Failures) -> Mask:
    """Whether each row says what it is about: no part of its key is wrong."""
    named = frame[key[0]].notna().to_numpy(copy=True)
    for failure in failures.found:
        if failure.column in key:
            named[failure.rows] = False
    return np.asarray(named)
