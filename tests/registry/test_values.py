"""One cell at a time: numbers, dates, periods, ids, codes."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oshrisk.registry.failures import Failures
from oshrisk.registry.identities import check_digit, malformed, to_identity
from oshrisk.registry.numbers import parse_numbers, to_number
from oshrisk.registry.raw import TEXT, RawColumn, column_of_cells
from oshrisk.registry.tables import TABLES, Column
from oshrisk.registry.times import parse_dates, parse_period, period_start, to_date, to_year

COUNT = Column("workers", "count", low=0, high=1_000_000, unit="persons")
KG = Column("quantity_kg", "number", low=0, high=1e9, unit="kg")
LAT = Column("lat", "number", low=-90, high=90, unit="degrees")
DAY = Column("founded_on", "date")
TODAY = pd.Timestamp("2026-11-23")


def _number(text: str, column: Column, *others: str) -> float:
    return float(parse_numbers(pa.array([text, *others], TEXT), column)[0])


@pytest.mark.parametrize(
    ("text", "count", "kg", "degrees"),
    [
        ("1234", 1234, 1234, 1234),
        ("1.234", 1234, 1234, 1.234),
        ("1,234", 1234, 1234, 1.234),
        ("1.234,5", 1234.5, 1234.5, 1234.5),
        ("1,234.5", 1234.5, 1234.5, 1234.5),
        ("1234.5", 1234.5, 1234.5, 1234.5),
        ("1234,5", 1234.5, 1234.5, 1234.5),
        ("12.345.678", 12345678, 12345678, 12345678),
        ("12 345 678", 12345678, 12345678, 12345678),
        ("12\u00a0345", 12345, 12345, 12345),
        ("0,125", 0.125, 0.125, 0.125),
        ("0.125", 0.125, 0.125, 0.125),
        ("21.4061", 21.4061, 21.4061, 21.4061),
        ("-5", -5, -5, -5),
        ("+5", 5, 5, 5),
        ("1e-05", 1e-5, 1e-5, 1e-5),
        ("12 người", np.nan, np.nan, np.nan),
        ("1.23.4", np.nan, np.nan, np.nan),
        ("1,234,5", np.nan, np.nan, np.nan),
        ("12/5", np.nan, np.nan, np.nan),
    ],
)
def test_numbers(text: str, count: float, kg: float, degrees: float) -> None:
    found = [_number(text, column) for column in (COUNT, KG, LAT)]
    np.testing.assert_allclose(found, [count, kg, degrees])


def test_a_decimal_sign_elsewhere_in_the_column_settles_quantities_but_not_counts() -> None:
    assert _number("1.234", KG, "12.5") == 1.234
    assert _number("1.234", KG, "12,5") == 1234
    assert _number("1.234", KG, "12.5", "12,5") == 1234
    assert _number("1.234", COUNT, "12.5") == 1234


def test_a_number_of_the_source_is_taken_as_it_is() -> None:
    raw = column_of_cells("kg", [1.234, "1.234", None, 5, ""])
    np.testing.assert_array_equal(to_number(raw, COUNT, Failures(5)), [1.234, 1234, np.nan, 5, np.nan])


@pytest.mark.parametrize("word", ["", "  ", "-", "không rõ", "N/A", "?"])
def test_words_for_unknown_are_empty(word: str) -> None:
    failures = Failures(1)
    assert np.isnan(to_number(column_of_cells("x", [word]), COUNT, failures)).all()
    assert not failures.bad.any()


@given(st.integers(0, 10**9), st.sampled_from(".,"))
def test_grouped_integers_read_back(value: int, sign: str) -> None:
    assert _number(f"{value:,}".replace(",", sign), Column("x", "count", high=1e10)) == value


@given(st.floats(0, 1e9, allow_nan=False).map(lambda value: round(value, 2)))
def test_vietnamese_and_english_decimals_read_alike(value: float) -> None:
    english = f"{value:,.2f}"
    vietnamese = english.translate(str.maketrans(",.", ".,"))
    assert _number(english, KG) == pytest.approx(value)
    assert _number(vietnamese, KG) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05/03/2026", "2026-03-05"),
        ("5/3/2026", "2026-03-05"),
        ("5-3-2026", "2026-03-05"),
        ("5.3.2026", "2026-03-05"),
        ("2026-03-05", "2026-03-05"),
        ("2026-03-05T10:20:30", "2026-03-05"),
        ("2026-03-05 00:00:00.000000", "2026-03-05"),
        ("05/03/2026 14:30", "2026-03-05"),
        ("29/02/2024", "2024-02-29"),
        ("29/02/2025", None),
        ("31/02/2025", None),
        ("31/04/2025", None),
        ("12/31/2025", None),
        ("00/01/2025", None),
        ("5/3/26", None),
        ("03/2026", None),
        ("2026", None),
        ("hôm qua", None),
    ],
)
def test_dates(text: str, day: str | None) -> None:
    found = parse_dates(pa.array([text, None], TEXT))
    np.testing.assert_array_equal(found, np.array([day or "NaT", "NaT"], dtype="datetime64[s]"))


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_every_day_reads_back(day: dt.date) -> None:
    texts = [f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day.year}", day.isoformat()]
    assert set(parse_dates(pa.array(texts, TEXT)).tolist()) == {dt.datetime(day.year, day.month, day.day)}


def test_excel_dates_numbers_and_texts_in_one_column() -> None:
    failures = Failures(5)
    cells = [dt.date(2026, 3, 5), dt.datetime(2026, 3, 5, 14, 30), "5/3/2026", 46000.0, None]
    days = to_date(column_of_cells("x", cells), DAY, TODAY, failures)
    assert days[:3].astype("datetime64[D]").astype(str).tolist() == ["2026-03-05"] * 3
    assert np.isnat(days[3:]).all()
    assert [(failure.code, failure.rows.tolist()) for failure in failures.found] == [("E120", [3])]


def test_due_dates_may_lie_ahead() -> None:
    failures = Failures(1)
    to_date(column_of_cells("x", ["1/1/2030"]), Column("next_due_on", "date", future=True), TODAY, failures)
    assert not failures.found


def test_years() -> None:
    failures = Failures(5)
    column = TABLES["annual_reports"]["year"]
    years = to_year(column_of_cells("x", ["2025", "năm 2025", 2025, "25", "hai nghìn"]), column, failures)
    np.testing.assert_array_equal(years, [2025, 2025, 2025, np.nan, np.nan])
    assert {failure.code: failure.rows.tolist() for failure in failures.found} == {"E110": [4], "E112": [3]}


@pytest.mark.parametrize(
    ("word", "period"),
    [
        ("2026H1", "2026H1"),
        ("2026-h2", "2026H2"),
        ("H1/2026", "2026H1"),
        ("6 tháng đầu năm 2026", "2026H1"),
        ("6 THANG CUOI NAM 2026", "2026H2"),
        ("Sáu tháng cuối năm 2026", "2026H2"),
        ("Năm 2026", "2026"),
        ("cả năm 2026", "2026"),
        ("2026", "2026"),
        ("Q1/2026", None),
        ("2026H3", None),
        ("26H1", None),
    ],
)
def test_periods(word: str, period: str | None) -> None:
    assert parse_period(word) == period


def test_period_starts() -> None:
    starts = period_start(np.array(["2026H1", "2026H2", "2026", None], dtype=object))
    np.testing.assert_array_equal(starts, np.array(["2026-01-01", "2026-07-01", "2026-01-01", "NaT"], "datetime64[s]"))


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("0101234567", "0101234567"),
        ("0101234567-001", "0101234567001"),
        ("0101234567 001", "0101234567001"),
        ("'0101234567", "0101234567"),
        ("01 0123 4567", "0101234567"),
        (5600123456, "5600123456"),
        (5600123456001.0, "5600123456001"),
        (100233488, "0100233488"),  # a number, and its check digit proves the lost zero
        (100233488001, "0100233488001"),
        ("ABC-7 x", "ABC-7 x"),
        (17, "17"),
    ],
)
def test_ids_have_one_writing(cell: object, written: str) -> None:
    failures = Failures(1)
    ids, restored = to_identity(column_of_cells("MST", [cell]), "enterprise_id", failures)
    assert ids.to_pylist() == [written]
    assert restored[0] == (written.startswith("0") and not isinstance(cell, str))
    assert not failures.found


@pytest.mark.parametrize("cell", [100233489, 123456789012])
def test_a_lost_zero_that_cannot_be_proved_is_told(cell: int) -> None:
    failures = Failures(1)
    to_identity(column_of_cells("MST", [cell]), "enterprise_id", failures)
    assert [failure.code for failure in failures.found] == ["E141"]


def test_a_text_is_never_given_a_zero() -> None:
    ids, restored = to_identity(column_of_cells("MST", ["100233488"]), "enterprise_id", Failures(1))
    assert ids.to_pylist() == ["100233488"]
    assert not restored.any()
    assert malformed(ids, np.array([False])).all()


@pytest.mark.parametrize("code", ["0100233488", "0314409058", "0100109106"])
def test_check_digits_of_real_tax_codes(code: str) -> None:
    digits = np.array([[int(digit) for digit in code]])
    assert check_digit(digits[:, :9])[0] == digits[0, 9]


def test_personal_numbers_are_for_household_businesses() -> None:
    ids = pa.array(["011085001234"] * 2, TEXT)
    assert malformed(ids, np.array([True, False])).tolist() == [False, True]


def test_texts_are_composed() -> None:
    apart = "Mo\u0309 \u0111a\u0301"
    assert column_of_cells("x", [apart, None, " đá "]).texts().to_pylist() == ["Mỏ đá", None, "đá"]


def test_mixed_cells_keep_their_kind_and_their_look() -> None:
    raw = column_of_cells("x", ["a", 12.0, 1.5, dt.date(2026, 3, 5), True, None, dt.datetime(2026, 3, 5, 8, 5)])
    assert raw.texts().to_pylist() == ["a", "12", "1.5", "05/03/2026", "TRUE", None, "05/03/2026 08:05"]
    assert raw.is_number.tolist() == [False, True, True, False, False, False, False]
    assert raw.present.tolist() == [True] * 5 + [False, True]
    assert isinstance(raw.take(np.array([1])), RawColumn)
