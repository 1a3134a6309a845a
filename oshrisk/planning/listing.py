"""The list and everybody who is not on it, each with the reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from oshrisk.planning.quarter import Quarter
from oshrisk.reference.rules import rules
from oshrisk.settings import Programme

STAGES = {"mandatory": 0, "other": 0, "random": 1, "complaint": 2, "risk": 2}
SIGNS = ["complaint", "signal", "old_remedy"]  # reasons of the arm "complaint"
GROUND = ["rule_id", "article", "reason", "on", "body", "until", "length_days"]
RISK = ["priority", "index", "risk_class", "rank", "violation_probability"]


def visit_list(state: pd.DataFrame, trips: pd.DataFrame) -> pd.DataFrame:
    """Put the visits in the order of the list.

    Parameters
    ----------
    state : DataFrame, shape (n_enterprises, ...)
        From `oshrisk.planning.state.planning_state`, with ``decision``, ``drawn`` and ``inclusion_probability``.
    trips : DataFrame, shape (n_listed, ...)
        Indexed by ``enterprise_id``: ``mode``, ``team``, ``month``, ``trip``, ``stop``, ``visit_days``,
        ``travel_days``, ``inspector_days``.

    Returns
    -------
    DataFrame, shape (n_listed, ...)
        As `oshrisk.planning.programme.Plan.visits`: what must be visited, what was drawn, the rest; by priority.
    """
    rows = state.loc[trips.index]
    arm = pd.Series("risk", rows.index, dtype="str")
    arm = arm.mask(rows["reason"].isin(SIGNS), "complaint").mask(rows["drawn"], "random")
    arm = arm.mask(rows["status"].eq("must"), "mandatory").mask(rows["decision"].isin(["add", "resume"]), "other")
    head = pd.DataFrame({"arm": arm, "mode": trips["mode"].astype("str")})
    columns = [*GROUND, "workers_known", "travel_known", "inclusion_probability", *RISK, "entity", "sign", "other_body"]
    visits = head.join(trips.drop(columns="mode")).join(rows[[*columns, "decision"]])
    stage = visits["arm"].map(STAGES)
    visits = visits.assign(stage=stage).sort_index().sort_values(["stage", "priority"], ascending=[True, False])
    return visits.drop(columns="stage").assign(order=np.arange(1, len(visits) + 1)).rename_axis("enterprise_id")


def not_selected(state: pd.DataFrame, visits: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Say of everybody who is not listed by which rule, article and until when.

    Parameters
    ----------
    state : DataFrame, shape (n_enterprises, ...)
        As `visit_list`.
    visits : DataFrame, shape (n_listed, ...)
        From `visit_list`.
    quarter : Quarter
        The quarter.

    Returns
    -------
    DataFrame, shape (n_others, 7)
        As `oshrisk.planning.programme.Plan.not_selected`.
    """
    rows = state.drop(visits.index)
    last = visits.loc[visits["arm"].isin(["risk", "complaint"]), "priority"].min()
    may = rows["status"].eq("may")
    cases = {
        "must_without_days": rows["status"].eq("must"),
        "sibling_listed": may & ~rows["sign"] & rows["entity"].isin(visits["entity"]),
        "does_not_fit": may & ~rows["priority"].lt(last),
        "lower_priority": may,
    }
    reason = pd.Series(np.select(list(cases.values()), list(cases), rows["reason"]), rows.index, dtype="str")
    full, sibling = reason.isin(["does_not_fit", "lower_priority"]), reason.eq("sibling_listed")
    in_force = rules(quarter.start)["article"]
    out = pd.DataFrame(
        {
            "rule_id": rows["rule_id"].mask(full, "capacity").mask(sibling, "R5.5"),
            "reason": reason,
            "article": rows["article"].mask(full, "").mask(sibling, in_force.get("R5.5", "")),
            "until": rows["until"].mask(full, quarter.end).mask(sibling, quarter.year_end),
            "on": rows["on"].mask(full | sibling),
            "body": rows["body"],
            "rank": rows["rank"],
        }
    )
    return out.sort_values("rank", kind="stable").drop(columns="rank").reset_index(names="enterprise_id")


def summary(
    state: pd.DataFrame, visits: pd.DataFrame, others: pd.DataFrame, trips: pd.DataFrame, programme: Programme
) -> dict[str, Any]:
    """Count what a reader asks first.

    Parameters
    ----------
    state, visits, others : DataFrame
        As above.
    trips : DataFrame, shape (n_trips, ...)
        The trips, with ``road_hours`` and ``nights``.
    programme : Programme
        Settings.

    Returns
    -------
    dict
        Plain numbers, so that it can be written as JSON.
    """
    probability = state.loc[state["band"].notna(), "inclusion_probability"].sort_index()
    may = state["status"].eq("may") & state["decision"].eq("")
    return {
        "enterprises": len(state),
        "status": _counts(state["status"]),
        "listed": len(visits),
        "arms": _counts(visits["arm"]),
        "modes": _counts(visits["mode"]),
        "capacity_days": programme.capacity.inspector_days,
        "days_used": float(visits["inspector_days"].sum()),
        "travel_days_used": float(programme.capacity.team_size * visits["travel_days"].sum()),
        "trips": len(trips),
        "nights": int(np.ceil(trips["nights"] - 1e-9).sum()),
        "not_selected": _counts(others["reason"]),
        "musts_without_days": int(others["reason"].eq("must_without_days").sum()),
        "in_draw": len(probability),
        "expected_draws": float(probability.sum()),
        "drawn": int(state["drawn"].sum()),
        "lowest_probability": float(probability.min()) if len(probability) else 0.0,
        "without_chance": int((may & state["inclusion_probability"].eq(0)).sum()),
        "strata": int(state.loc[probability.index, "stratum"].nunique()),
        "workers_unknown": int((~visits["workers_known"]).sum()),
        "travel_unknown": int((~visits["travel_known"]).sum()),
    }


def _counts(values: pd.Series) -> dict[str, int]:
    return {str(key): int(count) for key, count in values.value_counts().sort_index().items()}
