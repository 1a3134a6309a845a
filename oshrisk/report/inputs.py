"""What the workbook of a quarter's list is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from oshrisk.planning import Plan
from oshrisk.registry.registry import Registry
from oshrisk.risk import RiskTable
from oshrisk.settings import Programme


@dataclass(frozen=True)
class ListInputs:
    """A plan and everything that explains it.

    Parameters
    ----------
    plan : Plan
        From `oshrisk.planning.make_plan`.
    features : DataFrame, shape (n_enterprises, ...)
        From `oshrisk.features.build_features`.
    assessment : DataFrame, shape (n_enterprises, ...)
        From `oshrisk.risk.assess`.
    reasons : DataFrame
        From `oshrisk.risk.reasons`, of the listed enterprises at least.
    main_reasons : DataFrame
        From `oshrisk.risk.top_reasons`, likewise; ``factor`` and ``state`` are used, so any language will do.
    records : DataFrame
        From `oshrisk.features.records`, likewise.
    registry : Registry
        What was known.
    table : RiskTable
        The model.
    programme : Programme
        Settings.
    manifest : mapping
        What made the list: hashes, seed, versions, counts; nested values are shown under dotted names.
    """

    plan: Plan
    features: pd.DataFrame
    assessment: pd.DataFrame
    reasons: pd.DataFrame
    main_reasons: pd.DataFrame
    records: pd.DataFrame
    registry: Registry
    table: RiskTable
    programme: Programme
    manifest: Mapping[str, Any]
