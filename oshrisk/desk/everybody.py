"""Everybody in the registers, listed or not: searched, filtered, sorted and cut into pages on the server."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.issued import Issued
from oshrisk.registry.titles import fold

SORTS: Final = ("order", "name", "commune", "sector", "risk_class", "index", "workers", "rank")
FALLING: Final = frozenset(("index", "workers"))  # the highest first
FILTERS: Final = ("listed", "risk_class", "commune", "section", "arm", "mode", "team", "month", "reason")
_VISIT: Final = ["order", "arm", "mode", "team", "month", "trip", "decision"]


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see of everybody.

    Parameters
    ----------
    search : str
        Part of a name, an id or an address.
    filters : mapping
        Of `FILTERS`: the value that it must have; ``listed``: ``yes`` or ``no``.
    sort : str
        One of `SORTS`.
    turned : bool
        The other way round.
    """

    search: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = "order"
    turned: bool = False


@dataclass(frozen=True)
class Everybody:
    """Everybody, one row an enterprise, ready to be asked.

    Parameters
    ----------
    rows : DataFrame
        Indexed by ``enterprise_id``: ``name``, ``commune``, ``section``, ``sector`` (codes), ``workers``,
        ``risk_class``, ``index``, ``rank``, ``listed``, the visit's ``order``, ``arm``, ``mode``, ``team``, ``month``,
        ``trip``, and ``reason`` why it is not listed.
    written, folded : Series of str
        What is searched: in small letters; and without marks, spaces and signs.
    """

    rows: pd.DataFrame
    written: pd.Series
    folded: pd.Series
    _orders: dict[str, NDArray[np.intp]] = field(default_factory=dict)
    _values: dict[str, list[str]] = field(default_factory=dict)

    def choose(self, wish: Wish) -> pd.Index:
        """Return who is wanted, in the order wanted."""
        chosen = self._mask(wish)
        order = self._order(wish.sort)
        order = order[chosen[order]]
        return self.rows.index[order[::-1] if wish.turned else order]

    def values(self, name: str) -> list[str]:
        """Return the values that a filter may have, sorted."""
        if name not in self._values:
            self._values[name] = sorted(self.rows[name].dropna().astype("str").unique())
        return self._values[name]

    def _mask(self, wish: Wish) -> NDArray[np.bool_]:
        chosen = np.ones(len(self.rows), dtype=bool)
        for name, value in wish.filters.items():
            chosen &= self._fits(name, value)
        search = unicodedata.normalize("NFC", wish.search.strip().lower())
        if search:
            marked = not search.replace("đ", "d").isascii() or "đ" in search
            text, part = (self.written, search) if marked else (self.folded, fold(search))
            chosen &= text.str.contains(part, regex=False).to_numpy(dtype=bool)
        return chosen

    def _fits(self, name: str, value: str) -> NDArray[np.bool_]:
        if name == "listed":
            return self.rows["listed"].to_numpy() == (value == "yes")
        return self.rows[name].astype("str").eq(value).to_numpy(dtype=bool, na_value=False)

    def _order(self, sort: str) -> NDArray[np.intp]:
        """Return the order by a column, then by rank; what is unknown comes last."""
        if sort not in self._orders:
            keys = pd.DataFrame({"rank": self.rows["rank"]}).reset_index(drop=True)
            column = self.rows[sort].reset_index(drop=True)
            keys.insert(0, "key", column.map(fold) if sort == "name" else column)
            falling = sort in FALLING
            by, ways = (["key", "rank"], [not falling, True])
            done = keys.sort_values(by, ascending=ways, na_position="last", kind="stable")
            self._orders[sort] = done.index.to_numpy()
        return self._orders[sort]


def everybody_of(issued: Issued) -> Everybody:
    """Put together what is asked of everybody in the registers of a list.

    Parameters
    ----------
    issued : Issued
        The list.

    Returns
    -------
    Everybody
        Every enterprise that was known, those that are closed too.
    """
    firms = issued.registry["enterprises"].set_index("enterprise_id")
    assessed = issued.assessment.reindex(firms.index)
    visits = issued.visits.reindex(firms.index)
    reason = issued.not_selected.set_index("enterprise_id")["reason"].reindex(firms.index)
    rows = pd.DataFrame(
        {
            "name": firms["name"],
            "commune": firms["commune_code"],
            "sector": firms["sector_code"],
            "section": issued.features["section"].reindex(firms.index),
            "workers": issued.features["workers"].reindex(firms.index),
            **{name: assessed[name] for name in ("risk_class", "index", "rank")},
            "listed": firms.index.isin(issued.visits.index),
            **{name: visits[name] for name in _VISIT},
            "reason": reason,
        }
    )
    for name in ("team", "month", "trip", "order"):
        rows[name] = rows[name].astype("Int64")
    parts = [firms["name"].fillna(""), pd.Series(firms.index, firms.index), firms["address"].fillna("")]
    whole = parts[0].str.cat(parts[1:], sep=" \n ")
    written = pd.Series([unicodedata.normalize("NFC", one.lower()) for one in whole], firms.index, dtype="str")
    folded = pd.Series([fold(one) for one in written], firms.index, dtype="str")
    return Everybody(rows, written, folded)
