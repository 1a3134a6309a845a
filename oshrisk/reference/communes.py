"""The communes of a province, and the estimated road from the office's seat to each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.reference.constants import constant
from oshrisk.reference.load import provinces, table


def communes(province_code: str) -> pd.DataFrame:
    """Return the communes and wards of a province, as they stand since 1 July 2025.

    Parameters
    ----------
    province_code : str
        Folder of the province's reference data: ``"dien_bien"``.

    Returns
    -------
    DataFrame
        Indexed by ``code`` (text, five digits): ``name``, ``type`` (xã or phường), ``lat``, ``lon`` [degrees, of the
        centre point], ``area_km2`` (for relative size only: the units sum to 2 % more than the province),
        ``former_district`` (the district until 30 June 2025), ``merged_from``, ``source``, ``confidence``,
        ``position_confidence``, ``valid_from``, ``valid_to``.

    Raises
    ------
    OshriskError
        If there is no data of that province.

    Examples
    --------
    >>> communes("dien_bien").loc["03127", "name"]
    'Điện Biên Phủ'
    """
    if province_code not in provinces():
        raise OshriskError("reference.no_province", province=province_code, known=", ".join(provinces()))
    return table(f"{province_code}/communes").set_index("code")


def road_km(province_code: str, seat_commune: str) -> pd.Series:
    """Estimate the one-way road from the seat to every commune, centre to centre.

    Great-circle distance times the mountain factor of the table ``constants`` (assumed): an estimate, not a
    measured road.

    Parameters
    ----------
    province_code : str
        Folder of the province's reference data.
    seat_commune : str
        Code of the commune of the office; its own distance is 0.

    Returns
    -------
    Series of float64
        Indexed by commune code, named ``road_km`` [km].

    Raises
    ------
    OshriskError
        If there is no data of that province, or the seat is not one of its communes.

    Examples
    --------
    >>> float(road_km("dien_bien", "03127")["03127"])
    0.0
    """
    between = road_km_between(province_code)
    if seat_commune not in between.index:
        raise OshriskError("reference.no_commune", commune=seat_commune, province=province_code)
    return between[seat_commune].rename("road_km")


def road_km_between(province_code: str) -> pd.DataFrame:
    """Estimate the road between every two communes, centre to centre, as `road_km` does.

    Parameters
    ----------
    province_code : str
        Folder of the province's reference data.

    Returns
    -------
    DataFrame of float64, shape (n_communes, n_communes)
        Rows and columns by commune code [km]; symmetric, 0 on the diagonal.

    Raises
    ------
    OshriskError
        If there is no data of that province.

    Examples
    --------
    >>> km = road_km_between("dien_bien")
    >>> km.shape, bool(km.loc["03160", "03127"] == km.loc["03127", "03160"])
    ((45, 45), True)
    """
    places = communes(province_code)
    lat, lon = np.radians(places["lat"].to_numpy()), np.radians(places["lon"].to_numpy())
    # haversine: exact for the short distances of a province too
    chord = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    great_circle = 2 * constant("earth_radius") * np.arcsin(np.sqrt(chord))
    return pd.DataFrame(great_circle * constant("mountain_factor"), places.index, places.index)


def travel_hours(province_code: str, seat_commune: str) -> pd.Series:
    """Estimate the one-way driving time from the seat to every commune: `road_km` over the assumed speed.

    Parameters
    ----------
    province_code : str
        Folder of the province's reference data.
    seat_commune : str
        Code of the commune of the office; its own time is 0.

    Returns
    -------
    Series of float64
        Indexed by commune code, named ``travel_hours`` [hours].

    Raises
    ------
    OshriskError
        As `road_km`.

    Examples
    --------
    >>> bool(travel_hours("dien_bien", "03127")["03160"] > 4)  # Mường Nhé
    True
    """
    return (road_km(province_code, seat_commune) / constant("road_speed")).rename("travel_hours")


def travel_hours_between(province_code: str) -> pd.DataFrame:
    """Estimate the driving time between every two communes: `road_km_between` over the assumed speed.

    Parameters
    ----------
    province_code : str
        Folder of the province's reference data.

    Returns
    -------
    DataFrame of float64, shape (n_communes, n_communes)
        Rows and columns by commune code [hours]; symmetric, 0 on the diagonal.

    Raises
    ------
    OshriskError
        If there is no data of that province.
    """
    return road_km_between(province_code) / constant("road_speed")
