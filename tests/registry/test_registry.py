"""What was known when."""

from __future__ import annotations

import pandas as pd

from oshrisk.registry.registry import registry_of

FIRMS = pd.DataFrame({"enterprise_id": ["a", "b", "c"], "name": ["A", "B", "C"], "workers": [5.0, 6.0, None]})


def test_an_undated_head_count_is_known_from_the_day_of_reading() -> None:
    dated = FIRMS.assign(workers_on=pd.to_datetime(["2025-01-01", None, None]))
    registry = registry_of({"enterprises": dated}, "2026-11-23")
    days = registry["enterprises"]["workers_on"]
    assert days.dt.strftime("%Y-%m-%d").fillna("").tolist() == ["2025-01-01", "2026-11-23", ""]
    assert registry.known("2026-11-22")["enterprises"]["workers"].fillna(-1).tolist() == [5, -1, -1]
    assert registry.known("2026-11-23")["enterprises"]["workers"].fillna(-1).tolist() == [5, 6, -1]


def test_a_row_of_accidents_is_at_least_one() -> None:
    accidents = pd.DataFrame(
        {"enterprise_id": ["a", "b"], "occurred_on": pd.Timestamp("2026-01-01"), "severity": "minor"}
    )
    assert registry_of({"enterprises": FIRMS, "accidents": accidents}, "2026-11-23")["accidents"]["count"].tolist() == [
        1,
        1,
    ]
    accidents = accidents.assign(count=[3.0, None])
    assert registry_of({"enterprises": FIRMS, "accidents": accidents}, "2026-11-23")["accidents"]["count"].tolist() == [
        3,
        1,
    ]
