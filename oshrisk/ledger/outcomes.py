"""What the visits found: never overwritten, a correction is a new version."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from oshrisk.ledger.canonical import canonical, data_dtype, dtype_data, plain
from oshrisk.ledger.chain import append, next_sequence, now
from oshrisk.ledger.connection import Ledger
from oshrisk.ledger.people import require
from oshrisk.ledger.state import quarter_name
from oshrisk.planning.quarter import Quarter

_KEPT = ["quarter", "version", "by", "at", "file_hash"]


def record_results(ledger: Ledger, quarter: str | Quarter, rows: pd.DataFrame, by: str, file_hash: str) -> int:
    """Record results of visits; what is recorded already and says the same is left as it is.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    quarter : str or Quarter
        The plan.
    rows : DataFrame, shape (n, k)
        Indexed by ``enterprise_id``: anything that was found, cells may be lists and dicts. A place that is not in
        it keeps its recorded result.
    by : str
        A planner.
    file_hash : str
        SHA-256 of the file it was read from.

    Returns
    -------
    int
        Version of the quarter's results: one higher where something is new or corrected; 0: nothing recorded yet.

    Raises
    ------
    OshriskError
        If `by` is no planner.
    ValueError
        If an enterprise stands twice: a defect of the caller.
    """
    name = quarter_name(quarter)
    if rows.index.has_duplicates:
        raise ValueError("one row an enterprise")
    kinds = [[str(column), dtype_data(kind)] for column, kind in rows.dtypes.items()]  # a list keeps their order
    found = {str(key): plain(values) for key, values in rows.to_dict("index").items()}
    with ledger.changing():
        require(ledger, by, "planner")
        known = _latest(ledger, name, None)
        last = max((row.version for row in known.values()), default=0)
        new = {key: values for key, values in found.items() if key not in known or _values(known[key]) != values}
        if not new:
            return int(last)
        common = {"quarter": name, "version": last + 1, "by": by, "at": now(), "sequence": next_sequence(ledger)}
        made = [
            ledger.rows("ledger.result").create(
                **common,
                enterprise_id=key,
                payload=canonical({"values": values, "dtypes": kinds}),
                file_hash=file_hash,
            )
            for key, values in new.items()
        ]
        append(ledger, "results", by, [row.facts() for row in made], quarter=name)
    return int(last + 1)


def results(ledger: Ledger, quarter: str | Quarter | None = None, version: int | None = None) -> pd.DataFrame:
    """Return what was found, each visit in its latest version.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    quarter : str or Quarter, optional
        Only this plan; by default all.
    version : int, optional
        As it stood with this version of the results.

    Returns
    -------
    DataFrame, shape (n_visits, k + 5)
        Indexed by ``enterprise_id``: the columns that were recorded, with their types; ``quarter``, ``version``,
        ``by``, ``at`` [UTC], ``file_hash``. By quarter and enterprise.
    """
    rows = _latest(ledger, None if quarter is None else quarter_name(quarter), version)
    stored = sorted(rows.values(), key=lambda row: (row.quarter, row.enterprise_id))
    payloads = [json.loads(row.payload) for row in stored]
    newest = sorted(range(len(stored)), key=lambda place: stored[place].sequence)
    kinds = {column: kind for place in newest for column, kind in payloads[place]["dtypes"]}
    columns = {name: [payload["values"].get(name) for payload in payloads] for name in kinds}
    frame = pd.DataFrame({name: _column(values, kinds[name]) for name, values in columns.items()})
    kept = pd.DataFrame([{name: getattr(row, name) for name in _KEPT} for row in stored], columns=_KEPT)
    index = pd.Index([row.enterprise_id for row in stored], name="enterprise_id", dtype="str")
    return pd.concat([frame, kept], axis="columns").set_index(index)


def _latest(ledger: Ledger, quarter: str | None, version: int | None) -> dict[Any, Any]:
    """Return the latest row of each visit, by enterprise (of one quarter) or by quarter and enterprise."""
    chosen = ledger.rows("ledger.result").order_by("version")
    if version is not None:
        chosen = chosen.filter(version__lte=version)
    if quarter is not None:
        return {row.enterprise_id: row for row in chosen.filter(quarter=quarter)}
    return {(row.quarter, row.enterprise_id): row for row in chosen}


def _values(row: Any) -> dict[str, Any]:
    return dict(json.loads(row.payload)["values"])


def _column(values: list[Any], kind: Any) -> pd.Series:
    """Make a column of its type; a place recorded before the column existed makes whole numbers and yes/no unknown."""
    if None in values and kind in ("bool", "int64"):
        kind = {"bool": "boolean", "int64": "Int64"}[kind]
    return pd.Series(values, dtype=data_dtype(kind))
