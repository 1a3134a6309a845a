"""The quarter's list: law, roads, days, draw and priority put together, with a reason for everybody left out.

1. the law says who must, may or may not now be checked;
2. slots for the random share are reserved among teams and months;
3. in the days that are left the musts and the worthiest visits are chosen, roads shared;
4. the random share is drawn among those who were not chosen, each with a known probability;
5. where people have decided otherwise, 3 is solved again around their decisions; the draw stays as it was;
6. visits are ordered into trips; the next enterprises by priority get a letter.

The choice in 3 does not know the result of the draw, so that the inclusion probability of every enterprise is exact: 1
where it was chosen, that of the draw where it may be drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from oshrisk.display import shown_language
from oshrisk.errors import OshriskError
from oshrisk.messages import Language
from oshrisk.planning.buckets import buckets
from oshrisk.planning.draw import draw_lots, stratum_of
from oshrisk.planning.letters import letters
from oshrisk.planning.listing import not_selected, summary, visit_list
from oshrisk.planning.optimise import Selection, select
from oshrisk.planning.overrides import decided
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.roads import Roads, make_roads
from oshrisk.planning.seeds import Seed
from oshrisk.planning.slots import Slots, reserve_slots
from oshrisk.planning.state import candidates_of, closed_months, lottery_frame, planning_state
from oshrisk.planning.trips import plan_trips
from oshrisk.planning.view import plan_card, plan_map
from oshrisk.registry.registry import Registry
from oshrisk.settings import Programme

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Plan:
    """A quarter's list and how it came about.

    Parameters
    ----------
    quarter : Quarter
        The quarter.
    as_of : Timestamp
        The date whose knowledge it rests on.
    visits : DataFrame, shape (n_listed, ...)
        Indexed by ``enterprise_id`` in the order of the list: ``order``; ``arm`` (mandatory, random, complaint,
        risk, other: how it was chosen); ``mode`` (on_site, remote); ``team``, ``month``, ``trip`` (0: none) and
        ``stop`` on it; the ground as ``rule_id``, ``article``, ``reason``, ``on``, ``body``; ``until``;
        ``length_days`` (the longest the law allows); ``visit_days``, ``travel_days`` (its share of the trip) [days],
        ``inspector_days``; ``workers_known``, ``travel_known``; ``inclusion_probability``; ``priority``, ``index``,
        ``risk_class``, ``rank``, ``violation_probability``; ``entity``, ``sign``, ``other_body``; ``decision`` (empty:
        nobody's).
    not_selected : DataFrame, shape (n_others, 7)
        ``enterprise_id``, ``rule_id`` (``"capacity"`` where no rule stands in the way, ``"decision"`` where somebody
        decided so), ``reason`` (key of ``plan.reasons``), ``article``, ``until`` (NaT: no end), and the details
        ``on`` and ``body``; by rank.
    eligibility : DataFrame, shape (n_enterprises, ...)
        Every enterprise in the order of the registry: the columns of `oshrisk.planning.state.planning_state`, and
        ``inclusion_probability`` (1: chosen; 0: has no chance), ``drawn``, ``band`` and ``stratum`` of the draw.
    trips : DataFrame, shape (n_trips, ...)
        The trips: ``team``, ``month``, ``trip``, ``days``, ``nights``, ``travel_days``, ``visits``, ``communes``.
    letters : DataFrame
        Who gets an advisory letter, and who is held out: see `oshrisk.planning.letters.letters`.
    selection, proposed : Selection
        The choice; and the choice as it would be if nobody had decided anything (the same where nobody has).
    slots : Slots
        What was reserved for the draw.
    seed : Seed
        The seed of the draw.
    roads : Roads
        The roads.
    summary : dict
        Counts and days, JSON-ready.
    registry : Registry
        What was known.
    programme : Programme
        The settings.
    """

    quarter: Quarter
    as_of: pd.Timestamp
    visits: pd.DataFrame
    not_selected: pd.DataFrame
    eligibility: pd.DataFrame
    trips: pd.DataFrame
    letters: pd.DataFrame
    selection: Selection
    proposed: Selection
    slots: Slots
    seed: Seed
    roads: Roads
    summary: dict[str, Any]
    registry: Registry
    programme: Programme

    def plot(self, *, language: Language | None = None, ax: Axes | None = None) -> Axes:
        """Draw where the visits lead.

        Parameters
        ----------
        language : {"vi", "en"}, optional
            As `oshrisk.display.shown_language`.
        ax : Axes, optional
            Where to draw; by default on a new figure.

        Returns
        -------
        Axes
            See `oshrisk.planning.view.plan_map`.
        """
        return plan_map(self, shown_language(language), ax)

    def _repr_html_(self) -> str:
        return plan_card(self, shown_language())


def make_plan(
    registry: Registry,
    features: pd.DataFrame,
    assessment: pd.DataFrame,
    programme: Programme,
    quarter: Quarter,
    *,
    roads: Roads | None = None,
    decisions: pd.DataFrame | None = None,
    seed: Seed | None = None,
) -> Plan:
    """Make the inspection list of a quarter.

    Parameters
    ----------
    registry : Registry
        What is known: for a quarter of the past `Registry.known` of a date before its end.
    features : DataFrame, shape (n_enterprises, ...)
        From `oshrisk.features.build_features`: ``workers``, ``commune_code``, ``section`` and
        ``reported_periods_5y`` are used.
    assessment : DataFrame, shape (n_enterprises, ...)
        From `oshrisk.risk.assess`.
    programme : Programme
        Settings.
    quarter : Quarter
        The quarter.
    roads : Roads, optional
        The roads; by default those of the settings, estimated.
    decisions : DataFrame, optional
        Decisions that stand: see `oshrisk.planning.overrides.decided`.
    seed : Seed, optional
        The seed of the draw; by default that of the settings.

    Returns
    -------
    Plan
        The same for the same arguments, whatever the order of the enterprises.

    Raises
    ------
    OshriskError
        If the registry knows what happened after the quarter, limits clash, or a decision is against the law.
    """
    if registry.date > quarter.end:
        raise OshriskError("plan.quarter_over", quarter=quarter, date=f"{registry.date:%d/%m/%Y}")
    roads = make_roads(programme) if roads is None else roads
    seed = Seed(programme.draw.seed) if seed is None else seed
    state = planning_state(registry, features, assessment, programme, quarter, roads)
    days = buckets(quarter, programme.capacity)
    slots = reserve_slots(
        lottery_frame(state, roads, programme, quarter),
        days,
        programme.draw.random_share,
        closed_months(programme, quarter),
    )
    proposed = select(candidates_of(state, programme), roads, slots.days_left, programme)
    state = _with_lots(state.assign(decision=""), proposed, slots, seed, quarter)
    chosen = proposed
    if decisions is not None and len(decisions):
        state = decided(state, decisions, quarter)
        drawn = state["drawn"] | (~state["sign"] & state["entity"].isin(state.loc[state["drawn"], "entity"]))
        chosen = select(candidates_of(state[~drawn], programme), roads, slots.days_left, programme)
    trips, routes = plan_trips(_placed(state, chosen, programme), roads, programme, quarter)
    visits = visit_list(state, trips)
    others = not_selected(state, visits, quarter)
    waiting = state.loc[others["enterprise_id"]]
    selected = programme.selection
    posted = letters(
        waiting[waiting["status"].eq("may")], selected.letters, selected.letters_held_out, seed.number, quarter
    )
    counts = summary(state, visits, others, routes, programme) | {
        "letters": int(posted["letter"].sum()), "held_out": int((~posted["letter"]).sum())
    }  # fmt: skip
    return Plan(
        quarter=quarter,
        as_of=registry.date,
        visits=visits,
        not_selected=others,
        eligibility=state,
        trips=routes,
        letters=posted,
        selection=chosen,
        proposed=proposed,
        slots=slots,
        seed=seed,
        roads=roads,
        summary=counts,
        registry=registry,
        programme=programme,
    )


def _with_lots(state: pd.DataFrame, proposed: Selection, slots: Slots, seed: Seed, quarter: Quarter) -> pd.DataFrame:
    """Draw among those who may be checked, were not chosen, and have no chosen place of the same legal entity."""
    listed = state.loc[proposed.visits.index, "entity"]
    frame = state[state["status"].eq("may")].drop(proposed.visits.index, errors="ignore")
    frame = frame[frame["sign"] | ~frame["entity"].isin(listed)]
    lots = draw_lots(frame, slots, seed.number, quarter).reindex(state.index)
    probability = lots["inclusion_probability"].fillna(0.0).mask(state.index.isin(proposed.visits.index), 1.0)
    return state.assign(
        band=lots["band"],
        stratum=stratum_of(state),
        inclusion_probability=probability,
        drawn=lots["drawn"].eq(True),
        slot_team=lots["team"],
        slot_month=lots["month"],
    )


def _placed(state: pd.DataFrame, chosen: Selection, programme: Programme) -> pd.DataFrame:
    """Put the chosen and the drawn together, with what `plan_trips` needs of them."""
    drawn = state[state["drawn"] & state["status"].eq("may")]
    lots = pd.DataFrame(
        {
            "mode": drawn["modes"].eq("remote").map({True: "remote", False: "on_site"}).astype("str"),
            "team": drawn["slot_team"].astype("int64"),
            "month": drawn["slot_month"].astype("int64"),
        }
    )
    both = pd.concat([chosen.visits[["mode", "team", "month", "trip"]], lots.assign(trip=0)])
    rows = state.loc[both.index]
    days = rows["visit_days"].mask(both["mode"].eq("remote"), programme.capacity.visit_days_remote)
    return both.assign(visit_days=days, commune_code=rows["commune_code"], travel_days=rows["travel_days"])
