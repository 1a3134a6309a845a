import pytest

from oshrisk.report.heights import count_lines, row_height


@pytest.mark.parametrize(("text", "lines"), [("", 1), ("một", 1), ("một\nhai\nba", 3), ("chữ " * 40, 8), ("9" * 60, 4)])
def test_lines(text: str, lines: int) -> None:
    assert count_lines(text.strip(), 21.0, 12.0) == lines


def test_a_row_is_as_high_as_its_longest_cell() -> None:
    short, long = ("chữ", 10.0), ("chữ " * 30, 10.0)
    assert row_height([short, long], 12.0) == row_height([long], 12.0) > row_height([short], 12.0)
    assert row_height([], 12.0) == row_height([short], 12.0)


def test_no_row_is_higher_than_the_format_allows() -> None:
    assert row_height([("chữ " * 5000, 5.0)], 12.0) == 409.0
