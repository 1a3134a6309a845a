"""Which enterprises must, may or may not now be checked in a quarter, how, how long, and by which rule.

The rules are rows of ``reference/data/eligibility.csv`` (`oshrisk.reference.eligibility`): those in force on the first
day of the quarter are applied to the facts of every enterprise (`oshrisk.planning.facts`). Of the rows that decide
the same thing the first in the order of precedence does; all that fire are kept (`fired_rules`). Today, in that order:

1. ``not_now`` the place no longer exists (R5.13);
2. ``must`` a direction of a competent body not yet carried out (R5.2b); a fatal accident that no OSH visit has
   followed, or a remedy fallen overdue that no visit has verified, both of the last 12 months (R5.2a);
3. ``not_now`` another body plans a visit of the same content at the legal entity this year (R5.6);
4. ``not_now`` the legal entity has been checked this year, whatever the content, or inspected on the same content,
   or either is planned, or another of its places must be checked (R5.5), unless a clear sign of violation stands
   at this place;
5. ``may`` on a sign of violation (R5.2a) where one stands, under the thematic plan (R5.2c) otherwise.

A good complier without a sign is spared the visit on site (R5.4). A criminal case and force majeure (R5.13) are not in
the registry.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.errors import OshriskError
from oshrisk.planning.facts import FACTS, Facts, facts_of, legal_entity
from oshrisk.planning.quarter import Quarter
from oshrisk.reference.eligibility import MODES, STATUSES, eligibility_rules, terms
from oshrisk.registry.registry import Registry

Flags = NDArray[np.bool_]


class _Applied(NamedTuple):
    """Rules, the facts they were applied to, and which of them fired where, shape (n_enterprises, n_rules)."""

    rules: pd.DataFrame
    facts: Facts
    entity: pd.Series
    fired: Flags


def eligibility(registry: Registry, quarter: Quarter, travel_hours: pd.Series | None = None) -> pd.DataFrame:
    """Decide for every enterprise whether it must, may or may not now be checked, how, and how long.

    Parameters
    ----------
    registry : Registry
        What is known (`Registry.known`).
    quarter : Quarter
        The quarter to plan; caps count its calendar year, rules are those in force on its first day.
    travel_hours : Series of float, optional
        Road from the seat, one way [hours], by ``enterprise_id``: the feature ``travel_hours``.

    Returns
    -------
    DataFrame, shape (n_enterprises, 13)
        Indexed by ``enterprise_id``: ``entity``, the legal entity that the cap counts (the place itself where
        no cap is in force); ``status`` (must, may, not_now); ``reason`` (key of
        ``plan.reasons``); ``rule_id`` and its ``article`` (empty where no article is in force); ``on`` and
        ``body``, the date and body behind the reason; ``until`` (NaT: no end); ``modes`` (any; on_site or remote:
        only so); ``remote_possible``; ``length_days``, the longest that a check may take from its announcement
        [days] (NaN: no limit in force); ``sign``, whether a clear sign of violation stands; ``other_body``, the
        first body with a plan of the same year, whatever its content.

    Raises
    ------
    OshriskError
        If a rule names a fact that there is none of, or no row in force decides about some enterprise.
    """
    return _decisions(_apply(registry, quarter, travel_hours), quarter)


def fired_rules(registry: Registry, quarter: Quarter, travel_hours: pd.Series | None = None) -> pd.DataFrame:
    """Return every rule that fires, for a planner to check: also those that do not decide.

    Parameters
    ----------
    registry, quarter, travel_hours
        As for `eligibility`.

    Returns
    -------
    DataFrame
        One row an enterprise and rule, in the order of the registry and of precedence: ``enterprise_id``,
        ``rule_id``, ``effect`` (one of `oshrisk.reference.eligibility.EFFECTS`), ``reason`` (key of
        ``plan.reasons``), ``article`` (in Vietnamese, empty where none is in force; `oshrisk.planning.texts` has
        both languages), ``from`` (since when the rule holds; NaT: always), ``until`` (of the effect; NaT: no end),
        ``on`` and ``body`` (date and body of the fact behind it), ``decides`` (False where an earlier row did),
        ``value`` (of ``length`` [days]; NaN elsewhere), ``confidence`` (see `oshrisk.reference.CONFIDENCE`).

    Raises
    ------
    OshriskError
        As for `eligibility`.
    """
    applied = _apply(registry, quarter, travel_hours)
    rows = applied.rules
    place, rule = np.nonzero(applied.fired)
    decides = applied.fired.copy()
    for effects in (STATUSES, MODES):  # the other effects add up
        among = np.flatnonzero(rows["effect"].isin(effects))
        if len(among):
            decides[:, among] &= np.cumsum(applied.fired[:, among], axis=1) == 1
    until = _until(rows, quarter).to_numpy()
    said = rows.rename(columns={"valid_from": "from"}).iloc[rule].reset_index(drop=True)
    return pd.DataFrame(
        {
            "enterprise_id": registry.ids[place],
            **said[["rule_id", "effect", "reason", "article", "from"]],
            "until": until[rule],
            "on": _gathered(applied, rule, place, _dates),
            "body": pd.Series(_gathered(applied, rule, place, _bodies), dtype="str"),
            "decides": decides[place, rule],
            **said[["value", "confidence"]],
        }
    )


def _apply(registry: Registry, quarter: Quarter, travel_hours: pd.Series | None) -> _Applied:
    rows = eligibility_rules(quarter.start)
    _check_facts(rows)
    capped = rows["effect"].eq("cap").any()
    entity = legal_entity(registry["enterprises"]) if capped else registry.ids.to_series()
    facts = facts_of(registry, quarter, entity, travel_hours)
    first = _first(rows, _fired(rows, facts), STATUSES)
    must = pd.Series(rows["effect"].eq("must").to_numpy()[first], registry.ids)
    facts = facts.with_siblings(entity, must)  # depends on who must be checked, so the rows are applied again
    return _Applied(rows, facts, entity, _fired(rows, facts))


def _check_facts(rows: pd.DataFrame) -> None:
    for rule_id, condition in zip(rows["rule_id"], rows["condition"], strict=True):
        for fact in [term.fact for term in terms(condition) if term.fact not in FACTS]:
            nearest = (get_close_matches(fact, FACTS, n=1, cutoff=0.0) or [""])[0]
            known = ", ".join(FACTS)
            raise OshriskError("plan.unknown_fact", rule=rule_id, fact=fact, nearest=nearest, known=known)


def _fired(rows: pd.DataFrame, facts: Facts) -> Flags:
    holds = {name: facts.holds[name].to_numpy(dtype=bool) for name in FACTS}
    fired = np.ones((len(facts.holds), len(rows)), dtype=bool)
    for column, condition in enumerate(rows["condition"]):
        for fact, wanted in terms(condition):
            fired[:, column] &= holds[fact] == wanted
    return fired


def _first(rows: pd.DataFrame, fired: Flags, effects: tuple[str, ...]) -> NDArray[np.intp]:
    """Position of the first row of these effects that fired, by enterprise."""
    among = np.flatnonzero(rows["effect"].isin(effects))
    hits = fired[:, among]
    if not hits.any(axis=1).all():
        raise OshriskError("plan.undecided", count=int((~hits.any(axis=1)).sum()))
    return np.asarray(among[hits.argmax(axis=1)])


def _decisions(applied: _Applied, quarter: Quarter) -> pd.DataFrame:
    rows, facts, index = applied.rules, applied.facts, applied.facts.holds.index
    first = _first(rows, applied.fired, STATUSES)
    every = np.arange(len(index))
    said = rows[["effect", "reason", "rule_id", "article"]].iloc[first].set_axis(index)
    remote = np.asarray(applied.fired[:, rows["effect"].eq("remote_possible")].any(axis=1))
    return pd.DataFrame(
        {
            "entity": applied.entity,
            "status": said["effect"],
            "reason": said["reason"],
            "rule_id": said["rule_id"],
            "article": said["article"],
            "on": _gathered(applied, first, every, _dates),
            "body": pd.Series(_gathered(applied, first, every, _bodies), index, dtype="str"),
            "until": _until(rows, quarter).to_numpy()[first],
            "modes": pd.Series(_modes(rows, applied.fired, remote), index, dtype="str"),
            "remote_possible": remote,
            "length_days": _length(rows, applied.fired),
            "sign": facts.holds["sign"],
            "other_body": facts.other_body,
        },
        index,
    )


def _modes(rows: pd.DataFrame, fired: Flags, remote: Flags) -> NDArray[np.object_]:
    default = np.where(remote, "any", "on_site").astype(object)
    among = np.flatnonzero(rows["effect"].isin(MODES))
    if not len(among):
        return default
    hits, names = fired[:, among], rows["effect"].to_numpy(dtype=object)[among]
    return np.where(hits.any(axis=1), names[hits.argmax(axis=1)], default)


def _length(rows: pd.DataFrame, fired: Flags) -> NDArray[np.float64]:
    """Days of all length rows that fired, together; NaN where none did."""
    among = rows["effect"].eq("length").to_numpy()
    hits = fired[:, among]
    return np.where(hits.any(axis=1), hits @ rows.loc[among, "value"].to_numpy(), np.nan)


def _until(rows: pd.DataFrame, quarter: Quarter) -> pd.Series:
    ends = {"year_end": quarter.year_end, "quarter_end": quarter.end, "none": pd.NaT}
    return rows["until"].map(ends).astype("datetime64[s]")


def _gathered(
    applied: _Applied,
    rule: NDArray[np.intp],
    place: NDArray[np.intp],
    of: Callable[[Facts, str], NDArray[np.generic]],
) -> NDArray[np.generic]:
    """Take the date or body of the first fact that a rule asks to hold, for pairs of rule and enterprise."""
    result: NDArray[np.generic] = of(applied.facts, "")[place]
    for number, condition in enumerate(applied.rules["condition"]):
        asked = [term.fact for term in terms(condition) if term.holds]
        if asked:
            rows = rule == number
            result[rows] = of(applied.facts, asked[0])[place[rows]]
    return result


def _dates(facts: Facts, fact: str) -> NDArray[np.generic]:
    size = len(facts.holds)
    return facts.on[fact].to_numpy("datetime64[s]") if fact in facts.on else np.full(size, "NaT", "datetime64[s]")


def _bodies(facts: Facts, fact: str) -> NDArray[np.generic]:
    size = len(facts.holds)
    return facts.body[fact].to_numpy(dtype=object) if fact in facts.body else np.full(size, None, dtype=object)
