"""The checklist of a visit: what an enterprise's own factors, its sector and its duties ask to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

import pandas as pd

from oshrisk.reference.checklist import BASES, checks
from oshrisk.reference.load import Day

DONE: Final = "done"
_URGENT: Final = ("short", "not_on_record", "unknown")


def checklist(
    states: Mapping[str, str], sector_group: str, duties: Mapping[str, str], date: Day
) -> list[dict[str, str]]:
    """Choose what to look at, the most telling first.

    Parameters
    ----------
    states : mapping of str to str
        State of each factor of the risk table (``"unknown"`` included), those that raise the risk most first.
    sector_group : str
        Sector group; empty where unknown.
    duties : mapping of str to str
        State (`oshrisk.duties.answers.STATES`) of each duty that applies or may apply.
    date : str or date
        The law of this day.

    Returns
    -------
    list of dict
        Rows of `oshrisk.reference.checklist.checks`: of factors in the order of `states`; of the sector; of duties
        that are not known to be done, those known to be short first; and what is looked at everywhere. What a factor
        asks for already is not asked again as a duty (same rule and violation).
    """
    rows, place = _rows(pd.Timestamp(date)), {factor: number for number, factor in enumerate(states)}
    chosen = [row for row in rows if _asked_for(row, states, sector_group, duties)]
    chosen.sort(key=lambda row: (BASES.index(row["basis"]), _urgency(row, place, duties)))
    asked: set[tuple[str, str]] = set()
    found = []
    for row in chosen:
        told = (row["rule_id"], row["finding"])
        if row["basis"] != "duty" or told not in asked or not row["finding"]:
            found.append(row)
        asked.add(told)
    return found


@cache
def _rows(date: pd.Timestamp) -> list[dict[str, str]]:
    return list(checks(date).reset_index().to_dict("records"))


def _asked_for(row: Mapping[str, str], states: Mapping[str, str], group: str, duties: Mapping[str, str]) -> bool:
    if row["basis"] == "factor":
        return states.get(row["key"]) in row["states"].split(";")
    if row["basis"] == "sector":
        return group in row["key"].split(";")
    return row["basis"] == "everybody" or duties.get(row["key"], DONE) != DONE


def _urgency(row: Mapping[str, str], place: Mapping[str, int], duties: Mapping[str, str]) -> int:
    if row["basis"] == "factor":
        return place[row["key"]]
    return _URGENT.index(duties[row["key"]]) if row["basis"] == "duty" else 0
