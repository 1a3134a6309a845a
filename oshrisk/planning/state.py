"""Everything that the choice of visits looks at, one row an enterprise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oshrisk.planning.costs import visit_costs
from oshrisk.planning.draw import strata
from oshrisk.planning.eligibility import eligibility
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.roads import Roads
from oshrisk.planning.signs import took_place
from oshrisk.planning.tree import trip_cost
from oshrisk.registry.registry import Registry
from oshrisk.settings import Programme

RANKING = ["priority", "index", "risk_class", "rank", "violation_probability"]


def planning_state(  # noqa: PLR0917  # the five of make_plan, and the roads
    registry: Registry,
    features: pd.DataFrame,
    assessment: pd.DataFrame,
    programme: Programme,
    quarter: Quarter,
    roads: Roads,
) -> pd.DataFrame:
    """Put law, cost, stratum and risk of every enterprise side by side.

    Parameters
    ----------
    registry, features, assessment, programme, quarter
        As `oshrisk.planning.programme.make_plan`.
    roads : Roads
        The roads.

    Returns
    -------
    DataFrame, shape (n_enterprises, ...)
        In the order of the registry: the columns of `oshrisk.planning.eligibility.eligibility` and of
        `oshrisk.planning.costs.visit_costs`, ``area`` and ``reports`` (strata), ``commune_code``, ``section``,
        ``never_visited``, ``alone_days`` [inspector-days of a visit driven alone, nights included], and the risk.
    """
    features = features.reindex(registry.ids)
    by_road = features.assign(travel_hours=features["commune_code"].map(roads.from_seat).astype("float64"))
    costs = visit_costs(by_road, programme.capacity)
    state = pd.concat([eligibility(registry, quarter, by_road["travel_hours"]), costs], axis="columns")
    groups = strata(costs, features).drop(columns="size")
    places = features[["commune_code", "section"]].astype("str")
    visited = registry["inspections"].loc[took_place(registry["inspections"]), "enterprise_id"]
    state = state.join(groups).join(places).assign(never_visited=~state.index.isin(visited))
    return state.assign(alone_days=_alone(state, programme)).join(assessment[RANKING])


def candidates_of(state: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Return those that must or may be checked, as `oshrisk.planning.optimise.select` takes them.

    Whoever must be checked is visited on site, unless the law or a decision leaves a remote check only.

    Parameters
    ----------
    state : DataFrame, shape (n_enterprises, ...)
        From `planning_state`.
    programme : Programme
        Setting ``capacity.visit_days_remote``.

    Returns
    -------
    DataFrame, shape (n_candidates, ...)
        Indexed by ``enterprise_id``.
    """
    rows = state[state["status"].ne("not_now")]
    only_remote = rows["modes"].eq("remote")
    remote = only_remote | (rows["remote_possible"] & rows["modes"].eq("any") & rows["status"].ne("must"))
    return pd.DataFrame(
        {
            "status": rows["status"],
            "worth": rows["priority"],
            "violation_probability": rows["violation_probability"],
            "entity": rows["entity"],
            "sign": rows["sign"],
            "commune_code": rows["commune_code"],
            "travel_days": rows["travel_days"],
            "visit_days": rows["visit_days"],
            "remote_days": np.where(remote, programme.capacity.visit_days_remote, np.nan),
            "on_site": ~only_remote,
            "size": rows["size"],
            "area": rows["area"],
            "section": rows["section"],
            "never_visited": rows["never_visited"],
        }
    )


def lottery_frame(state: pd.DataFrame, roads: Roads, programme: Programme, quarter: Quarter) -> pd.DataFrame:
    """Return those that may be checked, as `oshrisk.planning.slots.reserve_slots` takes them.

    Parameters
    ----------
    state : DataFrame, shape (n_enterprises, ...)
        From `planning_state`.
    roads : Roads
        The roads.
    programme : Programme
        Setting ``roads``.
    quarter : Quarter
        The quarter.

    Returns
    -------
    DataFrame, shape (n, ...)
        ``entity``, ``inspector_days`` (driven alone), the strata, and ``closed``: cannot be reached in the closed
        months of the quarter.
    """
    rows = state[state["status"].eq("may")]
    shut = rows["commune_code"].isin(programme.roads.closed_communes) & bool(closed_months(programme, quarter))
    frame = rows[["entity", "size", "area", "reports"]].assign(inspector_days=rows["alone_days"], closed=shut)
    known = rows["commune_code"].isin(roads.from_seat.index)
    return frame.assign(closed=shut & known)


def closed_months(programme: Programme, quarter: Quarter) -> tuple[int, ...]:
    """Return the months of a quarter in which some roads are closed."""
    return tuple(month for month in programme.roads.closed_months if (month - 1) // 3 == quarter.number - 1)


def _alone(state: pd.DataFrame, programme: Programme) -> pd.Series:
    capacity, road = programme.capacity, state["travel_days"].to_numpy()
    on_site = trip_cost(state["visit_days"].to_numpy() + road, road, programme.roads.night_cost)
    days = np.where(state["modes"].eq("remote"), capacity.visit_days_remote, on_site)
    return pd.Series(capacity.team_size * days, state.index)
