import pandas as pd
import pytest

from oshrisk.messages import catalogue
from oshrisk.reference import CONFIDENCE, chemicals, equipment, rules, sanctions, table, tables, valid_on

DAYS = ["2019-01-01", "2022-06-30", "2025-06-30", "2025-07-31", "2025-12-31", "2026-09-09", "2026-11-30", "2030-01-01"]
LOOKUPS = [equipment.items, chemicals.chemicals, rules.rules, sanctions.sanctions]


def test_the_listed_tables_are_there():
    expected = {
        "sector_schemes",
        "sectors/vsic2018",
        "sectors/vsic2025",
        "sectors/naics",
        "vsic_changes",
        "strict_equipment",
        "chemicals",
        "ghs_classes",
        "high_risk_sectors",
        "sanctions",
        "sector_rates",
        "accident_stats",
        "relative_risks",
        "constants",
        "rules",
        "duties",
        "checklist",
        "eligibility",
        "dien_bien/communes",
    }
    assert expected <= set(tables())


@pytest.mark.parametrize("name", tables())
def test_every_row_has_its_source_and_confidence(name):
    rows = table(name)
    assert len(rows) > 0
    assert rows["source"].str.strip().str.len().gt(0).all()
    assert rows["confidence"].isin(CONFIDENCE).all()


@pytest.mark.parametrize("name", tables())
def test_validity_is_a_dated_interval(name):
    rows = table(name)
    assert rows["valid_from"].dtype == rows["valid_to"].dtype == "datetime64[s]"
    both = rows.dropna(subset=["valid_from", "valid_to"])
    assert (both["valid_from"] <= both["valid_to"]).all()


@pytest.mark.parametrize("name", tables())
def test_no_cell_has_stray_blanks_or_a_second_line(name):
    texts = table(name).select_dtypes("str")
    for column in texts:
        cells = texts[column].dropna()
        assert not (cells.str.contains("\n") | (cells != cells.str.strip())).any(), column


def test_a_caller_cannot_change_the_data():
    first = table("constants")
    first["value"] = 0.0
    first.loc[0, "source"] = "changed"
    assert table("constants")["value"].ne(0).all()
    assert table("constants").loc[0, "source"] != "changed"


def test_unknown_table():
    with pytest.raises(KeyError):
        table("../constants")


@pytest.mark.parametrize("lookup", LOOKUPS)
@pytest.mark.parametrize("day", DAYS)
def test_a_key_stands_once_on_any_day(lookup, day):
    assert lookup(day).index.is_unique


def test_no_validity_of_a_rule_overlaps_another_of_the_same_rule():
    for name, key in (("rules", "rule_id"), ("sanctions", "code")):
        rows = table(name).sort_values([key, "valid_from"], na_position="first")
        before = rows.groupby(key)["valid_to"].shift()
        follows = rows[key].duplicated()
        assert (before[follows] < rows["valid_from"][follows]).all()


def test_valid_on_includes_both_ends():
    frame = pd.DataFrame({"valid_from": pd.to_datetime(["2026-01-01"]), "valid_to": pd.to_datetime(["2026-01-31"])})
    found = [len(valid_on(frame, f"2026-{day}")) for day in ("01-01", "01-31", "02-01")]
    assert found == [1, 1, 0]
    assert len(valid_on(frame, "2025-12-31")) == 0


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("name", "column", "section"),
    [
        ("strict_equipment", "group", "equipment_group"),
        ("sanctions", "group", "sanction_group"),
        ("duties", "duty", "duty"),
        ("rules", "topic", "topic"),
    ],
)
def test_every_group_has_its_title(name, column, section, language):
    assert set(table(name)[column]) == set(catalogue("reference", language)[section])


def test_every_confidence_has_its_title():
    assert set(catalogue("reference", "vi")["confidence"]) == set(CONFIDENCE)


def test_constants_that_nobody_measured_say_so():
    rows = table("constants").set_index("constant")
    assert rows.loc["mountain_factor", "confidence"] == rows.loc["road_speed", "confidence"] == "assumed"
    assert rows.loc["days_charged_death", "value"] == 6000


def test_rates_have_their_sources_and_follow_from_their_counts():
    rows = table("sector_rates")
    assert rows[["us_source", "br_source"]].notna().all(axis=None)
    assert rows["vsic_division"].is_unique
    rate = 200_000 * rows["us_dart_cases"] / rows["us_hours"]
    assert (rate - rows["us_dart_per_100_fte"]).abs().max() < 0.001
