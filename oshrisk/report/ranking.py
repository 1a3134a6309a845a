"""The ranking of all enterprises as one plain table, for analysts and other programs."""

from __future__ import annotations

from typing import Final

import pandas as pd

from oshrisk.messages import Language, catalogue
from oshrisk.registry.registry import Registry
from oshrisk.report.facts import identity
from oshrisk.risk import RiskTable, top_reasons
from oshrisk.risk.similarity import similarity_to_inspected
from oshrisk.settings import Priority

_ASSESSED: Final = [
    "rank",
    "index",
    "risk_class",
    "priority",
    "priority_low",
    "priority_high",
    "expected_harm",
    "expected_accidents",
    "expected_fatal",
    "violation_probability",
    "own_record",
    "workers_used",
    "workers_known",
    "too_quiet",
]
INSPECTED: Final = "months_since_inspection"  # known of those that were


def ranking_table(
    known: Registry,
    features: pd.DataFrame,
    assessment: pd.DataFrame,
    table: RiskTable,
    language: Language = "vi",
    *,
    priority: Priority = "harm_x_violation",
    province_code: str = "dien_bien",
) -> pd.DataFrame:
    """Return all enterprises in the order of their rank, with their three main reasons in words.

    Parameters
    ----------
    known : Registry
        What was known.
    features : DataFrame, shape (n_enterprises, n_features)
        From `oshrisk.features.build_features`.
    assessment : DataFrame, shape (n_enterprises, ...)
        From `oshrisk.risk.assess`.
    table : RiskTable
        The model.
    language : {"vi", "en"}, default "vi"
        Language of names and reasons.
    priority : str, default "harm_x_violation"
        What the assessment was ordered by.
    province_code : str, default "dien_bien"
        Province whose communes are named.

    Returns
    -------
    DataFrame, shape (n_enterprises, ...)
        Indexed by ``enterprise_id``, sorted by ``rank``: name, commune, sector, the columns of the assessment, and
        ``similarity`` and ``likeness`` (how like those that were inspected: `oshrisk.risk.similarity`; in words), and
        ``reason_1`` to ``reason_3`` (empty where fewer raise the priority).
    """
    order = assessment["rank"].sort_values().index
    firms = identity(known, order, province_code, language)
    said = top_reasons(features.loc[order], table, k=3, priority=priority, language=language)
    wide = said.pivot(index="enterprise_id", columns="place", values="phrase").reindex(index=order, columns=[1, 2, 3])
    wide.columns = [f"reason_{place}" for place in wide.columns]
    alike = similarity_to_inspected(features, features[INSPECTED].notna(), table, order)[["similarity", "likeness"]]
    alike["likeness"] = alike["likeness"].map(catalogue("risk", language)["likeness"])
    return firms.join(assessment.loc[order, _ASSESSED]).join(alike).join(wide.fillna(""))
