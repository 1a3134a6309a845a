"""What holds of all features together: nothing leaks from the future, silence is not safety, order does not matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from oshrisk.features import FEATURES, build_features
from oshrisk.registry.registry import Registry, registry_of
from oshrisk.registry.tables import HISTORY, TABLES

AS_OF, READ_ON = "2026-06-30", "2027-06-30"
PAST = {"known": ("2020-01-01", AS_OF), "dates": ("2019-01-01", AS_OF)}
LATER = {"known": ("2026-07-01", READ_ON), "dates": ("2019-01-01", READ_ON)}
SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
# What a report of zero accidents may change: the regime, its exposure, and who is compared among the reporters.
WORKER_YEARS = ["reported_worker_years_5y", *(f"reported_worker_years_y{year}" for year in range(1, 6))]
OF_REPORTING = ["periodic_report", "reported_periods_5y", *WORKER_YEARS, "past_minor_accidents_top"]


def _registry(tables: dict[str, pd.DataFrame]) -> Registry:
    return registry_of(tables, READ_ON)


def _of(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return build_features(_registry(tables), AS_OF)


@FEW
@given(seed=SEEDS)
def test_later_records_of_any_table_change_nothing(random_tables, seed):
    rng = np.random.default_rng(seed)
    tables = random_tables(rng, **PAST)
    later = random_tables(rng, **LATER, rows=20, prefix="LATER")
    # a finding known later may belong to an inspection of the past
    later["findings"].loc[::2, "inspection_id"] = tables["inspections"]["inspection_id"].iloc[0]
    more = {name: pd.concat([tables[name], later[name]], ignore_index=True) for name in HISTORY}
    founded = pd.DataFrame(
        {"enterprise_id": ["9900000001"], "name": ["Mới"], "founded_on": [pd.Timestamp("2026-08-01")]}
    )
    more["enterprises"] = pd.concat([tables["enterprises"], founded], ignore_index=True)
    assert_frame_equal(_of(tables), _of(more))


LATER_EDITS = [
    ("enterprises", "closed_on"),
    ("equipment", "withdrawn_on"),
    ("findings", "remedied_on"),
    ("annual_reports", "risk_assessed_on"),
    ("hazmat", "plan_approved_on"),
]


@FEW
@given(seed=SEEDS)
def test_what_happened_later_to_a_known_row_changes_nothing(random_tables, seed):
    rng = np.random.default_rng(seed)
    tables = random_tables(rng, **PAST)
    edited = dict(tables)
    for name, column in LATER_EDITS:
        rows = tables[name].copy()
        later = pd.Timestamp("2026-07-01") + pd.to_timedelta(pd.Series(rng.integers(0, 300, len(rows))), unit="D")
        rows[column] = rows[column].fillna(later.set_axis(rows.index))
        edited[name] = rows
    assert_frame_equal(_of(tables), _of(edited))


@FEW
@given(seed=SEEDS)
def test_a_report_of_zero_tells_of_reporting_only(random_tables, seed):
    rng = np.random.default_rng(seed)
    tables = random_tables(rng, **PAST)
    zero = np.flatnonzero(tables["accident_reports"]["reported_zero"].fillna(False))
    dropped = tables["accident_reports"].index[rng.choice(zero)]
    silent = tables | {"accident_reports": tables["accident_reports"].drop(index=dropped)}
    with_report, without = _of(tables), _of(silent)
    assert_frame_equal(with_report.drop(columns=OF_REPORTING), without.drop(columns=OF_REPORTING))
    assert (without[WORKER_YEARS] <= with_report[WORKER_YEARS] + 1e-9).all(axis=None)
    assert (without["reported_periods_5y"] <= with_report["reported_periods_5y"]).all()


@FEW
@given(seed=SEEDS)
def test_the_order_of_rows_does_not_matter(random_tables, seed):
    rng = np.random.default_rng(seed)
    tables = random_tables(rng, **PAST)
    shuffled = {name: rows.iloc[rng.permutation(len(rows))] for name, rows in tables.items()}
    features = _of(tables)
    assert_frame_equal(features, _of(shuffled).loc[features.index], check_exact=True)


UNKNOWN_WITHOUT = {
    "annual_reports": (
        "temporary_share unskilled_share headcount_growth hours_per_worker training_coverage training_coverage_3 "
        "safety_officer risk_assessment"
    ),
    "equipment": "strict_equipment_count strict_equipment_overdue equipment_overdue_count underground_or_blasting",
    "hazmat": "chemical_ratio hazardous_chemical_count",
    "accident_reports": "periodic_report",
    "inspections": "last_inspection past_violations_3y months_since_inspection open_remedies",
    "signals": "signals_1y",
}


@pytest.mark.parametrize(("name", "features"), UNKNOWN_WITHOUT.items())
def test_an_absent_table_is_unknown_never_zero(random_tables, name, features):
    tables = random_tables(np.random.default_rng(1), **PAST)
    without = {other: rows for other, rows in tables.items() if other != name}
    if name == "inspections":
        without.pop("findings")
    assert _of(tables)[features.split()].notna().any().all()
    assert _of(without)[features.split()].isna().all(axis=None)


def test_with_enterprises_alone_everything_else_is_unknown_and_exposure_nothing(random_tables):
    ids = random_tables(np.random.default_rng(1), **PAST)["enterprises"][["enterprise_id", "name"]]
    features = _of({"enterprises": ids})
    assert (features[WORKER_YEARS] == 0).all(axis=None)
    assert features.drop(columns=WORKER_YEARS).isna().all(axis=None)


def test_no_enterprises_give_an_empty_frame():
    features = _of(
        {"enterprises": pd.DataFrame({"enterprise_id": pd.Series(dtype="str"), "name": pd.Series(dtype="str")})}
    )
    assert features.shape == (0, len(FEATURES))


def test_columns_are_the_catalogue(random_tables):
    features = _of(random_tables(np.random.default_rng(2), **PAST))
    assert features.columns.to_list() == [feature.name for feature in FEATURES]
    assert features.index.name == "enterprise_id"
    for feature in FEATURES:
        column = features[feature.name]
        if feature.kind == "state":
            assert tuple(column.cat.categories) == feature.states
        else:
            assert column.dtype == ("str" if feature.kind == "text" else "float64")
        if feature.kind == "flag":
            assert column.dropna().isin([0.0, 1.0]).all()


def test_known_registry_is_not_asked_again(random_tables):
    registry = _registry(random_tables(np.random.default_rng(3), **PAST))
    assert_frame_equal(build_features(registry.known(AS_OF), AS_OF), build_features(registry, AS_OF))


def test_tables_of_the_random_registry_are_complete(random_tables):
    tables = random_tables(np.random.default_rng(4), **PAST)
    assert set(tables) == set(TABLES)
    assert all(tables[name].columns.to_list() == TABLES[name].names for name in TABLES)
