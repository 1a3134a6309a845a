"""Dates, years and reporting periods as people write them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oshrisk.registry.failures import Failures
from oshrisk.registry.numbers import answered, in_range
from oshrisk.registry.raw import RawColumn, valid
from oshrisk.registry.tables import Column
from oshrisk.registry.titles import fold

Dates = NDArray[np.datetime64]

_CLOCK = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?$"
_DAY_FIRST = r"^(?P<day>\d{1,2})[/.\-](?P<month>\d{1,2})[/.\-](?P<year>\d{4})" + _CLOCK
_YEAR_FIRST = r"^(?P<year>\d{4})[/.\-](?P<month>\d{1,2})[/.\-](?P<day>\d{1,2})" + _CLOCK
_FIRST_YEAR = 1900  # nothing in the registers is older; an earlier year is a slip of the pen
_HALVES = (
    (1, r"^(?:h1|6thangdaunam|sauthangdaunam|ky1|kyi|baocao6thangdaunam)(\d{4})$|^(\d{4})(?:h1|ky1|kyi)$"),
    (2, r"^(?:h2|6thangcuoinam|sauthangcuoinam|ky2|kyii|baocao6thangcuoinam)(\d{4})$|^(\d{4})(?:h2|ky2|kyii)$"),
    (0, r"^(?:nam|canam|year|baocaonam)?(\d{4})$"),
)


def to_date(raw: RawColumn, column: Column, today: pd.Timestamp, failures: Failures) -> Dates:
    """Read a column of dates: Excel dates, ``dd/mm/yyyy``, ``d-m-yyyy`` or ISO; a time of day is left out.

    Parameters
    ----------
    raw : RawColumn
        The cells.
    column : Column
        What they should be.
    today : Timestamp
        The day of reading.
    failures : Failures
        Takes what is no date (E120), lies after `today` where it may not (E121) or before 1900 (E122).

    Returns
    -------
    ndarray of datetime64[s]
        NaT where empty or wrong.
    """
    dates = np.full(len(raw), np.datetime64("NaT"), dtype="datetime64[s]") if raw.dates is None else raw.dates
    dates = dates.astype("datetime64[D]").astype("datetime64[s]")
    wrong = raw.is_number
    if raw.text is not None:
        texts = answered(raw.text)
        parsed = parse_dates(texts)
        dates = np.where(np.isnat(dates), parsed, dates)
        wrong = wrong | (valid(texts) & np.isnat(parsed))
    failures.add(column.name, "E120", wrong)
    late = dates > today.to_datetime64() if not column.future else np.zeros(len(dates), dtype=bool)
    failures.add(column.name, "E121", late, f"{today:%d/%m/%Y}")
    early = dates < np.datetime64(f"{_FIRST_YEAR}-01-01")
    failures.add(column.name, "E122", early)
    return np.where(late | early, np.datetime64("NaT"), dates)


def parse_dates(texts: pa.Array) -> Dates:
    """Read dates written as text, the day before the month; NaT where a text is none.

    Examples
    --------
    >>> parse_dates(pa.array(["5/3/2026", "31/02/2025", "2026-03-05"], pa.large_string()))
    array(['2026-03-05T00:00:00',                 'NaT', '2026-03-05T00:00:00'], dtype='datetime64[s]')
    """
    encoded = pc.dictionary_encode(texts)
    words = encoded.dictionary
    day_first, year_first = pc.extract_regex(words, _DAY_FIRST), pc.extract_regex(words, _YEAR_FIRST)
    parts = {
        name: pc.coalesce(pc.struct_field(day_first, name), pc.struct_field(year_first, name)).cast(pa.int64())
        for name in ("year", "month", "day")
    }
    year, month, day = (
        pc.fill_null(parts[name], 0).to_numpy(zero_copy_only=False) for name in ("year", "month", "day")
    )
    possible = (year > 0) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = (np.where(possible, year, 1970) - 1970) * 12 + np.where(possible, month, 1) - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    possible &= days.astype("datetime64[M]").astype(np.int64) == months  # 31 February would be in March
    dates = np.append(np.where(possible, days, np.datetime64("NaT")).astype("datetime64[s]"), np.datetime64("NaT"))
    return np.asarray(dates[pc.fill_null(encoded.indices, len(words)).to_numpy(zero_copy_only=False)])


def to_year(raw: RawColumn, column: Column, failures: Failures) -> NDArray[np.float64]:
    """Read a column of years: ``2026``, ``năm 2026``.

    Parameters
    ----------
    raw : RawColumn
        The cells.
    column : Column
        What they should be.
    failures : Failures
        Takes what is no number (E110) or out of range (E112, E113).

    Returns
    -------
    ndarray of float64
        NaN where empty or wrong.
    """
    values = np.full(len(raw), np.nan) if raw.numbers is None else raw.numbers.copy()
    wrong = raw.is_date
    if raw.text is not None:
        texts = answered(raw.text)
        digits = pc.struct_field(pc.extract_regex(texts, r"(?i)^(?:năm|nam|year)?\s*(?P<year>\d+)$"), "year")
        values = np.where(
            np.isnan(values), np.asarray(digits.cast(pa.float64()).to_numpy(zero_copy_only=False)), values
        )
        wrong = wrong | (valid(texts) & np.isnan(values))
    failures.add(column.name, "E110", wrong)
    return in_range(values, column, failures)


def to_period(raw: RawColumn, column: Column, failures: Failures) -> NDArray[np.object_]:
    """Read a column of reporting periods: ``2026H1``, ``6 tháng đầu năm 2026``, ``2026``.

    Parameters
    ----------
    raw : RawColumn
        The cells.
    column : Column
        What they should be.
    failures : Failures
        Takes what is no period (E130).

    Returns
    -------
    ndarray of str
        ``"2026H1"`` or ``"2026"``; None where empty or wrong.
    """
    encoded = pc.dictionary_encode(answered(raw.texts()))
    words = encoded.dictionary.to_pylist()
    periods = np.array([*(parse_period(word) for word in words), None], dtype=object)
    codes = pc.fill_null(encoded.indices, len(words)).to_numpy(zero_copy_only=False)
    values = periods[codes]
    failures.add(column.name, "E130", (codes < len(words)) & pd.isna(values))
    return np.asarray(values)


def parse_period(word: str) -> str | None:
    """Read one reporting period; None where it is none.

    Examples
    --------
    >>> [parse_period(word) for word in ("6 tháng đầu năm 2026", "Kỳ II/2026", "năm 2026", "Quý 1")]
    ['2026H1', '2026H2', '2026', None]
    """
    folded = fold(word)
    for half, pattern in _HALVES:
        found = re.match(pattern, folded)
        if found:
            year = next(group for group in found.groups() if group)
            return f"{year}H{half}" if half else year
    return None


def period_start(periods: NDArray[np.object_]) -> Dates:
    """Return the first day of each period; NaT where there is none.

    Examples
    --------
    >>> period_start(np.array(["2026H2", "2026", None], dtype=object)).astype("datetime64[D]")
    array(['2026-07-01', '2026-01-01',        'NaT'], dtype='datetime64[D]')
    """
    uniques, codes = _unique(periods)
    starts = [np.datetime64(f"{word[:4]}-{'07' if word.endswith('H2') else '01'}-01", "s") for word in uniques]
    return np.array([*starts, np.datetime64("NaT")], dtype="datetime64[s]")[codes]


def last_month(periods: NDArray[np.object_]) -> Dates:
    """Return the first day of the last month of each period; NaT where there is none."""
    uniques, codes = _unique(periods)
    months = [np.datetime64(f"{word[:4]}-{'06' if word.endswith('H1') else '12'}-01", "s") for word in uniques]
    return np.array([*months, np.datetime64("NaT")], dtype="datetime64[s]")[codes]


def _unique(periods: NDArray[np.object_]) -> tuple[list[str], NDArray[np.intp]]:
    codes, uniques = pd.factorize(periods)
    return [str(word) for word in uniques], codes  # an absent period is -1: the last entry, NaT
