"""The ranking of all enterprises as one plain table, for analysts and other programs."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from oshrisk.messages import Language, catalogue
from oshrisk.registry.registry import Registry
from oshrisk.report.facts import identity
from oshrisk.risk import RiskTable, top_reasons
from oshrisk.risk.similarity import Inspected, likeness
from oshrisk.settings import Priority

REASONS: Final = 3
ASSESSED: Final = [
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
    among = Inspected.among(features, features[INSPECTED].notna().to_numpy(), table)
    ordered = assessment.sort_values("rank")
    return ranking_rows(
        known, features, ordered, table, among=among, language=language, priority=priority, province_code=province_code
    )


def ranking_rows(
    known: Registry,
    features: pd.DataFrame,
    assessed: pd.DataFrame,
    table: RiskTable,
    *,
    among: Inspected,
    language: Language = "vi",
    priority: Priority = "harm_x_violation",
    province_code: str = "dien_bien",
) -> pd.DataFrame:
    """Return the rows of the ranking of some enterprises, in the order that they come in.

    Parameters
    ----------
    known, features, table, language, priority, province_code
        As `ranking_table`.
    assessed : DataFrame
        The assessment of the enterprises, or estimates that have no place among all yet
        (`oshrisk.risk.assessment.estimates`).
    among : Inspected
        Those inspected, of everybody.

    Returns
    -------
    DataFrame, shape (len(assessed), ...)
        As `ranking_table`, without what `assessed` does not have.
    """
    own = features.loc[assessed.index]
    said = top_reasons(own, table, k=REASONS, priority=priority, language=language)
    alike = likeness(own, own[INSPECTED].notna().to_numpy(), table, among)[["similarity", "likeness"]]
    alike["likeness"] = alike["likeness"].map(catalogue("risk", language)["likeness"])
    firms = identity(known, assessed.index, province_code, language)
    shown = assessed[[name for name in ASSESSED if name in assessed.columns]]
    return pd.concat([firms, shown, alike, _wide(said, assessed.index)], axis=1)


def _wide(said: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Lay reasons out, one column a place; empty where there are fewer."""
    code, different = pd.factorize(said["phrase"])
    words = pd.array([*different, ""], dtype="str")
    places = np.full((len(ids), REASONS), len(different))
    places[ids.get_indexer(pd.Index(said["enterprise_id"])), said["place"].to_numpy() - 1] = code
    return pd.DataFrame({f"reason_{place + 1}": words.take(places[:, place]) for place in range(REASONS)}, index=ids)
