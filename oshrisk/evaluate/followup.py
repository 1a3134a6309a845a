"""What is still to be done after the visits of a quarter: remedies, machines, and visits that were not made."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from oshrisk.features.equipment import equipment_states
from oshrisk.planning.quarter import Quarter
from oshrisk.registry.registry import Registry
from oshrisk.registry.results_rows import BODY, Results, machines_for_registry, rows_for_registry, with_results

KINDS: Final = ("remedy_overdue", "equipment_overdue", "not_recorded", "not_done", "remedy_due", "remedy_undated")
COLUMNS: Final = ("kind", "enterprise_id", "name", "code", "item", "due_on", "days_late")
_LATE_STATES: Final = ("overdue", "never_inspected", "failed_in_use")  # of machines: FACTS R3.6


def follow_ups(
    registry: Registry, plan_visits: pd.DataFrame, results: Results, on: str | pd.Timestamp, *, quarter: Quarter
) -> pd.DataFrame:
    """Return what is to be followed up on a date.

    Remedies are those of all checks of the department itself that the registers and these results know, whatever
    their quarter; machines are those at the places that were checked in this quarter. A place whose results are not
    recorded is followed up once its month is over; nothing is said of it before.

    Parameters
    ----------
    registry : Registry
        The registers. Their state of machines and remedies is that of the day they were read, but for what the
        results say.
    plan_visits : DataFrame
        The quarter's plan, indexed by ``enterprise_id``: ``arm``, ``inclusion_probability``, ``month`` (calendar
        month; the whole quarter where it is unknown).
    results : Results
        What is recorded of the quarter.
    on : str or Timestamp
        The date.
    quarter : Quarter
        The quarter.

    Returns
    -------
    DataFrame
        One row a matter, the most pressing kinds first, the longest overdue first: ``kind`` (category of `KINDS`),
        ``enterprise_id``, ``name``, ``code`` (violation, state of a machine, or how a visit ended), ``item``
        (machine: item of the list and number; otherwise empty), ``due_on`` (NaT where there is none) and
        ``days_late`` (negative: days left; NaN without a date). A visit is due by the end of its month.
    """
    date = pd.Timestamp(on).normalize().as_unit("s")
    today = replace(registry, read_on=max(registry.date, date), as_of=None)
    inspections, findings = rows_for_registry(results, plan_visits)
    known = with_results(today, inspections, findings, machines_for_registry(results)).known(date)
    checked = results.visits.index[results.visits["done"].eq("done")]
    rows = pd.concat(
        [_remedies(known, checked, date), _machines(known, checked), _visits(plan_visits, results, quarter, date)],
        ignore_index=True,
    )
    names = registry["enterprises"].set_index("enterprise_id")["name"]
    rows = rows.assign(
        kind=pd.Categorical(rows["kind"], categories=list(KINDS)),
        name=rows["enterprise_id"].map(names).fillna(""),
        days_late=(date - rows["due_on"]).dt.days.astype("float64"),
    )
    order = ["kind", "due_on", "enterprise_id", "code", "item"]
    return rows.sort_values(order, kind="stable", ignore_index=True)[list(COLUMNS)]


def _remedies(known: Registry, checked: pd.Index, date: pd.Timestamp) -> pd.DataFrame:
    """Return violations without a remedy; those without a due date only of this quarter's checks."""
    visits = known["inspections"].set_index("inspection_id")
    visits = visits[visits["body"].eq(BODY) | visits["body"].isna()]
    found = known["findings"]
    found = found[found["remedied_on"].isna() & found["inspection_id"].isin(visits.index)]
    owner = visits["enterprise_id"].reindex(found["inspection_id"]).set_axis(found.index)
    due = found["remedy_due_on"]
    kind = pd.Series("remedy_due", index=found.index).mask(due < date, "remedy_overdue")
    kind = kind.mask(due.isna(), "remedy_undated")
    rows = _matters(kind, owner, found["code"], due)
    return rows[rows["kind"].ne("remedy_undated") | rows["enterprise_id"].isin(checked)]


def _machines(known: Registry, checked: pd.Index) -> pd.DataFrame:
    states = equipment_states(known)
    late = states[states["state"].isin(_LATE_STATES) & states["enterprise_id"].isin(checked)]
    kind = pd.Series("equipment_overdue", index=late.index)
    rows = _matters(kind, late["enterprise_id"], late["state"], late["due_on"])
    return rows.assign(item=(late["item"].astype("str") + " · " + late["equipment_id"].astype("str")).to_numpy())


def _visits(plan_visits: pd.DataFrame, results: Results, quarter: Quarter, date: pd.Timestamp) -> pd.DataFrame:
    """Return planned visits that were not carried out, or of which nothing is known though their month is over."""
    month = plan_visits["month"] if "month" in plan_visits else pd.Series(float("nan"), plan_visits.index)
    month = month.astype("float64").fillna(float(quarter.end.month)).astype("int64")
    parts = {"year": quarter.year, "month": month, "day": 1}
    due = (pd.to_datetime(pd.DataFrame(parts, index=month.index)) + pd.offsets.MonthEnd()).astype("datetime64[s]")
    state = results.visits["done"].reindex(plan_visits.index).astype("object")
    kind = pd.Series("not_done", index=state.index).mask(state.isna(), "not_recorded")
    told = (state.isna() & (due < date)) | (state.notna() & state.ne("done"))
    ids = pd.Series(plan_visits.index.astype("str"), index=plan_visits.index)
    return _matters(kind[told], ids[told], state[told].fillna(""), due[told])


def _matters(kind: pd.Series, owner: pd.Series, code: pd.Series, due: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kind": kind.astype("str").array,
            "enterprise_id": owner.astype("str").array,
            "code": code.astype("str").array,
            "item": "",
            "due_on": due.astype("datetime64[s]").array,
        }
    ).astype({"item": "str"})
