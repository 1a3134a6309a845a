"""What to look at during each visit of a list, from its factors, its sector and its duties."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from oshrisk.duties.checklist import checklist
from oshrisk.duties.legal import legal_duties
from oshrisk.registry.registry import Registry

_COLUMNS: Final = ["enterprise_id", "place", "check", "text_vi", "text_en", "finding"]


def visit_checks(
    known: Registry, features: pd.DataFrame, reasons: pd.DataFrame, ids: pd.Index, date: pd.Timestamp
) -> pd.DataFrame:
    """Return the checklists of some visits.

    Parameters
    ----------
    known : Registry
        What is known.
    features : DataFrame
        From `oshrisk.features.build_features`.
    reasons : DataFrame
        From `oshrisk.risk.reasons`, of these enterprises at least.
    ids : Index of str
        The enterprises.
    date : Timestamp
        The law of this day.

    Returns
    -------
    DataFrame
        One row an enterprise and check, the most telling first: ``enterprise_id``, ``place`` (from 1), ``check`` (of
        `oshrisk.reference.checklist.checks`), ``text_vi``, ``text_en``, ``finding`` (code of a violation, or empty).
    """
    duties = dict(iter(legal_duties(known, features, ids).groupby("enterprise_id", sort=False)))
    states = _states(reasons[reasons["enterprise_id"].isin(ids)])
    groups = features["sector_group"].reindex(ids).astype("str").fillna("")
    none = next(iter(duties.values())).iloc[:0] if duties else pd.DataFrame()
    parts = []
    for enterprise in ids:
        rows = checklist(states.get(enterprise, {}), groups[enterprise], duties.get(enterprise, none), date)
        rows = rows.reset_index()
        parts.append(rows.assign(enterprise_id=enterprise, place=np.arange(1, len(rows) + 1))[_COLUMNS])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)


def _states(reasons: pd.DataFrame) -> dict[str, dict[str, str]]:
    """State of every factor by enterprise, those that raise a risk most first."""
    strongest = reasons.groupby(["enterprise_id", "factor", "state"], sort=False)["multiplier"].max().reset_index()
    strongest = strongest.sort_values("multiplier", ascending=False, kind="stable")
    return {
        str(enterprise): dict(zip(rows["factor"], rows["state"], strict=True))
        for enterprise, rows in strongest.groupby("enterprise_id", sort=False)
    }
