"""A non-reporter never scores lower than it would with any report of zero accidents, whatever the period."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from oshrisk.features import build_features
from oshrisk.registry.registry import conform, with_known_on
from oshrisk.registry.tables import TABLES
from oshrisk.risk import assess, load_table
from oshrisk.simulate import simulate

AS_OF = "2026-11-30"
FILED = {
    "2022H1": "2022-07-04",
    "2023H2": "2024-01-08",
    "2024H1": "2024-07-01",
    "2025H2": "2026-01-05",
    "2026H1": "2026-07-02",
}


@pytest.fixture(scope="module")
def registry():
    return simulate(600, seed=11).registry


def with_zero_report(registry, ids, period):
    rows = pd.DataFrame({"enterprise_id": ids, "period": period, "filed_on": pd.Timestamp(FILED[period])})
    rows = conform(rows.assign(reported_zero=True), TABLES["accident_reports"])
    tables = dict(registry.tables)
    tables["accident_reports"] = pd.concat([tables["accident_reports"], rows], ignore_index=True)
    return replace(registry, tables=with_known_on(tables, registry.read_on))


@pytest.mark.parametrize("period", FILED)
def test_zero_report_never_raises_the_score(registry, period):
    silent = registry.ids.difference(registry["accident_reports"]["enterprise_id"])
    silent = silent.difference(registry["annual_reports"]["enterprise_id"])
    struck = silent.intersection(registry["accidents"]["enterprise_id"])
    chosen = struck.union(silent[np.random.default_rng(3).choice(len(silent), 40, replace=False)])
    table = load_table()
    before = assess(build_features(registry, AS_OF), table).loc[chosen]
    after = assess(build_features(with_zero_report(registry, chosen, period), AS_OF), table).loc[chosen]
    for column in ("accident_rate", "fatal_rate", "violation_probability", "expected_harm", "priority"):
        assert (after[column] <= before[column] * (1 + 1e-12)).all(), column
    assert (after["accident_rate"] < before["accident_rate"]).any()
