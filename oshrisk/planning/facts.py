"""Facts that legal rules ask for, by enterprise: whether each holds, and the date and the body behind it.

A rule (`oshrisk.reference.eligibility`) may name any of `FACTS`. Caps count the legal entity, signs the place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from oshrisk.features.equipment import NEW_DAYS
from oshrisk.features.periods import halves_of_period
from oshrisk.planning.compliers import good_compliers, last_due_year
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.signs import latest, same_content, standing_signs, took_place
from oshrisk.reference import equipment
from oshrisk.reference.rules import rules
from oshrisk.registry.registry import Registry

OWN_BODY: Final = "home_affairs"  # the department's own earlier lists come back as rows of `other_plans`

FACTS: Final = (
    "closed",
    "direction",
    "fatal_accident",
    "remedy_overdue",
    "old_remedy",
    "complaint",
    "signal",
    "sign",
    "undeclared_machine",
    "visited_this_year",
    "checked_this_year",
    "inspected_same_content",
    "other_plan",
    "visit_planned",
    "check_planned",
    "inspection_planned_same_content",
    "sibling_must",
    "good_complier",
    "has_electronic_data",
    "fire_check_planned",
    "fire_check_due",
    "hard_to_reach",
)
"""What a condition may name; see `facts_of` for what each means."""


@dataclass(frozen=True)
class Facts:
    """What holds for every enterprise, and since when or by whom.

    Parameters
    ----------
    holds : DataFrame of bool, shape (n_enterprises, n_facts)
        Indexed by ``enterprise_id``, a column each of `FACTS`. What is unknown does not hold.
    on : DataFrame of datetime64, shape (n_enterprises, n_dated)
        The date behind a fact, of those that have one.
    body : DataFrame of str, shape (n_enterprises, n_attributed)
        The body behind a fact, of those that have one.
    other_body : Series of str, shape (n_enterprises,)
        The first other body with a plan of the year at the legal entity, whatever its content.
    """

    holds: pd.DataFrame
    on: pd.DataFrame
    body: pd.DataFrame
    other_body: pd.Series

    def with_siblings(self, entity: pd.Series, must: pd.Series) -> Facts:
        """Say at which places another place of the same legal entity must be checked."""
        owner = pd.factorize(entity)[0]
        sibling = np.isin(owner, owner[must]) & ~must
        return replace(self, holds=self.holds.assign(sibling_must=sibling))


def legal_entity(enterprises: pd.DataFrame) -> pd.Series:
    """Return the legal entity of every place, which legal caps count.

    Parameters
    ----------
    enterprises : DataFrame, shape (n, ...)
        Table ``enterprises``.

    Returns
    -------
    Series of str, shape (n,)
        ``parent_id``, or the own id where there is none; indexed by ``enterprise_id``.
    """
    index = pd.Index(enterprises["enterprise_id"], name="enterprise_id")
    return enterprises["parent_id"].fillna(enterprises["enterprise_id"]).set_axis(index)


def facts_of(registry: Registry, quarter: Quarter, entity: pd.Series, travel_hours: pd.Series | None = None) -> Facts:
    """Gather the facts of a quarter.

    ``closed``: closed on the register, or found closed by the last visit with no report since. ``direction``,
    ``fatal_accident``, ``remedy_overdue``, ``old_remedy``, ``complaint``, ``signal``: a sign of this kind stands
    (`oshrisk.planning.signs.standing_signs`); ``sign``: any of them. ``undeclared_machine``: a strict machine in use
    for more than 30 days without a known declaration (R1.2).

    ``visited_this_year``, ``checked_this_year``, ``inspected_same_content``: a visit of the year, a check (or a visit
    of unknown kind) of any content, an inspection of OSH or labour, at any place of the legal entity.
    ``other_plan``: another body plans a visit of the same content this year; ``visit_planned``, ``check_planned``,
    ``inspection_planned_same_content``: so plans another body or, for another quarter that is not over, the
    department itself. ``sibling_must``: another place of the legal entity must be checked; not known here, see
    `Facts.with_siblings`.

    ``good_complier``: passes `oshrisk.planning.compliers.good_compliers`. ``has_electronic_data``: the annual OSH
    report or the accident report of the last year due was filed, so a remote check has something to look at.
    ``hard_to_reach``: the road from the seat is longer than R5.7.hard_to_reach [hours].

    ``fire_check_planned``: the fire police, or a plan of fire content, has the legal entity on its list of the year.
    ``fire_check_due``: the last fire check was long enough ago for a site of group 1 (R4.5) to be due this year, and
    none was made since 1 January. The registry knows no fire groups: a site of group 2 would be due later, and one
    that was never checked is not seen at all.

    Parameters
    ----------
    registry : Registry
        What is known (`Registry.known`).
    quarter : Quarter
        The quarter to plan; caps count its calendar year.
    entity : Series of str, shape (n_enterprises,)
        What caps count, indexed by ``enterprise_id``.
    travel_hours : Series of float, optional
        Road from the seat, one way [hours], by ``enterprise_id``; unknown is not hard to reach.

    Returns
    -------
    Facts
        In the order of the registry.
    """
    law = rules(quarter.start)["value"]
    dated = pd.concat([_signs(registry), _states(registry)], axis="columns")
    attributed = _visited(registry, quarter, entity)
    planned, other_body = _planned(registry, quarter, entity)
    fire_due = _fire_check_due(registry, quarter, entity, law.get("R4.5.group_1"))
    dated = dated.assign(fire_check_due=fire_due, **{name: on for name, (on, _) in attributed.items()})
    body = planned.assign(**{name: by for name, (_, by) in attributed.items()})
    hours = pd.Series(dtype="float64") if travel_hours is None else travel_hours
    holds = pd.concat([dated.notna(), planned.notna()], axis="columns").assign(
        sibling_must=False,
        good_complier=good_compliers(registry, entity)["good"],
        hard_to_reach=hours.reindex(registry.ids).gt(law.get("R5.7.hard_to_reach", float("inf"))),
    )
    return Facts(holds[list(FACTS)], dated, body, other_body)


def _signs(registry: Registry) -> pd.DataFrame:
    signs = standing_signs(registry)
    names = {
        "direction": "direction_on",
        "fatal_accident": "fatal_on",
        "remedy_overdue": "remedy_due_on",
        "old_remedy": "old_remedy_due_on",
        "complaint": "complaint_on",
        "signal": "signal_on",
    }
    return pd.DataFrame({name: signs[column] for name, column in names.items()} | {"sign": signs.max(axis="columns")})


def _states(registry: Registry) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "closed": _closed_on(registry),
            "undeclared_machine": _undeclared_since(registry),
            "has_electronic_data": _last_filed(registry),
        }
    )


def _closed_on(registry: Registry) -> pd.Series:
    """Date of closure on the register, or of the last visit that found the place closed with no report since."""
    visits = registry["inspections"]
    found_closed = latest(registry, "inspections", visits["done"].eq("closed"), "started_on")
    alive = [latest(registry, "inspections", took_place(visits), "started_on")]
    alive += [
        latest(registry, table, registry[table]["filed_on"].notna(), "filed_on")
        for table in ("annual_reports", "accident_reports")
    ]
    since = pd.concat(alive, axis="columns").max(axis="columns")
    on_register = registry["enterprises"]["closed_on"].set_axis(registry.ids)
    return on_register.fillna(found_closed.where(~since.gt(found_closed)))


def _undeclared_since(registry: Registry) -> pd.Series:
    """Day on which the machine that has been longest in use without a declaration came into use."""
    rows = registry["equipment"]
    if "declared_on" in registry.absent.get("equipment", ()):
        rows = rows.iloc[:0]  # the source does not say what was declared
    rows = rows[rows["item"].isin(equipment.items(registry.date).index)]
    machines = rows.groupby(["enterprise_id", "equipment_id"]).agg(
        since=("in_use_from", "min"), declared=("declared_on", "max"), withdrawn=("withdrawn_on", "max")
    )
    late = machines["since"] < registry.date - pd.Timedelta(days=NEW_DAYS)
    open_ones = machines[late & machines["declared"].isna() & machines["withdrawn"].isna()]
    return open_ones["since"].groupby(level="enterprise_id").min().reindex(registry.ids)


def _last_filed(registry: Registry) -> pd.Series:
    """Latest filing of the reports on the last year whose reports have fallen due, or a later year."""
    year = last_due_year(registry.date)
    annual, accident = registry["annual_reports"], registry["accident_reports"]
    recent = pd.Series(halves_of_period(accident["period"])[1] >= 2 * year, accident.index)
    filed = [
        latest(registry, "annual_reports", annual["year"].ge(year), "filed_on"),
        latest(registry, "accident_reports", recent, "filed_on"),
    ]
    return pd.concat(filed, axis="columns").max(axis="columns")


def _visited(registry: Registry, quarter: Quarter, entity: pd.Series) -> dict[str, tuple[pd.Series, pd.Series]]:
    """Latest visit of the year at any place of the legal entity, and by whom: of any kind, checks, inspections."""
    visits = registry["inspections"]
    rows = visits[took_place(visits) & visits["started_on"].between(quarter.year_start, quarter.year_end)]
    rows = rows.assign(entity=entity.reindex(rows["enterprise_id"]).to_numpy()).sort_values("started_on", kind="stable")
    inspection = rows["kind"].eq("inspection").fillna(False).astype(bool)
    which = {
        "visited_this_year": rows,
        "checked_this_year": rows[~inspection],
        "inspected_same_content": rows[inspection & same_content(rows)],
    }
    last = {name: found.drop_duplicates("entity", keep="last").set_index("entity") for name, found in which.items()}
    return {
        name: (_spread(found["started_on"], entity), _spread(found["body"].astype("str"), entity))
        for name, found in last.items()
    }


def _planned(registry: Registry, quarter: Quarter, entity: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """First body with a plan this year at the legal entity: by what it plans, and of another body whatever it is.

    The department's own plan counts where it is of another quarter that is not over.
    """
    plans = registry["other_plans"]
    plans = plans[plans["year"].eq(quarter.year)]
    over = registry.date.quarter if registry.date.year == quarter.year else 1
    counts = plans["quarter"].ge(over) & plans["quarter"].ne(quarter.number)  # what was done is in `inspections`
    rows = plans[plans["body"].ne(OWN_BODY) | counts]
    rows = rows.assign(entity=entity.reindex(rows["enterprise_id"]).to_numpy(), body=rows["body"].astype("str"))
    rows = rows.sort_values(["quarter", "body"], kind="stable")
    others, inspection = rows["body"].ne(OWN_BODY), rows["kind"].eq("inspection").fillna(False).astype(bool)
    fire = rows["scope"].eq("fire") | (rows["scope"].isna() & rows["body"].eq("fire_police"))
    which = {
        "other_plan": others & same_content(rows),
        "visit_planned": pd.Series(True, rows.index),
        "check_planned": ~inspection,
        "inspection_planned_same_content": inspection & same_content(rows),
        "fire_check_planned": others & fire,
        "any": others,
    }
    bodies = pd.DataFrame(
        {
            name: _spread(rows[mask].drop_duplicates("entity").set_index("entity")["body"], entity)
            for name, mask in which.items()
        }
    )
    return bodies.drop(columns="any"), bodies["any"]


def _fire_check_due(registry: Registry, quarter: Quarter, entity: pd.Series, months: float | None) -> pd.Series:
    """Day of the last fire check, where a site of group 1 would be due again in the year of the quarter."""
    visits = registry["inspections"]
    last = latest(registry, "inspections", took_place(visits) & visits["scope"].eq("fire"), "started_on")
    last = last.groupby(entity).transform("max")
    if months is None:
        return last.mask(last.notna())
    due_before = quarter.year_end - pd.DateOffset(months=round(months))
    return last.where(last.le(due_before) & last.lt(quarter.year_start))


def _spread(by_entity: pd.Series, entity: pd.Series) -> pd.Series:
    """Give every place the value of its legal entity."""
    return by_entity.reindex(entity.to_numpy()).set_axis(entity.index)
