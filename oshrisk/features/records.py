"""The dated records behind each factor of a few enterprises: what a planner checks a reason against."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from oshrisk.features import (
    accidents,
    equipment,
    hazmat,
    inspections,
    labour,
    organisation,
    reporting,
    sector,
    training,
)
from oshrisk.features.annual import AnnualReports
from oshrisk.features.periods import half_years
from oshrisk.registry.registry import Registry
from oshrisk.registry.tables import HISTORY


def records(known_registry: Registry, ids: Collection[str]) -> pd.DataFrame:
    """Return the dated records behind each factor.

    Meant for the enterprises of a list (hundreds to thousands), not for a whole province.

    Parameters
    ----------
    known_registry : Registry
        What was known at the date of the list (`Registry.known`).
    ids : collection of str
        Enterprise ids.

    Returns
    -------
    DataFrame
        One row a record and factor, ordered by enterprise, factor and date: enterprise_id, factor (feature name),
        table, on (date), key (below ``features.records`` in the catalogue), values (dict). `record_text` puts a
        row into words.
    """
    known = only(known_registry, ids)
    reports = AnnualReports.of(known)
    grid, machines = half_years(known, reports), equipment.equipment_states(known)
    regime_known = len(known_registry["accident_reports"]) > 0
    found = [
        *sector.records(known, machines),
        *labour.records(known, reports),
        *equipment.records(machines),
        *hazmat.records(known),
        *training.records(reports),
        *organisation.records(known, reports),
        *reporting.records(known, reports, grid, regime_known=regime_known),
        *accidents.records(known),
        *inspections.records(known),
    ]
    rows = pd.concat(found, ignore_index=True)
    order = ["enterprise_id", "factor", "on", "table", "key"]
    return rows.sort_values(order, kind="stable", ignore_index=True)


def only(known: Registry, ids: Collection[str]) -> Registry:
    """Keep the rows of some enterprises.

    Parameters
    ----------
    known : Registry
        What is known.
    ids : collection of str
        The enterprises.

    Returns
    -------
    Registry
        The same registers without anybody else.
    """
    tables = {name: known[name][known[name]["enterprise_id"].isin(ids)] for name in known if name != "findings"}
    visits = tables["inspections"]["inspection_id"]
    tables["findings"] = known["findings"][known["findings"]["inspection_id"].isin(visits)]
    return replace(known, tables={name: tables[name] for name in ("enterprises", *HISTORY)})
