"""The true risk of every place: its own process, which knows nothing of the product's risk tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.simulate.machines import Machines
from oshrisk.simulate.parameters import Parameters
from oshrisk.simulate.places import DAYS_PER_YEAR, Dates, Draw, Floats, Integers, Places, Window, days

SMALL = 20.0  # workers; the limit of CPWR Chart Book p. 40
CONSTRUCTION = ("buildings", "roads", "hydro_works", "site_preparation", "installation", "finishing")
SEVERITIES = ("fatal", "serious", "minor")


@dataclass(frozen=True)
class Province:
    """What all blocks share: the drawn sector deviations and the good and bad years.

    Parameters
    ----------
    sector_rate : ndarray of float
        True accidents per worker-year of a middling place, by sector.
    year_factor : dict of int to float
        Multiplier of a calendar year.
    """

    sector_rate: Floats
    year_factor: dict[int, float]


@dataclass(frozen=True)
class Rates:
    """True rates of a block, one value a place.

    Parameters
    ----------
    accident, fatal : ndarray of float
        Accidents and fatal accidents per worker-year.
    violation_logit : ndarray of float
        Log-odds of a serious violation, before the effect of past visits.
    hazard : ndarray of float
        Logarithm of the sector's rate over the mean of the sectors.
    """

    accident: Floats
    fatal: Floats
    violation_logit: Floats
    hazard: Floats


def draw_province(draw: Draw) -> Province:
    """Draw what all blocks share."""
    window, p, rng = draw.window, draw.p, draw.rng
    deviation = rng.normal(0, p.rates.sector_deviation_sd, len(p.sectors))
    years = range(int(str(window.start)[:4]), int(str(window.end)[:4]) + 2)
    factors = np.exp(rng.normal(0, p.rates.year_sd, len(years)))
    rate = p.sectors["accidents"].to_numpy(dtype=float) / 100 * p.rates.accident_level * np.exp(deviation)
    return Province(rate, dict(zip(years, factors.tolist(), strict=True)))


def true_rates(places: Places, machines: Machines, province: Province, draw: Draw) -> Rates:
    """Return the true rates of a block.

    The logarithm of the accident rate is the sector's, plus size, culture, labour, training, machines, two
    interactions, and the logarithm of a gamma variable for everything no register shows.
    """
    p, rng = draw.p, draw.rng
    r, v, table = p.rates, p.violation, p.sectors
    untrained = 1 - places.trained
    seasonal = places.seasonal - table["seasonal"].to_numpy(float)[places.sector]
    unskilled = places.unskilled - table["unskilled"].to_numpy(float)[places.sector]
    construction = table.index.isin(CONSTRUCTION)[places.sector]
    own = rng.gamma(r.heterogeneity_shape, 1 / r.heterogeneity_shape, len(places))
    log_rate = np.log(province.sector_rate[places.sector] * own)
    log_rate += r.size_elasticity * places.log_size + r.culture * places.culture
    log_rate += r.seasonal * seasonal + r.unskilled * unskilled + r.untrained * (untrained - 0.5)
    log_rate += r.overdue * machines.overdue + r.machines * np.log1p(machines.count)
    log_rate += r.seasonal_untrained * places.seasonal * untrained
    log_rate += r.small_construction * (construction & (places.workers < SMALL))
    share = table["fatal"].to_numpy(float)[places.sector] / 100 * r.fatal_level
    log_share = np.log(share) + rng.normal(0, r.fatal_sd, len(places))
    log_share += r.fatal_overdue * machines.overdue + r.fatal_size_elasticity * places.log_size
    hazard = np.log(province.sector_rate / np.exp(np.log(province.sector_rate).mean()))[places.sector]
    logit = v.intercept + v.culture * places.culture + v.size_elasticity * places.log_size
    logit += v.untrained * (untrained - 0.5) + v.overdue * machines.overdue + v.hazard * hazard
    logit += rng.normal(0, v.deviation_sd, len(places))
    rate = np.exp(log_rate)
    return Rates(rate, rate * np.minimum(np.exp(log_share), 0.25), logit, hazard)


@dataclass(frozen=True)
class Accidents:
    """All true accidents of a block in the window, known or not.

    Parameters
    ----------
    place : ndarray of int
        Position of the place.
    on : ndarray of datetime64[D]
        Day.
    severity : ndarray of int
        Position in `SEVERITIES`.
    """

    place: Integers
    on: Dates
    severity: NDArray[np.int64]


def draw_accidents(places: Places, rates: Rates, province: Province, draw: Draw) -> Accidents:
    """Draw the true accidents: Poisson in the worker-years of every calendar year, days by the sector's season."""
    window, p, rng = draw.window, draw.p, draw.rng
    season = _season_curves(window, p)
    kind = p.sectors["season"].map({name: row for row, name in enumerate(p.seasons)}).to_numpy()[places.sector]
    first = np.clip((places.founded - window.start) / np.timedelta64(1, "D"), 0, window.days).astype(np.int64)
    closed = np.where(np.isnat(places.closed), window.end, places.closed)
    last = np.clip((closed - window.start) / np.timedelta64(1, "D"), 0, window.days).astype(np.int64)
    place, on = [], []
    for year, factor in province.year_factor.items():
        low, high = _year_days(year, window)
        begin, end = np.clip(first, low, high), np.clip(last, low, high)
        share = season[kind, end] - season[kind, begin]  # in year-equivalents of exposure
        middle = window.start + days(np.full(len(places), (low + high) / 2))
        mean = rates.accident * places.workers_on(middle, window.end) * share * factor
        count = rng.poisson(mean)
        who = np.repeat(np.arange(len(places)), count)
        target = season[kind[who], begin[who]] + rng.random(len(who)) * share[who]
        place.append(who)
        on.append(_invert(season, kind[who], target))
    where = np.concatenate(place)
    day = np.minimum(np.concatenate(on), np.maximum(last[where] - 1, first[where]))
    chance = np.stack([rates.fatal / rates.accident, np.full(len(places), p.rates.serious_share)])[:, where]
    luck = rng.random(len(where))
    severity = np.where(luck < chance[0], 0, np.where(luck < chance[0] + chance[1], 1, 2))
    order = np.lexsort((day, where))
    return Accidents(where[order], (window.start + days(day))[order], severity[order])


def _season_curves(window: Window, p: Parameters) -> Floats:
    """Return cumulated exposure at the end of each day, one row a season [years]."""
    month = (window.start + days(np.arange(window.days))).astype("datetime64[M]").astype(np.int64) % 12
    profile = np.array(list(p.seasons.values()), dtype=float)
    profile = profile / profile.mean(axis=1, keepdims=True) / DAYS_PER_YEAR
    return np.concatenate([np.zeros((len(profile), 1)), np.cumsum(profile[:, month], axis=1)], axis=1)


def _year_days(year: int, window: Window) -> tuple[int, int]:
    limits = np.array([f"{year}-01-01", f"{year + 1}-01-01"], dtype="datetime64[D]")
    low, high = np.clip((limits - window.start) / np.timedelta64(1, "D"), 0, window.days)
    return int(low), int(high)


def _invert(season: Floats, kind: Integers, target: Floats) -> Integers:
    """Return the day on which cumulated exposure reaches `target`: one search over the seasons laid end to end."""
    width = season.max() + 1.0
    joined = (season + width * np.arange(len(season))[:, None]).ravel()
    found = np.searchsorted(joined, target + width * kind, side="right") - 1
    return np.asarray(np.clip(found - kind * season.shape[1], 0, season.shape[1] - 2))


def truth_frame(places: Places, rates: Rates, violation: tuple[Floats, NDArray[np.bool_]], draw: Draw) -> pd.DataFrame:
    """Return the truth of a block, one row a place, in the order of the register."""
    window, rng = draw.window, draw.rng
    exists = places.operating(window.end)
    expected = rates.accident * places.workers
    accidents = rng.poisson(expected)
    fatal = rng.binomial(accidents, np.minimum(rates.fatal / rates.accident, 1.0))
    return pd.DataFrame(
        {
            "accident_rate": rates.accident,
            "fatal_rate": rates.fatal,
            "workers": places.workers,
            "seasonal_share": places.seasonal,
            "exists": exists,
            "violation_probability": violation[0],
            "violation": violation[1],
            "accidents_next_year": accidents,
            "fatal_next_year": fatal,
        }
    )
