from __future__ import annotations

import pytest


def _report(year: int, **columns: object) -> dict[str, object]:
    return {"year": year, "filed_on": f"{year + 1}-01-08", **columns}


@pytest.mark.parametrize(
    ("reports", "whole", "third"),
    [
        ([_report(2025, required_3=10, trained_3=5, required_4=30, trained_4=30)], 0.875, 0.5),
        ([_report(2025, required_3=10, trained_3=5, required_4=5, trained_4=50)], 10 / 15, 0.5),
        ([_report(2025, required_3=10, trained_3=12)], 1, 1),
        ([_report(2025, required_3=10, required_4=5, trained_4=5)], 1, None),
        ([_report(2025, required_3=0, trained_3=0, required_4=5, trained_4=4)], 0.8, None),
        ([_report(2025, required_3=0, trained_3=0)], None, None),
        ([_report(2024, required_3=10, trained_3=5), _report(2025, workers=40)], 0.5, 0.5),
        ([_report(2025, workers=40)], None, None),
    ],
)
def test_coverage_of_the_last_report_that_has_it(of_firm, same, reports, whole, third):
    features = of_firm(annual_reports=reports)
    assert same(features["training_coverage"], whole)
    assert same(features["training_coverage_3"], third)
    assert same(features["training_coverage_1"], None)
