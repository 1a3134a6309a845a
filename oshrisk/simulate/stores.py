"""Chemicals on site, and the part of them that the department has a record of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oshrisk.simulate.places import DAYS_PER_YEAR, Draw, Places, days
from oshrisk.simulate.text import chosen, column

LARGE_KG = 5000.0  # assumed: stores above it may have an approved plan


def hazmat_table(places: Places, ids: pd.Series, draw: Draw) -> pd.DataFrame:
    """Return the rows of ``hazmat``: dated records of declared stores.

    Parameters
    ----------
    places : Places
        The true places.
    ids : Series
        Their ids.
    draw : Draw
        Years, parameters and the block's stream for chemicals.

    Returns
    -------
    DataFrame
        One row a store and record; the quantity moves from record to record.
    """
    window, p, rng = draw.window, draw.p, draw.rng
    cas = sorted({name for stores in p.chemicals.values() for name in stores})
    chance, median = np.zeros((len(p.sectors), len(cas))), np.ones((len(p.sectors), len(cas)))
    for sector, stores in p.chemicals.items():
        for name, (probability, quantity) in stores.items():
            cell = p.sectors.index.get_loc(sector), cas.index(name)
            chance[cell], median[cell] = probability, quantity
    stored = rng.random((len(places), len(cas))) < chance[places.sector]
    stored &= (rng.random(len(places)) < p.stores.declared)[:, None]
    place, substance = np.nonzero(stored)
    usual = median[places.sector[place], substance] * np.exp(rng.normal(0, p.stores.quantity_sd, len(place)))
    times = 1 + rng.poisson(window.days / DAYS_PER_YEAR / p.stores.update_years, len(place))
    store = np.repeat(np.arange(len(place)), times)
    place, substance = place[store], substance[store]
    recorded = window.start + days(rng.random(len(store)) * (window.days + 1))
    kept = (recorded >= places.founded[place]) & ~(recorded >= places.closed[place])
    approved = kept & (usual[store] > LARGE_KG) & (rng.random(len(store)) < p.stores.plan_approved)
    rows = pd.DataFrame(
        {
            "enterprise_id": ids.to_numpy()[place],
            "cas": column(chosen(cas, substance)),
            "quantity_kg": np.maximum(np.rint(usual[store] * np.exp(rng.normal(0, 0.2, len(store)))), 1.0),
            "recorded_on": recorded,
            "plan_approved_on": np.where(
                approved,
                np.maximum(recorded - days(rng.integers(20, 700, len(store))), places.founded[place]),
                np.datetime64("NaT"),
            ),
            "known_on": np.minimum(recorded + days(rng.exponential(15.0, len(store))), window.end),
        }
    )
    return rows[kept].drop_duplicates(["enterprise_id", "cas", "recorded_on"], ignore_index=True)
