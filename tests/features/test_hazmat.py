from __future__ import annotations

import pytest

AMMONIA, CHLORINE = "7664-41-7", "7782-50-5"  # thresholds 50,000 and 10,000 kg (D4.2)


def _stock(cas: str, kilograms: float, on: str = "2026-02-01") -> dict[str, object]:
    return {"cas": cas, "quantity_kg": kilograms, "recorded_on": on}


@pytest.mark.parametrize(
    ("rows", "ratio", "count"),
    [
        ([_stock(AMMONIA, 25_000)], 0.5, 1),
        ([_stock(AMMONIA, 25_000), _stock(CHLORINE, 7_000)], 1.2, 2),
        ([_stock(AMMONIA, 25_000, "2026-02-01"), _stock(AMMONIA, 5_000, "2026-06-01")], 0.1, 1),
        ([_stock(AMMONIA, 25_000, "2026-02-01"), _stock(AMMONIA, 0, "2026-06-01")], 0, 0),
        ([_stock("999-99-9", 25_000)], 0, 0),
        ([_stock(AMMONIA, 25_000) | {"enterprise_id": "0109876543"}], None, None),
    ],
)
def test_sum_of_quantities_over_thresholds(of_firm, same, rows, ratio, count):
    features = of_firm(hazmat=rows)
    assert same(features["chemical_ratio"], ratio)
    assert same(features["hazardous_chemical_count"], count)


def test_before_the_first_list_held_that_list_measures(of_firm, same):
    features = of_firm("2025-12-31", hazmat=[_stock(AMMONIA, 25_000, "2025-02-01")])
    assert same(features["chemical_ratio"], 0.5)
    assert same(features["hazardous_chemical_count"], 1)
