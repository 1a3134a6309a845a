"""The list of machines with strict OSH requirements, with the intervals of their technical inspection."""

from __future__ import annotations

import pandas as pd

from oshrisk.reference.load import Day, table, valid_on


def items(date: Day) -> pd.DataFrame:
    """Return the machines on the strict list.

    Parameters
    ----------
    date : str or date
        The day. The list held is that of Circular 36/2019/TT-BLĐTBXH (from 1 March 2020); before it the frame
        is empty.

    Returns
    -------
    DataFrame
        Indexed by ``item``, the number in the list as text: ``group`` (titles: ``reference.equipment_group``),
        ``name_vi``, ``name_en``, ``interval_months`` (longest time between two periodic inspections of a machine
        that is not old; NaN where none is periodic), ``shorter_interval_rule``, ``interval_confidence``,
        ``scope_threshold``, ``procedure``, ``authority``, ``source``, ``confidence`` (of the item), ``valid_from``,
        ``valid_to``. The due date on a certificate goes before the interval (R3.4).

    Examples
    --------
    >>> float(items("2026-11-30").loc["1", "interval_months"])
    24.0
    """
    return valid_on(table("strict_equipment"), date).set_index("item")
