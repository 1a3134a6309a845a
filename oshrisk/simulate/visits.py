"""Past visits: a policy that looked at size, sector, nearness and known addresses, and what the visits found."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.simulate.places import Dates, Draw, Floats, Integers, Places, days, sigmoid
from oshrisk.simulate.signals import Signals
from oshrisk.simulate.truth import Rates

ARMS = ("mandatory", "complaint", "random", "risk")
DONE = ("done", "closed", "not_found", "refused", "not_done")
DAYS_PER_QUARTER = 91.3


@dataclass(frozen=True)
class Visits:
    """Visits of the department, one value a visit.

    Parameters
    ----------
    place, arm, inspector, done : ndarray of int
        Positions in the block, in `ARMS`, among the inspectors, and in `DONE`.
    on : ndarray of datetime64[D]
        Day.
    probability : ndarray of float
        Inclusion probability of the pilot's random visits; NaN for all others.
    found : ndarray of bool
        Whether a serious violation was recorded.
    """

    place: Integers
    arm: Integers
    inspector: Integers
    done: Integers
    on: Dates
    probability: Floats
    found: NDArray[np.bool_]


@dataclass
class _State:
    """The department's view of the block and what changes in it from quarter to quarter."""

    places: Places
    logit: Floats  # log-odds of a serious violation before any visit
    attraction: Floats  # what the past policy saw in a place
    usual: Integers  # usual inspector by commune
    luck: Floats  # the place's uniform number: it violates where this lies below its chance
    relief: Floats  # log-odds left of the last finding
    visited: NDArray[np.bool_]
    visited_year: Integers

    def chance(self, place: Integers | slice = slice(None)) -> Floats:
        return sigmoid(self.logit[place] + self.relief[place])


def draw_visits(
    places: Places, rates: Rates, signs: tuple[Signals, tuple[Integers, Dates]], closed_on: Dates, draw: Draw
) -> tuple[Visits, tuple[Floats, NDArray[np.bool_]]]:
    """Play the past quarters one after the other.

    Parameters
    ----------
    places, rates : Places, Rates
        The true places and their rates.
    signs : tuple
        The signals, and (place, day known) of the known fatal accidents.
    closed_on : ndarray of datetime64[D]
        Closures on the register: all that the department knows of them.
    draw : Draw
        Years, parameters and the block's stream for visits.

    Returns
    -------
    tuple
        The visits, and the chance and the state of a serious violation on the last day.
    """
    window, p, rng = draw.window, draw.p, draw.rng
    state = _first_state(places, rates, draw)
    played: list[Visits] = []
    for quarter in pd.period_range(str(window.start), str(window.end), freq="Q"):
        if not played or quarter.quarter == 1:
            state.relief *= p.violation.fading
            redrawn = rng.random(len(places)) >= p.violation.persistence
            state.luck = np.where(redrawn, rng.random(len(places)), state.luck)
        begin = max(np.datetime64(quarter.start_time, "D"), window.start)
        end = min(np.datetime64(quarter.end_time, "D"), window.end)
        length = int((end - begin) / np.timedelta64(1, "D")) + 1
        free = (places.founded < begin) & ~(closed_on <= begin) & (state.visited_year != quarter.year)
        place, arm, probability = _choose(state, free, _recent(signs, begin, draw), (quarter.year, length), draw)
        on = begin + days(rng.random(len(place)) * length)
        inspector, done, found = _carry_out(state, place, on, draw)
        state.visited[place] = True
        state.visited_year[place] = quarter.year
        state.relief[place[found]] = p.violation.after_found
        played.append(Visits(place, arm, inspector, done, on, probability, found))
    chance = state.chance()
    return _joined(played), (chance, state.luck < chance)


def _first_state(places: Places, rates: Rates, draw: Draw) -> _State:
    v, count = draw.p.visits, len(places)
    focus = draw.p.sectors["focus"].to_numpy(float)[places.sector]
    return _State(
        places=places,
        logit=rates.violation_logit,
        attraction=v.size * places.log_size + v.hour * places.hours + v.focus * focus,
        usual=draw.rng.integers(0, len(v.strictness), places.commune.max() + 1),
        luck=draw.rng.random(count),
        relief=np.zeros(count),
        visited=np.zeros(count, dtype=bool),
        visited_year=np.zeros(count, dtype=np.int64),
    )


def _recent(
    signs: tuple[Signals, tuple[Integers, Dates]], begin: np.datetime64, draw: Draw
) -> tuple[Integers, Integers]:
    """Return places with a fatal accident, and with a sign, known in the last 92 days and followed up."""
    v, rng = draw.p.visits, draw.rng
    signals, (fatal_place, fatal_known) = signs
    since = begin - days(np.array(92))
    fatal = fatal_place[(fatal_known >= since) & (fatal_known < begin)]
    fatal = np.unique(fatal[rng.random(len(fatal)) < v.fatal_visited])
    sign = signals.place[(signals.known_on >= since) & (signals.known_on < begin)]
    sign = np.unique(sign[rng.random(len(sign)) < v.complaint_visited])
    return fatal, sign


def _choose(
    state: _State, free: NDArray[np.bool_], recent: tuple[Integers, Integers], when: tuple[int, int], draw: Draw
) -> tuple[Integers, Integers, Floats]:
    """Return the places, arms and inclusion probabilities of a quarter's visits."""
    v, rng, (year, length) = draw.p.visits, draw.rng, when
    capacity = int(v.per_quarter_per_1000 * len(free) / 1000 * length / DAYS_PER_QUARTER + rng.random())
    groups: list[Integers] = []
    for called in recent:
        group = called[free[called]][:capacity]
        free[group] = False
        groups.append(group)
    pool = np.flatnonzero(free)
    pilot = int(capacity * v.pilot_share + rng.random()) if year >= v.pilot_from_year else 0
    pilot = min(pilot, len(pool))
    groups.append(rng.choice(pool, pilot, replace=False))
    free[groups[-1]] = False
    score = state.attraction + v.visited_before * state.visited + v.noise * rng.gumbel(size=len(free))
    rest = max(capacity - sum(len(group) for group in groups), 0)
    best = np.argsort(np.where(free, -score, np.inf), kind="stable")[:rest]
    groups.append(np.sort(best[free[best]]))
    arm = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    probability = np.where(arm == ARMS.index("random"), pilot / max(len(pool), 1), np.nan)
    return np.concatenate(groups).astype(np.int64), arm, probability


def _carry_out(state: _State, place: Integers, on: Dates, draw: Draw) -> tuple[Integers, Integers, NDArray[np.bool_]]:
    """Return inspector, outcome, and whether a serious violation was found."""
    v, rng, count = draw.p.visits, draw.rng, len(place)
    strictness = np.array(v.strictness)
    anyone = rng.integers(0, len(strictness), count)
    inspector = np.where(rng.random(count) < v.area_habit, state.usual[state.places.commune[place]], anyone)
    chance = rng.random(count)
    luckless = np.where(chance < v.refused + v.not_done, DONE.index("not_done"), DONE.index("done"))
    luckless[chance < v.refused] = DONE.index("refused")
    gone = np.where(rng.random(count) < v.closed_said, DONE.index("closed"), DONE.index("not_found"))
    done = np.where(state.places.closed[place] <= on, gone, luckless)
    seen = rng.random(count) < sigmoid(v.detection_intercept + strictness[inspector])
    return inspector, done, (state.luck[place] < state.chance(place)) & seen & (done == 0)


def _joined(parts: list[Visits]) -> Visits:
    order = np.argsort(np.concatenate([part.on for part in parts]), kind="stable")
    names = [field.name for field in fields(Visits)]
    return Visits(*(np.concatenate([getattr(part, name) for part in parts])[order] for name in names))
