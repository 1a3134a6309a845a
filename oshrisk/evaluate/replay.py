"""Past quarters, planned again: each with what was known the day before it, by the functions that plan the next."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from oshrisk.evaluate.history import Past, date_before, lost_days, panels, selection_weights
from oshrisk.features.inspections import inspected
from oshrisk.features.rows import days
from oshrisk.planning import Plan, Quarter, make_plan
from oshrisk.planning.roads import Roads, make_roads
from oshrisk.registry.registry import Registry
from oshrisk.risk import RiskTable, assess, covering
from oshrisk.risk.panel import Panel
from oshrisk.risk.severity import fit_severity
from oshrisk.settings import Programme

OWN_BODY: Final = "home_affairs"
FOLLOWING: Final = ("mandatory", "complaint")  # arms of visits that follow an event: no list could have foreseen it

Model = Any  # a RiskTable; a callable from panels to a table, or to an object with `table` and `moved`; an estimator
Panels = Callable[[], Mapping[str, Panel]]


@dataclass(frozen=True)
class Replay:
    """What every model would have ranked and listed in past quarters, and what came of it.

    Parameters
    ----------
    quarters : tuple of Quarter
        The quarters.
    rows : DataFrame
        A row an enterprise and quarter that could be visited, in the order of quarter and enterprise_id:
        ``quarter`` (position in `quarters`), ``enterprise_id``, ``visits`` (the programme's number of visits of
        that quarter), the outcomes of `oshrisk.evaluate.history.outcomes`, ``made`` (the department's own visit of
        that quarter, but for those that followed an accident or a complaint), and the features that lists are
        audited by.
    scores : dict of str to DataFrame
        By model, rows as `rows`: ``priority``, and where the model gives them ``accident_rate``,
        ``violation_probability``, ``expected_harm``; NaN where it does not.
    plans : DataFrame
        quarter, model, enterprise_id, order, arm: the lists that `make_plan` makes, of models that assess risk.
    learned : DataFrame
        quarter, model, outcome, rows, events: what each model had learned from.
    tables : dict of str to RiskTable
        The table of the last quarter, of models that are or fit one.
    moved : dict of str to DataFrame
        What data moved in that table, of models that say so.
    """

    quarters: tuple[Quarter, ...]
    rows: pd.DataFrame
    scores: dict[str, pd.DataFrame]
    plans: pd.DataFrame
    learned: pd.DataFrame
    tables: dict[str, RiskTable]
    moved: dict[str, pd.DataFrame]


REPLAY_SECONDS: Final = 0.2  # of search for each past list: some percent of worth less than the list of a quarter
AUDITED: Final = ("workers", "section", "commune_code", "travel_hours", "months_since_inspection")
ASSESSED: Final = ("priority", "accident_rate", "violation_probability", "expected_harm")


def replay(
    past: Past,
    programme: Programme,
    table: RiskTable,
    models: Mapping[str, Model],
    quarters: tuple[Quarter, ...],
    *,
    truth_accidents: pd.DataFrame | None = None,
    roads: Roads | None = None,
) -> Replay:
    """Plan past quarters again.

    Parameters
    ----------
    past : Past
        The registry, seen from the past.
    programme : Programme
        Settings of capacity, draw and ranking: those of today, for all quarters.
    table : RiskTable
        The programme's own table: its plan says how many visits a quarter has and who could be visited.
    models : mapping of str to Model
        What to compare, by name.
    quarters : tuple of Quarter
        The quarters, in order; their labels must have matured.
    truth_accidents : DataFrame, optional
        All true accidents, of a simulated province: then these are the outcome, and everybody is labelled.
    roads : Roads, optional
        The roads; by default those of the settings, a table of travel times counted from the current folder.

    Returns
    -------
    Replay
        Scores, lists and outcomes.
    """
    programme, roads = searched_briefly(programme), make_roads(programme) if roads is None else roads
    parts: list[pd.DataFrame] = []
    scores: dict[str, list[pd.DataFrame]] = {name: [] for name in models}
    plans: list[pd.DataFrame] = []
    learned: list[dict[str, object]] = []
    tables: dict[str, RiskTable] = {}
    moved: dict[str, pd.DataFrame] = {}
    for number, quarter in enumerate(quarters):
        scene = _scene(past, programme, table, quarter, roads)
        rows = _rows(past, scene, truth_accidents).assign(quarter=number)
        parts.append(rows)
        labels = cache(lambda date=scene.as_of: panels(past, date, weigh=selection_weights(past)))
        for name, model in models.items():
            fitted, change = fit(model, labels)
            moved |= {} if change is None else {name: change}
            learned += _learned(model, labels, name, number)
            if isinstance(fitted, RiskTable) and fitted is not model:  # what learns, learns the lost days as well
                fitted, _ = fit_severity(fitted, scene.known["accidents"], scene.features)
            if isinstance(fitted, RiskTable):
                tables[name] = fitted
                same = fitted.model_id == table.model_id
                own = scene.planned if same else _planned(scene, fitted, programme, roads)
                assessment = own.assessment
                plans.append(_listed(own.plan, name, number))
            else:
                assessment = pd.DataFrame({"priority": fitted.predict(scene.open)}, index=scene.open.index)
            scores[name].append(assessment.reindex(columns=list(ASSESSED)).loc[rows["enterprise_id"]])
    return Replay(
        quarters,
        pd.concat(parts, ignore_index=True),
        {name: pd.concat(found, ignore_index=True) for name, found in scores.items()},
        pd.concat(plans, ignore_index=True) if plans else _listed(None, "", 0),
        pd.DataFrame(learned, columns=["quarter", "model", "outcome", "rows", "events"]),
        tables,
        moved,
    )


def searched_briefly(programme: Programme) -> Programme:
    """Return settings with at most `REPLAY_SECONDS` of search: what past lists are made with."""
    seconds = min(REPLAY_SECONDS, programme.selection.seconds)
    return programme.model_copy(update={"selection": programme.selection.model_copy(update={"seconds": seconds})})


def fit(model: Model, labels: Panels) -> tuple[Any, pd.DataFrame | None]:
    """Return what ranks, a risk table or an estimator fitted on the panel of its outcome, and what data moved in it.

    Parameters
    ----------
    model : RiskTable, callable or estimator
        A table is used as it is; a callable makes a table from all panels (or an object with ``table`` and
        ``moved``); an estimator is copied and fitted, and if it fits a table (``table_``), that is what ranks.
    labels : callable
        Gives the panels, when they are asked for.

    Returns
    -------
    tuple
        The risk table or estimator, and a frame of what moved, or None.
    """
    if isinstance(model, RiskTable):
        return model, None
    if not hasattr(model, "fit"):
        made = model(labels())
        return getattr(made, "table", made), getattr(made, "moved", None)
    fresh = copy.deepcopy(model)
    if fresh.outcome:
        panel = labels()[fresh.outcome]
        extra = {"exposure": panel.exposure, "sample_weight": panel.weight, "inspector": panel.inspector}
        fresh.fit(panel.features, panel.outcome, **extra)
    return getattr(fresh, "table_", fresh), getattr(fresh, "moved_", None)


@dataclass(frozen=True)
class _Planned:
    """What a table ranks and lists."""

    plan: Plan
    assessment: pd.DataFrame


@dataclass(frozen=True)
class _Known:
    """One quarter as it stood the day before."""

    quarter: Quarter
    as_of: pd.Timestamp
    known: Registry
    features: pd.DataFrame
    open: pd.DataFrame  # features of the enterprises not closed on the register


@dataclass(frozen=True)
class _Scene(_Known):
    """The same with the plan of the programme's own table."""

    planned: _Planned
    visitable: pd.Index  # enterprises that must or may be checked

    @property
    def visits(self) -> int:
        return len(self.planned.plan.visits)


def _scene(past: Past, programme: Programme, table: RiskTable, quarter: Quarter, roads: Roads) -> _Scene:
    as_of = date_before(quarter)
    known, features = past.registry.known(as_of), past.features(as_of)
    still_open = features[known["enterprises"]["closed_on"].isna().to_numpy()]
    first = _Known(quarter, as_of, known, features, still_open)
    planned = _planned(first, table, programme, roads)
    status = planned.plan.eligibility["status"]
    visitable = status.index[status.ne("not_now")].intersection(still_open.index).sort_values()
    return _Scene(quarter, as_of, known, features, still_open, planned, visitable)


def _planned(scene: _Known, table: RiskTable, programme: Programme, roads: Roads) -> _Planned:
    how = programme.ranking
    whole = covering(table, scene.features)
    assessment = assess(scene.open, whole, priority=how.priority, class_limits=how.class_limits)
    plan = make_plan(scene.known, scene.features, assessment, programme, scene.quarter, roads=roads)
    return _Planned(plan, assessment)


def _rows(past: Past, scene: _Scene, truth: pd.DataFrame | None) -> pd.DataFrame:
    came = past.outcomes(scene.as_of).loc[scene.visitable]
    if truth is not None:
        came = came.assign(**_true_outcomes(truth, scene.visitable, scene.as_of, past.until(scene.as_of)))
    came = came.assign(visits=scene.visits, made=_made(past.registry, scene))
    return came.join(scene.features[list(AUDITED)]).reset_index(names="enterprise_id")


def _true_outcomes(
    truth: pd.DataFrame, ids: pd.Index, opens: pd.Timestamp, until: pd.Timestamp
) -> dict[str, pd.Series]:
    """Return the true accidents of a window: everybody is labelled."""
    rows = truth[(truth["occurred_on"] > opens) & (truth["occurred_on"] <= until)]
    rows = rows.assign(harm=lost_days(rows), fatal=rows["count"] * (rows["severity"] == "fatal"))
    sums = rows.groupby("enterprise_id")[["count", "fatal", "harm"]].sum().reindex(ids, fill_value=0.0)
    return {
        "accidents": sums["count"],
        "fatal": sums["fatal"],
        "harm": sums["harm"],
        "accident_label": sums["count"],
    }


def _made(registry: Registry, scene: _Scene) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say whom the department visited in the quarter, of its own choice."""
    visits = registry["inspections"]
    own = inspected(visits) & (visits["body"].isna() | (visits["body"] == OWN_BODY)).to_numpy()
    own &= ~visits["arm"].isin(FOLLOWING).to_numpy()
    on = days(visits["started_on"])
    first, last = (days(pd.Series([date]))[0] for date in (scene.quarter.start, scene.quarter.end))
    chosen = visits["enterprise_id"][own & (on >= first) & (on <= last)]
    return np.asarray(scene.visitable.isin(chosen))


def _listed(plan: Plan | None, model: str, quarter: int) -> pd.DataFrame:
    columns = ["quarter", "model", "enterprise_id", "order", "arm", "inspector_days"]
    if plan is None:
        return pd.DataFrame(columns=columns)
    return plan.visits.reset_index().assign(quarter=quarter, model=model)[columns]


def _learned(model: Model, labels: Panels, name: str, quarter: int) -> list[dict[str, object]]:
    if isinstance(model, RiskTable) or getattr(model, "outcome", "all") == "":
        return []
    wanted = [model.outcome] if hasattr(model, "outcome") else list(labels())
    found = {outcome: labels()[outcome] for outcome in wanted}
    return [
        {
            "quarter": quarter,
            "model": name,
            "outcome": outcome,
            "rows": len(panel.features),
            "events": float(np.asarray(panel.outcome, dtype=float).sum()),
        }
        for outcome, panel in found.items()
    ]
