"""Place: the commune, the road to it from the office, and the road to the hospital."""

from __future__ import annotations

from typing import Final

import pandas as pd

from oshrisk.features.feature import Columns, Feature
from oshrisk.features.rows import looked_up
from oshrisk.reference import communes
from oshrisk.reference.folder import cached
from oshrisk.registry.registry import Registry

FEATURES: Final = (
    Feature("commune_code", "text", "place"),
    Feature("travel_hours", "numeric", "place", unit="hours"),
    Feature("distance_to_hospital", "numeric", "place", unit="km"),
)


def place(known: Registry, *, province_code: str, seat_commune: str) -> Columns:
    """Compute the place features.

    Both distances are estimates between commune centres (`oshrisk.reference.communes`). The hospital is the
    provincial one at the seat, until a table of hospitals is given: nearer district hospitals are not known.

    Parameters
    ----------
    known : Registry
        What is known at the date.
    province_code : str
        Folder of the province's reference data.
    seat_commune : str
        Commune of the office.

    Returns
    -------
    mapping of str to array
        One value an enterprise for each of `FEATURES`; unknown for a commune outside the province.
    """
    commune = known["enterprises"]["commune_code"]
    hours, road = _roads(province_code, seat_commune)
    return {
        "commune_code": commune.array,
        "travel_hours": looked_up(commune, hours),
        "distance_to_hospital": looked_up(commune, road),
    }


@cached
def _roads(province_code: str, seat_commune: str) -> tuple[pd.Series, pd.Series]:
    return communes.travel_hours(province_code, seat_commune), communes.road_km(province_code, seat_commune)
