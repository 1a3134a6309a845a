from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oshrisk.reference.constants import constant
from oshrisk.risk import RiskTable, assess, top_reasons
from oshrisk.risk.severity import PRIOR_ACCIDENTS, fit_severity

Frame = Callable[[RiskTable, list[dict[str, Any]]], pd.DataFrame]
QUARRY, SHOP = {"sector_scheme": "vsic2018", "sector_code": "08101"}, {"sector_scheme": "vsic2018", "sector_code": "47"}


def _accidents(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = {"enterprise_id": "0000000000", "severity": "minor", "lost_days": np.nan, "count": np.nan}
    frame = pd.DataFrame([{**columns, **row} for row in rows], columns=list(columns))
    return frame.astype({"lost_days": "float64", "count": "float64"})


def test_without_accidents_nothing_moves(table: RiskTable, frame: Frame) -> None:
    fatal = _accidents([{"severity": "fatal", "lost_days": 6000.0}])
    for rows in (_accidents([]), fatal):
        moved, severity = fit_severity(table, rows, frame(table, [QUARRY]))
        assert moved == table
        assert severity.days == table.constant("days_per_accident")


def test_unrecorded_days_count_as_the_mean_of_their_severity(table: RiskTable, frame: Frame) -> None:
    rows = [{"severity": "serious", "lost_days": 100.0, "count": 10.0}, {"severity": "serious", "count": 10.0}]
    _, severity = fit_severity(table, _accidents(rows), frame(table, [QUARRY]))
    serious = (PRIOR_ACCIDENTS * constant("lost_days_serious") + 1000) / (PRIOR_ACCIDENTS + 10)
    assert severity.by_severity.loc["serious", "days"] == pytest.approx(serious)
    assert severity.by_severity.loc["minor", "days"] == constant("lost_days_minor")
    start = table.constant("days_per_accident")
    assert severity.days == pytest.approx((PRIOR_ACCIDENTS * start + 1000 + 10 * serious) / (PRIOR_ACCIDENTS + 20))


def test_sectors_differ_as_far_as_their_accidents_say(table: RiskTable, frame: Frame) -> None:
    draw = np.random.default_rng(1)
    firms = [QUARRY, SHOP, {"sector_scheme": "vsic2018", "sector_code": "01"}]
    true, counts = (60.0, 10.0, 10.0), (400, 400, 2)
    rows = [
        {"enterprise_id": f"{firm:010d}", "lost_days": days}
        for firm in range(3)
        for days in draw.exponential(true[firm], counts[firm])
    ]
    features = frame(table, firms)
    moved, severity = fit_severity(table, _accidents(rows), features)
    days = severity.by_group["days"]
    assert days["B07_08"] == pytest.approx(60, rel=0.15)
    assert days["G_trade"] == pytest.approx(10, rel=0.15)
    own = severity.by_group["own_days"]["A"]
    assert min(own, severity.days) < days["A"] < max(own, severity.days), "two accidents are read towards all"
    silent = assess(features, table, priority="harm")
    result = assess(features, moved, priority="harm")
    other = result["accident_rate"] - result["fatal_rate"]
    daily = (result["expected_harm"] / result["workers_used"] - 6000 * result["fatal_rate"]) / other
    np.testing.assert_allclose(daily.iloc[:2], [days["B07_08"], days["G_trade"]], rtol=1e-9)
    pd.testing.assert_series_equal(result["accident_rate"], silent["accident_rate"])
    assert RiskTable.from_json(moved.to_json()) == moved


def test_alike_sectors_keep_the_mean_of_all(table: RiskTable, frame: Frame) -> None:
    draw = np.random.default_rng(2)
    rows = [{"enterprise_id": f"{n % 2:010d}", "lost_days": draw.exponential(20.0)} for n in range(60)]
    moved, severity = fit_severity(table, _accidents(rows), frame(table, [QUARRY, SHOP]))
    spread = severity.by_group["days"] / severity.days
    assert (np.abs(np.log(spread)) < 0.1).all()
    assert moved.constants["days_per_accident"].mark == "fitted"


def test_an_accident_of_an_unknown_sector_counts_for_all(table: RiskTable, frame: Frame) -> None:
    moved, severity = fit_severity(table, _accidents([{"lost_days": 500.0, "count": 50.0}]), frame(table, [{}]))
    assert severity.by_group.empty
    assert severity.days > 200
    assert all(row.severity == 0 for row in moved.base.rows)


def test_severity_moves_the_weight_of_a_reason(table: RiskTable, frame: Frame) -> None:
    rows = tuple(replace(row, severity=3.0 if row.prefix == "47" else 0.0) for row in table.base.rows)
    bad = replace(table, base=replace(table.base, rows=rows))
    features = frame(table, [SHOP | {"temporary_share": 0.7}])
    for priority in ("harm", "harm_x_violation"):
        before, after = (
            top_reasons(features, one, k=9, priority=priority).set_index("factor")["multiplier"]["temporary_share"]
            for one in (table, bad)
        )
        assert after > before, "accidents weigh more in the harm, and seasonal work is worse for accidents than deaths"
