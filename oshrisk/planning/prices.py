"""What each limit costs: the choice is made again without it.

Prices compare optima with all days poured together (`oshrisk.planning.pouring`), which are proven and do not hang on
how visits happen to fall into months. A limit that does not bind costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from oshrisk.messages import Language, text
from oshrisk.planning.optimise import NODES_PER_SECOND, SAFETY, Selection, make_task
from oshrisk.planning.options import alike, undominated
from oshrisk.planning.packing import Packing
from oshrisk.planning.pouring import Poured, pour
from oshrisk.planning.roads import Roads
from oshrisk.planning.ties import group_name, make_ties
from oshrisk.planning.tree import trip_cost
from oshrisk.reference.communes import communes
from oshrisk.settings import Programme

TRIPS = 3  # far communes for which one more trip is priced
MORE_DAYS = 0.1  # share


def prices(  # noqa: PLR0917  # the five that make a selection, and a language
    candidates: pd.DataFrame,
    roads: Roads,
    days: pd.Series,
    programme: Programme,
    selection: Selection,
    language: Language = "vi",
) -> pd.DataFrame:
    """Price the limits of a selection.

    Parameters
    ----------
    candidates, roads, days, programme
        As `oshrisk.planning.optimise.select` had them.
    selection : Selection
        What it gave.
    language : {"vi", "en"}, default "vi"
        Language of the sentences.

    Returns
    -------
    DataFrame
        One row for each: the roads, nights, closures (where there are any), each floor and ceiling, the floor of
        enterprises never visited, 10 % more days, and one more trip to each of the worthiest `TRIPS` far communes that
        no chosen visit goes to. ``limit`` (kind), ``name`` (as printed), ``worth_without``, ``price_worth`` (at least
        0), ``price_findings`` (expected serious findings; may be negative, since worth counts harm too), ``sentence``.
    """
    musts = int(candidates["status"].eq("must").sum()) - len(selection.left_out_musts)
    base, findings = _solve(candidates, roads, days, programme, musts)
    rows = []
    for limit, group, changed in _without(roads, days, programme):
        freed, found = _solve(candidates, *changed, musts)
        worth = max(freed.objective, base.objective)  # apart by less than the gap where a limit does not bind
        gained = found - findings if freed.objective > base.objective * (1 + 2 * programme.selection.gap) else 0.0
        rows.append((limit, text(f"selection.prices.{limit}", language, group=group), worth, gained))
    rows += [
        ("trip", text("selection.prices.trip", language, name=name), base.objective + worth, found)
        for name, worth, found in _more_trips(candidates, roads, days, programme, selection)
    ]
    frame = pd.DataFrame(rows, columns=["limit", "name", "worth_without", "price_findings"])
    frame.insert(3, "price_worth", frame["worth_without"] - base.objective)
    said = frame["limit"].isin(["trip", "more_days"]).map({True: "gains", False: "costs"})
    frame["sentence"] = [
        text(f"selection.prices.{how}", language, limit=name, findings=_number(found, language))
        for how, name, found in zip(said, frame["name"], frame["price_findings"], strict=True)
    ]
    return frame


_Changed = tuple[Roads | None, pd.Series, Programme]


def _without(roads: Roads, days: pd.Series, programme: Programme) -> Iterator[tuple[str, str, _Changed]]:
    """Name each limit, and what is solved in its absence."""
    selection = programme.selection
    yield "roads", "", (None, days, programme)
    free = programme.roads.model_copy(update={"night_cost": 0.0})
    yield "nights", "", (roads, days, programme.model_copy(update={"roads": free}))
    if roads.closed(days.index.get_level_values("month").tolist()).to_numpy().any():
        yield "closures", "", (replace(roads, closed_communes=()), days, programme)
    for number, limit in enumerate(selection.limits):
        for kind, field, none in (("floor", "least", 0), ("ceiling", "most", None)):
            if getattr(limit, field) != none:
                loose = list(selection.limits)
                loose[number] = limit.model_copy(update={field: none})
                yield kind, group_name(limit), (roads, days, _with(programme, limits=tuple(loose)))
    if selection.least_never_visited:
        yield "never_visited", "", (roads, days, _with(programme, least_never_visited=0))
    yield "more_days", "", (roads, days * (1 + MORE_DAYS), programme)


def _with(programme: Programme, **changes: object) -> Programme:
    return programme.model_copy(update={"selection": programme.selection.model_copy(update=changes)})


def _solve(
    candidates: pd.DataFrame, roads: Roads | None, days: pd.Series, programme: Programme, musts: int
) -> tuple[Poured, float]:
    """Optimum and expected serious findings with all days poured together."""
    task = make_task(undominated(candidates, days, programme), roads, days, programme)
    poured = pour(
        task.options,
        alike(task.candidates, programme),
        task.tree,
        make_ties(task.candidates, programme, musts),
        task.days,
        gap=programme.selection.gap,
        seconds=SAFETY * programme.selection.seconds,
        nodes=int(NODES_PER_SECOND * programme.selection.seconds),
    )
    return poured, float(task.options["findings"].to_numpy()[poured.taken].sum())


def _more_trips(
    candidates: pd.DataFrame, roads: Roads, days: pd.Series, programme: Programme, selection: Selection
) -> list[tuple[str, float, float]]:
    """Worth and findings of the best full trip to far communes without a chosen visit; the worthiest first."""
    task = make_task(candidates.drop(selection.visits.index), roads, days, programme)
    tree, options = task.tree, task.options
    visited = set(
        candidates.loc[selection.visits.index[selection.visits["mode"].eq("on_site")], "commune_code"].dropna()
    )
    barred = task.candidates["entity"].isin(candidates.loc[selection.visits.index, "entity"]) & ~task.candidates["sign"]
    usable = options["mode"].eq("on_site") & ~barred.to_numpy()[options["candidate"]]
    names = communes(programme.office.province_code)["name"]
    loose = replace(task.ties, least=np.full(len(task.ties.least), -np.inf))
    found = []
    for node in np.flatnonzero(tree.far):
        on_road = tree.below[options["node"].to_numpy(), node] & options["node"].gt(0).to_numpy()
        few = options[usable.to_numpy() & on_road].reset_index(drop=True)
        here = few["node"].eq(node)
        if tree.communes[node] in visited or not here.any():
            continue
        room = trip_cost(np.array(tree.longest), tree.depth[[node]], tree.night)
        trip = Packing(few, replace(tree, closed=tree.closed[:, :1] & False), loose, room)
        trip.take([int(few["worth"].where(here).idxmax())])
        trip.fill()
        taken = [option for option, (_, number) in trip.place.items() if number == 0]
        gain = few.loc[taken, ["worth", "findings"]].sum()
        found.append((str(names.get(tree.communes[node])), float(gain["worth"]), float(gain["findings"])))
    return sorted(found, key=lambda item: (-item[1], item[0]))[:TRIPS]


def _number(value: float, language: Language) -> str:
    said = f"{value:.1f}"
    return said.replace(".", ",") if language == "vi" else said
