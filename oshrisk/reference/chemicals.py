"""Hazardous substances with the quantity from which a chemical incident plan is needed."""

from __future__ import annotations

import pandas as pd

from oshrisk.reference.folder import cached
from oshrisk.reference.load import Day, table, valid_on


def chemicals(date: Day) -> pd.DataFrame:
    """Return the substances that have a CAS number, each once.

    Parameters
    ----------
    date : str or date
        The day. The thresholds held are those of Annex IV, Decree 24/2026 (from 17 January 2026); before it the
        frame is empty.

    Returns
    -------
    DataFrame
        Indexed by ``cas``: ``name_vi``, ``name_en``, ``threshold_kg`` (Q of R4.3 [kg]; NaN with the flag
        ``no_threshold`` where the decree gives none, and ``threshold_unclear`` where it depends on a class that
        was not settled), ``annex_iv_table`` (A, or B by the substance's class: own derivation), ``conditional``
        (Annex II), ``special_control_group`` (Annex III), ``ghs_classes`` (``ghs_confidence``: from memory),
        ``flag``, ``source``, ``confidence``, ``valid_from``, ``valid_to``.
        Where a substance is listed with several thresholds (by purity, form or twice) the strictest stands and
        ``flag`` is ``strictest_of_several``.

    Examples
    --------
    >>> float(chemicals("2026-11-30").loc["7664-41-7", "threshold_kg"])
    50000.0
    """
    return _with_number(date).copy(deep=False)


@cached
def _with_number(date: Day) -> pd.DataFrame:
    rows = valid_on(table("chemicals"), date)
    rows = rows[rows["cas"].notna()].sort_values(["cas", "threshold_kg"], kind="stable")
    return rows.drop_duplicates("cas").set_index("cas")


def classes(date: Day) -> pd.DataFrame:
    """Return the groups of substances and hazard classes that have a threshold but no CAS number.

    Parameters
    ----------
    date : str or date
        The day.

    Returns
    -------
    DataFrame
        Columns as of `chemicals`; a row a group of Table A or a hazard class of Table B, Annex IV.

    Examples
    --------
    >>> int((classes("2026-11-30")["annex_iv_table"] == "B").sum())
    21
    """
    rows = valid_on(table("chemicals"), date)
    return rows[rows["cas"].isna()].drop(columns="cas").reset_index(drop=True)
