"""Check one table: every cell by its column, every row by its rules; good rows go on, bad ones are explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oshrisk.reference.sectors import of_country, schemes
from oshrisk.registry.codes import to_code, to_flag, to_listed, to_sector
from oshrisk.registry.duplicates import check_duplicates
from oshrisk.registry.failures import Failures, Mask
from oshrisk.registry.identities import malformed, to_identity
from oshrisk.registry.numbers import to_number
from oshrisk.registry.quarantine import broken_lines, quarantine_rows
from oshrisk.registry.raw import TEXT, RawColumn, RawTable
from oshrisk.registry.rules import check_future, check_rules, check_withdrawn
from oshrisk.registry.tables import TABLES, Column, Kind, Table
from oshrisk.registry.times import to_date, to_period, to_year

TAX_COLUMNS = ("enterprise_id", "parent_id")


@dataclass
class Known:
    """What a table is checked against.

    Parameters
    ----------
    today : Timestamp
        The day of reading.
    province_code : str
        Province whose communes count.
    enterprises, bad_enterprises : Array of text
        Ids accepted and quarantined so far.
    inspections, bad_inspections : Array of text
        Likewise for inspections.
    started_on : ndarray of datetime64[s]
        Day of each accepted inspection.
    tax_codes : bool
        Whether every enterprise has a Vietnamese sector scheme or none, so that ids are tax codes.
    """

    today: pd.Timestamp
    province_code: str
    enterprises: pa.Array = field(default_factory=lambda: pa.array([], TEXT))
    bad_enterprises: pa.Array = field(default_factory=lambda: pa.array([], TEXT))
    inspections: pa.Array = field(default_factory=lambda: pa.array([], TEXT))
    bad_inspections: pa.Array = field(default_factory=lambda: pa.array([], TEXT))
    started_on: NDArray[np.datetime64] = field(default_factory=lambda: np.array([], dtype="datetime64[s]"))
    tax_codes: bool = True


@dataclass(frozen=True, eq=False)
class Checked:
    """One table after its check.

    Parameters
    ----------
    frame : DataFrame
        Accepted rows, with the columns that the source has.
    quarantine : DataFrame
        One row a bad cell.
    rejected : DataFrame
        The quarantined rows as they stood: text, headings of the source, indexed by row number.
    read : int
        Rows read.
    restored : dict of str to int
        Cells by column whose lost leading zero was put back.
    """

    frame: pd.DataFrame
    quarantine: pd.DataFrame
    rejected: pd.DataFrame
    read: int
    restored: dict[str, int]


def check_table(raw: RawTable, known: Known) -> Checked:
    """Check all rows of a table.

    Parameters
    ----------
    raw : RawTable
        The rows.
    known : Known
        What was accepted before; takes the ids of this table where later tables refer to them.

    Returns
    -------
    Checked
        Every row is in `frame` or in `rejected`.
    """
    table = TABLES[raw.name]
    failures = Failures(len(raw))
    values: dict[str, Any] = {}
    restored: dict[str, Mask] = {}
    for column in table.columns:
        cells = raw.column(column.name)
        if cells is None:
            if column.required:
                failures.add(column.name, "E101", np.ones(len(raw), dtype=bool))
        elif column.lookup != "sector":
            values[column.name] = _read(cells, column, _Reader(table, known, failures, restored))
    if table.name == "enterprises":
        _sectors(raw, values, failures, restored)
        _tax_codes(raw, values, failures)
    else:
        _references(table, values, known, failures)
    check_future(table.name, values, known.today, failures)
    check_rules(table.name, values, lambda name: (raw.header(name), _texts(raw, name)), failures)
    check_withdrawn(table.name, values, raw.header("inspected_on"), failures)
    frame = pd.DataFrame(
        {name: _series(values[name], table[name]) for name in table.names if name in values}, copy=False
    )
    key = [name for name in table.key if name in frame.columns]
    if key and key[0] == table.key[0]:
        check_duplicates(frame, key, raw.rows, failures)
    bad = failures.bad
    _remember(table.name, frame, bad, known)
    accepted = frame[~bad].reset_index(drop=True) if bad.any() else frame
    ids = frame["enterprise_id"] if "enterprise_id" in frame.columns else None
    quarantine, rejected = quarantine_rows(raw, failures, ids)
    quarantine, rejected = broken_lines(raw, quarantine, rejected)
    counts = {name: int((mask & ~bad).sum()) for name, mask in restored.items()}
    return Checked(
        accepted, quarantine, rejected, len(raw) + len(raw.broken), {name: n for name, n in counts.items() if n}
    )


@dataclass
class _Reader:
    """What reading a cell needs beside the cell."""

    table: Table
    known: Known
    failures: Failures
    restored: dict[str, Mask]


def _read(raw: RawColumn, column: Column, reader: _Reader) -> Any:
    if column.required:
        reader.failures.add(column.name, "E101", ~raw.present)
    if column.name in TAX_COLUMNS:
        ids, reader.restored[column.name] = to_identity(raw, column.name, reader.failures)
        return ids
    if column.codes:
        return to_code(raw, reader.table, column, reader.failures)
    if column.lookup:
        return to_listed(raw, column, reader.known.province_code, reader.failures)
    return _READERS[column.kind](raw, column, reader)


def _read_text(raw: RawColumn, column: Column, reader: _Reader) -> pa.Array:
    texts = raw.texts()
    if column.required and column.kind == "text":  # a name of signs alone is no name
        nameless = _true(pc.invert(pc.match_substring_regex(texts, r"[\p{L}\p{N}]")))
        reader.failures.add(column.name, "E102", nameless)
    return texts


_READERS: Final[dict[Kind, Callable[[RawColumn, Column, _Reader], Any]]] = {
    "id": _read_text,
    "text": _read_text,
    "count": lambda raw, column, reader: to_number(raw, column, reader.failures),
    "number": lambda raw, column, reader: to_number(raw, column, reader.failures),
    "date": lambda raw, column, reader: to_date(raw, column, reader.known.today, reader.failures),
    "year": lambda raw, column, reader: to_year(raw, column, reader.failures),
    "period": lambda raw, column, reader: to_period(raw, column, reader.failures),
    "flag": lambda raw, column, reader: to_flag(raw, column, reader.failures),
}


def _sectors(raw: RawTable, values: dict[str, Any], failures: Failures, restored: dict[str, Mask]) -> None:
    cells = raw.column("sector_code")
    if cells is None:
        return
    nothing = np.full(len(raw), None, dtype=object)
    scheme = pd.Series(np.asarray(values.get("sector_scheme", nothing), dtype=object))
    registered = pd.Series(values.get("registered_on", np.full(len(raw), np.datetime64("NaT"), dtype="datetime64[s]")))
    codes, scheme, restored["sector_code"] = to_sector(cells, scheme, registered, failures)
    values["sector_code"] = codes
    categories = pd.CategoricalDtype(list(schemes()))
    values["sector_scheme"] = pd.Categorical(scheme, dtype=categories)


def _tax_codes(raw: RawTable, values: dict[str, Any], failures: Failures) -> None:
    nothing = pd.Categorical([None] * len(raw))
    scheme = pd.Series(values.get("sector_scheme", nothing)).astype(object)
    own = of_country("VN")
    vietnamese = (scheme.isin(own) | (scheme.isna() & bool(own))).to_numpy(dtype=bool)
    household = np.asarray(values.get("legal_form", nothing) == "household")
    numbered = np.zeros(len(raw), dtype=bool)  # what was told to have lost a zero is not told again
    for failure in failures.found:
        if failure.code == "E141":
            numbered[failure.rows] = True
    for name in TAX_COLUMNS:
        if name in values:
            failures.add(name, "E140", malformed(values[name], household) & vietnamese & ~numbered)


def _references(table: Table, values: dict[str, Any], known: Known, failures: Failures) -> None:
    if "enterprise_id" in values:
        ids = values["enterprise_id"]
        missing = _true(pc.and_(pc.is_valid(ids), pc.invert(pc.is_in(ids, value_set=known.enterprises))))
        held = missing & _true(pc.is_in(ids, value_set=known.bad_enterprises))
        wrong = missing & ~held & malformed(ids, _true(pc.match_substring_regex(ids, r"^\d{12}$")))
        failures.add("enterprise_id", "E211", held)
        failures.add("enterprise_id", "E140", wrong & known.tax_codes)
        failures.add("enterprise_id", "E210", missing & ~held & ~(wrong & known.tax_codes))
    if table.name == "findings" and "inspection_id" in values:
        _finding_references(values, known, failures)


def _finding_references(values: dict[str, Any], known: Known, failures: Failures) -> None:
    visits = values["inspection_id"]
    place = pc.fill_null(pc.index_in(visits, value_set=known.inspections), -1).to_numpy(zero_copy_only=False)
    missing = _true(pc.is_valid(visits)) & (place < 0)
    held = missing & _true(pc.is_in(visits, value_set=known.bad_inspections))
    failures.add("inspection_id", "E213", held)
    failures.add("inspection_id", "E212", missing & ~held)
    started = np.append(known.started_on, np.datetime64("NaT"))[place]
    detail = pd.Series(started).dt.strftime("%d/%m/%Y").fillna("").to_numpy(dtype=object)
    for name in ("remedied_on", "remedy_due_on"):
        if name in values:
            failures.add(name, "E322", values[name] < started, detail)


def _remember(name: str, frame: pd.DataFrame, bad: Mask, known: Known) -> None:
    if name == "enterprises":
        ids = pa.array(frame["enterprise_id"], TEXT)
        known.enterprises, known.bad_enterprises = _split(ids, bad)
        if "sector_scheme" in frame.columns:
            used = frame["sector_scheme"].cat.remove_unused_categories().cat.categories
            known.tax_codes = bool(own := set(of_country("VN"))) and set(used) <= own
    if name == "inspections" and "inspection_id" in frame.columns:
        known.inspections, known.bad_inspections = _split(pa.array(frame["inspection_id"], TEXT), bad)
        if "started_on" in frame.columns:
            known.started_on = frame["started_on"].to_numpy()[~bad]


def _split(ids: pa.Array, bad: Mask) -> tuple[pa.Array, pa.Array]:
    return ids.filter(pa.array(~bad)), pc.drop_null(ids.filter(pa.array(bad)))


def _series(values: Any, column: Column) -> pd.Series:
    if isinstance(values, pa.Array):
        return values.to_pandas().astype("str")
    if column.kind == "period":
        return pd.Series(values, dtype="str")
    return pd.Series(values, copy=False)


def _texts(raw: RawTable, name: str) -> NDArray[np.object_]:
    cells = raw.column(name)
    if cells is None:
        return np.full(len(raw), "", dtype=object)
    return np.asarray(pc.fill_null(cells.texts(), "").to_numpy(zero_copy_only=False), dtype=object)


def _true(mask: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(mask, False).to_numpy(zero_copy_only=False), dtype=bool)
