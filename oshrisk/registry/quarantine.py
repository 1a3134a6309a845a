"""Quarantine: bad rows kept whole, every bad cell with its place, its value and what to do about it."""

from __future__ import annotations

import string
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from oshrisk.messages import Language, text
from oshrisk.registry.failures import Failure, Failures
from oshrisk.registry.raw import RawTable
from oshrisk.registry.titles import code_title, column_title, table_title

COLUMNS: Final = ("table", "sheet", "file", "row", "column", "value", "code", "enterprise_id", "detail", "field")
HINTED: Final = ("E150", "E162", "E163", "E164", "E165")  # their detail is the nearest known code
TITLED: Final = ("E150", "E160")  # their detail is a code of a closed set, which has a title in each language


def quarantine_rows(raw: RawTable, failures: Failures, ids: pd.Series | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn the failures of a table into records, and keep its bad rows as they stood.

    Parameters
    ----------
    raw : RawTable
        The table.
    failures : Failures
        All that was found.
    ids : Series or None
        Enterprise id of every row, where the table has one.

    Returns
    -------
    quarantine : DataFrame
        One row a bad cell, in the order of the file; columns `COLUMNS`.
    rejected : DataFrame
        Text of every cell of the bad rows under the headings of the source, indexed by row number.
    """
    bad = np.flatnonzero(failures.bad)
    kept = raw.take(bad)
    rejected = pd.DataFrame(
        {column.header: column.texts().to_pandas().astype("str") for column in kept.columns}, copy=False
    )
    rejected.index = pd.Index(kept.rows, name="row")
    pieces = [_records(raw, failure, ids) for failure in failures.found]
    if not pieces:
        return no_quarantine(), rejected
    frame = pd.concat(pieces, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
    return frame, rejected


def no_quarantine() -> pd.DataFrame:
    """Return a quarantine without rows."""
    return pd.DataFrame({name: pd.Series(dtype="int64" if name == "row" else "str") for name in COLUMNS})


def broken_lines(raw: RawTable, quarantine: pd.DataFrame, rejected: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add lines that do not split into the table's columns (E103); their text is kept in the first column."""
    if not raw.broken:
        return quarantine, rejected
    numbers = pd.Index([number for number, _ in raw.broken], name="row")
    texts = [line for _, line in raw.broken]
    whole = pd.DataFrame({raw.columns[0].header: pd.Series(texts, index=numbers, dtype="str")})
    records = pd.DataFrame({name: pd.Series("", index=range(len(texts)), dtype="str") for name in COLUMNS})
    records = records.assign(
        table=raw.name,
        sheet=raw.sheet,
        file=raw.file,
        row=numbers.to_numpy(),
        value=texts,
        code="E103",
        detail=str(len(raw.columns)),
    )
    frame = pd.concat([quarantine, records], ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
    return frame, pd.concat([rejected, whole]).sort_index(kind="stable")


def _records(raw: RawTable, failure: Failure, ids: pd.Series | None) -> pd.DataFrame:
    cells = raw.column(failure.column)
    rows = failure.rows
    values = "" if cells is None else pc.fill_null(cells.take(rows).texts(), "").to_pandas().astype("str")
    owner = "" if ids is None else ids.iloc[rows].fillna("").to_numpy()
    return pd.DataFrame(
        {
            "table": pd.Series(raw.name, index=range(len(rows)), dtype="str"),
            "sheet": raw.sheet,
            "file": raw.file,
            "row": raw.rows[rows],
            "column": raw.header(failure.column) if failure.column else "",
            "value": values,
            "code": failure.code,
            "enterprise_id": owner,
            "detail": failure.detail,
            "field": failure.column,
        }
    ).astype({name: "int64" if name == "row" else "str" for name in COLUMNS})


def explain(quarantine: pd.DataFrame, language: Language = "vi") -> pd.DataFrame:
    """Say in words what is wrong with every quarantined cell, and how to mend it.

    Parameters
    ----------
    quarantine : DataFrame
        `oshrisk.registry.read.Reading.quarantine`, or some of its rows.
    language : {"vi", "en"}, default "vi"
        Language of the words.

    Returns
    -------
    DataFrame
        Columns ``what`` and ``mend`` under the same index.
    """
    facts = quarantine[["table", "field", "column", "value", "code", "detail"]]
    uniques = facts.drop_duplicates()
    words = pd.DataFrame(
        [_words(row, language) for row in uniques.itertuples(index=False)], columns=["what", "mend"], dtype="str"
    )
    words.index = uniques.index
    keyed = uniques.assign(what=words["what"], mend=words["mend"])
    merged = facts.merge(keyed, how="left", on=list(facts.columns))[["what", "mend"]]
    merged.index = quarantine.index
    return merged


def _words(row: object, language: Language) -> tuple[str, str]:
    facts = {name: getattr(row, name) for name in ("table", "field", "column", "value", "code", "detail")}
    facts["title"] = column_title(facts["table"], facts["field"], language) if facts["field"] else ""
    facts["table_title"] = table_title(facts["table"], language)
    entry = f"registry.errors.{facts['code']}"
    near = ""
    if facts["detail"] and facts["code"] in TITLED:
        column = facts["field"] if facts["code"] == "E150" else "sector_scheme"
        facts["detail"] = code_title(facts["table"], column, facts["detail"], language)
    if facts["detail"] and facts["code"] in HINTED:
        near = " " + text("registry.near", language, name=facts["detail"])
    return _fill(text(f"{entry}.what", language), facts), _fill(text(f"{entry}.mend", language), facts) + near


def _fill(template: str, facts: dict[str, str]) -> str:
    return string.Formatter().vformat(template, (), facts)
