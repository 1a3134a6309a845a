"""Which enterprises must, may or may not now be checked in a quarter, and by which rule.

The first of these that applies decides:

1. ``not_now`` the place no longer exists (R5.13): closed on the register, or found closed by the last visit;
2. ``must`` a fatal accident that no OSH visit has followed, or a remedy fallen overdue that no visit has verified,
   both of the last 12 months (R5.2a); a direction of a competent body not yet carried out (R5.2b);
3. ``not_now`` another body plans to inspect or check the same content at the legal entity this year (R5.6);
4. ``not_now`` the legal entity has been checked this year, whatever the content, or inspected on the same
   content, or another check is planned (R5.5), unless a clear sign of violation stands at this place;
5. ``not_now`` another place of the legal entity must be checked this year (R5.5), with the same exception;
6. ``may`` on a sign of violation (R5.2a) where one stands, under the thematic plan (R5.2c) otherwise.

Caps count the legal entity, signs the place. A rule of exclusion that is not in force when the quarter begins
(`oshrisk.reference.rules`) excludes nobody.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from oshrisk.planning.quarter import Quarter
from oshrisk.planning.signs import latest, same_content, standing_signs, took_place
from oshrisk.reference.rules import rules
from oshrisk.registry.registry import Registry

OWN_BODY = "home_affairs"  # the department's own earlier lists come back as rows of `other_plans`


class _Reason(NamedTuple):
    """One outcome: which enterprises (in the order of precedence), why, and the date and body behind it."""

    key: str
    status: str
    rule_id: str
    applies: pd.Series
    on: pd.Series
    body: pd.Series | None = None
    until_year_end: bool = False


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


def eligibility(registry: Registry, quarter: Quarter) -> pd.DataFrame:
    """Decide for every enterprise whether it must, may or may not now be checked.

    Parameters
    ----------
    registry : Registry
        What is known (`Registry.known`).
    quarter : Quarter
        The quarter to plan; caps count its calendar year, articles are those in force on its first day.

    Returns
    -------
    DataFrame, shape (n_enterprises, 10)
        Indexed by ``enterprise_id``: ``entity``, the legal entity that the cap counts (the place itself where
        no cap is in force); ``status`` (must, may, not_now); ``reason`` (key of
        ``plan.reasons``); ``rule_id`` and its ``article`` (empty where no article is in force); ``on`` and
        ``body``, the date and body behind the reason; ``until`` (NaT: no end); ``sign``, whether a clear sign of
        violation stands; ``other_body``, the first body with a plan of the same year, whatever its content.
    """
    in_force = rules(quarter.start)
    entity = legal_entity(registry["enterprises"]) if "R5.5" in in_force.index else registry.ids.to_series()
    signs = standing_signs(registry)
    sign = signs.notna().any(axis="columns")
    other_body, reasons = _reasons(registry, quarter, entity, signs=signs, sign=sign, in_force=in_force)
    frame = _decide(reasons, entity, quarter)
    frame["article"] = in_force["article"].astype("str").reindex(frame["rule_id"], fill_value="").set_axis(frame.index)
    return frame.assign(sign=sign, other_body=other_body)


def _reasons(
    registry: Registry,
    quarter: Quarter,
    entity: pd.Series,
    *,
    signs: pd.DataFrame,
    sign: pd.Series,
    in_force: pd.DataFrame,
) -> tuple[pd.Series, list[_Reason]]:
    musts = [
        _Reason("direction", "must", "R5.2b", signs["direction_on"].notna(), signs["direction_on"]),
        _Reason("fatal_accident", "must", "R5.2a", signs["fatal_on"].notna(), signs["fatal_on"]),
        _Reason("remedy_overdue", "must", "R5.2a", signs["remedy_due_on"].notna(), signs["remedy_due_on"]),
    ]
    closed_on = _closed_on(registry)
    must = pd.concat([reason.applies for reason in musts], axis="columns").any(axis="columns") & closed_on.isna()
    capped, overlap = "R5.5" in in_force.index, "R5.6" in in_force.index
    visited_on, visited_by = _visited(registry, quarter, entity)
    others, plans = _planned(registry, quarter, entity)
    same, check = plans["same_content"], plans["check"]
    sibling = entity.isin(entity[must]) & ~sign
    none = pd.Series(pd.NaT, entity.index, dtype="datetime64[s]")
    everybody = pd.Series(True, entity.index)
    excluded = [
        _Reason("other_plan", "not_now", "R5.6", same.notna() & overlap, none, same, until_year_end=True),
        _Reason("visited", "not_now", "R5.5", visited_on.notna() & ~sign & capped, visited_on, visited_by, True),
        _Reason("check_planned", "not_now", "R5.5", check.notna() & ~sign & capped, none, check, True),
        _Reason("sibling_must", "not_now", "R5.5", sibling & capped, none, until_year_end=True),
    ]
    grounds = [
        _Reason("old_remedy", "may", "R5.2a", signs["old_remedy_due_on"].notna(), signs["old_remedy_due_on"]),
        _Reason("complaint", "may", "R5.2a", signs["complaint_on"].notna(), signs["complaint_on"]),
        _Reason("signal", "may", "R5.2a", signs["signal_on"].notna(), signs["signal_on"]),
        _Reason("thematic_plan", "may", "R5.2c", everybody, none),
    ]
    closed = _Reason("closed", "not_now", "R5.13", closed_on.notna(), closed_on)
    return others, [closed, *musts, *excluded, *grounds]


def _decide(reasons: list[_Reason], entity: pd.Series, quarter: Quarter) -> pd.DataFrame:
    first = np.stack([reason.applies.to_numpy(dtype=bool) for reason in reasons]).argmax(axis=0)
    columns = {
        name: pd.Series(
            np.array([getattr(reason, name) for reason in reasons], dtype=object)[first], entity.index, dtype="str"
        )
        for name in ("status", "key", "rule_id")
    }
    none = pd.Series(None, entity.index, dtype="str")
    on = np.choose(first, [reason.on.to_numpy("datetime64[s]") for reason in reasons])
    body = np.choose(
        first, [(none if r.body is None else r.body.astype("str")).to_numpy(dtype=object) for r in reasons]
    )
    ends = np.array([reason.until_year_end for reason in reasons])[first]
    frame = pd.DataFrame(
        {
            "entity": entity,
            "status": columns["status"],
            "reason": columns["key"],
            "rule_id": columns["rule_id"],
            "on": pd.Series(on, entity.index),
            "body": pd.Series(body, entity.index, dtype="str"),
        }
    )
    until = pd.Series(quarter.end, entity.index, dtype="datetime64[s]").mask(ends, quarter.year_end)
    return frame.assign(until=until.mask(frame["status"].eq("not_now") & ~ends))


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


def _visited(registry: Registry, quarter: Quarter, entity: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Latest visit of the year that counts to the cap, and by whom, at any place of the legal entity."""
    visits = registry["inspections"]
    counts = took_place(visits) & (visits["kind"].ne("inspection").fillna(True) | same_content(visits))
    rows = visits[counts & visits["started_on"].between(quarter.year_start, quarter.year_end)]
    rows = rows.assign(entity=entity.reindex(rows["enterprise_id"]).to_numpy()).sort_values("started_on", kind="stable")
    last = rows.drop_duplicates("entity", keep="last").set_index("entity")
    return _spread(last["started_on"], entity), _spread(last["body"].astype("str"), entity)


def _planned(registry: Registry, quarter: Quarter, entity: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """Bodies with a plan this year at the legal entity: any, of the same content, and any check.

    The department's own plan counts where it is of another quarter that is not over.
    """
    plans = registry["other_plans"]
    plans = plans[plans["year"].eq(quarter.year)]
    over = registry.date.quarter if registry.date.year == quarter.year else 1
    counts = plans["quarter"].ge(over) & plans["quarter"].ne(quarter.number)  # what was done is in `inspections`
    rows = plans[plans["body"].ne(OWN_BODY) | counts]
    rows = rows.assign(entity=entity.reindex(rows["enterprise_id"]).to_numpy(), body=rows["body"].astype("str"))
    rows = rows.sort_values(["quarter", "body"], kind="stable")
    others = rows["body"].ne(OWN_BODY)
    which = {
        "same_content": others & same_content(rows),
        "check": rows["kind"].isna() | rows["kind"].eq("check"),
        "any": others,
    }
    bodies = {
        name: _spread(rows[mask].drop_duplicates("entity").set_index("entity")["body"], entity)
        for name, mask in which.items()
    }
    return bodies.pop("any"), pd.DataFrame(bodies)


def _spread(by_entity: pd.Series, entity: pd.Series) -> pd.Series:
    """Give every place the value of its legal entity."""
    return by_entity.reindex(entity.to_numpy()).set_axis(entity.index)
