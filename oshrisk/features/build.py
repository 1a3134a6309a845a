"""All features of all enterprises as of a date."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from oshrisk.features import (
    accidents,
    equipment,
    hazmat,
    inspections,
    labour,
    organisation,
    peers,
    place,
    record_years,
    reporting,
    sector,
    training,
)
from oshrisk.features.annual import AnnualReports
from oshrisk.features.feature import Feature
from oshrisk.features.own import OwnFactor, installed_factors, own_columns
from oshrisk.features.peers import MinorRates
from oshrisk.features.periods import half_years, reported_worker_years
from oshrisk.features.rows import Floats, categorical
from oshrisk.registry.registry import Registry

FEATURES: Final[tuple[Feature, ...]] = (
    *sector.FEATURES,
    *labour.FEATURES,
    *equipment.FEATURES,
    *hazmat.FEATURES,
    *training.FEATURES,
    *organisation.FEATURES,
    *reporting.FEATURES,
    *accidents.FEATURES,
    *record_years.FEATURES,
    *inspections.FEATURES,
    *place.FEATURES,
)


def build_features(
    registry: Registry,
    as_of: str | pd.Timestamp,
    *,
    province_code: str = "dien_bien",
    seat_commune: str = "03127",
    extra: Sequence[OwnFactor] | None = None,
) -> pd.DataFrame:
    """Compute every feature from what was known on a date, and nothing later.

    Parameters
    ----------
    registry : Registry
        The registers; where it is already what was known on `as_of`, it is used as it is.
    as_of : str or Timestamp
        The date, inclusive.
    province_code : str, default "dien_bien"
        Folder of the province's reference data.
    seat_commune : str, default "03127"
        Commune of the office, where every road starts.
    extra : sequence of OwnFactor, optional
        Factors of your own; by default those that installed packages bring.

    Returns
    -------
    DataFrame
        Indexed by ``enterprise_id``, one column for each of `FEATURES`, in their order, then `extra`: float64,
        category or str. NaN is unknown, never zero.

    Raises
    ------
    OshriskError
        If a factor of `extra` does not give what it should.

    Examples
    --------
    >>> from oshrisk.registry.registry import registry_of
    >>> firms = pd.DataFrame({"enterprise_id": ["0101234567"], "name": ["Mỏ đá A"], "sector_code": ["08101"],
    ...                       "sector_scheme": ["vsic2018"], "workers": [45.0], "workers_on": ["2026-01-01"]})
    >>> features = build_features(registry_of({"enterprises": firms}, "2026-11-23"), "2026-11-23")
    >>> features[["sector_group", "workers", "periodic_report"]]
                  sector_group  workers periodic_report
    enterprise_id
    0101234567          B07_08     45.0             NaN
    """
    own, rates = own_features(registry, as_of, province_code=province_code, seat_commune=seat_commune, extra=extra)
    return with_peers(own, rates, MinorRates.of(rates, own["division"]).limits())


def own_features(
    registry: Registry,
    as_of: str | pd.Timestamp,
    *,
    province_code: str,
    seat_commune: str,
    extra: Sequence[OwnFactor] | None = None,
) -> tuple[pd.DataFrame, Floats]:
    """Compute what an enterprise's own rows say: all features but the comparison with its peers.

    Parameters
    ----------
    registry, as_of, province_code, seat_commune, extra
        As `build_features`.

    Returns
    -------
    features : DataFrame
        As `build_features`, with ``past_minor_accidents_top`` unknown.
    rates : ndarray of float, shape (enterprises,)
        Minor accidents per worker-year of reported periods, which `with_peers` compares.
    """
    date = pd.Timestamp(as_of).as_unit("s")
    known = registry if registry.as_of == date else registry.known(date)
    reports = AnnualReports.of(known)
    machines = equipment.machines_in_use(known)
    grid = half_years(known, reports)
    of_sector, of_labour = sector.sector(known, machines), labour.labour(known, reports)
    workers, high_risk = of_labour["workers"], of_sector["high_risk_sector"]
    worker_years = reported_worker_years(known, reports, grid, workers)
    of_accidents = accidents.accidents(known, grid, worker_years)
    columns = {
        **of_sector,
        **of_labour,
        **equipment.equipment(known, machines),
        **hazmat.hazmat(known),
        **training.training(reports),
        **organisation.organisation(known, reports, workers=workers, officer_list=of_sector["officer_list"]),
        **reporting.reporting(known, grid, workers=workers, high_risk=high_risk),
        **of_accidents,
        "past_minor_accidents_top": categorical(np.full(len(known.ids), -1), peers.TOP),
        **record_years.record_years(known, grid, worker_years),
        **inspections.inspections(known),
        **place.place(known, province_code=province_code, seat_commune=seat_commune),
    }
    names = [feature.name for feature in FEATURES]
    more = own_columns(known, installed_factors() if extra is None else extra, names)
    frame = pd.DataFrame({**{name: columns[name] for name in names}, **more}, index=known.ids)
    return frame, of_accidents["minor_accident_rate"]


def with_peers(own: pd.DataFrame, rates: Floats, limits: pd.Series) -> pd.DataFrame:
    """Compare enterprises with their peers.

    Parameters
    ----------
    own, rates
        From `own_features`, of all enterprises or of some.
    limits : Series
        From `oshrisk.features.peers.MinorRates.limits`, of all enterprises.

    Returns
    -------
    DataFrame
        All features.
    """
    return own.assign(past_minor_accidents_top=peers.top_quarter(rates, own["division"], limits))


def catalogue_hash() -> str:
    """Return a hash of the names, kinds, units and states of all features, own ones too: a stored model's ground.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    features: list[Feature | OwnFactor] = [*FEATURES, *installed_factors()]
    catalogue = [(feature.name, feature.kind, feature.unit, feature.states) for feature in features]
    return hashlib.sha256(repr(catalogue).encode()).hexdigest()
