"""The figures behind the charts of a list, in the workbook and in pictures alike."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from oshrisk.messages import Language, catalogue, text
from oshrisk.planning import Quarter
from oshrisk.planning.buckets import buckets
from oshrisk.settings import Capacity

SECTORS_SHOWN: Final = 12  # the rest is one bar
UNKNOWN: Final = "unknown"
REST: Final = "rest"


def capacity_days(visits: pd.DataFrame, quarter: Quarter, capacity: Capacity) -> pd.DataFrame:
    """Return the days of every team and month.

    Parameters
    ----------
    visits : DataFrame
        Visits of a plan.
    quarter : Quarter
        Its quarter.
    capacity : Capacity
        The days there are.

    Returns
    -------
    DataFrame, shape (3 teams, 4)
        Indexed by ``team`` and ``month``: inspector-days ``visits`` (at enterprises), ``road`` (with nights), ``used``
        (both) and ``capacity`` (there are).
    """
    there = buckets(quarter, capacity)
    work = visits.assign(work=capacity.team_size * visits["visit_days"])
    sums = work.groupby(["team", "month"])[["work", "inspector_days"]].sum()
    sums = sums.reindex(there.index.union(sums.index), fill_value=0.0)
    return pd.DataFrame({
        "visits": sums["work"],
        "road": sums["inspector_days"] - sums["work"],
        "used": sums["inspector_days"],
        "capacity": there.reindex(sums.index, fill_value=0.0),
    })  # fmt: skip


def sector_shares(features: pd.DataFrame, assessment: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """Return shares of risk and visits by sector.

    Parameters
    ----------
    features, assessment, visits : DataFrame
        Indexed by enterprise: ``sector_group``; ``expected_harm``; the visits of a plan.

    Returns
    -------
    DataFrame, shape (n_sectors, 3)
        Indexed by sector group, the one with the most expected harm first, ``rest`` and ``unknown`` last: ``harm``
        and ``visits`` (shares, which add up to 1), ``enterprises``.
    """
    group = features["sector_group"].reindex(assessment.index).astype("str").fillna(UNKNOWN)
    sums = pd.DataFrame({
        "harm": assessment["expected_harm"].groupby(group).sum(),
        "visits": group[visits.index].value_counts(),
        "enterprises": group.value_counts(),
    }).fillna(0.0).sort_values("harm", ascending=False, kind="stable")  # fmt: skip
    known = sums.drop(index=UNKNOWN, errors="ignore")
    parts = [known.head(SECTORS_SHOWN)]
    if len(known) > SECTORS_SHOWN:
        parts.append(known.iloc[SECTORS_SHOWN:].sum().to_frame(REST).T)
    shown = pd.concat([*parts, sums[sums.index == UNKNOWN]])
    totals = shown[["harm", "visits"]].sum().clip(lower=1e-12)
    return shown.assign(harm=shown["harm"] / totals["harm"], visits=shown["visits"] / totals["visits"])


def sector_title(group: str, language: Language) -> str:
    """Return the name of a sector group, of ``rest`` or of ``unknown``.

    Examples
    --------
    >>> sector_title("B07_08", "en")
    'Ore, stone and sand quarries'
    """
    if group in (REST, UNKNOWN):
        return text(f"report.sheets.charts.{group}", language)
    return str(catalogue("features", language)["feature"]["sector_group"]["states"][group])


def reason_counts(main_reasons: pd.DataFrame) -> pd.DataFrame:
    """Count how often each factor is among the main reasons.

    Parameters
    ----------
    main_reasons : DataFrame
        From `oshrisk.risk.top_reasons`, of the visits alone.

    Returns
    -------
    DataFrame, shape (n_factors, 2)
        Indexed by factor, the most frequent first: ``visits``, and ``multiplier`` of the priority (geometric mean).
    """
    logs = np.log(main_reasons["multiplier"].astype("float64")).groupby(main_reasons["factor"])
    counts = pd.DataFrame({"visits": main_reasons["factor"].value_counts(), "multiplier": np.exp(logs.mean())})
    return counts.rename_axis("factor").sort_values(["visits", "multiplier"], ascending=False, kind="stable")
