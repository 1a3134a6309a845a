"""What to look at during each visit of a list: the checklist of its dossier, for the phone."""

from __future__ import annotations

from typing import Final

import pandas as pd

from oshrisk.duties.checklist import checklist
from oshrisk.duties.legal import legal_duties
from oshrisk.issued import Issued
from oshrisk.risk import top_reasons

_ALL: Final = 99  # more factors than any table has
_COLUMNS: Final = ["enterprise_id", "place", "check", "text_vi", "text_en"]


def checks_of(issued: Issued) -> pd.DataFrame:
    """Return the checklists of all visits: by their factors, their sector and their duties.

    Parameters
    ----------
    issued : Issued
        The list.

    Returns
    -------
    DataFrame
        One row an enterprise and check, the most telling first: ``enterprise_id``, ``place`` (from 1), ``check`` (of
        `oshrisk.reference.checklist.checks`), ``text_vi``, ``text_en``.
    """
    ids = issued.visits.index
    told = legal_duties(issued.registry, issued.features, ids)
    duties = {name: dict(zip(rows["duty"], rows["state"], strict=True)) for name, rows in told.groupby("enterprise_id")}
    groups = issued.features["sector_group"].reindex(ids).astype("str").fillna("")
    states = _states(issued, ids)
    rows = [
        {**check, "enterprise_id": enterprise, "place": place}
        for enterprise in ids
        for place, check in enumerate(
            checklist(states[enterprise], groups[enterprise], duties.get(enterprise, {}), issued.as_of), start=1
        )
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _states(issued: Issued, ids: pd.Index) -> dict[str, dict[str, str]]:
    """State of every factor by enterprise, those that raise its priority most first, as a dossier orders them."""
    keys = ["enterprise_id", "factor"]
    raising = top_reasons(issued.features.loc[ids], issued.table, _ALL, priority=issued.programme.ranking.priority)
    rows = issued.reasons(ids)[[*keys, "state"]].drop_duplicates(keys)
    rows = rows.merge(raising[[*keys, "multiplier"]], on=keys, how="left").fillna({"multiplier": 0.0})
    rows = rows.sort_values(["multiplier", "factor"], ascending=[False, True], kind="stable")
    return {
        str(name): dict(zip(own["factor"], own["state"], strict=True)) for name, own in rows.groupby("enterprise_id")
    }
