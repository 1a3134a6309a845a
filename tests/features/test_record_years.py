from __future__ import annotations

import numpy as np
import pytest

from oshrisk.features import build_features
from oshrisk.registry.registry import registry_of

YEARS = range(1, 6)
FIRM = [{"workers": 40, "workers_on": "2020-01-01"}]


def _accident(on: str, **columns: object) -> dict[str, object]:
    return {"occurred_on": on, "known_on": on, "severity": "minor", **columns}


@pytest.mark.parametrize(
    ("on", "year"),
    [("2026-11-23", 1), ("2025-11-24", 1), ("2025-11-23", 2), ("2021-11-24", 5), ("2021-11-23", None)],
)
def test_an_accident_counts_in_the_twelve_months_it_happened_in(of_firm, on, year):
    features = of_firm(accidents=[_accident(on, count=3)])
    assert [features[f"accidents_y{n}"] for n in YEARS] == [3.0 if n == year else 0.0 for n in YEARS]


def test_a_half_year_is_cut_where_the_year_ends(of_firm):
    said = [{"period": "2025H2", "filed_on": "2026-01-08", "reported_zero": True}]
    features = of_firm(enterprises=FIRM, accident_reports=said, accidents=[_accident("2022-05-05")])
    later = 40 / 2 * 38 / 184  # 24 November to 31 December 2025
    expected = [later, 20 - later, 0, 0, 0]
    assert [features[f"reported_worker_years_y{n}"] for n in YEARS] == pytest.approx(expected)


def test_unreported_years_add_nothing(of_firm):
    features = of_firm(enterprises=FIRM, accidents=[_accident("2025-05-05")])
    assert all(features[f"reported_worker_years_y{n}"] == 0 for n in YEARS)


@pytest.mark.parametrize("seed", range(5))
def test_years_add_up_to_the_window(random_tables, seed):
    rng = np.random.default_rng(seed)
    tables = random_tables(rng, known=("2020-01-01", "2026-06-30"), dates=("2019-01-01", "2026-06-30"))
    features = build_features(registry_of(tables, "2026-06-30"), "2026-06-30")
    for name in ("accidents", "reported_worker_years"):
        years = features[[f"{name}_y{year}" for year in YEARS]]
        np.testing.assert_allclose(years.sum(axis=1, skipna=False), features[f"{name}_5y"])
    assert features["accidents_5y"].sum() > 0
    assert features["reported_worker_years_5y"].sum() > 0
