"""The annual OSH reports of each enterprise: the last known value keeps counting (silence erases nothing)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from oshrisk.features.record import record
from oshrisk.features.rows import Flags, Floats, Ints, days, last_of_sorted, numbers, take
from oshrisk.registry.registry import Registry

# The annual OSH report describes the year that ends on 14 December (TT 07/2016 Annex II; R1.11).
WINDOW_ENDS: Final = (12, 14)


@dataclass(frozen=True)
class AnnualReports:
    """The known annual reports of a registry, ordered once by enterprise and year.

    Parameters
    ----------
    rows : DataFrame
        Table ``annual_reports``.
    positions : ndarray of int, shape (rows,)
        Position of each row's enterprise.
    size : int
        Number of enterprises.
    """

    rows: pd.DataFrame
    positions: Ints
    size: int

    @classmethod
    def of(cls, known: Registry) -> AnnualReports:
        """Take the annual reports of what is known at a date."""
        return cls(known["annual_reports"], known.positions("annual_reports"), len(known.ids))

    @cached_property
    def years(self) -> Floats:
        """Report year of every row."""
        return numbers(self.rows["year"])

    @cached_property
    def _order(self) -> Ints:
        return np.lexsort((days(self.rows["known_on"]), self.years, self.positions))

    def values(self, column: str) -> Floats:
        """Return a column as float64: counts as they are, dates as days since 1970-01-01."""
        series = self.rows[column]
        return days(series) if pd.api.types.is_datetime64_dtype(series) else numbers(series)

    def known(self, *columns: str) -> Flags:
        """Say which rows have all of these columns known."""
        result = np.ones(len(self.rows), dtype=bool)
        for column in columns:
            result &= ~np.isnan(self.values(column))
        return result

    def last(self, usable: Flags) -> Ints:
        """Return the last usable row of each enterprise, -1 where there is none."""
        order = self._order
        return last_of_sorted(self.positions, self.size, order[usable[order]])

    def described_on(self, rows: Ints) -> Floats:
        """Return the day that reports describe: 14 December of their year (R1.11)."""
        months = take(self.years, rows) * 12 - 1970 * 12 + WINDOW_ENDS[0] - 1
        known = ~np.isnan(months)
        result = np.full(len(rows), np.nan)
        first = months[known].astype(np.int64).astype("datetime64[M]").astype("datetime64[D]")
        result[known] = first.astype(np.int64) + WINDOW_ENDS[1] - 1
        return result


def report_record(
    reports: AnnualReports, rows: Ints, factors: tuple[str, ...], key: str, *columns: str
) -> pd.DataFrame:
    """Make records of annual reports: year, filing date and some columns, for rows that are there (not -1)."""
    kept = reports.rows.iloc[rows[rows >= 0]]
    values = {column: kept[column] for column in columns}
    return record(
        kept["enterprise_id"],
        factors,
        table="annual_reports",
        on=kept["filed_on"].fillna(kept["known_on"]),
        key=key,
        year=kept["year"].astype("str"),
        filed_on=kept["filed_on"],
        **values,
    )
