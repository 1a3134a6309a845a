"""Other settings that are tried for a list: read from a page, solved, compared with the list that stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from pydantic import ValidationError

from oshrisk.desk.answers import key_of, once
from oshrisk.desk.telling import names_of
from oshrisk.issued import Issued
from oshrisk.planning.frontier import Scene, Trial, frontier, make_scene, try_out, varied
from oshrisk.planning.roads import make_roads
from oshrisk.settings import Limit, Programme
from oshrisk.workspace import Workspace

POINTS: Final = (0.5, 0.7, 0.85, 1.0, 1.2, 1.5)  # of the present inspector-days, along the frontier
MOST: Final = 10_000  # enterprises for which somebody can wait at a page; for more there is the thorough trial
AREAS: Final = ("near", "far")


def wished(programme: Programme, asked: Mapping[str, str]) -> Programme:
    """Return the settings that somebody asks for; what is not asked, or is no number, stays as it is.

    Parameters
    ----------
    programme : Programme
        The settings of the list.
    asked : mapping of str to str
        ``days``, ``share`` [percent], ``never``, ``near`` and ``far`` (floors by area; empty: as they are).

    Returns
    -------
    Programme
        The same where nothing is asked, or what is asked is out of range.
    """
    selection = programme.selection
    limits = selection.limits
    for area in AREAS:
        floor = _number(asked.get(area), floor_of(programme, area))
        if floor != floor_of(programme, area):
            limits = _with_floor(limits, area, int(floor))
    try:
        return varied(
            programme,
            inspector_days=_number(asked.get("days"), programme.capacity.inspector_days),
            random_share=_number(asked.get("share"), 100 * programme.draw.random_share) / 100,
            least_never_visited=int(_number(asked.get("never"), selection.least_never_visited)),
            limits=limits,
        )
    except ValidationError:
        return programme


def is_quick(issued: Issued) -> bool:
    """Say whether trials of a list take seconds, not minutes."""
    return len(issued.features) <= MOST


def floor_of(programme: Programme, area: str) -> int:
    """Return how many visits an area must get at least."""
    return next((limit.least for limit in programme.selection.limits if (limit.by, limit.value) == ("area", area)), 0)


def tried(workspace: Workspace, issued: Issued, programme: Programme, *, thorough: bool = False) -> Trial:
    """Return the trial of some settings, solved once."""
    key = (*key_of(issued), programme.digest, thorough)
    start = issued.visits[issued.visits["arm"].ne("random")]
    return once(key, lambda: try_out(_scene(workspace, issued), programme, start, thorough=thorough))


def best_of(workspace: Workspace, issued: Issued, programme: Programme) -> pd.DataFrame:
    """Return the frontier of some settings, solved once."""
    present = issued.programme.capacity.inspector_days
    key = (*key_of(issued), _without_days(programme).digest, "frontier")
    days = [round(share * present, 1) for share in POINTS]
    return once(key, lambda: frontier(_scene(workspace, issued), programme, days))


def compared(issued: Issued, trial: Trial) -> dict[str, Any]:
    """Say who would come on the list, and who would fall off it; lots are left aside.

    Parameters
    ----------
    issued : Issued
        The list that stands.
    trial : Trial
        The trial.

    Returns
    -------
    dict
        ``coming`` and ``leaving``: rows with ``id``, ``name``, ``risk_class``, ``rank``, by rank.
    """
    now = issued.visits.index[issued.visits["arm"].ne("random")]
    then = trial.selection.visits.index
    return {
        "coming": _people(issued, then.difference(now)),
        "leaving": _people(issued, now.difference(then)),
    }


def _people(issued: Issued, ids: pd.Index) -> list[dict[str, Any]]:
    names = names_of(issued, ids)
    rows = issued.assessment.loc[ids].sort_values("rank")
    return [
        {"id": one, "name": names[str(one)], "risk_class": row["risk_class"], "rank": row["rank"]}
        for one, row in rows.to_dict("index").items()
    ]


def _number(value: str | None, otherwise: float) -> float:
    try:
        found = float((value or "").replace(",", "."))
    except ValueError:
        return otherwise
    return found if np.isfinite(found) else otherwise


def _with_floor(limits: tuple[Limit, ...], area: str, least: int) -> tuple[Limit, ...]:
    others = tuple(limit for limit in limits if (limit.by, limit.value) != ("area", area))
    own = next((limit for limit in limits if (limit.by, limit.value) == ("area", area)), None)
    most = own.most if own else None
    if least <= 0 and most is None:
        return others
    return (*others, Limit(by="area", value=area, least=max(least, 0), most=most))


def _without_days(programme: Programme) -> Programme:
    capacity = programme.capacity.model_copy(update={"inspector_days": 1.0})
    return programme.model_copy(update={"capacity": capacity})


def _scene(workspace: Workspace, issued: Issued) -> Scene:
    def make() -> Scene:
        return make_scene(
            issued.registry,
            issued.features,
            issued.assessment,
            issued.programme,
            issued.quarter,
            roads=make_roads(issued.programme, workspace.folder),
            decisions=issued.decisions,
        )

    return once((*key_of(issued), "scene"), make)


def present(issued: Issued) -> dict[str, float]:
    """Return the figures of the list that stands: ``days``, ``visits``, ``lots``, ``worth``, ``findings``.

    Lots count with their chances, whoever was drawn, as in a trial.
    """
    chosen = issued.visits[issued.visits["arm"].ne("random")]
    share = chosen["mode"].eq("remote").map({True: issued.programme.selection.remote_worth, False: 1.0})
    chance = issued.draw["inclusion_probability"]
    chance = chance[chance.between(0, 1, inclusive="neither")]
    among = issued.assessment.loc[chance.index]
    return {
        "days": issued.programme.capacity.inspector_days,
        "visits": float(len(issued.visits)),
        "lots": float(len(issued.visits) - len(chosen)),
        "worth": float(share @ chosen["priority"] + chance @ among["priority"]),
        "findings": float(share @ chosen["violation_probability"] + chance @ among["violation_probability"]),
    }


def figures(trial: Trial, programme: Programme) -> dict[str, float]:
    """Return the figures of a trial, as `present` gives those of the list that stands."""
    return {
        "days": programme.capacity.inspector_days,
        "visits": float(trial.visits),
        "lots": float(trial.lots),
        "worth": trial.worth,
        "findings": trial.findings,
    }
