"""One way to write values down, so that the same values have the same text and the same hash on every database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd


def canonical(value: Any) -> str:
    """Write a value as JSON with sorted keys and no spaces.

    Parameters
    ----------
    value : object
        What JSON knows; see `plain` for the rest.

    Returns
    -------
    str
        The text that hashes are made of.

    Examples
    --------
    >>> canonical({"b": 1.0, "a": [None, "Điện Biên"]})
    '{"a":[null,"Điện Biên"],"b":1.0}'
    """
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """Return the SHA-256 of a text, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """Turn a value of pandas, numpy or Python into what JSON knows; what is missing becomes None.

    Examples
    --------
    >>> plain(pd.Timestamp(2027, 1, 5)), plain(float("nan")), plain({"days": [1.5]})
    ('2027-01-05T00:00:00', None, {'days': [1.5]})
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or pd.isna(value):
        return None
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):  # datetime and Timestamp are dates too
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def dtype_data(dtype: Any) -> str | dict[str, Any]:
    """Turn a column's type into plain data that `data_dtype` turns back; of categories, with their order."""
    if isinstance(dtype, pd.CategoricalDtype):
        return {"categories": plain(dtype.categories.tolist()), "ordered": bool(dtype.ordered)}
    return str(dtype)


def data_dtype(data: str | Mapping[str, Any]) -> Any:
    """Turn what `dtype_data` made back into the type.

    Examples
    --------
    >>> data_dtype({"categories": ["A", "B"], "ordered": True}).ordered
    True
    """
    return data if isinstance(data, str) else pd.CategoricalDtype(data["categories"], ordered=data["ordered"])


def frame_data(frame: pd.DataFrame) -> dict[str, Any]:
    """Turn a frame into plain data that `data_frame` turns back, index and column types included.

    Parameters
    ----------
    frame : DataFrame, shape (n, k)
        A frame with a named index.

    Returns
    -------
    dict
        ``index`` (its name) and ``columns``: name, dtype and values of each, the index first.
    """
    flat = frame.reset_index()
    columns = [
        {"name": str(name), "dtype": dtype_data(column.dtype), "values": plain(column.tolist())}
        for name, column in flat.items()
    ]
    return {"index": str(frame.index.name), "columns": columns}


def data_frame(data: Mapping[str, Any]) -> pd.DataFrame:
    """Turn what `frame_data` made back into the frame.

    Parameters
    ----------
    data : mapping
        From `frame_data`.

    Returns
    -------
    DataFrame, shape (n, k)
        The frame with its index and column types.

    Examples
    --------
    >>> frame = pd.DataFrame({"order": [1, 2]}, index=pd.Index(["a", "b"], name="enterprise_id"))
    >>> data_frame(frame_data(frame)).equals(frame)
    True
    """
    columns = {item["name"]: pd.Series(item["values"], dtype=data_dtype(item["dtype"])) for item in data["columns"]}
    return pd.DataFrame(columns).set_index(data["index"])
