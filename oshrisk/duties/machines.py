"""Strict-requirement machines whose periodic inspection falls due within 90 days, or is overdue."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from oshrisk.features.equipment import equipment_states
from oshrisk.registry.registry import Registry

DUE_STATES: Final = ("failed_in_use", "never_inspected", "overdue", "due_90d")  # FACTS R3.6, the most pressing first


def machines_due(registry: Registry, on: pd.Timestamp) -> pd.DataFrame:
    """Return the machines of open enterprises that are to be inspected.

    Parameters
    ----------
    registry : Registry
        The registers. What happened after they were read is not known: a machine inspected since still stands here.
    on : Timestamp
        The day from which days are counted.

    Returns
    -------
    DataFrame
        One row a machine, the most pressing first: enterprise_id, equipment_id, item, in_use_from, inspected_on,
        due_on (NaT where there is none), state (category of `DUE_STATES`), days_left (negative: days overdue; NaN
        without a date).
    """
    date = pd.Timestamp(on).normalize().as_unit("s")
    known = replace(registry, read_on=max(registry.read_on, date), as_of=None).known(date)
    firms = known["enterprises"]
    states = equipment_states(known)
    due = states["state"].isin(DUE_STATES)
    rows = states[due & states["enterprise_id"].isin(firms["enterprise_id"][firms["closed_on"].isna()])]
    left = (rows["due_on"] - date).dt.days.astype("float64")
    rows = rows.assign(state=pd.Categorical(rows["state"].astype("str"), categories=list(DUE_STATES)), days_left=left)
    order = ["state", "due_on", "enterprise_id", "equipment_id"]
    return rows.sort_values(order, kind="stable", ignore_index=True)
