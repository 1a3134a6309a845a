"""Training needs: who must be trained, how many, and by when what they have will have lapsed.

Annual reports count those who must be trained and those who are, by the six groups of Decree 44/2016; they give no
dates. Whoever was trained when a report was made holds a certificate of that day at the latest, so that it has lapsed
by the end of its validity counted from there (R1.30); some lapse earlier.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from oshrisk.features.annual import AnnualReports
from oshrisk.features.rows import Floats, add_months, dates, day, take
from oshrisk.reference.rules import rules
from oshrisk.registry.registry import Registry
from oshrisk.registry.tables import TRAINING_GROUPS


def validity_years(group: int, date: pd.Timestamp) -> float:
    """Return how long a group's training is valid [years]: the group's own row of law, else that of all (R1.30).

    Examples
    --------
    >>> validity_years(3, pd.Timestamp("2026-11-30")), validity_years(4, pd.Timestamp("2026-11-30"))
    (2.0, 1.0)
    """
    law = rules(date)["value"]
    return float(law.get(f"R1.30.group_{group}_validity", law["R1.30"]))


def lapse(described_on: Floats, group: int, date: pd.Timestamp) -> Floats:
    """Return the day by which the training that reports count has lapsed at the latest.

    Parameters
    ----------
    described_on : ndarray of float, shape (n,)
        Day that each report describes (`AnnualReports.described_on`); NaN where there is none.
    group : int
        Training group, 1 to 6.
    date : Timestamp
        The law of this day.

    Returns
    -------
    ndarray of float, shape (n,)
        Days since 1970-01-01; NaN where there is no report.
    """
    return add_months(described_on, np.full(len(described_on), 12 * validity_years(group, date)))


def training_needs(known: Registry, until: pd.Timestamp) -> pd.DataFrame:
    """Return how many of each group are to be trained by a day, at every enterprise that still works.

    Parameters
    ----------
    known : Registry
        What is known.
    until : Timestamp
        The last day of the classes that are being planned.

    Returns
    -------
    DataFrame
        One row an enterprise and group that it has people in, by enterprise and group: enterprise_id, group, year (of
        the report), required, trained (not more than required), untrained, lapses_on (by when the training of those
        trained has lapsed at the latest), lapsing (those trained whose training lapses by `until`), needed (untrained
        and lapsing) [persons]. An enterprise without a report that gives both numbers is not there: of it nothing is
        known, see `unknown_needs`.
    """
    reports, still_open = AnnualReports.of(known), _still_open(known)
    parts = [_group(known, reports, group, until)[still_open] for group in TRAINING_GROUPS]
    rows = pd.concat(parts).reset_index(names="enterprise_id")
    rows = rows[rows["required"] > 0]
    return rows.sort_values(["enterprise_id", "group"], ignore_index=True)


def unknown_needs(known: Registry) -> pd.Index:
    """Return the enterprises still open of whose training nothing is known: no report gives numbers of any group."""
    reports = AnnualReports.of(known)
    given = np.logical_or.reduce([_given(reports, group) for group in TRAINING_GROUPS])
    return known.ids[(reports.last(given) < 0) & _still_open(known)]


def _group(known: Registry, reports: AnnualReports, group: int, until: pd.Timestamp) -> pd.DataFrame:
    rows = reports.last(_given(reports, group))
    required = take(reports.values(f"required_{group}"), rows)
    trained = np.minimum(take(reports.values(f"trained_{group}"), rows), required)
    lapses = lapse(reports.described_on(rows), group, known.date)
    lapsing = np.where(lapses <= day(until), trained, 0.0)
    return pd.DataFrame(
        {
            "group": group,
            "year": take(reports.years, rows),
            "required": required,
            "trained": trained,
            "untrained": required - trained,
            "lapses_on": dates(np.where(trained > 0, lapses, np.nan)),
            "lapsing": lapsing,
            "needed": required - trained + lapsing,
        },
        known.ids,
    )


def _given(reports: AnnualReports, group: int) -> np.ndarray:
    return reports.known(f"required_{group}", f"trained_{group}")


def _still_open(known: Registry) -> np.ndarray:
    return np.asarray(known["enterprises"]["closed_on"].isna())
