import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.planning.quarter import Quarter


@pytest.mark.parametrize("text", ["2027Q1", "2027-Q1", " 2027q1 ", "2027/Q1"])
def test_ways_of_writing(text: str) -> None:
    assert Quarter.parse(text) == Quarter(2027, 1)


@pytest.mark.parametrize("text", ["", "2027", "Q1", "2027Q5", "2027Q0", "27Q1", "2027Q11", "quý 1"])
def test_bad_text_is_named(text: str) -> None:
    with pytest.raises(OshriskError) as caught:
        Quarter.parse(text)
    assert f'"{text}"' in caught.value.message("vi")
    assert f'"{text}"' in caught.value.message("en")


@pytest.mark.parametrize(
    ("number", "start", "end"),
    [
        (1, "2028-01-01", "2028-03-31"),
        (2, "2028-04-01", "2028-06-30"),
        (3, "2028-07-01", "2028-09-30"),
        (4, "2028-10-01", "2028-12-31"),
    ],
)
def test_days(number: int, start: str, end: str) -> None:
    quarter = Quarter(2028, number)
    assert (quarter.start, quarter.end) == (pd.Timestamp(start), pd.Timestamp(end))
    assert quarter.year_end == pd.Timestamp("2028-12-31")


def test_neighbours() -> None:
    assert Quarter(2027, 4).next == Quarter(2028, 1)
    assert Quarter(2027, 1).previous == Quarter(2026, 4)
    assert Quarter(2027, 2).next.previous == Quarter(2027, 2)
    assert Quarter(2026, 4) < Quarter(2027, 1)
