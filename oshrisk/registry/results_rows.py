"""Results of visits in their three forms: as they were read, as the ledger keeps them, as the registry has them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from oshrisk.registry.registry import Registry, conform
from oshrisk.registry.results_tables import SHEETS
from oshrisk.registry.tables import DTYPES, TABLES

BODY: Final = "home_affairs"  # whose plan it is: the department that uses the program
WENT: Final = ("done", "closed", "not_found", "refused")  # somebody went there, so that there is a day
_LISTS: Final = ("findings", "machines")  # what the ledger keeps as a list in the row of a visit
_CLOCK: Final = pd.Timedelta(hours=7)  # Viet Nam has one time zone, UTC+7; the ledger keeps UTC


@dataclass(frozen=True, eq=False)
class Results:
    """What visits found.

    Parameters
    ----------
    visits : DataFrame, shape (n_recorded, ...)
        Indexed by ``enterprise_id``: ``done`` (done, closed, not_found, refused, not_done), ``started_on``, ``found``
        (serious violation; missing is not known), ``inspector``, ``unreported_accidents``, ``workers_seen``
        [persons], ``minutes``, ``note``; ``quarter`` and ``recorded_on``, the day since when the department knows it.
        A planned visit that is not in it is not recorded yet.
    findings : DataFrame, shape (n_findings, ...)
        ``enterprise_id``, ``code``, ``count``, ``severity``, ``fine_mvnd`` [million VND], ``remedy_due_on``,
        ``remedied_on``.
    machines : DataFrame, shape (n_machines, ...)
        ``enterprise_id``, ``equipment_id``, ``item``, ``inspected_on``, ``next_due_on``, ``result``.
    """

    visits: pd.DataFrame
    findings: pd.DataFrame
    machines: pd.DataFrame


def empty_sheet(sheet: str) -> pd.DataFrame:
    """Return a sheet without rows, with the types of its columns; codes are text."""
    return pd.DataFrame({column.name: pd.Series(dtype=DTYPES[column.kind]) for column in SHEETS[sheet]})


def no_results() -> Results:
    """Return results of no visit at all."""
    visits = empty_sheet("visits").assign(quarter=pd.Series(dtype="str"), recorded_on=pd.Series(dtype=DTYPES["date"]))
    return Results(visits.set_index("enterprise_id"), *(empty_sheet(name) for name in _LISTS))


def ledger_rows(results: Results) -> pd.DataFrame:
    """Return one row a visit, as the ledger takes it.

    Parameters
    ----------
    results : Results
        Results of one quarter.

    Returns
    -------
    DataFrame, shape (n_recorded, ...)
        The columns of visits without ``quarter`` and ``recorded_on``, which the ledger adds; ``findings`` and
        ``machines`` are lists of dicts whose dates are text, in one order for the same content.
    """
    visits = results.visits.drop(columns=["quarter", "recorded_on"])
    return visits.assign(**{name: _as_lists(getattr(results, name), visits.index) for name in _LISTS})


def results_of(rows: pd.DataFrame) -> Results:
    """Turn what the ledger keeps back into results.

    Parameters
    ----------
    rows : DataFrame
        Indexed by ``enterprise_id``: `ledger_rows` with ``quarter`` and ``at`` (time of recording, UTC).

    Returns
    -------
    Results
        Equal to what was recorded; a column that a row was recorded without is not known in it. Nothing is known
        before it happened, whatever the clock that recorded it.
    """
    if rows.empty:
        return no_results()
    visits = rows.reindex(columns=[column.name for column in SHEETS["visits"][1:]])
    visits = visits.astype({column.name: DTYPES[column.kind] for column in SHEETS["visits"][1:]})
    times = pd.to_datetime(rows["at"], utc=True)
    days = (times.dt.tz_localize(None) + _CLOCK).dt.normalize().astype(DTYPES["date"])
    known = days.where(~(visits["started_on"] > days), visits["started_on"])
    visits = visits.assign(quarter=rows["quarter"].astype("str"), recorded_on=known)
    return Results(visits, *(_from_lists(rows, name) for name in _LISTS))


def rows_for_registry(results: Results, plan_visits: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what was found as rows of the registry.

    Parameters
    ----------
    results : Results
        Results of one quarter.
    plan_visits : DataFrame
        The quarter's plan, indexed by ``enterprise_id``: ``arm`` and ``inclusion_probability`` are used.

    Returns
    -------
    inspections, findings : DataFrame
        The columns of the tables of these names. A check is known from the day on which it was recorded; a planned
        visit that was given up without going there (``not_done``) is no row: nothing happened.
    """
    went = results.visits[results.visits["done"].isin(WENT)]
    plan = plan_visits.reindex(went.index)
    inspections = pd.DataFrame(
        {
            "inspection_id": went["quarter"] + "-" + went.index.astype("str"),
            "enterprise_id": went.index.astype("str"),
            "body": BODY,
            "scope": "osh",
            "kind": "check",
            "arm": plan["arm"].astype("str"),
            "inclusion_probability": plan["inclusion_probability"],
            "inspector": went["inspector"],
            "started_on": went["started_on"],
            "found": went["found"],
            "done": went["done"],
            "known_on": went["recorded_on"],
        }
    )
    found = results.findings[results.findings["enterprise_id"].isin(went.index)]
    visit = inspections.loc[found["enterprise_id"], ["inspection_id", "known_on"]].set_index(found.index)
    findings = found.assign(count=found["count"].fillna(1.0), **visit)  # not said how many is one, as in the registry
    return conform(inspections, TABLES["inspections"]), conform(findings, TABLES["findings"])


def machines_for_registry(results: Results) -> pd.DataFrame:
    """Return the machines that were seen as rows of the registry's ``equipment``, known from the day of recording.

    Parameters
    ----------
    results : Results
        Results of one quarter.

    Returns
    -------
    DataFrame
    """
    known = results.visits["recorded_on"].reindex(results.machines["enterprise_id"]).to_numpy()
    return conform(results.machines.assign(known_on=known), TABLES["equipment"])


def with_results(
    registry: Registry, inspections: pd.DataFrame, findings: pd.DataFrame, machines: pd.DataFrame | None = None
) -> Registry:
    """Add what was found to a registry.

    A check that the register has already (the same id, or the same enterprise on the same day by the department
    itself) is not added again, nor are its findings; a certificate of a machine likewise. What the department came to
    know after the registers were read stays out, so that results never make a register look newer than it is; so does
    an enterprise that the register no longer has.

    Parameters
    ----------
    registry : Registry
        The registers.
    inspections, findings : DataFrame
        From `rows_for_registry`, of any number of quarters.
    machines : DataFrame, optional
        From `machines_for_registry`.

    Returns
    -------
    Registry
        With the same day of reading.
    """
    tables = dict(registry.tables)
    day = ["enterprise_id", "started_on"]
    held = tables["inspections"]
    own = held[held["body"].eq(BODY)]
    kept = inspections[_known(inspections, registry) & inspections["enterprise_id"].isin(registry.ids)]
    again = kept["inspection_id"].isin(held["inspection_id"]) | _stand_in(kept[day], own[day])
    kept = kept[~again]
    tables["inspections"] = _appended(held, kept, "inspections")
    of_kept = findings[findings["inspection_id"].isin(kept["inspection_id"]) & _known(findings, registry)]
    tables["findings"] = _appended(tables["findings"], of_kept, "findings")
    if machines is not None:
        certificate = list(TABLES["equipment"].key)
        seen = machines[_known(machines, registry) & machines["enterprise_id"].isin(registry.ids)]
        seen = seen[~_stand_in(seen[certificate], tables["equipment"][certificate])]
        tables["equipment"] = _appended(tables["equipment"], seen, "equipment")
    return replace(registry, tables=tables)


def _known(rows: pd.DataFrame, registry: Registry) -> pd.Series:
    return rows["known_on"] <= registry.date


def _stand_in(rows: pd.DataFrame, among: pd.DataFrame) -> pd.Series:
    """Whether each row stands among others, whatever its missing parts."""
    marked = rows.merge(among.drop_duplicates().assign(there=True), how="left", on=list(rows.columns))
    return pd.Series(marked["there"].eq(True).to_numpy(), index=rows.index)


def _appended(held: pd.DataFrame, more: pd.DataFrame, table: str) -> pd.DataFrame:
    if more.empty:
        return held
    return conform(pd.concat([held, more], ignore_index=True), TABLES[table])


def _as_lists(rows: pd.DataFrame, ids: pd.Index) -> pd.Series:
    """Gather rows as lists of plain dicts by enterprise; no rows are an empty list."""
    plain = rows.drop(columns="enterprise_id").astype(object)
    for column in rows.columns[1:]:
        if pd.api.types.is_datetime64_any_dtype(rows[column].dtype):
            plain[column] = rows[column].dt.strftime("%Y-%m-%d").astype(object)
    plain = plain.where(rows.drop(columns="enterprise_id").notna(), None)
    records: list[dict[str, Any]] = plain.to_dict("records")
    gathered: dict[str, list[dict[str, Any]]] = {str(name): [] for name in ids}
    for owner, record in zip(rows["enterprise_id"], records, strict=True):
        gathered[owner].append(record)
    for found in gathered.values():
        found.sort(key=lambda record: [str(value) for value in record.values()])
    return pd.Series([gathered[str(name)] for name in ids], index=ids, dtype=object)


def _from_lists(rows: pd.DataFrame, sheet: str) -> pd.DataFrame:
    lists = rows[sheet] if sheet in rows.columns else pd.Series([[]] * len(rows), rows.index, dtype=object)
    lists = lists.map(lambda entry: entry if isinstance(entry, list) else [])
    lengths = lists.map(len).to_numpy(dtype=np.intp)
    records = [record for entry in lists for record in entry]
    frame = pd.DataFrame(records, columns=[column.name for column in SHEETS[sheet][1:]])
    frame.insert(0, "enterprise_id", np.repeat(rows.index.to_numpy(dtype=object), lengths))
    return frame.astype({column.name: DTYPES[column.kind] for column in SHEETS[sheet]})
