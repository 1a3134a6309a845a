"""The ways in which candidates can be checked: on site in a commune of the tree of roads, or remote, at the seat."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.planning.tree import Tree, trip_cost
from oshrisk.settings import Programme


def make_options(candidates: pd.DataFrame, tree: Tree, programme: Programme) -> pd.DataFrame:
    """List the ways in which candidates can be checked.

    Parameters
    ----------
    candidates : DataFrame, shape (n, ...)
        As `oshrisk.planning.optimise.select` takes them, in the order of their ids.
    tree : Tree
        The roads.
    programme : Programme
        Settings of capacity, roads and selection.

    Returns
    -------
    DataFrame, shape (n_options, 7)
        ``candidate`` (position), ``mode``, ``node``, ``days`` [team-days, at an unknown commune with the mean road
        driven alone], ``worth``, ``findings`` (expected serious findings), ``must``. A visit that is longer than the
        longest trip is no option.
    """
    number = {code: position for position, code in enumerate(tree.communes)}
    commune = candidates["commune_code"]
    roads = tree.communes != ("",)  # of a plan without roads, which asks nobody where they are
    node = commune.map(number).fillna(-1).to_numpy(dtype=np.intp) if roads else np.zeros(len(commune), dtype=np.intp)
    mean = lone_road(candidates, tree.depth[node[node >= 0]])
    days = candidates["visit_days"].to_numpy(dtype=np.float64)
    lone = trip_cost(days + mean, mean, tree.night)
    place = np.maximum(node, 0)
    fits = np.where(node >= 0, days + tree.depth[place], days + mean) <= tree.longest + 1e-9
    fits |= ~tree.far[place] & (node >= 0)  # from near places the team comes home every day
    reached = ~tree.closed[place].all(axis=1)
    share = programme.selection.remote_worth
    remote = candidates["remote_days"].to_numpy(dtype=np.float64)
    both = pd.DataFrame({
        "candidate": np.tile(np.arange(len(candidates)), 2),
        "mode": np.repeat(["on_site", "remote"], len(candidates)),
        "node": np.concatenate([place, np.zeros_like(place)]),
        "days": np.concatenate([np.where(node >= 0, days, lone), remote]),
        "worth": np.concatenate([candidates["worth"], share * candidates["worth"]]),
        "findings": np.concatenate([candidates["violation_probability"], share * candidates["violation_probability"]]),
        "must": np.tile(candidates["status"].eq("must"), 2),
    })  # fmt: skip
    possible = np.concatenate([candidates["on_site"].to_numpy(dtype=bool) & fits & reached, np.isfinite(remote)])
    return both[possible].sort_values(["candidate", "mode"]).reset_index(drop=True)


def lone_road(frame: pd.DataFrame, known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the road of places whose commune is unknown: they are driven alone.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
        With ``travel_days`` [days, there and back], where the caller has it (`oshrisk.planning.costs.visit_costs`).
    known : ndarray of float
        Roads of places whose commune is known [days, there and back].

    Returns
    -------
    ndarray of float, shape (n,)
        ``travel_days``, or the mean of the known roads.
    """
    if "travel_days" in frame:
        return np.asarray(frame["travel_days"], dtype=np.float64)
    ordered = np.sort(known)  # sorted, so that the order of the rows cannot move the mean
    return np.full(len(frame), ordered.mean() if len(ordered) else 0.0)


def alike(candidates: pd.DataFrame, programme: Programme) -> NDArray[np.intp]:
    """Find the candidates that can stand for each other: alike in all that counts but worth.

    Parameters
    ----------
    candidates : DataFrame, shape (n, ...)
        As `oshrisk.planning.optimise.select` takes them.
    programme : Programme
        Setting ``selection``: sector, size and earlier visits count where a limit is set on them.

    Returns
    -------
    ndarray of int, shape (n,)
        -1 for those of a legal entity with several candidates: taking one bars others.
    """
    number = _groups(candidates, programme)
    return np.asarray(number.mask(candidates["entity"].duplicated(keep=False), -1), dtype=np.intp)


def undominated(candidates: pd.DataFrame, days: pd.Series, programme: Programme) -> pd.DataFrame:
    """Leave out candidates that a best plan can do without.

    A candidate goes where more worthier ones, alike in all else and alone in their legal entity, stand before it than
    the days could visit: in any plan that holds it one of those is free to take its place.

    Parameters
    ----------
    candidates : DataFrame, shape (n, ...)
        As `oshrisk.planning.optimise.select` takes them.
    days : Series
        Inspector-days by team and month.
    programme : Programme
        Settings ``capacity`` and ``selection``.

    Returns
    -------
    DataFrame, shape (n_kept, ...)
        The others, by id.
    """
    candidates = candidates.sort_index()
    single = ~candidates["entity"].duplicated(keep=False)
    order = candidates.assign(group=_groups(candidates, programme), single=single)
    order = order.sort_values("worth", ascending=False, kind="stable")
    before = order.groupby("group")["single"].cumsum() - order["single"]
    least = candidates[["visit_days", "remote_days"]].min(axis="columns")
    most = days.sum() / programme.capacity.team_size / least
    return candidates[before.reindex(candidates.index) <= most]


def _groups(candidates: pd.DataFrame, programme: Programme) -> pd.Series:
    """Give the candidates alike in all that counts but worth and legal entity the same number."""
    columns = ["status", "commune_code", "visit_days", "remote_days", "on_site"]
    columns += sorted({limit.by for limit in programme.selection.limits} & {"area", "section", "size"})
    columns += ["never_visited"] if programme.selection.least_never_visited else []
    return candidates.groupby(columns, dropna=False, sort=False).ngroup()
