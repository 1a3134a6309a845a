"""Text columns put together without a loop over rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def padded(numbers: NDArray[np.integer], digits: int) -> pa.Array:
    """Return integers as text with leading zeros."""
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=digits, padding="0")


def joined(*parts: pa.Array | str) -> pa.Array:
    """Return the parts put together row by row; a plain text stands in every row."""
    return pc.binary_join_element_wise(*(pa.scalar(part) if isinstance(part, str) else part for part in parts), "")


def column(values: pa.Array) -> pd.Series:
    """Return text as a column of dtype ``str``, null as NaN."""
    return pd.Series(values.to_pandas(), dtype="str")


def chosen(names: list[str] | pd.Series, position: NDArray[np.integer]) -> pa.Array:
    """Return ``names[position]`` as text."""
    return pa.array(list(names), pa.string()).take(pa.array(position))
