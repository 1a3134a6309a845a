"""The choice of visits within the days of teams and months: the worthiest that roads, limits and the law allow.

1. `oshrisk.planning.pouring` solves the choice with all days poured together: proven optimal where it has time, and a
   bound for every plan.
2. `oshrisk.planning.packing` packs that choice into trips, teams and months, and searches on from there. What whole
   visits in separate months cannot use is the gap that remains.

The musts come first: as many as fit, then floors, then worth. Nothing depends on the order of the rows.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from oshrisk.planning.clashes import clash
from oshrisk.planning.options import alike, make_options, undominated
from oshrisk.planning.packing import Packing, improve
from oshrisk.planning.polish import polish
from oshrisk.planning.pouring import Poured, pour
from oshrisk.planning.roads import Roads
from oshrisk.planning.ties import Ties, make_ties
from oshrisk.planning.tree import Floats, Tree, make_tree
from oshrisk.settings import Programme

# Of the setting `seconds`; counted, not timed, so that every machine makes the same list.
ROUNDS_PER_SECOND = 200
SEARCHES_PER_SECOND = 0.4
NODES_PER_SECOND = 400
SAFETY = 12.0  # times `seconds`: only a machine that much slower stops by time, and says so (`poured_proven`)
POLISH_VISITS = 400  # beyond so many visits two buckets are too small a part to search exactly


@dataclass(frozen=True)
class Selection:
    """The chosen visits.

    Parameters
    ----------
    visits : DataFrame, shape (n_chosen, 6)
        Indexed by ``enterprise_id`` in its order: ``mode`` (on_site, remote), ``team``, ``month``, ``trip`` (number
        within the quarter; 0: none, at the seat), ``worth``, ``findings`` (expected serious findings).
    left_out_musts : Index
        Those that must be checked and do not fit.
    report : dict
        JSON-ready: ``objective``, ``bound``, ``gap``, ``proven``, ``poured_objective`` (with all days poured
        together), ``poured_proven``, ``seconds``, ``greedy_objective``, ``candidates``, ``pool`` [options],
        ``findings``, ``days`` and ``days_used`` [inspector-days], ``binding`` (limits reached), ``missed`` (floors
        that whole visits did not reach, with how many are missing).
    """

    visits: pd.DataFrame
    left_out_musts: pd.Index
    report: dict[str, Any]


@dataclass(frozen=True)
class Task:
    """What is to be chosen from: everything that `pour` and `Packing` need.

    Parameters
    ----------
    candidates : DataFrame
        In the order of their ids.
    options : DataFrame
        From `make_options`.
    tree : Tree
        Roads.
    ties : Ties
        Limits, with all musts.
    days : ndarray of float, shape (n_buckets,)
        Team-days.
    buckets : MultiIndex
        ``team`` and ``month``.
    """

    candidates: pd.DataFrame
    options: pd.DataFrame
    tree: Tree
    ties: Ties
    days: Floats
    buckets: pd.Index


def select(
    candidates: pd.DataFrame,
    roads: Roads | None,
    days: pd.Series,
    programme: Programme,
    *,
    start: pd.DataFrame | None = None,
) -> Selection:
    """Choose the visits of a quarter.

    Parameters
    ----------
    candidates : DataFrame, shape (n, ...)
        Indexed by ``enterprise_id``: ``status`` (must, may), ``worth`` (at least 0), ``violation_probability``,
        ``entity``, ``sign``, ``commune_code`` (NaN: unknown), ``visit_days`` and ``remote_days`` [days of the team;
        NaN: no remote check possible], ``on_site`` (allowed), ``size``, ``section``, ``never_visited``;
        ``travel_days`` [days, there and back: the road of those whose commune is unknown; without the column it is
        the mean of the known roads].
    roads : Roads or None
        From `oshrisk.planning.roads.make_roads`; None for a plan as if there were no roads.
    days : Series
        Inspector-days by ``team`` and ``month``, as `oshrisk.planning.buckets.buckets` gives them.
    programme : Programme
        Settings ``capacity``, ``roads`` and ``selection``.
    start : DataFrame, optional
        A list to search on from, indexed by ``enterprise_id``: ``mode``, ``team``, ``month``. What comes of it
        differs from it where that is better or it does not fit any more.

    Returns
    -------
    Selection
        The same for the same arguments, whatever the order of the rows.

    Raises
    ------
    OshriskError
        If the limits cannot be kept together: which clash, and by how much.
    """
    began = time.monotonic()
    task = make_task(undominated(candidates, days, programme), roads, days, programme)
    musts = fitting_musts(task)
    task_ties = make_ties(task.candidates, programme, musts)
    settings = programme.selection
    poured = pour(
        task.options,
        alike(task.candidates, programme),
        task.tree,
        task_ties,
        task.days,
        gap=settings.gap,
        seconds=SAFETY * settings.seconds,
        nodes=int(NODES_PER_SECOND * settings.seconds),
    )
    if not poured.feasible:
        whole = make_task(candidates, roads, days, programme)  # more days could need those that were left out
        ties = make_ties(whole.candidates, programme, musts)
        raise clash(whole.options, whole.tree, ties, whole.days, programme.capacity.team_size)
    first = greedy(task)
    greedy_objective = first.total()
    if start is not None:
        first = max(first, _resumed(task, start, poured, programme), key=Packing.score)
    best, options = _packed(task, poured, first, programme)
    report = _report(task, best, poured, greedy_objective, programme)
    report |= {"candidates": len(candidates), "seconds": round(time.monotonic() - began, 3)}
    all_musts = candidates.index[candidates["status"].eq("must")].sort_values()
    return _selection(task, options, best, report=report, musts=all_musts)


def make_task(candidates: pd.DataFrame, roads: Roads | None, days: pd.Series, programme: Programme) -> Task:
    """Bring what is to be chosen from into a fixed order.

    Parameters
    ----------
    candidates, roads, days, programme
        As `select`.

    Returns
    -------
    Task
        The task, sorted by id and bucket.
    """
    candidates, days = candidates.sort_index(), days.sort_index()
    tree = make_tree(roads, candidates["commune_code"], days, programme)
    options = make_options(candidates, tree, programme)
    possible = candidates.iloc[options["candidate"].unique()]
    ties = make_ties(candidates, programme, int(possible["status"].eq("must").sum()))
    team_days = days.to_numpy(dtype=np.float64) / programme.capacity.team_size
    return Task(candidates, options, tree, ties, team_days, days.index)


def greedy(task: Task) -> Packing:
    """Choose at every step the visit with the most worth for the days it adds: the baseline.

    Parameters
    ----------
    task : Task
        From `make_task`.

    Returns
    -------
    Packing
        Musts first, then what floors need, then the rest.
    """
    packing = Packing(task.options, task.tree, task.ties, task.days)
    packing.fill()
    return packing


def fitting_musts(task: Task) -> int:
    """Count those that must be checked and that the search can pack.

    Parameters
    ----------
    task : Task
        From `make_task`.

    Returns
    -------
    int
        All of them, where the days suffice.
    """
    options = task.options[task.options["must"]].reset_index(drop=True)
    if options.empty:
        return 0
    row = [name[0] == "musts" for name in task.ties.names].index(True)
    floor = np.where(np.arange(len(task.ties.names)) == row, task.ties.least, -np.inf)
    only = Ties(task.ties.matrix, floor, task.ties.most, task.ties.names)
    packing = Packing(*_compact(options, task.tree, only), task.days)
    packing.fill()
    for _ in range(5):
        if packing.sums[row] >= floor[row]:
            break
        packing = improve(packing, 0.0, 60)
    return int(packing.sums[row])


def _resumed(task: Task, start: pd.DataFrame, poured: Poured, programme: Programme) -> Packing:
    """Pack a list that stands, as far as it fits, into its teams and months; fill up, and search on."""
    packing = Packing(task.options, task.tree, task.ties, task.days)
    left = []
    for option, bucket in _standing(task, start):
        kind = packing.kind[option]
        if bucket >= 0 and np.isfinite(packing.added[kind, bucket]) and packing.allowed()[option]:
            packing.put(option, bucket)
        else:
            left.append(option)
    packing.take(left)
    packing.fill(day_worth=poured.day_worth)
    packing.fill()
    return improve(packing, poured.day_worth, round(ROUNDS_PER_SECOND * programme.selection.seconds))


def _standing(task: Task, start: pd.DataFrame) -> list[tuple[int, int]]:
    """Return the options of a list and their buckets (-1: there is none any more); musts first, then the farthest."""
    options = task.options
    rows = start.reindex(task.candidates.index[options["candidate"]])
    listed = np.flatnonzero(rows["mode"].to_numpy() == options["mode"].to_numpy())
    rows = rows.iloc[listed]
    buckets = task.buckets.get_indexer(pd.MultiIndex.from_frame(rows[["team", "month"]].astype("int64")))
    chosen = options.iloc[listed]
    depth = task.tree.depth[chosen["node"].to_numpy()]
    order = np.lexsort((listed, -chosen["days"].to_numpy(), -depth, ~chosen["must"].to_numpy(dtype=bool)))
    return [(int(listed[place]), int(buckets[place])) for place in order]


def _packed(task: Task, poured: Poured, first: Packing, programme: Programme) -> tuple[Packing, pd.DataFrame]:
    """Pack the poured choice, and search on."""
    options = task.options.iloc[poured.pool].reset_index(drop=True)
    few, tree, ties = _compact(options, task.tree, task.ties)
    packing = Packing(few, tree, ties, task.days)
    taken = np.flatnonzero(np.isin(poured.pool, poured.taken))
    depth = task.tree.depth[options["node"].to_numpy()[taken]]
    must = options["must"].to_numpy()[taken]
    farthest = np.lexsort((taken, -options["days"].to_numpy()[taken], -depth, ~must))
    packing.take(taken[farthest].tolist())
    packing.fill(day_worth=poured.day_worth)
    packing.fill()
    seconds = programme.selection.seconds
    packing = improve(packing, poured.day_worth, round(ROUNDS_PER_SECOND * seconds))
    if len(packing.place) <= POLISH_VISITS:
        packing = polish(packing, few, poured.loss, int(SEARCHES_PER_SECOND * seconds))
    return (packing, options) if packing.score() >= first.score() else (first, task.options)


def _compact(options: pd.DataFrame, tree: Tree, ties: Ties) -> tuple[pd.DataFrame, Tree, Ties]:
    """Give the candidates of some options numbers without gaps: the search goes over all again and again."""
    kept, number = np.unique(options["candidate"].to_numpy(dtype=np.intp), return_inverse=True)
    return options.assign(candidate=number), tree, ties.of(kept)


def _selection(
    task: Task, options: pd.DataFrame, packing: Packing, *, report: dict[str, Any], musts: pd.Index
) -> Selection:
    placed = sorted(packing.place)
    rows = options.iloc[placed]
    bucket = np.array([packing.place[option][0] for option in placed], dtype=np.intp)
    trip = pd.Series([packing.place[option][1] for option in placed], dtype="int64")
    where = task.buckets[bucket]
    visits = pd.DataFrame(
        {
            "mode": pd.array(rows["mode"], dtype="str"),
            "team": where.get_level_values("team").astype("int64"),
            "month": where.get_level_values("month").astype("int64"),
            "trip": trip.to_numpy() + 1,
            "worth": rows["worth"].to_numpy(),
            "findings": rows["findings"].to_numpy(),
        },
        index=task.candidates.index[rows["candidate"]],
    ).sort_index()
    told = {**report, "findings": float(visits["findings"].sum())}
    return Selection(visits, musts.difference(visits.index), told)


def _report(
    task: Task, packing: Packing, poured: Poured, greedy_objective: float, programme: Programme
) -> dict[str, Any]:
    objective = packing.total()
    bound = max(poured.bound, objective)
    gap = (bound - objective) / bound if bound else 0.0
    reached = {
        name: float(sums)
        for name, sums, least, most in zip(task.ties.names, packing.sums, task.ties.least, task.ties.most, strict=True)
        if name[0] not in ("entity", "musts") and (sums <= least or sums >= most)
    }
    missing = np.maximum(task.ties.least - packing.sums, 0.0)
    missed = {" ".join(name).strip(): int(short) for name, short in zip(task.ties.names, missing, strict=True) if short}
    team = programme.capacity.team_size
    return {
        "objective": objective,
        "bound": float(bound),
        "gap": float(gap),
        "proven": bool(gap <= programme.selection.gap + 1e-9),
        "poured_objective": poured.objective,
        "poured_proven": poured.proven,
        "greedy_objective": greedy_objective,
        "pool": len(poured.pool),
        "days": float(task.days.sum() * team),
        "days_used": float(packing.used.sum() * team),
        "binding": [" ".join(name).strip() for name in reached],
        "missed": missed,
    }
