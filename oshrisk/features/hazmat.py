"""Hazardous chemicals: how much is on site against the threshold quantities of Decree 24/2026."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from oshrisk.features.feature import Columns, Feature
from oshrisk.features.record import record
from oshrisk.features.rows import Floats, days, last_rows, numbers, total
from oshrisk.reference import chemicals as reference
from oshrisk.reference.load import table
from oshrisk.registry.registry import Registry

FEATURES: Final = (
    Feature("chemical_ratio", "numeric", "hazmat", unit="ratio"),
    Feature("hazardous_chemical_count", "numeric", "hazmat", unit="substances"),
)


def hazmat(known: Registry) -> Columns:
    """Compute Σ q/Q (Decree 25/2026 Art. 33, R4.3) and the number of listed substances on site.

    A substance with a record but not on the list adds nothing. Before the first list that is held, that list
    measures: a quantity is no less hazardous before the decree, only the duty begins with it. A listed substance of
    unknown threshold is left out, so the sum is then a lower bound; where nothing else is there, it is unknown. No
    record at all is unknown.

    Parameters
    ----------
    known : Registry
        What is known at the date.

    Returns
    -------
    mapping of str to array
        One value an enterprise for each of `FEATURES`.
    """
    size = len(known.ids)
    listed = _listed(known)
    stock = latest_stock(known, listed)
    owner, share = stock["position"].to_numpy(), stock["share"].to_numpy()
    recorded = total(owner, size) > 0
    unknown = total(owner, size, np.isnan(share)) > 0
    sums = total(owner, size, np.nan_to_num(share))
    count = total(owner, size, (stock["listed"] & (stock["quantity_kg"] > 0)).to_numpy())
    return {
        "chemical_ratio": np.where(recorded & ~(unknown & (sums == 0)), sums, np.nan),
        "hazardous_chemical_count": np.where(recorded, count, np.nan),
    }


def _listed(known: Registry) -> pd.DataFrame:
    first = table("chemicals")["valid_from"].min()
    return reference.chemicals(max(known.date, first))


def latest_stock(known: Registry, listed: pd.DataFrame) -> pd.DataFrame:
    """Return the latest record of each substance of each enterprise.

    Parameters
    ----------
    known : Registry
        What is known at a date.
    listed : DataFrame
        Chemicals in force, from `oshrisk.reference.chemicals.chemicals`.

    Returns
    -------
    DataFrame
        One row an enterprise and substance, ordered by both: position, enterprise_id, cas, quantity_kg,
        recorded_on, listed (bool), threshold_kg, share (q/Q; 0 if not listed, NaN if unknown).
    """
    rows, owner = known["hazmat"], known.positions("hazmat")
    names, substances = pd.factorize(rows["cas"], sort=True)  # sorted, so that sums do not depend on the row order
    keys, pair = np.unique(owner * np.int64(len(substances) + 1) + names, return_inverse=True)
    order = (days(rows["recorded_on"]), days(rows["known_on"]), numbers(rows["quantity_kg"]))
    last = last_rows(pair, len(keys), *order)
    kept = rows.iloc[last]
    is_listed = kept["cas"].isin(listed.index).to_numpy()
    threshold = kept["cas"].map(listed["threshold_kg"]).to_numpy("float64")
    quantity = numbers(kept["quantity_kg"])
    share: Floats = np.where(is_listed, quantity / threshold, 0.0)
    return pd.DataFrame(
        {
            "position": owner[last],
            "enterprise_id": kept["enterprise_id"].array,
            "cas": kept["cas"].array,
            "quantity_kg": quantity,
            "recorded_on": kept["recorded_on"].array,
            "listed": is_listed,
            "threshold_kg": threshold,
            "share": share,
        }
    )


def records(known: Registry) -> list[pd.DataFrame]:
    """Return the stocks behind the chemical features: see `oshrisk.features.records.records`."""
    stock = latest_stock(known, _listed(known))
    listed = stock["listed"]
    return [
        _stock(stock[listed], ("chemical_ratio", "hazardous_chemical_count"), "stock_listed"),
        _stock(stock[~listed], ("chemical_ratio",), "stock_unlisted"),
    ]


def _stock(stock: pd.DataFrame, factors: tuple[str, ...], key: str) -> pd.DataFrame:
    named = stock[["cas", "quantity_kg", "threshold_kg", "recorded_on"]]
    values = {str(name): named[name] for name in named}
    return record(stock["enterprise_id"], factors, table="hazmat", on=stock["recorded_on"], key=key, **values)
