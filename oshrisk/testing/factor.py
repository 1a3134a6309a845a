"""Whether a factor keeps the contract: one value an enterprise, from what was known, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.features import FEATURES, build_features
from oshrisk.features.own import OwnFactor
from oshrisk.registry.registry import Registry, empty_frame
from oshrisk.registry.tables import HISTORY, TABLES
from oshrisk.risk.reading import read_factor
from oshrisk.simulate import simulate
from oshrisk.testing.failures import Failure, raise_if_any

PLACES: Final = 250
SEED: Final = 17
AS_OF: Final = "2025-11-30"  # a year of the simulated registers is still to come
_IDS: Final = ("enterprise_id", "parent_id")
_IDENTITY: Final = {*_IDS, "name", "inspection_id"}
# Built-in features that are no statement about safety on their own: what takes no row for none, and why it may.
_COMPLETE: Final = {
    "accidents_5y": ("accidents",),  # counts only together with the worker-years that were reported
    **{f"accidents_y{year}": ("accidents",) for year in range(1, 6)},
    "past_serious_accidents_3y": ("accidents",),
    "past_fatal_accident_5y": ("accidents",),
    "fatal_accidents_5y": ("accidents",),
    "reported_periods_5y": ("accident_reports",),
    "reported_worker_years_5y": ("accident_reports",),
    **{f"reported_worker_years_y{year}": ("accident_reports",) for year in range(1, 6)},
    "last_inspection": ("inspections",),
    "open_remedies": ("findings",),
    "signals_1y": ("signals",),
}


def built_in(name: str) -> OwnFactor:
    """Return a built-in feature as a factor that `check_factor` can check.

    Parameters
    ----------
    name : str
        Its name.

    Returns
    -------
    OwnFactor
        The same column as `oshrisk.build_features` gives.
    """
    feature = next(feature for feature in FEATURES if feature.name == name)

    def compute(known: Registry) -> pd.Series:
        return build_features(known, known.date, extra=())[name]

    return OwnFactor(name, compute, feature.kind, feature.unit, feature.states, complete=_COMPLETE.get(name, ()))


def check_factor(factor: OwnFactor, registry: Registry | None = None, as_of: str | pd.Timestamp = AS_OF) -> None:
    """Check that a factor keeps the contract.

    Parameters
    ----------
    factor : OwnFactor
        The factor.
    registry : Registry, optional
        Registers to try it on; by default a simulated province with every table.
    as_of : str or Timestamp
        A date in the middle of what the registers hold.

    Raises
    ------
    NotConformingError
        With everything that is wrong: ``shape`` (not one value an enterprise of its kind), ``repeat`` (another result
        the second time), ``input`` (the registry was changed), ``order`` (depends on the order of rows), ``identity``
        (depends on the ids: a look-up in something that is not the registry), ``future`` (depends on what became known
        later), ``unknown_as_zero`` (a value where nothing is known), ``entry`` (a bad entry in the risk table: wrong
        sign, silence rewarded, states that do not fit).

    Examples
    --------
    >>> check_factor(built_in("enterprise_age"))
    """
    whole = simulate(PLACES, seed=SEED).registry if registry is None else registry
    date = pd.Timestamp(as_of).as_unit("s")
    try:
        expected = factor.column(whole.known(date))
    except OshriskError as error:
        raise_if_any(factor.name, [Failure("shape", error.message("en"))])
        raise
    raise_if_any(factor.name, list(_failures(factor, whole, date, expected)))


def _failures(factor: OwnFactor, whole: Registry, date: pd.Timestamp, expected: pd.Series) -> Iterator[Failure]:
    known = whole.known(date)
    kept = {name: frame.copy(deep=True) for name, frame in known.items()}
    again = factor.column(known)
    if not again.equals(expected):
        yield Failure("repeat", _apart(again, expected))
    changed = [name for name, frame in known.items() if not frame.equals(kept[name])]
    if changed:
        yield Failure("input", ", ".join(changed))
    known = whole.known(date)  # fresh, whatever was done to the other
    mixed = factor.column(_mixed(known)).reindex(expected.index)
    if not mixed.equals(expected):
        yield Failure("order", _apart(mixed, expected))
    renamed = factor.column(_renamed(known)).set_axis(expected.index)
    if not renamed.equals(expected):
        yield Failure("identity", _apart(renamed, expected))
    later = factor.column(_other_future(whole, date).known(date)).reindex(expected.index)
    if not later.equals(expected):
        yield Failure("future", _apart(later, expected))
    nothing = factor.column(_nothing_known(known, factor.complete))
    if nothing.notna().any() and not factor.complete:
        yield Failure("unknown_as_zero", f"{nothing.dropna().iloc[0]} of an enterprise of which nothing is known")
    yield from _entry_failures(factor)


def _entry_failures(factor: OwnFactor) -> Iterator[Failure]:
    if not factor.entry:
        return
    try:
        entry = read_factor(factor.entry, factor.name)
    except OshriskError as error:
        yield Failure("entry", error.message("en"))
        return
    if entry.feature != factor.name:
        yield Failure("entry", f"feature = {entry.feature!r}, not {factor.name!r}")
    strange = {part.state for part in entry.bins} - set(factor.states) if factor.kind == "state" else set()
    if strange:
        yield Failure("entry", f"states that the factor does not have: {', '.join(sorted(strange))}")
    if (factor.kind == "state") != (entry.kind == "category"):
        yield Failure("entry", f"kind = {entry.kind!r} for a factor of kind {factor.kind!r}")


def _apart(found: pd.Series, expected: pd.Series) -> str:
    differ = ~((found == expected) | (found.isna() & expected.isna())).fillna(False).astype(bool)
    first = differ.index[differ][0] if differ.any() else expected.index[0]
    return f"{int(differ.sum())} of {len(expected)} enterprises, {first}: {found[first]}, not {expected[first]}"


def _mixed(known: Registry) -> Registry:
    chance = np.random.default_rng(SEED)
    return replace(known, tables={name: rows.iloc[chance.permutation(len(rows))] for name, rows in known.items()})


def _renamed(known: Registry) -> Registry:
    """Give every enterprise another id and name; nothing else changes, not even the order."""

    def other(rows: pd.DataFrame) -> pd.DataFrame:
        ids = {name: "9" + rows[name].str.slice(1) for name in _IDS if name in rows}
        named = {"name": "x" + rows["name"]} if "name" in rows else {}
        return rows.assign(**ids, **named)

    return replace(known, tables={name: other(rows) for name, rows in known.items()})


def _other_future(whole: Registry, date: pd.Timestamp) -> Registry:
    """Let everything that became known after a date have happened otherwise: the later rows are not there."""
    tables = dict(whole.tables)
    for name in HISTORY:
        rows = tables[name]
        tables[name] = rows[rows["known_on"] <= date]
    visits = set(tables["inspections"]["inspection_id"])
    tables["findings"] = tables["findings"][tables["findings"]["inspection_id"].isin(visits)]
    firms = tables["enterprises"]
    tables["enterprises"] = firms.assign(closed_on=firms["closed_on"].where(firms["closed_on"] <= date))
    return replace(whole, tables=tables)


def _nothing_known(known: Registry, complete: tuple[str, ...]) -> Registry:
    """Leave the enterprises their ids and names, and empty everything else but the tables that are complete."""
    firms = known["enterprises"]
    blank = empty_frame(TABLES["enterprises"]).reindex(firms.index)
    blank = blank.assign(**{name: firms[name] for name in _IDENTITY & set(firms.columns)})
    tables = {name: known[name] if name in complete else empty_frame(TABLES[name]) for name in HISTORY}
    if "findings" in complete:
        tables["inspections"] = known["inspections"]
    return replace(known, tables={"enterprises": blank[list(firms.columns)], **tables})
