"""The registry in memory: ten frames, and what of them was known at a date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oshrisk.registry.tables import HISTORY, TABLES, Table


def empty_frame(table: Table) -> pd.DataFrame:
    """Return a frame of a table without rows, with the dtypes of its columns.

    Examples
    --------
    >>> empty_frame(TABLES["signals"]).dtypes["occurred_on"]
    dtype('<M8[s]')
    """
    return pd.DataFrame({column.name: pd.Series(dtype=_dtype(table, column.name)) for column in table.columns})


def _dtype(table: Table, name: str) -> object:
    column = table[name]
    return pd.CategoricalDtype(list(column.codes)) if column.codes else column.dtype


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Give a frame the columns and dtypes of its table; a column that is not there is unknown.

    Parameters
    ----------
    frame : DataFrame
        Rows whose values are already of the right kind (a simulated or stored table, not raw input).
    table : Table
        The schema.

    Returns
    -------
    DataFrame
        The same rows under a fresh range index, with all columns of `table` in its order.
    """
    rows = frame.reset_index(drop=True).reindex(columns=table.names)
    return rows.astype({name: _dtype(table, name) for name in table.names})


@dataclass(frozen=True)
class Registry(Mapping[str, pd.DataFrame]):
    """Ten accepted tables, read on one day.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All ten tables of `oshrisk.registry.tables.TABLES`, each with exactly its columns and dtypes; every
        row of a history table belongs to an enterprise of ``enterprises`` (through its inspection for
        ``findings``), and its ``known_on`` is filled in.
    read_on : Timestamp
        The day the registers were read: "today" for this registry. Nothing in it is known later.
    simulated : bool, default False
        Whether the data is simulated: then whatever is shown says so.
    as_of : Timestamp or None
        The date whose knowledge this is; None for everything.
    absent : mapping of str to tuple of str
        Columns that the source did not have, by table: their values are unknown.
    held : frozenset of str or None
        Of one shard of a larger registry, the tables that have rows in any of its shards; None for a whole registry.

    Examples
    --------
    >>> firms = pd.DataFrame({"enterprise_id": ["0101234567"], "name": ["Mỏ đá A"]})
    >>> registry = registry_of({"enterprises": firms}, read_on="2026-11-30")
    >>> len(registry["accidents"])
    0
    """

    tables: Mapping[str, pd.DataFrame]
    read_on: pd.Timestamp
    simulated: bool = False
    as_of: pd.Timestamp | None = None
    absent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    held: frozenset[str] | None = None

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    @cached_property
    def ids(self) -> pd.Index:
        """Enterprise ids in the order of ``enterprises``: the index of every frame built from here."""
        return pd.Index(self.tables["enterprises"]["enterprise_id"], name="enterprise_id")

    def holds(self, name: str) -> bool:
        """Say whether the department has any rows of a table: without, that nothing is there says nothing."""
        return len(self[name]) > 0 if self.held is None else name in self.held

    @property
    def date(self) -> pd.Timestamp:
        """The date of knowledge: `as_of`, or the day of reading."""
        return self.read_on if self.as_of is None else self.as_of

    def positions(self, name: str) -> NDArray[np.intp]:
        """Return, for every row of a history table, the position of its enterprise in ``enterprises``.

        Raises
        ------
        ValueError
            If a row belongs to no enterprise: such a row is never accepted, so the frames were not.
        """
        cached: dict[str, NDArray[np.intp]] = self._positions
        if name not in cached:
            if name == "findings":
                inspection = places_of(self["findings"]["inspection_id"], self["inspections"]["inspection_id"])
                owner = np.append(self.positions("inspections"), -1)  # the last place answers for -1
                cached[name] = owner[inspection]
            else:
                cached[name] = places_of(self[name]["enterprise_id"], self["enterprises"]["enterprise_id"])
            if (cached[name] < 0).any():
                raise ValueError(f"{name}: rows that belong to no enterprise")
        return cached[name]

    @cached_property
    def _positions(self) -> dict[str, NDArray[np.intp]]:
        return {}

    def known(self, as_of: str | pd.Timestamp) -> Registry:
        """Return what the department could know on a date.

        Rows known later are left out; a date that lies after `as_of` is unknown (a withdrawal, a remedy or a
        closure that had not happened yet), but for due dates; an enterprise founded later is left out.

        Parameters
        ----------
        as_of : str or Timestamp
            The date, inclusive.

        Returns
        -------
        Registry
            With `as_of` set.
        """
        date = pd.Timestamp(as_of).as_unit("s")
        tables = {name: _known_rows(self[name], TABLES[name], date) for name in HISTORY}
        firms = _known_rows(self["enterprises"], TABLES["enterprises"], date)
        tables["enterprises"] = firms
        if len(firms) < len(self["enterprises"]):
            for name in HISTORY:
                if name != "findings":
                    tables[name] = _among(tables[name], "enterprise_id", firms)
        tables["findings"] = _among(tables["findings"], "inspection_id", tables["inspections"])
        return replace(self, tables={name: tables[name] for name in TABLES}, as_of=date)


def registry_of(
    tables: Mapping[str, pd.DataFrame], read_on: str | pd.Timestamp, *, simulated: bool = False
) -> Registry:
    """Make a registry from clean frames: columns conform, ``known_on`` is filled in, absent tables are empty.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        At least ``enterprises``. Values are trusted: raw input goes through `oshrisk.registry.read.read_registry`.
    read_on : str or Timestamp
        The day of reading.
    simulated : bool, default False
        Whether the data is simulated.

    Returns
    -------
    Registry
        The registry.
    """
    today = pd.Timestamp(read_on).as_unit("s")
    frames = {
        name: conform(tables[name], table) if name in tables else empty_frame(table) for name, table in TABLES.items()
    }
    absent = {
        name: tuple(column for column in table.names if column not in tables[name].columns)
        for name, table in TABLES.items()
        if name in tables
    }
    for name in ("accidents", "findings"):  # a row that does not say how many it stands for stands for one
        frames[name] = frames[name].assign(count=frames[name]["count"].fillna(1.0))
    return Registry(with_known_on(frames, today), today, simulated=simulated, absent=absent)


def with_known_on(tables: Mapping[str, pd.DataFrame], read_on: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Fill in ``known_on`` where a source does not say when the department came to know a row.

    The first date of `Table.known_from` stands in. Where there is none, the legal deadline does: 10 January
    for an annual report (R1.11), the half-year's reporting date for an accident (R1.9), 1 January for another
    body's plan; a finding is known when its inspection is. Nothing is known later than the day of reading,
    and a row without any date is known from that day only, so that it cannot leak into the past; so is a
    head-count of ``enterprises`` without its date.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All ten tables, with their dtypes.
    read_on : Timestamp
        The day of reading.

    Returns
    -------
    dict of str to DataFrame
        The tables, with ``known_on`` complete in the nine history tables, and ``workers_on`` wherever an
        enterprise has ``workers``.
    """
    filled = dict(tables)
    firms = tables["enterprises"]
    undated = firms["workers"].notna() & firms["workers_on"].isna()
    filled["enterprises"] = firms.assign(workers_on=firms["workers_on"].mask(undated, read_on))
    for name in HISTORY:
        rows = tables[name]
        known = rows["known_on"]
        for column in TABLES[name].known_from:
            known = known.fillna(rows[column])
        assumed = _assumed_known_on(name, rows, tables)
        if assumed is not None:
            known = known.fillna(assumed)
        known = known.fillna(read_on).clip(upper=read_on).astype("datetime64[s]")
        filled[name] = rows.assign(known_on=known)
        tables = filled
    return filled


def _assumed_known_on(name: str, rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.Series | None:
    if name == "annual_reports":
        return _dates(rows["year"] + 1, 1, 10)
    if name == "other_plans":
        return _dates(rows["year"], 1, 1)
    if name == "accidents":
        year, first_half = rows["occurred_on"].dt.year, rows["occurred_on"].dt.month <= 6
        return _dates(year, 7, 5).where(first_half, _dates(year + 1, 1, 10))
    if name == "findings":
        visits = tables["inspections"]
        if visits.empty:
            return None
        visit = places_of(rows["inspection_id"], visits["inspection_id"])
        return pd.Series(visits["known_on"].to_numpy()[visit], index=rows.index).where(visit >= 0)
    return None


def _dates(year: pd.Series, month: int, day: int) -> pd.Series:
    return pd.to_datetime({"year": year, "month": month, "day": day}).astype("datetime64[s]")


def _among(rows: pd.DataFrame, key: str, others: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows whose key stands among those of other rows."""
    inside = places_of(rows[key], others[key]) >= 0
    return rows if inside.all() else rows[inside]


def _known_rows(rows: pd.DataFrame, table: Table, date: pd.Timestamp) -> pd.DataFrame:
    """Keep what was known on a date; frames and columns in which nothing is later stay as they are, uncopied."""
    if "known_on" in rows.columns:
        known = rows["known_on"] <= date
        rows = rows if known.all() else rows[known]
    if table.name == "enterprises":
        unborn = rows["founded_on"] > date
        rows = rows[~unborn] if unborn.any() else rows
    changed: dict[str, pd.Series] = {}
    for column in table.columns:
        if column.kind == "date" and not column.future and column.name != "known_on":
            later = rows[column.name] > date
            changed |= {column.name: rows[column.name].mask(later)} if later.any() else {}
    rows = rows.assign(**changed)
    if table.name == "enterprises":  # a head-count taken later is not known yet
        rows = rows.assign(workers=rows["workers"].where(rows["workers_on"].notna()))
    return rows


def places_of(values: pd.Series | pd.Index, among: pd.Series | pd.Index) -> NDArray[np.intp]:
    """Return the place of each text in `among`, -1 where it is not there.

    Examples
    --------
    >>> places_of(pd.Series(["b", "c"], dtype="str"), pd.Series(["a", "b"], dtype="str")).tolist()
    [1, -1]
    """
    found = pc.index_in(pa.array(values, pa.large_string()), value_set=pa.array(among, pa.large_string()))
    return np.asarray(pc.fill_null(found, -1), dtype=np.intp)
