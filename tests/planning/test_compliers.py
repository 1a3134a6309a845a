"""The legal test of a good complier: each condition alone, and silence never passes."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oshrisk.planning.compliers import good_compliers
from oshrisk.planning.facts import legal_entity

YEARS = (2024, 2025, 2026)  # of a registry read on 30 June 2027
VISIT = {
    "n": 0,
    "inspection_id": "v0",
    "body": "home_affairs",
    "scope": "osh",
    "kind": "check",
    "started_on": "2025-03-01",
    "done": "done",
    "found": False,
}
ANNUAL = [{"n": 0, "year": year, "filed_on": f"{year + 1}-01-09", "workers": 100.0} for year in YEARS]
HALVES = [
    {"n": 0, "period": f"{year}H{half}", "filed_on": filed, "reported_zero": True}
    for year in YEARS
    for half, filed in ((1, f"{year}-07-04"), (2, f"{year + 1}-01-09"))
]
GOOD: dict[str, Any] = {"inspections": [VISIT], "annual_reports": ANNUAL, "accident_reports": HALVES}
FINED = {"inspection_id": "v0", "code": "x", "fine_mvnd": 5.0}


def judged(registry: Any, count: int = 2, as_of: str | None = None, **tables: Any) -> pd.DataFrame:
    known = registry(count, **{name: rows for name, rows in tables.items() if rows})
    known = known if as_of is None else known.known(as_of)
    return good_compliers(known, legal_entity(known["enterprises"]))


def passes(registry: Any, **changes: Any) -> pd.Series:
    return judged(registry, **(GOOD | changes)).iloc[0]


def with_row(rows: list[dict[str, Any]], position: int, **changes: Any) -> list[dict[str, Any]]:
    return [row | changes if number == position else row for number, row in enumerate(rows)]


def test_whoever_does_all_of_it_is_a_good_complier_and_the_silent_neighbour_is_not(registry) -> None:
    frame = judged(registry, **GOOD)
    assert frame.iloc[0].all()
    assert frame.iloc[1].to_dict() == {"no_fine": True, "reports": False, "few_accidents": False, "good": False}


def accidents(*counts: int) -> list[dict[str, Any]]:
    return [
        {"n": 0, "occurred_on": f"{year}-03-01", "severity": "minor", "count": count}
        for year, count in zip(YEARS, counts, strict=True)
        if count
    ]


@pytest.mark.parametrize(
    ("failed", "changes"),
    [
        ("no_fine", {"findings": [FINED]}),
        ("no_fine", {"findings": [FINED | {"fine_mvnd": None}]}),  # an unknown fine is not none
        ("no_fine", {"findings": [FINED], "inspections": [VISIT | {"scope": "labour"}]}),
        ("no_fine", {"findings": [FINED], "inspections": [VISIT | {"scope": "other", "body": "social_insurance"}]}),
        ("no_fine", {"findings": [FINED], "inspections": [VISIT | {"scope": None}]}),
        ("no_fine", {"inspections": [VISIT | {"found": None}]}),
        ("no_fine", {"inspections": [VISIT | {"found": True}]}),  # found what, and fined how?
        ("no_fine", {"inspections": []}),
        ("reports", {"annual_reports": with_row(ANNUAL, 1, filed_on="2026-01-10")}),  # before 10 January
        ("reports", {"annual_reports": with_row(ANNUAL, 1, filed_on=None)}),
        ("reports", {"annual_reports": ANNUAL[1:]}),
        ("reports", {"accident_reports": with_row(HALVES, 0, filed_on="2024-07-05")}),  # before 5 July
        ("reports", {"accident_reports": with_row(HALVES, 5, filed_on="2027-01-10")}),
        ("reports", {"accident_reports": with_row(HALVES, 3, filed_on=None)}),
        ("few_accidents", {"accident_reports": with_row(HALVES, 2, reported_zero=None)}),
        (
            "few_accidents",
            {
                "accidents": accidents(0, 1, 0),
                "accident_reports": with_row(HALVES, 2, reported_zero=False),
                "annual_reports": with_row(ANNUAL, 0, workers=None),
            },
        ),
    ],
)
def test_each_condition_alone(registry, failed: str, changes: dict[str, Any]) -> None:
    row = passes(registry, **changes)
    assert not row["good"]
    assert not row[failed]
    assert row.drop(["good", failed]).all()


def test_a_report_of_january_does_not_stand_in_for_the_one_of_july(registry) -> None:
    assert not passes(registry, accident_reports=with_row(HALVES[1:], 0, period="2024"))["reports"]


def test_an_accident_that_reports_of_zero_deny_makes_them_incorrect(registry) -> None:
    row = passes(registry, accidents=accidents(0, 1, 0))
    assert not row["reports"]
    assert row["no_fine"]


@pytest.mark.parametrize(
    "changes",
    [
        {"findings": [FINED | {"fine_mvnd": 0.0}]},
        {"findings": [FINED], "inspections": [VISIT | {"started_on": "2024-06-30"}]},  # three years ago to the day
        {"findings": [FINED], "inspections": [VISIT | {"scope": "fire"}]},
        {"inspections": [VISIT, VISIT | {"inspection_id": "v1", "done": "not_done", "found": None}]},
        {"accident_reports": with_row(HALVES, 5, period="2026")},
    ],
)
def test_what_does_not_count_against_it(registry, changes: dict[str, Any]) -> None:
    assert passes(registry, **changes)["good"]


@pytest.mark.parametrize(
    ("counts", "few"), [((4, 4, 1), True), ((4, 4, 3), True), ((4, 4, 4), False), ((0, 0, 1), False), ((2, 0, 0), True)]
)
def test_the_frequency_has_to_fall_by_15_percent(registry, counts: tuple[int, ...], few: bool) -> None:
    some = [
        row | {"reported_zero": not (row["period"].endswith("H1") and counts[number // 2])}
        for number, row in enumerate(HALVES)
    ]
    row = passes(registry, accidents=accidents(*counts), accident_reports=some)
    assert row["reports"]
    assert row["few_accidents"] == few


def test_a_fine_at_a_sibling_counts(registry) -> None:
    sibling = VISIT | {"n": 1, "inspection_id": "v1"}
    tables = GOOD | {"inspections": [VISIT, sibling], "findings": [FINED | {"inspection_id": "v1"}]}
    assert not judged(registry, parents={1: 0}, **tables)["good"].iloc[0]
    assert judged(registry, **tables)["good"].iloc[0]


def test_the_years_are_those_whose_reports_have_fallen_due(registry) -> None:
    assert judged(registry, as_of="2027-01-10", **GOOD)["good"].iloc[0]
    earlier = judged(registry, as_of="2027-01-09", **GOOD)  # 2024 to 2026 not yet: 2023 to 2025, and 2023 is missing
    assert not earlier["good"].iloc[0]


def test_nobody_before_the_decree(registry) -> None:
    old = {
        "inspections": [VISIT | {"started_on": "2018-03-01"}],
        "annual_reports": [{"n": 0, "year": year, "filed_on": f"{year + 1}-01-09"} for year in (2017, 2018, 2019)],
        "accident_reports": [
            {"n": 0, "period": f"{year}H{half}", "filed_on": filed, "reported_zero": True}
            for year in (2017, 2018, 2019)
            for half, filed in ((1, f"{year}-07-04"), (2, f"{year + 1}-01-09"))
        ],
    }
    found = [judged(registry, as_of=day, **old)["good"].iloc[0] for day in ("2020-07-14", "2020-07-15")]
    assert found == [False, True]


@given(st.sets(st.integers(0, len(ANNUAL) + len(HALVES) - 1), min_size=1))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_silence_never_makes_a_good_complier(registry, dropped: set[int]) -> None:
    annual = [row for number, row in enumerate(ANNUAL) if number not in dropped]
    halves = [row for number, row in enumerate(HALVES) if number + len(ANNUAL) not in dropped]
    assert not passes(registry, annual_reports=annual, accident_reports=halves)["good"]
