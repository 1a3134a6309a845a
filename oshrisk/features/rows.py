"""Vectorised steps from rows of a table to one value an enterprise.

Rows point at their enterprise by integer position; ``-1`` stands for "no row", NaN for "unknown".
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAYS_PER_YEAR: Final = 365.25
DAYS_PER_MONTH: Final = 365.25 / 12


def days(dates: pd.Series) -> Floats:
    """Return dates as days since 1970-01-01; NaN where unknown.

    Examples
    --------
    >>> days(pd.Series(pd.to_datetime(["1970-01-03", None])))
    array([ 2., nan])
    """
    values = dates.to_numpy("datetime64[D]")
    return np.where(np.isnat(values), np.nan, values.astype(np.int64))


def day(date: pd.Timestamp) -> float:
    """Return one date as days since 1970-01-01."""
    return float(np.datetime64(date, "D").astype(np.int64))


def dates(day_numbers: Floats) -> NDArray[np.datetime64]:
    """Return days since 1970-01-01 as dates (to the second, as in the registry); NaT where NaN."""
    known = ~np.isnan(day_numbers)
    result = np.full(len(day_numbers), np.datetime64("NaT"), dtype="datetime64[s]")
    result[known] = day_numbers[known].astype(np.int64).astype("datetime64[D]")
    return result


def years_before(date: pd.Timestamp, years: int) -> float:
    """Return the day `years` calendar years before a date; a window begins after it."""
    return day(date - pd.DateOffset(years=years))


def add_months(day_numbers: Floats, months: Floats) -> Floats:
    """Add calendar months; a day beyond the end of the month becomes its last day.

    Examples
    --------
    >>> start = days(pd.Series(pd.to_datetime(["2024-01-31"])))
    >>> str(dates(add_months(start, np.array([1.0])))[0])[:10]
    '2024-02-29'
    """
    known = ~np.isnan(day_numbers) & ~np.isnan(months)
    start = day_numbers[known].astype(np.int64).astype("datetime64[D]")
    month = start.astype("datetime64[M]")
    target = month + months[known].astype(np.int64)
    moved = np.minimum(
        target.astype("datetime64[D]") + (start - month.astype("datetime64[D]")),
        (target + 1).astype("datetime64[D]") - np.timedelta64(1, "D"),
    )
    result = np.full(len(day_numbers), np.nan)
    result[known] = moved.astype(np.int64)
    return result


def last_rows(groups: Ints, size: int, *order: Floats) -> Ints:
    """Return the last row of each group.

    Parameters
    ----------
    groups : ndarray of int, shape (rows,)
        The group of each row.
    size : int
        Number of groups.
    *order : ndarray of float, each of shape (rows,)
        What orders the rows, the most important first; NaN comes before everything.

    Returns
    -------
    ndarray of int, shape (size,)
        Row number, or -1 for a group without rows.

    Examples
    --------
    >>> last_rows(np.array([0, 0, 2]), 3, np.array([5.0, 4.0, 1.0]))
    array([ 0, -1,  2])
    """
    rows = np.arange(len(groups))
    for values in order:  # those that are level stay for the next; maxima cost less than to sort by all of it
        key, group = np.nan_to_num(values[rows], nan=-np.inf), groups[rows]
        most = np.full(size, -np.inf)
        np.maximum.at(most, group, key)
        rows = rows[key == most[group]]
    result = np.full(size, -1, dtype=np.intp)
    result[groups[rows]] = rows  # of several the last one stays
    return result


def last_of_sorted(groups: Ints, size: int, sorted_rows: Ints) -> Ints:
    """Return the last row of each group among rows that are already in order (by group, then by time)."""
    result = np.full(size, -1, dtype=np.intp)
    ordered = groups[sorted_rows]
    ends = np.flatnonzero(np.diff(ordered, append=-1))
    result[ordered[ends]] = sorted_rows[ends]
    return result


def take(values: Floats, rows: Ints) -> Floats:
    """Return the values of rows; NaN where the row is -1."""
    if not len(values):
        return np.full(len(rows), np.nan)
    return np.where(rows >= 0, values[rows], np.nan)


def looked_up(keys: pd.Series, values: pd.Series) -> Floats:
    """Return the value of each key; NaN for a key without one.

    Examples
    --------
    >>> looked_up(pd.Series(["b", None, "b", "c"]), pd.Series({"a": 1.0, "b": 2.0}))
    array([ 2., nan,  2., nan])
    """
    number, different = pd.factorize(keys)  # few keys stand in many rows
    found = values.reindex(different).to_numpy("float64", na_value=np.nan)
    return np.asarray(np.append(found, np.nan)[number])  # the last place answers for -1


def numbers(column: pd.Series) -> Floats:
    """Return a numeric column as float64; NaN where unknown."""
    values: Floats = column.to_numpy("float64", na_value=np.nan)
    return values


def total(groups: Ints, size: int, weights: Floats | Flags | None = None) -> Floats:
    """Return the number of rows of each group, or the sum of their weights."""
    return np.bincount(groups, weights=weights, minlength=size).astype(np.float64)


def categorical(codes: NDArray[np.integer], states: tuple[str, ...]) -> pd.Categorical:
    """Return states from their numbers; -1 is unknown."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(states, dtype="str"))


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide; NaN where either is unknown or the divisor is not above zero."""
    quotient: Floats = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    return quotient
