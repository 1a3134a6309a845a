"""Strict-requirement machines: the state of each one's periodic inspection, and of the enterprise's worst."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.features.feature import Columns, Feature
from oshrisk.features.record import record
from oshrisk.features.rows import (
    Flags,
    Floats,
    Ints,
    add_months,
    categorical,
    dates,
    day,
    days,
    last_rows,
    looked_up,
    total,
)
from oshrisk.reference import equipment as reference
from oshrisk.registry.registry import Registry

STATES: Final = ("valid", "due_90d", "overdue", "never_inspected", "failed_in_use", "unknown")  # R3.6
OVERDUE: Final = ("all_valid", "overdue_lt_6m", "overdue_ge_6m")
DUE_SOON_DAYS: Final = 90  # R3.6
# Inspection comes before use (Law 84/2015 Art. 31); 30 days is the time to declare a machine (R1.2), left as tolerance.
NEW_DAYS: Final = 30
LONG_OVERDUE_MONTHS: Final = 6.0  # bin of the expert table
_KEPT: Final = ["enterprise_id", "equipment_id", "item", "inspected_on", "next_due_on", "result"]
FEATURES: Final = (
    Feature("strict_equipment_count", "numeric", "equipment", unit="machines"),
    Feature("strict_equipment_overdue", "state", "equipment", states=OVERDUE),
    Feature("equipment_overdue_count", "numeric", "equipment", unit="machines"),
)


def equipment(known: Registry, machines: pd.DataFrame) -> Columns:
    """Compute the features of strict-requirement machines in use.

    An enterprise without any known machine in use is unknown, not without machines; one of whose machines no state is
    known has unknown inspections.

    Parameters
    ----------
    known : Registry
        What is known at the date.
    machines : DataFrame
        Its machines, from `machines_in_use`.

    Returns
    -------
    mapping of str to array
        One value an enterprise for each of `FEATURES`.
    """
    size, owner = len(known.ids), machines["position"].to_numpy()
    state = machines["state"].cat.codes.to_numpy()
    late = state == STATES.index("overdue")
    long_ago = add_months(np.array([day(known.date)]), np.array([-LONG_OVERDUE_MONTHS]))[0]
    bad = (state == STATES.index("never_inspected")) | (state == STATES.index("failed_in_use"))
    long = bad | (late & (days(machines["due_on"]) <= long_ago))
    any_known = total(owner, size, state != STATES.index("unknown")) > 0
    count = total(owner, size)
    worst = np.select([total(owner, size, long) > 0, total(owner, size, late) > 0, any_known], [2, 1, 0], -1)
    return {
        "strict_equipment_count": np.where(count > 0, count, np.nan),
        "strict_equipment_overdue": categorical(worst, OVERDUE),
        "equipment_overdue_count": np.where(any_known, total(owner, size, late | bad), np.nan),
    }


def equipment_states(known: Registry) -> pd.DataFrame:
    """Return the inspection state of every strict-requirement machine in use.

    Parameters
    ----------
    known : Registry
        What is known at a date (`Registry.known`); states are of its `date`.

    Returns
    -------
    DataFrame
        One row a machine, ordered by enterprise and machine: enterprise_id, equipment_id, item, in_use_from,
        inspected_on, due_on (dates; NaT unknown), state (category of `STATES`, FACTS R3.6).
    """
    rows = machines_in_use(known).sort_values(["position", "equipment_id"], kind="stable")
    return rows.drop(columns="position").reset_index(drop=True)


def machines_in_use(known: Registry) -> pd.DataFrame:
    """Return one row a machine in use, with the position of its enterprise.

    Only items of the minister's list in force at the date count (R1.1). The latest certificate decides; a withdrawn
    machine is out. The due date is the certificate's (R3.4), else the inspection plus the interval of the list.

    Parameters
    ----------
    known : Registry
        What is known at a date.

    Returns
    -------
    DataFrame
        As `equipment_states`, with ``position``, in no particular order.
    """
    rows = known["equipment"]
    items = reference.items(known.date)
    listed = rows["item"].isin(items.index).to_numpy()
    rows, owner = rows[listed], known.positions("equipment")[listed]
    names = pd.factorize(rows["equipment_id"])[0].astype(np.int64)
    keys, machine = np.unique(owner * np.int64(len(rows) + 1) + names, return_inverse=True)
    size = len(keys)
    last = last_rows(machine, size, _certified_on(rows), days(rows["known_on"]), days(rows["next_due_on"]))
    in_use = total(machine, size, rows["withdrawn_on"].notna().to_numpy()) == 0
    last, since = last[in_use], _earliest(machine, size, days(rows["in_use_from"]))[in_use]
    kept = rows[_KEPT].iloc[last]
    inspected, due = days(kept["inspected_on"]), days(kept["next_due_on"])
    unsaid = np.isnan(due)
    months = looked_up(kept["item"][unsaid], items["interval_months"])
    due[unsaid] = add_months(inspected[unsaid], months)
    asked = "inspected_on" not in known.absent.get("equipment", ())
    failed = (kept["result"] == "failed").to_numpy()
    state = _state(day(known.date), due, since, failed, np.isnan(inspected) & asked)
    return pd.DataFrame(
        {
            "position": owner[last],
            "enterprise_id": kept["enterprise_id"].array,
            "equipment_id": kept["equipment_id"].array,
            "item": kept["item"].array,
            "in_use_from": dates(since),
            "inspected_on": kept["inspected_on"].array,
            "due_on": dates(due),
            "state": categorical(state, STATES),
        }
    )


def _state(today: float, due: Floats, since: Floats, failed: Flags, uninspected: Flags) -> NDArray[np.intp]:
    return np.select(
        [
            failed,
            due < today,
            due <= today + DUE_SOON_DAYS,
            ~np.isnan(due),
            uninspected & (since < today - NEW_DAYS),
        ],
        [STATES.index(name) for name in ("failed_in_use", "overdue", "due_90d", "valid", "never_inspected")],
        STATES.index("unknown"),
    )


def _certified_on(rows: pd.DataFrame) -> Floats:
    """When the certificate of a row was made; a certificate without its date counts from when it became known."""
    inspected, certificate = days(rows["inspected_on"]), (rows["next_due_on"].notna() | rows["result"].notna())
    stand_in = np.fmin(days(rows["known_on"]), days(rows["next_due_on"]))
    return np.where(np.isnan(inspected) & certificate.to_numpy(), stand_in, inspected)


def _earliest(groups: Ints, size: int, day_numbers: Floats) -> Floats:
    result = np.full(size, np.inf)
    np.fmin.at(result, groups, day_numbers)
    return np.where(np.isinf(result), np.nan, result)


def records(machines: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the machines (`equipment_states`) behind the features: see `oshrisk.features.records.records`."""
    late = machines["state"].isin(["overdue", "never_inspected", "failed_in_use"])
    return [
        machine_record(machines, ("strict_equipment_count", "strict_equipment_overdue")),
        machine_record(machines[late], ("equipment_overdue_count",)),
    ]


def machine_record(machines: pd.DataFrame, factors: tuple[str, ...]) -> pd.DataFrame:
    """Make a record of each machine, worded by its state."""
    state = machines["state"].astype("str")
    on = machines["due_on"].where(state != "failed_in_use", machines["inspected_on"]).fillna(machines["in_use_from"])
    named = machines[["item", "equipment_id", "due_on", "inspected_on", "in_use_from"]]
    values = {str(name): named[name] for name in named}
    key = "machine_" + state
    return record(machines["enterprise_id"], factors, table="equipment", on=on, key=key.array, **values)
