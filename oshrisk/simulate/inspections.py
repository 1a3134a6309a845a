"""The table ``inspections``: the department's visits, and those of other bodies that it has heard of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from oshrisk.simulate.places import Draw, Places, days
from oshrisk.simulate.text import chosen, column, joined, padded
from oshrisk.simulate.visits import ARMS, DONE, Visits

BODIES = ("fire_police", "industry_trade", "social_insurance", "construction")
BODY_SCOPES = ("fire", "chemicals", "labour", "osh")
VISITS_A_BLOCK = 1_000_000  # numbers reserved for the visits of one block


def inspections_table(visits: Visits, places: Places, ids: pd.Series, block: int, draw: Draw) -> pd.DataFrame:
    """Return the rows of ``inspections``: the department's visits first, then those of other bodies."""
    window, p, rng = draw.window, draw.p, draw.rng
    count = len(visits.place)
    known_on = np.minimum(visits.on + days(rng.exponential(p.visits.record_days, count)), window.end)
    before = visits.on < np.datetime64(p.visits.inspectorate_until)
    own = pd.DataFrame(
        {
            "inspection_id": column(_visit_ids(block, 0, count)),
            "enterprise_id": ids.to_numpy()[visits.place],
            "body": "home_affairs",
            "scope": "osh",
            "kind": np.where(before, "inspection", "check"),
            "arm": column(chosen(list(ARMS), visits.arm)),
            "inclusion_probability": visits.probability,
            "inspector": column(joined(p.words["inspector"], "-", padded(visits.inspector + 1, 2))),
            "started_on": visits.on,
            "found": pd.array(visits.found, dtype="boolean"),
            "done": column(chosen(list(DONE), visits.done)),
            "known_on": known_on,
        }
    )
    own["found"] = own["found"].mask(visits.done != 0)
    return pd.concat([own, _other_bodies(count, places, ids, block, draw)], ignore_index=True)


def _other_bodies(own: int, places: Places, ids: pd.Series, block: int, draw: Draw) -> pd.DataFrame:
    """Return visits of other bodies, of whose findings the department learns nothing."""
    window, p, rng = draw.window, draw.p, draw.rng
    chance = places.workers**p.visits.size
    count = int(own * p.visits.other_body)
    place = rng.choice(len(places), count, p=chance / chance.sum())
    on = window.start + days(rng.random(count) * (window.days + 1))
    alive = (places.founded[place] <= on) & ~(places.closed[place] <= on)
    place, on = place[alive], on[alive]
    body = rng.integers(0, len(BODIES), len(place))
    return pd.DataFrame(
        {
            "inspection_id": column(_visit_ids(block, own, len(place))),
            "enterprise_id": ids.to_numpy()[place],
            "body": column(chosen(list(BODIES), body)),
            "scope": column(chosen(list(BODY_SCOPES), body)),
            "kind": "check",
            "arm": "other",
            "inclusion_probability": np.nan,
            "inspector": pd.Series(np.nan, index=range(len(place)), dtype="str"),
            "started_on": on,
            "found": pd.array([pd.NA] * len(place), dtype="boolean"),
            "done": "done",
            "known_on": np.minimum(on + days(rng.exponential(60.0, len(place))), window.end),
        }
    )


def _visit_ids(block: int, first: int, count: int) -> pa.Array:
    return joined("KT", padded(block * VISITS_A_BLOCK + first + np.arange(count), 10))
