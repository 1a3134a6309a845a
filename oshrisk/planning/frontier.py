"""What other days, another random share or other quotas would bring, before anything is kept.

No lots are drawn here, only counted, with what they are expected to find: whoever could see the lots of many settings
could choose the settings by the lots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from oshrisk.planning.buckets import buckets
from oshrisk.planning.draw import chances
from oshrisk.planning.optimise import Selection, Task, fitting_musts, make_task, select
from oshrisk.planning.options import alike, undominated
from oshrisk.planning.overrides import decided
from oshrisk.planning.pouring import pour_linear
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.roads import Roads
from oshrisk.planning.slots import Slots, reserve_slots
from oshrisk.planning.state import candidates_of, closed_months, lottery_frame, planning_state
from oshrisk.planning.ties import make_ties
from oshrisk.registry.registry import Registry
from oshrisk.settings import Limit, Programme

QUICK_SECONDS: Final = 0.2  # budget of a trial that somebody waits for; counted, as `oshrisk.planning.optimise` does


@dataclass(frozen=True)
class Scene:
    """What stays the same whatever the days, the random share and the quotas.

    Parameters
    ----------
    quarter : Quarter
        The quarter.
    roads : Roads
        The roads.
    state : DataFrame, shape (n_enterprises, ...)
        From `oshrisk.planning.state.planning_state`, with the decisions of people.
    drawable : DataFrame
        Those that slots are reserved for: see `oshrisk.planning.state.lottery_frame`.
    """

    quarter: Quarter
    roads: Roads
    state: pd.DataFrame
    drawable: pd.DataFrame


@dataclass(frozen=True)
class Trial:
    """A list that is tried: what it would be worth, and whom it would hold.

    Parameters
    ----------
    selection : Selection
        The choice.
    lots : int
        Visits that would be drawn by lot.
    lot_worth, lot_findings : float
        Worth, and expected serious findings, of the lots, whoever is drawn.
    """

    selection: Selection
    lots: int
    lot_worth: float
    lot_findings: float

    @property
    def visits(self) -> int:
        """Number of visits, lots included."""
        return len(self.selection.visits) + self.lots

    @property
    def worth(self) -> float:
        """Worth of all visits."""
        return float(self.selection.report["objective"]) + self.lot_worth

    @property
    def findings(self) -> float:
        """Expected serious findings of all visits."""
        return float(self.selection.report["findings"]) + self.lot_findings


def make_scene(
    registry: Registry,
    features: pd.DataFrame,
    assessment: pd.DataFrame,
    programme: Programme,
    quarter: Quarter,
    *,
    roads: Roads,
    decisions: pd.DataFrame,
) -> Scene:
    """Look at everything that trials have in common.

    Parameters
    ----------
    registry, features, assessment, programme, quarter, roads, decisions
        As `oshrisk.planning.make_plan`.

    Returns
    -------
    Scene
        For any number of trials.
    """
    state = planning_state(registry, features, assessment, programme, quarter, roads)
    drawable = lottery_frame(state, roads, programme, quarter)
    return Scene(quarter, roads, decided(state, decisions, quarter), drawable)


def varied(
    programme: Programme,
    *,
    inspector_days: float,
    random_share: float,
    least_never_visited: int,
    limits: tuple[Limit, ...],
) -> Programme:
    """Return a programme with other days, random share and quotas.

    Parameters
    ----------
    programme : Programme
        The programme.
    inspector_days, random_share, least_never_visited, limits
        The settings of these names.

    Returns
    -------
    Programme
        With its values checked: `pydantic.ValidationError` says which is out of range.
    """
    values = programme.model_dump()
    values["capacity"]["inspector_days"] = inspector_days
    values["draw"]["random_share"] = random_share
    values["selection"] |= {"least_never_visited": least_never_visited, "limits": limits}
    return Programme.model_validate(values)


def try_out(scene: Scene, programme: Programme, start: pd.DataFrame, *, thorough: bool = False) -> Trial:
    """Choose as a programme would, without lots.

    Parameters
    ----------
    scene : Scene
        From `make_scene`.
    programme : Programme
        The settings to try.
    start : DataFrame
        The list that stands, without its lots, as `oshrisk.planning.optimise.select` takes it: the search goes on
        from it, so that the trial differs where the settings make it better, not by chance.
    thorough : bool, default False
        Search as long as the programme does; otherwise for about a second.

    Returns
    -------
    Trial
        What it would be.

    Raises
    ------
    OshriskError
        If the limits cannot be kept together.
    """
    settings = programme if thorough else _briefly(programme)
    slots = _slots(scene, programme)
    selection = select(candidates_of(scene.state, programme), scene.roads, slots.days_left, settings, start=start)
    worth, findings = _lots(scene, slots, selection.visits.index)
    return Trial(selection, len(slots.slots), worth, findings)


def frontier(scene: Scene, programme: Programme, days: Sequence[float]) -> pd.DataFrame:
    """Say what the best list would be worth with fewer or more inspector-days.

    Parameters
    ----------
    scene : Scene
        From `make_scene`.
    programme : Programme
        The settings; their inspector-days are not looked at.
    days : sequence of float
        Inspector-days of the quarter.

    Returns
    -------
    DataFrame, shape (n_days, 4)
        ``days``; ``worth`` and ``findings`` (expected serious findings) of choice and lots together; ``lots``. The
        choice is that of the linear relaxation: what an ideal search would come near, and real lists of whole visits
        stay a few percent below. NaN where floors cannot be kept.
    """
    most = programme.capacity.model_copy(update={"inspector_days": max(days)})
    slots = _slots(scene, programme.model_copy(update={"capacity": most}))
    candidates = undominated(candidates_of(scene.state, programme), slots.days_left, programme)
    task = make_task(candidates, scene.roads, slots.days_left, programme)
    return pd.DataFrame([_best(scene, task, programme, amount) for amount in days])


def _best(scene: Scene, task: Task, programme: Programme, amount: float) -> dict[str, float]:
    capacity = programme.capacity.model_copy(update={"inspector_days": amount})
    slots = _slots(scene, programme.model_copy(update={"capacity": capacity}))
    team_days = slots.days_left.sort_index().to_numpy(dtype=np.float64) / capacity.team_size
    task = replace(task, days=team_days)
    ties = make_ties(task.candidates, programme, fitting_musts(task))
    likeness = alike(task.candidates, programme)
    found = None
    if len(task.options) and team_days.sum() > 0:
        found = pour_linear(task.options, likeness, task.tree, ties, task.days, links=False)
    figures = {"days": amount, "worth": float("nan"), "findings": float("nan"), "lots": float(len(slots.slots))}
    if found is None:
        return figures
    taken = task.options.iloc[found.pool]
    chosen = task.candidates.index[taken["candidate"][found.shares > _HALF].unique()]
    worth, findings = _lots(scene, slots, chosen)
    figures["worth"] = float(found.shares @ taken["worth"]) + worth
    figures["findings"] = float(found.shares @ taken["findings"]) + findings
    return figures


_HALF: Final = 0.5


def _briefly(programme: Programme) -> Programme:
    seconds = min(programme.selection.seconds, QUICK_SECONDS)
    return programme.model_copy(update={"selection": programme.selection.model_copy(update={"seconds": seconds})})


def _slots(scene: Scene, programme: Programme) -> Slots:
    days = buckets(scene.quarter, programme.capacity)
    return reserve_slots(scene.drawable, days, programme.draw.random_share, closed_months(programme, scene.quarter))


def _lots(scene: Scene, slots: Slots, chosen: pd.Index) -> tuple[float, float]:
    """Return worth and expected serious findings of the lots among those who were not chosen."""
    state = scene.state
    left = state[state["status"].eq("may")].drop(chosen, errors="ignore")
    left = left[left["sign"] | ~left["entity"].isin(state.loc[chosen, "entity"])]
    left = left[left.index.isin(scene.drawable.index)]
    chance = chances(left, slots)
    return float(chance @ left["priority"]), float(chance @ left["violation_probability"])
