"""Signs of violation that stand: what happened lately and has not been followed by an OSH visit since."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.registry.registry import Registry

SIGN_MONTHS = 12  # assumed from the one-year limitation of OSH violations, Decree 283/2026 Art. 3 (R6.2)
CONTENT = ("osh", "labour")  # labour checks take in OSH, which is a chapter of the Labour Code


def took_place(inspections: pd.DataFrame) -> pd.Series:
    """Say which visits took place: done, or the register does not say otherwise.

    Parameters
    ----------
    inspections : DataFrame, shape (n, ...)
        Table ``inspections``.

    Returns
    -------
    Series of bool, shape (n,)
        False where the place was closed, not found or refused the visit, or nobody went.
    """
    return inspections["done"].isna() | inspections["done"].eq("done")


def same_content(rows: pd.DataFrame) -> pd.Series:
    """Say which visits or plans have the content of an OSH check; an unknown scope is taken to have it.

    Parameters
    ----------
    rows : DataFrame, shape (n, ...)
        With ``scope``.

    Returns
    -------
    Series of bool, shape (n,)
        True for OSH, labour and unknown.
    """
    return rows["scope"].isna() | rows["scope"].isin(CONTENT)


def latest(registry: Registry, table: str, rows: pd.Series, column: str) -> pd.Series:
    """Return the latest date of some rows of a history table, by enterprise.

    Parameters
    ----------
    registry : Registry
        What is known.
    table : str
        Name of the table.
    rows : Series of bool
        Which of its rows count.
    column : str
        The column of dates.

    Returns
    -------
    Series of datetime64, shape (n_enterprises,)
        Indexed by ``enterprise_id``; NaT where there is no row.
    """
    keep: NDArray[np.bool_] = rows.to_numpy(dtype=bool, na_value=False)
    by_place = registry[table].loc[keep, column].groupby(registry.positions(table)[keep]).max()
    return by_place.reindex(range(len(registry.ids))).set_axis(registry.ids)


def standing_signs(registry: Registry) -> pd.DataFrame:
    """Collect the signs that stand, by enterprise.

    A sign stands for 12 months and until an OSH visit takes place on its day or later. An overdue remedy
    stands, however old, until it is reported remedied or a visit after its due date has looked at it; in the
    12 months after its due date it has to be verified.

    Parameters
    ----------
    registry : Registry
        What is known (`Registry.known`); its date is the day from which is counted back.

    Returns
    -------
    DataFrame, shape (n_enterprises, 6)
        Indexed by ``enterprise_id``: ``fatal_on`` (accident), ``direction_on`` (direction of a competent body),
        ``remedy_due_on`` and ``old_remedy_due_on`` (latest overdue, of the last 12 months and before),
        ``complaint_on`` (latest complaint), ``signal_on`` (latest other signal: incident, referral, inconsistent
        report); NaT where none stands.
    """
    visits = registry["inspections"]
    osh_visit = latest(registry, "inspections", took_place(visits) & same_content(visits), "started_on")
    accidents, signals = registry["accidents"], registry["signals"]
    fatal = accidents["severity"].eq("fatal") | accidents["deaths"].gt(0)
    kinds = {
        "direction_on": signals["kind"].eq("direction"),
        "complaint_on": signals["kind"].eq("complaint"),
        "signal_on": ~signals["kind"].isin(["direction", "complaint"]),
    }
    events = {"fatal_on": latest(registry, "accidents", fatal, "occurred_on")}
    events |= {name: latest(registry, "signals", rows, "occurred_on") for name, rows in kinds.items()}
    since = registry.date - pd.DateOffset(months=SIGN_MONTHS)
    stands = {name: on.where(on.gt(since) & ~osh_visit.ge(on)) for name, on in events.items()}
    overdue = _overdue_remedy(registry, osh_visit)
    return pd.DataFrame(
        stands
        | {"remedy_due_on": overdue.where(overdue.gt(since)), "old_remedy_due_on": overdue.mask(overdue.gt(since))}
    )


def _overdue_remedy(registry: Registry, osh_visit: pd.Series) -> pd.Series:
    findings = registry["findings"]
    due = findings["remedy_due_on"]
    verified = osh_visit.iloc[registry.positions("findings")].set_axis(findings.index).gt(due)
    rows = findings["remedied_on"].isna() & due.lt(registry.date) & ~verified
    return latest(registry, "findings", rows, "remedy_due_on")
