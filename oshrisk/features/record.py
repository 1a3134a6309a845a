"""A dated record behind a factor: what it was read from, when, and its text in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

COLUMNS: Final = ("enterprise_id", "factor", "table", "on", "key", "values")


def record(
    enterprise: Any, factors: Iterable[str], *, table: str, on: Any, key: Any, **values: Iterable[Any]
) -> pd.DataFrame:
    """Make records, one a row, repeated for every factor that they stand behind.

    Parameters
    ----------
    enterprise : array of str, shape (rows,)
        Enterprise ids.
    factors : iterable of str
        Feature names.
    table : str
        Table of the registry that the records stand in.
    on : array of datetime64, shape (rows,)
        The date that people look for.
    key : str or array of str
        Key below ``features.records`` in the catalogue.
    **values : iterable, each of length rows
        What the text names.

    Returns
    -------
    DataFrame
        With the columns of `COLUMNS`.
    """
    filled = np.empty(len(enterprise), dtype=object)
    filled[:] = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
    rows = pd.DataFrame(
        {
            "enterprise_id": pd.array(enterprise, dtype="str"),
            "table": table,
            "on": pd.array(on, dtype="datetime64[s]"),
            "key": key,
            "values": filled,
        }
    )
    return pd.concat([rows.assign(factor=factor) for factor in factors])[list(COLUMNS)]
