"""Numbers as people in Viet Nam and elsewhere write them.

A number that the source itself holds as a number is taken as it is. In text, ``1.234,5`` and ``1,234.5`` and
``1234.5`` are one number. A single sign with exactly three digits after it is ambiguous, and this is the rule:

- In a column of counts (persons, hours, days, million đồng of a year's spending) it parts thousands: ``1.234`` is 1234.
- In a column of quantities (kg, fines) it parts thousands too, unless another cell of the same column uses that sign
  in a way that only a decimal sign can stand (``12.5``): then it is the decimal sign of the whole column. A program's
  CSV with ``1234.5`` and ``1.234`` is so read as it was meant.
- Where thousands make no sense (degrees, probabilities), and after a leading zero (``0,125``), it is the decimal sign.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oshrisk.registry.failures import Failures
from oshrisk.registry.raw import RawColumn, valid
from oshrisk.registry.tables import Column

NO_ANSWER = (
    "",
    "unknown",
    "khong ro",
    "chua ro",
    "không rõ",
    "chưa rõ",
    "n/a",
    "na",
    "-",
    "–",
    "—",
    "?",
    "null",
    "nan",
    "none",
)
_WHOLE_UNITS = ("accidents", "violations", "quarter")  # persons may be a yearly mean: 12,5
_GROUPS = {".": r"^[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?$", ",": r"^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$"}
_AMBIGUOUS = {".": r"^[+-]?[1-9]\d{0,2}\.\d{3}$", ",": r"^[+-]?[1-9]\d{0,2},\d{3}$"}
_DECIMAL = {".": r"^[+-]?\d+\.\d+$", ",": r"^[+-]?\d+,\d+$"}
_PLAIN = r"^[+-]?(\d+|\d+[.,]\d+|\d+(\.\d+)?[eE][+-]?\d+)$"


def answered(texts: pa.Array) -> pa.Array:
    """Take the words for "not known" out of texts, so that they are empty.

    Examples
    --------
    >>> answered(pa.array(["12", "Không rõ", "-"], pa.large_string())).to_pylist()
    ['12', None, None]
    """
    encoded = pc.dictionary_encode(texts)
    words = encoded.dictionary
    silent = pc.is_in(pc.utf8_lower(words), value_set=pa.array(NO_ANSWER, words.type))
    kept = pc.if_else(silent, pa.scalar(None, words.type), words)
    return kept.take(encoded.indices)


def to_number(raw: RawColumn, column: Column, failures: Failures) -> NDArray[np.float64]:
    """Read a column of counts or quantities.

    Parameters
    ----------
    raw : RawColumn
        The cells.
    column : Column
        What they should be.
    failures : Failures
        Takes what is not a number (E110), negative (E111), out of range (E112) or not whole (E113).

    Returns
    -------
    ndarray of float64
        NaN where empty or wrong.
    """
    values = np.full(len(raw), np.nan) if raw.numbers is None else raw.numbers.copy()
    wrong = raw.is_date
    if raw.text is not None:
        texts = answered(raw.text)
        parsed = parse_numbers(texts, column)
        values = np.where(np.isnan(values), parsed, values)
        wrong = wrong | (valid(texts) & np.isnan(parsed))
    failures.add(column.name, "E110", wrong)
    return in_range(values, column, failures)


def in_range(values: NDArray[np.float64], column: Column, failures: Failures) -> NDArray[np.float64]:
    """Record numbers outside the range of their column, and parts of what comes in wholes; return the others."""
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    negative = values < 0 if low >= 0 else np.zeros(len(values), dtype=bool)
    failures.add(column.name, "E111", negative)
    outside = ((values < low) & ~negative) | (values > high) | np.isinf(values)
    failures.add(column.name, "E112", outside & ~negative, f"{low:.10g} … {high:.10g}")
    if column.unit in _WHOLE_UNITS or column.kind == "year":
        broken = np.isfinite(values) & (np.trunc(values) != values)
        failures.add(column.name, "E113", broken)
        outside |= broken
    return np.where(outside | negative, np.nan, values)


def parse_numbers(texts: pa.Array, column: Column) -> NDArray[np.float64]:
    """Read numbers written as text; NaN where a text is none.

    Parameters
    ----------
    texts : Array
        Texts, null where empty.
    column : Column
        Decides what an ambiguous sign means (see the module's rule).

    Returns
    -------
    ndarray of float64

    Examples
    --------
    >>> kg = Column("quantity_kg", "number", high=1e9)
    >>> read = lambda *texts: parse_numbers(pa.array(texts, pa.large_string()), kg).tolist()
    >>> read("1.234,5", "1,234.5", "1234.5", "0,125", "12 người")
    [1234.5, 1234.5, 1234.5, 0.125, nan]
    >>> read("1.234"), read("1.234", "0.5")
    ([1234.0], [1.234, 0.5])
    """
    encoded = pc.dictionary_encode(texts)
    words = pc.replace_substring_regex(encoded.dictionary, r"(\d)[\s\x{00A0}\x{202F}](\d{3})", r"\1\2")
    words = pc.replace_substring_regex(words, r"(\d)[\s\x{00A0}\x{202F}](\d{3})", r"\1\2")
    thousands = _thousands_signs(words, column)
    for sign, other in ((".", ","), (",", ".")):
        grouped = pc.match_substring_regex(words, _GROUPS[sign])
        if not thousands[sign]:
            grouped = pc.and_not(grouped, pc.match_substring_regex(words, _AMBIGUOUS[sign]))
        ungrouped = pc.replace_substring(pc.replace_substring(words, sign, ""), other, ".")
        words = pc.if_else(grouped, ungrouped, words)
    plain = pc.match_substring_regex(words, _PLAIN)
    words = pc.replace_substring(pc.replace_substring_regex(words, r"^\+", ""), ",", ".")
    words = pc.if_else(plain, words, pa.scalar(None, words.type))
    numbers = np.asarray(words.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    codes = pc.fill_null(encoded.indices, len(numbers)).to_numpy(zero_copy_only=False)
    return np.asarray(np.append(numbers, np.nan)[codes])


def _thousands_signs(words: pa.Array, column: Column) -> dict[str, bool]:
    """Whether an ambiguous sign parts thousands, by sign."""
    if column.high is not None and column.high < 1000:
        return {".": False, ",": False}
    if column.kind == "count":
        return {".": True, ",": True}
    decimal = {
        sign: pc.any(
            pc.and_not(
                pc.match_substring_regex(words, _DECIMAL[sign]), pc.match_substring_regex(words, _AMBIGUOUS[sign])
            )
        ).as_py()
        for sign in _DECIMAL
    }
    return {sign: not decimal[sign] or bool(decimal[other]) for sign, other in ((".", ","), (",", "."))}
