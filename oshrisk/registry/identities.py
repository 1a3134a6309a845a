"""Tax codes as enterprise ids: one writing for each, and no lost zeros."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oshrisk.registry.failures import Failures, Mask
from oshrisk.registry.raw import TEXT, RawColumn, valid

_WEIGHTS = np.array(
    [31, 29, 23, 19, 17, 13, 7, 5, 3]
)  # check digit of Vietnamese tax codes, as in python-stdnum `vn.mst`


def to_identity(raw: RawColumn, name: str, failures: Failures) -> tuple[pa.Array, Mask]:
    """Bring ids into one writing: no spaces or signs within tax codes, 13 digits for ``0101234567-001``.

    A cell that the source holds as a *number* of 9 or 12 digits has lost the leading zero of its tax code. It is
    restored only where the check digit proves it; otherwise it is a failure (E141) that tells to format the
    column as text. A *text* of 9 digits is never restored: a digit may as well be missing anywhere.

    Parameters
    ----------
    raw : RawColumn
        The cells.
    name : str
        Name of the column.
    failures : Failures
        Takes the numbers whose lost zero cannot be proved.

    Returns
    -------
    ids : Array of text
        Null where empty.
    restored : ndarray of bool
        Where a leading zero was put back.
    """
    ids = raw.texts()
    compact = pc.replace_substring_regex(ids, r"^'|[\s\x{00A0}.]", "")
    decimal = pc.match_substring_regex(ids, r"^\d+\.\d{1,2}$")  # 100233488.0: its point parts no group of digits
    compact = pc.if_else(decimal, ids, compact)
    digits = pc.match_substring_regex(compact, r"^(\d{9,14}|\d{10}[-/]\d{3})$")
    ids = pc.if_else(digits, pc.replace_substring_regex(compact, r"[-/]", ""), ids)
    if raw.numbers is None:
        return ids, np.zeros(len(raw), dtype=bool)
    length = np.asarray(pc.fill_null(pc.utf8_length(ids), 0).to_numpy(zero_copy_only=False))
    short = raw.is_number & np.isin(length, (9, 12))
    restored = short & _proved(np.where(short, raw.numbers, 0), length)
    failures.add(name, "E141", short & ~restored)
    zero = pc.binary_join_element_wise(pa.scalar("0", TEXT), ids, pa.scalar("", TEXT))
    return pc.if_else(pa.array(restored), zero, ids), restored


def _proved(numbers: NDArray[np.float64], length: NDArray[np.int64]) -> Mask:
    head = np.where(length == 12, numbers // 1000, numbers).astype(np.int64)  # the first ten digits; the first is 0
    digits = (head[:, None] // 10 ** np.arange(9, -1, -1)) % 10
    return np.asarray(check_digit(digits[:, :9]) == digits[:, 9])


def check_digit(digits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the tenth digit that belongs to the first nine of a Vietnamese tax code; 10 where no code begins so.

    Examples
    --------
    >>> check_digit(np.array([[0, 1, 0, 0, 2, 3, 3, 4, 8]]))
    array([8])
    """
    return np.asarray(10 - (digits @ _WEIGHTS) % 11)


def malformed(ids: pa.Array, personal: Mask) -> Mask:
    """Whether each id cannot be a Vietnamese tax code; an empty one is not.

    Parameters
    ----------
    ids : Array of text
        Ids in their one writing.
    personal : ndarray of bool
        Where a 12-digit personal number may stand instead: household businesses, since 1 July 2025
        (Circular 86/2024/TT-BTC, from memory, unverified).

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> malformed(pa.array(["0101234567", "0101234567001", "123456789", None]), np.zeros(4, dtype=bool))
    array([False, False,  True, False])
    """
    tax_code = _matches(ids, r"^(\d{10}|\d{13})$")
    return valid(ids) & ~tax_code & ~(personal & _matches(ids, r"^\d{12}$"))


def _matches(ids: pa.Array, pattern: str) -> Mask:
    return np.asarray(
        pc.fill_null(pc.match_substring_regex(ids, pattern), False).to_numpy(zero_copy_only=False), dtype=bool
    )
