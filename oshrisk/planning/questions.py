"""What to ask on the spot: which missing fact of which enterprise would be worth most to the ranking.

The staff of a commune can phone or find an enterprise, which costs no inspector-day. What an answer is worth is how far
the priority could turn out otherwise: its standard deviation over the states of the missing fact, by the table's own
shares of enterprises in each. Whether the place exists at all counts with the share of the department's own visits
that found nobody.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from oshrisk.features.inspections import NOT_INSPECTED
from oshrisk.registry.registry import Registry
from oshrisk.risk import RiskTable
from oshrisk.risk.what_if import worth_of_knowing
from oshrisk.settings import Priority

ASKED: Final = {
    "workers": "enterprise_size",
    "seasonal": "temporary_share",
    "machines": "strict_equipment_count",
}
"""Questions about a factor of the risk table, by what is asked."""

QUESTIONS: Final = ("exists", *ASKED, "report")
HEARD_YEARS: Final = 3  # assumed: a place not heard of for longer may be gone
_GONE: Final = ("closed", "not_found")
_MISSING: Final = ("missing", "missing_unusual")  # states of the last accident report that fell due


def questions(
    known: Registry,
    features: pd.DataFrame,
    table: RiskTable,
    assessment: pd.DataFrame,
    *,
    priority: Priority = "harm_x_violation",
) -> pd.DataFrame:
    """Return what could be asked of every ranked enterprise, and what the answers would be worth.

    Parameters
    ----------
    known : Registry
        What is known.
    features, table, assessment, priority
        As for, and from, `oshrisk.risk.assess`.

    Returns
    -------
    DataFrame
        Indexed by enterprise_id, the worthiest first (ties in the order of enterprise_id), of those of whom something
        is to be asked: commune_code, a flag for each of `QUESTIONS` (whether it is to be asked) and worth (in units of
        the priority). Whether a report was filed is asked where none is there, but changes no worth: an answer alone
        is not a report.
    """
    ids = assessment.index
    of_factor = worth_of_knowing(features, table, ids, list(ASKED.values()), priority=priority)
    gone = _share_gone(known)
    silent = ~heard_since(known, known.date - pd.DateOffset(years=HEARD_YEARS)).reindex(ids)
    exists = np.where(silent, assessment["priority"] * np.sqrt(gone * (1 - gone)), 0.0)
    asked = {name: features[table[factor].feature].reindex(ids).isna() for name, factor in ASKED.items()}
    frame = pd.DataFrame(
        {
            "commune_code": features["commune_code"].reindex(ids),
            "exists": silent,
            **asked,
            "report": features["periodic_report"].reindex(ids).isin(_MISSING),
            "worth": np.sqrt((of_factor**2).sum(axis="columns") + exists**2),
        },
        index=ids,
    )
    some = frame[frame[list(QUESTIONS)].any(axis="columns") & frame["commune_code"].notna()]
    return some.sort_index().sort_values("worth", ascending=False, kind="stable")


def heard_since(known: Registry, since: pd.Timestamp) -> pd.Series:
    """Say of which enterprises anything was heard after a day: a report, a certificate, a visit that found them.

    Parameters
    ----------
    known : Registry
        What is known.
    since : Timestamp
        The day.

    Returns
    -------
    Series of bool, shape (n_enterprises,)
        Indexed by enterprise_id.
    """
    visits = known["inspections"]
    seen = {
        "annual_reports": known["annual_reports"]["filed_on"],
        "accident_reports": known["accident_reports"]["filed_on"],
        "equipment": known["equipment"]["inspected_on"],
        "inspections": visits["started_on"].mask(visits["done"].isin(NOT_INSPECTED)),
    }
    heard = np.zeros(len(known.ids), dtype=bool)
    for name, on in seen.items():
        heard[known.positions(name)[(on > since).to_numpy(dtype=bool)]] = True
    new = known["enterprises"]["founded_on"] > since
    return pd.Series(heard | new.to_numpy(dtype=bool), known.ids)


def _share_gone(known: Registry) -> float:
    """Share of visits that found a place closed or nobody there, as one of a few in the absence of visits."""
    done = known["inspections"]["done"]
    return float((done.isin(_GONE).sum() + 0.5) / (done.notna().sum() + 1))  # Jeffreys' prior
