"""Features as of a date: what the registers say of each enterprise, one factor a file; NaN is unknown."""

from __future__ import annotations

from oshrisk.features.build import FEATURES, build_features, catalogue_hash
from oshrisk.features.equipment import equipment_states
from oshrisk.features.feature import Feature
from oshrisk.features.own import OwnFactor, installed_factors
from oshrisk.features.records import records
from oshrisk.features.wording import record_text

__all__ = [
    "FEATURES",
    "Feature",
    "OwnFactor",
    "build_features",
    "catalogue_hash",
    "equipment_states",
    "installed_factors",
    "record_text",
    "records",
]
