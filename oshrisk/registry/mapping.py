"""Mapping files: how one flat file becomes tables, column by column.

A mapping is a small TOML file with one section a table, and in it one line a column::

    [enterprises]
    enterprise_id = "company_id"                     # the column of the file
    sector_scheme = { value = "naics2022" }          # the same for every row
    [annual_reports]
    enterprise_id = "company_id"
    workers = { column = "hours", times = 0.0005 }   # 2,000 hours are one full-time year
    [accidents]
    enterprise_id = "company_id"
    occurred_on = { template = "{year}-12-31" }      # text made of columns
    count = "dart_cases"

A table takes one row of every row of the file, but for two rules: ``enterprises`` takes the first row of every
id, and a table whose ``count`` is mapped takes no row where that count is zero or empty.
"""

from __future__ import annotations

import difflib
import string
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from oshrisk.errors import OshriskError
from oshrisk.registry.failures import Failures
from oshrisk.registry.numbers import answered, parse_numbers, to_number
from oshrisk.registry.raw import TEXT, RawColumn, RawTable
from oshrisk.registry.tables import TABLES, Column

Mapping = dict[str, dict[str, Any]]
_FORMS = ({"value"}, {"template"}, {"column"}, {"column", "times"})


def read_mapping(path: str | Path) -> Mapping:
    """Read a mapping file.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    dict
        Table, column of the table, and what it is made of.

    Raises
    ------
    OshriskError
        If the file is not there, is no TOML, lacks ``enterprises``, or names a table or column that is not known
        (the nearest name is suggested).
    """
    try:
        mapping: Mapping = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise OshriskError("registry.no_source", source=path) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OshriskError("registry.bad_mapping", source=path, problem=error) from error
    for table, columns in mapping.items():
        if table not in TABLES or not isinstance(columns, dict):
            raise OshriskError("registry.mapping_name", source=path, name=table, near=_near(table, list(TABLES)))
        for column, form in columns.items():
            if column not in TABLES[table].names:
                raise OshriskError(
                    "registry.mapping_name",
                    source=path,
                    name=f"{table}.{column}",
                    near=_near(column, TABLES[table].names),
                )
            if not isinstance(form, str) and not (isinstance(form, dict) and set(form) in _FORMS):
                raise OshriskError("registry.mapping_form", source=path, name=f"{table}.{column}")
    if "enterprise_id" not in mapping.get("enterprises", {}):
        raise OshriskError("registry.mapping_name", source=path, name="enterprises", near="enterprises.enterprise_id")
    return mapping


def apply_mapping(mapping: Mapping, flat: RawTable) -> dict[str, RawTable]:
    """Split a flat file into raw tables.

    Parameters
    ----------
    mapping : dict
        As `read_mapping` returns it.
    flat : RawTable
        The file.

    Returns
    -------
    dict of str to RawTable
        Row numbers and headings are those of the file.

    Raises
    ------
    OshriskError
        If the mapping names a column that the file does not have.
    """
    return {table: _table(table, columns, flat) for table, columns in mapping.items()}


def _table(table: str, columns: dict[str, Any], flat: RawTable) -> RawTable:
    made = tuple(_made(TABLES[table][name], form, flat) for name, form in columns.items())
    headers: dict[str, int] = {}
    for place, column in enumerate(made):  # one column of the file may stand for several of the table
        headers[column.header] = headers.get(column.header, 0) + 1
        if headers[column.header] > 1:
            made = (
                *made[:place],
                replace(column, header=f"{column.header} ({headers[column.header]})"),
                *made[place + 1 :],
            )
    raw = replace(flat, name=table, columns=made, fields={name: place for place, name in enumerate(columns)}, broken=())
    if table == "enterprises":
        ids = raw.columns[raw.fields["enterprise_id"]].texts().to_pandas()
        return replace(raw.take(~(ids.duplicated() & ids.notna()).to_numpy(dtype=bool)), broken=flat.broken)
    if isinstance(columns.get("count"), str):
        count = raw.columns[raw.fields["count"]]
        numbers = to_number(count, Column("count", "count"), Failures(len(count)))
        return raw.take(count.present & (numbers != 0))
    return raw


def _made(column: Column, form: str | dict[str, Any], flat: RawTable) -> RawColumn:
    if isinstance(form, str):
        return _source(form, flat)
    if "value" in form:
        value = pa.array([str(form["value"])], TEXT)
        return RawColumn(column.name, value.take(pa.array(np.zeros(len(flat), dtype=np.int64))))
    if "template" in form:
        return RawColumn(column.name, _filled(form["template"], flat))
    source = _source(form["column"], flat)
    if "times" not in form:
        return source
    numbers = np.full(len(source), np.nan) if source.numbers is None else source.numbers
    text = source.text
    if text is not None:
        parsed = parse_numbers(answered(text), column)
        numbers = np.where(np.isnan(numbers), parsed, numbers)
        text = pc.if_else(pa.array(np.isnan(parsed)), text, pa.scalar(None, TEXT))  # what is no number is told later
    return RawColumn(source.header, text, numbers * float(form["times"]), source.dates)


def _filled(template: str, flat: RawTable) -> pa.Array:
    parts: list[Any] = []
    for literal, name, _, _ in string.Formatter().parse(template):
        parts.append(pa.scalar(literal, TEXT))
        if name is not None:
            parts.append(_source(name, flat).texts())
    return pc.binary_join_element_wise(*parts, pa.scalar("", TEXT))


def _source(name: str, flat: RawTable) -> RawColumn:
    headers = [column.header for column in flat.columns]
    if name not in headers:
        raise OshriskError("registry.mapping_source", source=flat.file, name=name, near=_near(name, headers))
    return flat.columns[headers.index(name)]


def _near(name: str, among: list[str]) -> str:
    return next(iter(difflib.get_close_matches(name, among, n=1, cutoff=0.0)), "")
