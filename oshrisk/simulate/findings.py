"""What the department's visits recorded: violations by code, fines, and remedies in time, late or never."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.simulate.machines import Machines
from oshrisk.simulate.places import FORMS, Draw, Floats, Integers, Places, days, sigmoid
from oshrisk.simulate.text import chosen, column
from oshrisk.simulate.visits import Visits


def findings_table(
    visits: Visits, visit_ids: pd.Series, places: Places, machines: Machines, draw: Draw
) -> pd.DataFrame:
    """Return the rows of ``findings``.

    Parameters
    ----------
    visits : Visits
        The department's visits.
    visit_ids : Series
        Their ids.
    places, machines : Places, Machines
        The true places; overdue machines and missing training are found more often where they are.
    draw : Draw
        Years, parameters and the block's stream for findings.

    Returns
    -------
    DataFrame
        At least one serious finding where a visit found a serious violation, none where it did not; no code
        twice in a visit. A household business is fined half as much (Decree 283/2026 Art. 7).
    """
    p, rng = draw.p, draw.rng
    codes, f = p.finding_codes, p.findings
    done = np.flatnonzero(visits.done == 0)
    place = visits.place[done]
    number_serious = np.where(visits.found[done], 1 + rng.poisson(f.serious_more, len(done)), 0)
    number_minor = rng.poisson(f.minor_mean, len(done))
    weight = _weights(codes, places, machines, place)
    visit, code = _pick(weight, codes["serious"].to_numpy(), number_serious, number_minor, rng)
    place, count = place[visit], len(visit)
    serious = codes["serious"].to_numpy()[code]
    fined = rng.random(count) < np.where(serious, f.fined, f.fined / 4)
    amount = rng.uniform(codes["fine_low"].to_numpy(float)[code], codes["fine_high"].to_numpy(float)[code])
    organisation = np.where(places.form[place] == FORMS.index("household"), 1.0, 2.0)
    due = visits.on[done][visit] + days(rng.choice(f.due_days, count))
    machine_code = codes.index.get_loc("EQ_INSPECTION")
    overdue = np.maximum(np.rint(machines.count * machines.overdue), 1.0)[place]
    return pd.DataFrame(
        {
            "inspection_id": visit_ids.to_numpy()[done][visit],
            "code": column(chosen(list(codes.index), code)),
            "count": np.where(code == machine_code, overdue, 1.0),
            "severity": column(chosen(["minor", "serious"], serious.astype(np.int64))),
            "fine_mvnd": np.where(fined, (amount * organisation).round(1), 0.0),
            "remedy_due_on": due,
            "remedied_on": _remedied(due, visits.on[done][visit], places, place, draw),
        }
    )


def _weights(codes: pd.DataFrame, places: Places, machines: Machines, place: Integers) -> Floats:
    weight = np.tile(codes["weight"].to_numpy(float), (len(place), 1))
    weight[:, codes.index.get_loc("EQ_INSPECTION")] *= 0.2 + 4 * machines.overdue[place]
    weight[:, codes.index.get_loc("EQ_FAILED")] *= machines.overdue[place] + 1e-3
    weight[:, codes.index.get_loc("TRAINING")] *= 2 * (1 - places.trained[place]) + 1e-3
    return weight


def _pick(
    weight: Floats,
    serious: NDArray[np.bool_],
    number_serious: Integers,
    number_minor: Integers,
    rng: np.random.Generator,
) -> tuple[Integers, Integers]:
    """Draw codes without replacement within each visit: the largest of log weight plus Gumbel noise."""
    score = np.log(weight) + rng.gumbel(size=weight.shape)
    taken = np.zeros(weight.shape, dtype=bool)
    for group, number in ((serious, number_serious), (~serious, number_minor)):
        own = np.where(group, score, -np.inf)
        rank = np.argsort(np.argsort(-own, axis=1, kind="stable"), axis=1)
        taken |= (rank < number[:, None]) & group
    visit, code = np.nonzero(taken)
    return visit, code


def _remedied(
    due: NDArray[np.datetime64], visited: NDArray[np.datetime64], places: Places, place: Integers, draw: Draw
) -> NDArray[np.datetime64]:
    window, p, rng = draw.window, draw.p, draw.rng
    f, count = p.findings, len(place)
    in_time = rng.random(count) < sigmoid(f.remedied_intercept + f.remedied_culture * places.culture[place])
    early = visited + days((due - visited).astype(np.int64) * rng.random(count))
    late = due + days(1 + rng.exponential(f.late_days, count))
    on = np.where(in_time, early, late)
    never = ~in_time & (rng.random(count) < f.never_remedied)
    return np.where(never | (on > window.end) | (places.closed[place] <= on), np.datetime64("NaT"), on)
