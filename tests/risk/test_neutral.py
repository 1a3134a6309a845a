from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oshrisk.errors import OshriskError
from oshrisk.risk import OUTCOMES, RiskTable, assess
from oshrisk.risk.neutral import MAX_BINS, neutral_table
from oshrisk.risk.scoring import look_up

ROWS = pd.DataFrame(
    {
        "age": np.arange(200.0),
        "visits": np.repeat([0.0, 1.0, 2.0, 3.0], 50),
        "kind": np.where(np.arange(200) % 4 == 0, "bakery", "grocery"),
        "licensed": np.arange(200) % 3 == 0,
    }
)


def effects(table: RiskTable, name: str) -> list[tuple[float, str]]:
    return [(entry.effects["accident"].log_rr, entry.effects["accident"].sign) for entry in table[name].bins]


def test_everybody_is_at_the_level():
    assessment = assess(ROWS, neutral_table(ROWS))
    for name in ("accident_rate", "violation_probability"):
        assert np.ptp(assessment[name].to_numpy()) == 0


def test_a_factor_a_column_in_order():
    table = neutral_table(ROWS)
    assert [(factor.name, factor.kind) for factor in table.factors] == [
        ("age", "numeric"),
        ("visits", "numeric"),
        ("kind", "category"),
        ("licensed", "category"),
    ]


def test_few_values_have_a_bin_each():
    table = neutral_table(ROWS)
    assert [entry.share for entry in table["visits"].bins] == [0.25] * 4


def test_many_values_are_cut_finer_at_both_ends():
    shares = [entry.share for entry in neutral_table(ROWS, bins=6)["age"].bins]
    assert len(shares) == 6
    assert shares[0] < shares[1] < shares[2]
    assert shares[-1] < shares[-2] < shares[-3]


def test_states_have_the_shares_of_the_rows():
    assert {entry.state: entry.share for entry in neutral_table(ROWS)["kind"].bins} == {"bakery": 0.25, "grocery": 0.75}


@pytest.mark.parametrize(("sign", "reference"), [("+", 0), ("-", 3)])
def test_the_safe_end_is_the_reference_and_every_other_bin_is_above_it(sign, reference):
    signs = [entry.effects[o].sign for o in OUTCOMES for entry in neutral_table(ROWS, {"visits": sign})["visits"].bins]
    expected = ["+"] * 4
    expected[reference] = "0"
    assert signs == expected * 3


def test_without_a_sign_the_most_frequent_bin_is_the_reference():
    spread = {entry.state: entry.effects["fatal"].sd for entry in neutral_table(ROWS, sd=0.7)["kind"].bins}
    assert spread["bakery"] == 0.7
    assert spread["grocery"] < 0.1


def test_spread_by_feature():
    table = neutral_table(ROWS, sd={"age": 0.2})
    assert table["age"].unknown.effects["accident"].sd == 0.2
    assert table["kind"].unknown.effects["accident"].sd == 1


@pytest.mark.parametrize("slope", [1.0, -0.5])
def test_a_slope_gives_a_line_of_bins_above_the_safe_end(slope):
    found = effects(neutral_table(ROWS, slopes={"visits": slope}), "visits")
    line = slope * np.arange(4)
    assert [value for value, _ in found] == pytest.approx(line - line.min())
    assert [sign for _, sign in found].count("+") == 3


def test_missing_values_are_unknown_and_not_rewarded():
    rows = pd.DataFrame({"age": [np.nan, *range(20)], "empty": np.nan})
    table = neutral_table(rows, {"age": "+"}, slopes={"empty": 1.0})
    lookup = look_up(rows, table)
    assert lookup.codes["age"][0] == len(table["age"].bins)
    assert len(table["empty"].bins) == 1
    assert all(factor.unknown.effects[o].log_rr >= 0 for factor in table.factors for o in OUTCOMES)


def test_comes_back_from_json():
    table = neutral_table(ROWS, {"age": "-"}, slopes={"visits": 1.0}, bins=5, sd=0.3)
    assert RiskTable.from_json(table.to_json()) == table


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"bins": 1}, "bins"),
        ({"bins": MAX_BINS + 1}, "bins"),
        ({"sd": 0.0}, "sd[age]"),
        ({"sd": {"kind": float("nan")}}, "sd[kind]"),
        ({"signs": {"age": "up"}}, "signs[age]"),
        ({"signs": {"kind": "+"}}, "signs"),
        ({"signs": {"nobody": "+"}}, "signs"),
        ({"slopes": {"age": 0.0}}, "slopes[age]"),
    ],
)
def test_bad_parameters_are_refused_by_name(arguments, name):
    with pytest.raises(OshriskError) as error:
        neutral_table(ROWS, **arguments)
    assert f" {name} " in error.value.message("en")


def test_too_many_states_are_refused():
    with pytest.raises(OshriskError, match="codes"):
        neutral_table(pd.DataFrame({"codes": [str(number) for number in range(MAX_BINS + 1)]}))


@given(
    st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=60),
    st.integers(2, MAX_BINS),
)
@example([0.0, 5e-324], 2)
def test_every_known_value_falls_in_a_bin_that_is_not_empty(table, values, bins):
    rows = pd.DataFrame({"number": np.array(values)})
    table = neutral_table(rows, bins=bins, like=table)
    codes = look_up(rows, table).codes["number"]
    known = ~np.isnan(rows["number"].to_numpy())
    assert (codes[known] < len(table["number"].bins)).all()
    assert (codes[~known] == len(table["number"].bins)).all()
    assert sum(entry.share for entry in table["number"].bins) == pytest.approx(1)
    assert all(entry.share > 0 for entry in table["number"].bins)
