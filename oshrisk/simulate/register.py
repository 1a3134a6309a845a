"""The table ``enterprises``: what the business register says about the places of a block."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oshrisk.simulate.parameters import Parameters
from oshrisk.simulate.places import FORMS, Draw, Floats, Integers, Places, commune_table, days
from oshrisk.simulate.text import chosen, column, joined, padded

# Weights of the check digit of a Vietnamese tax code (mod 11); general knowledge, unverified. The simulated digit
# is five off, so that no simulated code can be the code of a real enterprise.
CHECK_WEIGHTS = np.array([31, 29, 23, 19, 17, 13, 7, 5, 3])
KM_PER_DEGREE = 111.2


def enterprise_ids(places: Places, draw: Draw) -> tuple[pa.Array, pa.Array]:
    """Return the ids of the places and of their legal entities (null for none)."""
    p, rng = draw.p, draw.rng
    outside = rng.random(len(places)) < p.population.outside_code
    own = np.where((places.parent == -2) | outside, int(p.population.outside_prefix), int(p.population.province_prefix))
    code = _tax_code(own, places.number)
    siblings = pd.Series(places.parent).groupby(places.parent).cumcount().to_numpy()
    inside = places.parent >= 0
    head = code.take(pa.array(np.where(inside, places.parent, np.arange(len(places)))))
    number = joined(head, "", padded(np.where(inside, siblings, 0) + 1, 3))
    child = pa.array(places.parent != -1)
    return pc.if_else(child, number, code), pc.if_else(child, head, pa.scalar(None, pa.string()))


def _tax_code(prefix: Integers, number: Integers) -> pa.Array:
    digits = np.concatenate([_digits(prefix, 2), _digits(number, 7)], axis=1)
    valid = 10 - (digits * CHECK_WEIGHTS).sum(axis=1) % 11
    return joined(padded(prefix, 2), padded(number, 7), pa.array((valid + 5) % 10).cast(pa.string()))


def _digits(values: Integers, count: int) -> Integers:
    return np.stack([values // 10**power % 10 for power in range(count - 1, -1, -1)], axis=1)


def enterprises_table(places: Places, ids: tuple[pa.Array, pa.Array], draw: Draw) -> pd.DataFrame:
    """Return the rows of ``enterprises``.

    Parameters
    ----------
    places : Places
        The true places.
    ids : pair of Array
        Ids of the places and of their legal entities.
    draw : Draw
        Years, parameters and the block's stream for the register.

    Returns
    -------
    DataFrame
        One row a place. Most closures have not reached the register; a head-count is known for 85 %, from the
        social insurance register, which misses many seasonal workers.
    """
    window, p, rng = draw.window, draw.p, draw.rng
    count = len(places)
    population, communes = p.population, commune_table()
    registered = _registered(places, draw)
    new_codes = registered >= np.datetime64(population.vsic2025_from)
    codes = pa.array(p.sectors["vsic2018"]).take(pa.array(places.sector))
    codes = pc.if_else(pa.array(new_codes), chosen(p.sectors["vsic2025"], places.sector), codes)
    dated = rng.random(count) >= population.scheme_known
    scheme = pd.Series(np.where(new_codes, "vsic2025", "vsic2018")).mask(dated)
    workers, workers_on = _headcount(places, draw)
    recorded = (rng.random(count) < population.closing_recorded) & (
        places.closed + days(rng.exponential(population.closing_lag_days, count)) <= window.end
    )
    lat, lon = _coordinates(places, communes, draw)
    return pd.DataFrame(
        {
            "enterprise_id": column(ids[0]),
            "parent_id": column(ids[1]),
            "name": column(_names(places, p)),
            "legal_form": _legal_forms(places, draw),
            "sector_code": column(codes).mask(rng.random(count) < population.sector_unknown),
            "sector_scheme": scheme,
            "registered_on": registered,
            "commune_code": column(chosen(list(communes.index), places.commune)).mask(
                rng.random(count) < population.commune_unknown
            ),
            "address": column(_addresses(places, communes, draw)),
            "lat": lat,
            "lon": lon,
            "workers": workers,
            "workers_on": workers_on,
            "founded_on": places.founded,
            "closed_on": np.where(recorded, places.closed, np.datetime64("NaT")),
        }
    )


def _registered(places: Places, draw: Draw) -> NDArray[np.datetime64]:
    window, p, rng = draw.window, draw.p, draw.rng
    changed = np.datetime64(p.population.vsic2025_from)
    since = int((window.end - changed) / np.timedelta64(1, "D"))
    if since <= 0:
        return places.founded
    later = changed + days(rng.integers(0, since + 1, len(places)))
    recoded = (rng.random(len(places)) < p.population.recoded_2025) & (places.founded < changed)
    recoded &= ~(places.closed <= later)
    return np.where(recoded, later, places.founded)


def _headcount(places: Places, draw: Draw) -> tuple[Floats, NDArray[np.datetime64]]:
    window, p, rng = draw.window, draw.p, draw.rng
    population, count = p.population, len(places)
    counted_on = window.end - days(rng.exponential(population.headcount_age_days, count))
    counted_on = np.maximum(counted_on, places.founded)
    counted_on = np.where(
        places.closed < counted_on, np.maximum(places.closed - days(np.array(30)), places.founded), counted_on
    )
    insured = 1 - population.headcount_insured * places.seasonal
    seen = (
        places.workers_on(counted_on, window.end) * insured * np.exp(rng.normal(0, population.headcount_error, count))
    )
    known = rng.random(count) < population.headcount_known
    return (
        np.where(known, np.maximum(np.rint(seen), 1.0), np.nan),
        np.where(known, counted_on, np.datetime64("NaT")),
    )


def _coordinates(places: Places, communes: pd.DataFrame, draw: Draw) -> tuple[Floats, Floats]:
    p, rng = draw.p, draw.rng
    shift = rng.normal(0, p.population.coordinate_jitter_km / KM_PER_DEGREE, (2, len(places)))
    known = rng.random(len(places)) < p.population.coordinates_known
    lat = communes["lat"].to_numpy(float)[places.commune] + shift[0]
    lon = communes["lon"].to_numpy(float)[places.commune] + shift[1] / np.cos(np.radians(lat))
    return np.where(known, lat.round(4), np.nan), np.where(known, lon.round(4), np.nan)


def _names(places: Places, p: Parameters) -> pa.Array:
    kind = chosen([p.words[form] for form in FORMS], places.form)
    return joined(kind, " ", padded(places.number, 6), " – ", chosen(p.sectors["name"], places.sector))


def _addresses(places: Places, communes: pd.DataFrame, draw: Draw) -> pa.Array:
    p, rng = draw.p, draw.rng
    ward = communes["type"].eq("phường").to_numpy()[places.commune]
    house = chosen([p.words["commune"], p.words["ward"]], ward.astype(np.int64))
    number = pa.array(rng.integers(1, 20, len(places))).cast(pa.string())
    commune = (communes["type"] + " " + communes["name"]).to_list()
    return joined(house, " ", number, ", ", chosen(commune, places.commune), ", ", p.words["province"])


def _legal_forms(places: Places, draw: Draw) -> pd.Series:
    p, rng = draw.p, draw.rng
    names = ["state", "joint_stock", "limited", "private", "foreign"]
    shares = np.array([getattr(p.population, f"form_{name}") for name in names])
    drawn = rng.choice(len(names), len(places), p=shares / shares.sum())
    codes = [*names, *FORMS[1:]]
    code = np.where(places.form == 0, drawn, places.form + len(names) - 1)
    return column(chosen(codes, code))
