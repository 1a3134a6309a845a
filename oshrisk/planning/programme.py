"""The quarter's list: rules, days, draw and priority put together, with a reason for everybody left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.planning.costs import visit_costs
from oshrisk.planning.eligibility import eligibility
from oshrisk.planning.lottery import STRATA, draw, expected_draws, strata
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.select import select
from oshrisk.reference.rules import rules
from oshrisk.registry.registry import Registry
from oshrisk.settings import Programme

ARMS = {"must": "mandatory", "random": "random", "rest": "risk"}
_RANKING = ["priority", "index", "risk_class", "rank"]


@dataclass(frozen=True)
class Plan:
    """A quarter's list and how it came about.

    Parameters
    ----------
    quarter : Quarter
        The quarter.
    as_of : Timestamp
        The date whose knowledge it rests on.
    visits : DataFrame, shape (n_listed, ...)
        Indexed by ``enterprise_id`` in the order of the list: ``order``; ``arm`` (mandatory, random, complaint,
        risk: how it was chosen); ``mode`` (on_site); the ground as ``rule_id``, ``article``, ``reason``, ``on``,
        ``body``; ``until``; ``visit_days``, ``travel_days`` [days], ``inspector_days``; ``workers_known``,
        ``travel_known``; ``lottery_probability``; ``priority``, ``index``, ``risk_class``, ``rank``; ``entity``,
        ``sign``, ``other_body``.
    not_selected : DataFrame, shape (n_others, 7)
        ``enterprise_id``, ``rule_id`` (``"capacity"`` where no rule stands in the way), ``reason`` (key of
        ``plan.reasons``), ``article``, ``until`` (NaT: no end), and the details ``on`` and ``body``; by rank.
    eligibility : DataFrame, shape (n_enterprises, ...)
        Every enterprise in the order of the registry: the columns of `oshrisk.planning.eligibility.eligibility`,
        of `oshrisk.planning.costs.visit_costs`, the strata, ``lottery_probability`` (0 outside the draw), ``drawn``.
    summary : dict
        Counts and days, JSON-ready.
    """

    quarter: Quarter
    as_of: pd.Timestamp
    visits: pd.DataFrame
    not_selected: pd.DataFrame
    eligibility: pd.DataFrame
    summary: dict[str, Any]


def make_plan(
    registry: Registry, features: pd.DataFrame, assessment: pd.DataFrame, programme: Programme, quarter: Quarter
) -> Plan:
    """Make the inspection list of a quarter.

    Parameters
    ----------
    registry : Registry
        What is known: for a quarter of the past `Registry.known` of a date before its end.
    features : DataFrame, shape (n_enterprises, ...)
        From `oshrisk.features.build_features`: ``workers``, ``travel_hours``, ``reported_periods_5y`` are used.
    assessment : DataFrame, shape (n_enterprises, ...)
        From `oshrisk.risk.assess`: ``priority``, ``index``, ``risk_class``, ``rank``.
    programme : Programme
        Settings of capacity and draw.
    quarter : Quarter
        The quarter.

    Returns
    -------
    Plan
        The same for the same arguments, whatever the order of the enterprises.

    Raises
    ------
    OshriskError
        If the registry knows what happened after the quarter.
    """
    if registry.date > quarter.end:
        raise OshriskError("plan.quarter_over", quarter=quarter, date=f"{registry.date:%d/%m/%Y}")
    status = eligibility(registry, quarter)
    costs = visit_costs(features.reindex(registry.ids), programme.capacity)
    state = pd.concat(
        [status, costs, strata(costs, features.reindex(registry.ids)).drop(columns="size")], axis="columns"
    )
    state = state.join(assessment[_RANKING])
    state = state.join(_draw(state, programme, quarter))
    days = programme.capacity.inspector_days
    chosen = select(_candidates(state), days, programme.draw.random_share * days)
    visits = _visits(state.loc[chosen.index], chosen)
    not_selected = _not_selected(state.drop(chosen.index), visits, quarter)
    everybody = state.drop(columns=_RANKING)
    summary = _summary(everybody, visits, not_selected, programme)
    return Plan(quarter, registry.date, visits, not_selected, everybody, summary)


def _draw(state: pd.DataFrame, programme: Programme, quarter: Quarter) -> pd.DataFrame:
    days = programme.capacity.inspector_days
    kept = programme.draw.random_share * days
    musts = select(_candidates(state[state["status"].eq("must")].assign(drawn=False)), days - kept)
    room = days - musts["inspector_days"].sum()
    frame = state.loc[state["status"].eq("may"), ["entity", "inspector_days", *STRATA]]
    expected = expected_draws(frame, kept, room)
    drawn = draw(frame, expected, programme.draw.seed, quarter).reindex(state.index)
    return drawn.assign(
        lottery_probability=drawn["lottery_probability"].fillna(0.0),
        drawn=drawn["drawn"].eq(True),
    )


def _candidates(state: pd.DataFrame) -> pd.DataFrame:
    open_rows = state[state["status"].ne("not_now")]
    stage = np.select([open_rows["status"].eq("must"), open_rows["drawn"]], ["must", "random"], "rest")
    columns = open_rows[["priority", "inspector_days", "entity", "sign"]]
    return columns.assign(stage=pd.Series(stage, open_rows.index, dtype="str"))


def _visits(state: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    arm = chosen["stage"].map(ARMS)
    asked = arm.eq("risk") & state["rule_id"].eq("R5.2a")
    columns = ["rule_id", "article", "reason", "on", "body", "until", "visit_days", "travel_days", "inspector_days"]
    columns += ["workers_known", "travel_known", "lottery_probability", *_RANKING, "entity", "sign", "other_body"]
    head = pd.DataFrame({"order": chosen["order"], "arm": arm.mask(asked, "complaint").astype("str")})
    head["mode"] = pd.Series("on_site", head.index, dtype="str")
    return head.join(state[columns])


def _not_selected(state: pd.DataFrame, visits: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    last = visits.loc[visits["arm"].isin(["risk", "complaint"]), "priority"].min()
    may = state["status"].eq("may")
    cases = {
        "must_without_days": state["status"].eq("must"),
        "sibling_listed": may & ~state["sign"] & state["entity"].isin(visits["entity"]),
        "does_not_fit": may & ~state["priority"].lt(last),
        "lower_priority": may,
    }
    reason = pd.Series(np.select(list(cases.values()), list(cases), state["reason"]), state.index, dtype="str")
    full, sibling = reason.isin(["does_not_fit", "lower_priority"]), reason.eq("sibling_listed")
    in_force = rules(quarter.start)["article"]
    out = pd.DataFrame(
        {
            "rule_id": state["rule_id"].mask(full, "capacity").mask(sibling, "R5.5"),
            "reason": reason,
            "article": state["article"].mask(full, "").mask(sibling, in_force.get("R5.5", "")),
            "until": state["until"].mask(full, quarter.end).mask(sibling, quarter.year_end),
            "on": state["on"].mask(full | sibling),
            "body": state["body"],
            "rank": state["rank"],
        }
    )
    return out.sort_values("rank", kind="stable").drop(columns="rank").reset_index()


def _summary(
    state: pd.DataFrame, visits: pd.DataFrame, not_selected: pd.DataFrame, programme: Programme
) -> dict[str, Any]:
    """Count what a reader asks first; plain numbers, so that it can be written as JSON."""
    probability = state.loc[state["lottery_probability"].gt(0), "lottery_probability"].sort_index()
    return {
        "enterprises": len(state),
        "status": {str(key): int(count) for key, count in state["status"].value_counts().sort_index().items()},
        "listed": len(visits),
        "arms": {str(key): int(count) for key, count in visits["arm"].value_counts().sort_index().items()},
        "capacity_days": programme.capacity.inspector_days,
        "days_used": float(visits["inspector_days"].sum()),
        "travel_days_used": float(programme.capacity.team_size * visits["travel_days"].sum()),
        "not_selected": {
            str(key): int(count) for key, count in not_selected["reason"].value_counts().sort_index().items()
        },
        "musts_without_days": int(not_selected["reason"].eq("must_without_days").sum()),
        "seed": programme.draw.seed,
        "in_draw": len(probability),
        "expected_draws": float(probability.sum()),
        "lowest_probability": float(probability.min()) if len(probability) else 0.0,
        "strata": int(state.loc[probability.index, list(STRATA)].drop_duplicates().shape[0]),
        "workers_unknown": int((~visits["workers_known"]).sum()),
        "travel_unknown": int((~visits["travel_known"]).sum()),
    }
