"""The ranking of all enterprises as one plain table, for analysts and other programs."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from oshrisk.messages import Language, catalogue
from oshrisk.registry.registry import Registry, places_of
from oshrisk.report.facts import identity
from oshrisk.risk import RiskTable, top_reasons
from oshrisk.risk.scoring import Lookup, look_up
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
    firms = identity(known, ordered.index, province_code, language)
    return ranking_rows(
        firms, features.loc[ordered.index], ordered, table, among=among, language=language, priority=priority
    )


def ranking_rows(
    firms: pd.DataFrame,
    features: pd.DataFrame,
    assessed: pd.DataFrame,
    table: RiskTable,
    *,
    among: Inspected,
    language: Language = "vi",
    priority: Priority = "harm_x_violation",
    at: Lookup | None = None,
) -> pd.DataFrame:
    """Return the rows of the ranking of some enterprises, in the order that they come in.

    Parameters
    ----------
    firms : DataFrame, shape (n, 3)
        Who they are, from `oshrisk.report.facts.identity`.
    features : DataFrame, shape (n, n_features)
        Their features.
    assessed : DataFrame, shape (n, ...)
        Their assessment, or estimates that have no place among all yet (`oshrisk.risk.assessment.estimates`).
    table, language, priority
        As `ranking_table`.
    among : Inspected
        Those inspected, of everybody.
    at : Lookup, optional
        Where `features` fall in `table`, if that was looked up already.

    Returns
    -------
    DataFrame, shape (n, ...)
        As `ranking_table`, without what `assessed` does not have.
    """
    at = look_up(features, table) if at is None else at
    said = top_reasons(features, table, k=REASONS, priority=priority, language=language, at=at)
    seen = features[INSPECTED].notna().to_numpy()
    alike = likeness(features, seen, table, among, at)[["similarity", "likeness"]]
    alike["likeness"] = alike["likeness"].map(catalogue("risk", language)["likeness"])
    shown = assessed[[name for name in ASSESSED if name in assessed.columns]]
    return pd.concat([firms, shown, alike, _wide(said, assessed.index)], axis=1)


def _wide(said: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Lay reasons out, one column a place; empty where there are fewer."""
    code, different = pd.factorize(said["phrase"])
    words = pd.array([*different, ""], dtype="str")
    places = np.full((len(ids), REASONS), len(different))
    places[places_of(said["enterprise_id"], ids), said["place"].to_numpy() - 1] = code
    return pd.DataFrame({f"reason_{place + 1}": words.take(places[:, place]) for place in range(REASONS)}, index=ids)
