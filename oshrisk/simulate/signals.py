"""Signs of violation, and the plans of other bodies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.simulate.places import DAYS_PER_YEAR, Dates, Draw, Integers, Places, days, sigmoid
from oshrisk.simulate.text import chosen, column
from oshrisk.simulate.truth import Rates

KINDS = ("complaint", "referral", "direction", "incident", "inconsistent_report")
SOURCES = ("Người lao động", "Công an xã", "Ủy ban nhân dân tỉnh", "Cơ sở báo tin", "Đối chiếu hồ sơ")
OTHER = ("provincial_inspectorate", "industry_trade", "construction", "fire_police", "social_insurance")
SCOPES = ("osh", "chemicals", "osh", "fire", "labour")
FUEL = ("fuel_station", "fuel_depot", "lpg_depot")


@dataclass(frozen=True)
class Signals:
    """Signs of violation of a block: position of the place, day, day known, position in `KINDS`."""

    place: Integers
    on: Dates
    known_on: Dates
    kind: Integers


def draw_signals(
    places: Places, rates: Rates, known: tuple[Integers, Dates, Dates], false_zero: tuple[Integers, Dates], draw: Draw
) -> Signals:
    """Draw the signs of violation.

    Parameters
    ----------
    places, rates : Places, Rates
        The true places and their rates: violators draw more complaints.
    known : tuple of ndarray
        Place, day and day known of the known fatal and serious accidents.
    false_zero : tuple of ndarray
        Place and day of filing of reports of zero in a period with a known accident.
    draw : Draw
        Years, parameters and the block's stream for signals.

    Returns
    -------
    Signals
        Sorted by place and day.
    """
    window, p, rng = draw.window, draw.p, draw.rng
    s = p.signals
    level = np.exp(s.violating * sigmoid(rates.violation_logit) + s.size_elasticity * places.log_size)
    yearly = np.array([s.complaint, s.referral, s.direction])
    number = rng.poisson(level[:, None] * yearly * window.days / DAYS_PER_YEAR)
    place, kind = np.nonzero(number)
    times = number[place, kind]
    place, kind = np.repeat(place, times), np.repeat(kind, times)
    on = window.start + days(rng.random(len(place)) * (window.days + 1))
    alive = (places.founded[place] <= on) & ~(places.closed[place] <= on)
    place, kind, on = place[alive], kind[alive], on[alive]
    told = rng.random(len(known[0])) < s.incident
    noticed = rng.random(len(false_zero[0])) < s.inconsistent
    lag = days(rng.exponential(s.lag_days, len(place)))
    noticed_on = false_zero[1][noticed] + days(rng.exponential(s.lag_days * 5, int(noticed.sum())))
    place = np.concatenate([place, known[0][told], false_zero[0][noticed]])
    occurred = np.concatenate([on, known[1][told], false_zero[1][noticed]])
    known_on = np.concatenate([on + lag, known[2][told], noticed_on])
    kind = np.concatenate([kind, np.full(told.sum(), 3), np.full(noticed.sum(), 4)])
    order = np.lexsort((kind, occurred, place))
    order = order[known_on[order] <= window.end]
    return Signals(place[order], occurred[order], known_on[order], kind[order])


def signals_table(signals: Signals, ids: pd.Series) -> pd.DataFrame:
    """Return the rows of ``signals``."""
    return pd.DataFrame(
        {
            "enterprise_id": ids.to_numpy()[signals.place],
            "occurred_on": signals.on,
            "kind": column(chosen(list(KINDS), signals.kind)),
            "source": column(chosen(list(SOURCES), signals.kind)),
            "known_on": signals.known_on,
        }
    )


def other_plans_table(places: Places, ids: pd.Series, closed: NDArray[np.bool_], draw: Draw) -> pd.DataFrame:
    """Return the rows of ``other_plans``: every year's plans of other bodies, next year's in part.

    Parameters
    ----------
    places, ids : Places, Series
        The true places and their ids.
    closed : ndarray of bool
        Closed by the register: nobody plans a visit there.
    draw : Draw
        Years, parameters and the block's stream for plans.

    Returns
    -------
    DataFrame
        At most one plan a place, body and year.
    """
    window, p, rng = draw.window, draw.p, draw.rng
    o = p.other_plans
    first, last = int(str(window.start)[:4]), int(str(window.end)[:4]) + 1
    chance = np.exp(o.size * places.log_size)
    fuel = p.sectors.index.isin(FUEL)[places.sector]
    chance = np.where(fuel, chance * o.fuel_factor, chance)
    chance = np.minimum(chance / chance.mean() * o.yearly_share, 1.0)
    planned = rng.random((len(places), last - first + 1)) < chance[:, None]
    planned &= ~closed[:, None]
    place, year = np.nonzero(planned)
    year = year + first
    body = np.where(fuel[place], OTHER.index("fire_police"), rng.integers(0, len(OTHER), len(place)))
    issued = np.array([f"{number - 1}-12-20" for number in range(first, last + 1)], dtype="datetime64[D]")[year - first]
    early = issued - days(rng.integers(21, 45, len(place)))  # orientation and drafts circulate in November (R5.11)
    known_on = np.where((year == last) & (rng.random(len(place)) < o.early_share), early, issued)
    frame = pd.DataFrame(
        {
            "enterprise_id": ids.to_numpy()[place],
            "body": column(chosen(list(OTHER), body)),
            "year": year,
            "quarter": rng.integers(1, 5, len(place)).astype(float),
            "kind": column(chosen(["check", "inspection"], (body == 0).astype(np.int64))),
            "scope": column(chosen(list(SCOPES), body)),
            "known_on": known_on,
        }
    )
    kept = (known_on <= window.end) & ~(places.founded[place] > known_on)
    return frame[kept].reset_index(drop=True)
