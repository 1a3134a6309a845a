"""The places of one block: who is there, where, how large, and the habits that no register shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.reference.communes import communes
from oshrisk.simulate.parameters import Parameters

FORMS = ("enterprise", "branch", "cooperative", "household", "site")
REFERENCE_WORKERS = 20.0  # sizes are measured against a place of 20 workers [persons]; a unit, no assumption
DAYS_PER_YEAR = 365.25
EARTH_KM = 6371.0

Dates = NDArray[np.datetime64]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Window:
    """The years that are simulated.

    Parameters
    ----------
    start, end : datetime64[D]
        First day, and the day of reading.
    """

    start: np.datetime64
    end: np.datetime64

    @property
    def days(self) -> int:
        """Length [days]."""
        return int((self.end - self.start) / np.timedelta64(1, "D"))


@dataclass(frozen=True)
class Draw:
    """What every drawing needs.

    Parameters
    ----------
    window : Window
        The years.
    p : Parameters
        The parameters.
    rng : Generator
        The stream of this drawing in this block; no other drawing takes from it.
    """

    window: Window
    p: Parameters
    rng: np.random.Generator


@dataclass(frozen=True)
class Places:
    """The places of a block, each field one value a place.

    Parameters
    ----------
    number : ndarray of int
        Running number in the whole simulation; makes ids and names.
    form, sector, commune : ndarray of int
        Positions in `FORMS`, in the sectors of the parameters and in the commune table.
    parent : ndarray of int
        Position of the legal entity in the block; -1 for none, -2 for one outside the province.
    workers : ndarray of float
        True head-count on the last day, seasonal workers at their mean [persons].
    growth : ndarray of float
        Yearly growth of the head-count (log scale).
    founded, closed : ndarray of datetime64[D]
        True dates; NaT for a place that still operates.
    culture, habit : ndarray of float
        Safety culture and the habit of reporting [standard deviations].
    seasonal, unskilled, trained : ndarray of float
        True shares of the workers.
    hours : ndarray of float
        One-way road from the seat [hours].
    """

    number: Integers
    form: Integers
    sector: Integers
    commune: Integers
    parent: Integers
    workers: Floats
    growth: Floats
    founded: Dates
    closed: Dates
    culture: Floats
    habit: Floats
    seasonal: Floats
    unskilled: Floats
    trained: Floats
    hours: Floats

    def __len__(self) -> int:
        return len(self.number)

    @property
    def log_size(self) -> Floats:
        """Logarithm of the head-count over 20."""
        return np.log(self.workers / REFERENCE_WORKERS)

    def workers_on(self, date: Dates, end: np.datetime64, place: Integers | slice = slice(None)) -> Floats:
        """Return the true head-count of places on a date each, as if they existed then [persons]."""
        years = (end - date) / np.timedelta64(1, "D") / DAYS_PER_YEAR
        return np.maximum(np.rint(self.workers[place] * np.exp(-self.growth[place] * years)), 1.0)

    def operating(self, date: np.datetime64 | Dates) -> NDArray[np.bool_]:
        """Say which places truly operate on a date."""
        return (self.founded <= date) & ~(self.closed <= date)


def draw_places(first: int, count: int, draw: Draw) -> Places:
    """Draw the places of a block.

    Parameters
    ----------
    first, count : int
        Number of the first place, and how many.
    draw : Draw
        Years, parameters and the block's stream for places.

    Returns
    -------
    Places
        In random order of forms and sectors; their numbers come as close to the expected ones as whole
        numbers allow (systematic sampling), so that even a small province has its rare sectors.
    """
    p, rng = draw.p, draw.rng
    form, sector = _forms_and_sectors(count, draw)
    table = p.sectors.iloc[sector]
    noise = rng.normal(size=(4, count))
    workers = np.rint(table["workers"].to_numpy() * np.exp(table["workers_sd"].to_numpy() * noise[0]))
    workers = np.clip(
        np.where(form == FORMS.index("household"), np.minimum(workers, 9), workers), 1, p.population.workers_high
    )
    founded, closed = _lives(form, draw)
    commune, hours = _communes(sector, draw)
    culture = noise[1]
    labour = p.labour
    logit = labour.training_intercept + labour.training_culture * culture + 0.5 * noise[2]
    logit += labour.training_size * np.log(workers / REFERENCE_WORKERS)
    return Places(
        number=np.arange(first, first + count),
        form=form,
        sector=sector,
        commune=commune,
        parent=_parents(form, sector, draw),
        workers=workers,
        growth=rng.normal(0, p.population.growth_sd, count),
        founded=founded,
        closed=closed,
        culture=culture,
        habit=noise[3],
        seasonal=_share(table["seasonal"], labour.share_concentration, rng),
        unskilled=_share(table["unskilled"], labour.share_concentration, rng),
        trained=sigmoid(logit),
        hours=hours,
    )


def sigmoid(x: Floats) -> Floats:
    """Return the logistic function."""
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def days(count: NDArray[np.floating] | NDArray[np.integer]) -> NDArray[np.timedelta64]:
    """Return whole days as differences of dates."""
    return np.asarray(count).astype(np.int64).astype("timedelta64[D]")


def later(date: np.datetime64 | Dates, count: NDArray[np.floating] | NDArray[np.integer]) -> Dates:
    """Return dates so many whole days later (earlier where negative)."""
    return np.asarray(date + days(count), dtype="datetime64[D]")


def default_size(p: Parameters) -> int:
    """Return the number of places of the province as it is."""
    return sum(
        getattr(p.population, name) for name in ("enterprises", "branches", "cooperatives", "households", "sites")
    )


def _forms_and_sectors(count: int, draw: Draw) -> tuple[Integers, Integers]:
    p, rng = draw.p, draw.rng
    forms = p.sectors[list(FORMS)].to_numpy(dtype=float)
    population = p.population
    totals = np.array(
        [population.enterprises, population.branches, population.cooperatives, population.households, population.sites]
    )
    expected = (forms / forms.sum(axis=0) * totals).ravel()
    cumulated = np.cumsum(expected / expected.sum())
    place = (rng.permutation(count) + rng.random()) / count
    cell = np.minimum(np.searchsorted(cumulated, place), len(cumulated) - 1)
    return cell % len(FORMS), cell // len(FORMS)


def _share(mean: pd.Series, concentration: float, rng: np.random.Generator) -> Floats:
    centre = mean.to_numpy(dtype=float)
    return np.asarray(rng.beta(centre * concentration, (1 - centre) * concentration))


def _lives(form: Integers, draw: Draw) -> tuple[Dates, Dates]:
    window, p, rng = draw.window, draw.p, draw.rng
    mean_age = p.population.age_years_mean * DAYS_PER_YEAR
    age = rng.gamma(2.0, mean_age / 2.0, len(form))
    age = np.where(form == FORMS.index("site"), np.minimum(age, 1.5 * DAYS_PER_YEAR), age)
    founded = later(window.end, -np.maximum(age, 30))
    exposed = np.maximum(founded, window.start)
    closed = later(exposed, rng.exponential(DAYS_PER_YEAR / p.population.closing_rate, len(form)) + 1)
    closed[closed > window.end] = np.datetime64("NaT")
    return founded, closed


def commune_table() -> pd.DataFrame:
    """Return the communes of the province with their one-way distance from the seat as the crow flies [km]."""
    return communes("dien_bien")


def _communes(sector: Integers, draw: Draw) -> tuple[Integers, Floats]:
    p, rng = draw.p, draw.rng
    table = commune_table()
    weights = np.array([p.commune_weights.get(code, p.commune_weights[""]) for code in table.index])
    spread = p.sectors["spread"].to_numpy(dtype=float)
    shares = weights[None, :] ** spread[:, None]
    cumulated = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    # one search for all sectors: sector s owns the interval [s, s + 1) of the joined distribution
    joined = (cumulated + np.arange(len(spread))[:, None]).ravel()
    found = np.searchsorted(joined, sector + rng.random(len(sector)) * (1 - 1e-12))
    commune = np.minimum(found - sector * len(table), len(table) - 1)
    return commune, _hours(table, p)[commune]


def _hours(table: pd.DataFrame, p: Parameters) -> Floats:
    lat, lon = np.radians(table["lat"].to_numpy(float)), np.radians(table["lon"].to_numpy(float))
    seat = table.index.get_loc(p.visits.seat)
    half = np.sin((lat - lat[seat]) / 2) ** 2 + np.cos(lat) * np.cos(lat[seat]) * np.sin((lon - lon[seat]) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(half)) * p.visits.road_factor / p.visits.road_km_per_hour)


def _parents(form: Integers, sector: Integers, draw: Draw) -> Integers:
    """Give every branch and site its legal entity: an enterprise of the same sector, or one outside."""
    p, rng = draw.p, draw.rng
    parent = np.full(len(form), -1, dtype=np.int64)
    child = np.isin(form, [FORMS.index("branch"), FORMS.index("site")])
    heads = np.flatnonzero(form == FORMS.index("enterprise"))
    heads = heads[np.argsort(sector[heads], kind="stable")]
    first = np.searchsorted(sector[heads], sector)
    among = np.searchsorted(sector[heads], sector, side="right") - first
    pick = first + np.floor(rng.random(len(form)) * among).astype(np.int64)
    outside = (form == FORMS.index("branch")) & (rng.random(len(form)) < p.population.branch_parent_outside)
    inside = child & ~outside & (among > 0)
    parent[child] = -2
    parent[inside] = heads[pick[inside]]
    return parent
