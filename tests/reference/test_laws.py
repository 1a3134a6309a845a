import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oshrisk.reference import chemicals, duties, equipment, rules, sanctions, table

TODAY = "2026-11-30"


def test_the_rules_of_the_facts_are_there():
    single = "R8.4 R2.3 R2.5 R3.4 R3.5 R3.6 R4.3 R4.5 R1.20 R1.21 R1.22 R1.23 R1.24 R1.25 R1.26 R1.27 R1.30 R1.31 R1.32"
    runs = [("R0", 1, 8), ("R1", 1, 12), ("R1", 40, 44), ("R5", 1, 17), ("R6", 1, 5), ("R7", 1, 6)]
    ids = {f"{part}.{number}" for part, first, last in runs for number in range(first, last + 1)}
    assert ids | set(single.split()) | {f"R1.30.group_{group}" for group in range(1, 7)} <= set(
        rules.rules(TODAY).index
    )


def test_every_rule_has_its_texts_and_a_number_has_its_unit():
    rows = table("rules")
    assert rows[["topic", "text_vi", "text_en"]].notna().all(axis=None)
    assert (rows["value"].notna() == rows["unit"].notna()).all()
    assert (rows["article"].notna() == rows["article_en"].notna()).all()
    assert not rows["article_en"].str.contains("Điều|khoản|Nghị định|Thông tư|Luật|Quyết|Chỉ thị", na=False).any()


@pytest.mark.parametrize(
    ("rule_id", "last_day", "first_day", "word"),
    [
        ("R0.2", "2025-06-30", "2025-07-01", "departmental inspectorate"),
        ("R0.6", "2025-06-30", "2025-07-01", "105/2025"),
        ("R0.7", "2025-11-14", "2025-11-15", "VSIC 2025"),
        ("R0.5", "2025-12-31", "2026-01-01", "69/2025"),
        ("R0.8", "2025-12-31", "2026-01-01", "356/2025"),
        ("R0.1", "2026-09-09", "2026-09-10", "283/2026"),
        ("R1.2", "2026-09-09", "2026-09-10", "30 days"),
        ("R1.31", "2026-09-09", "2026-09-10", "notify"),
        ("R5.2", "2025-06-30", "2025-08-05", "thematic plan"),
    ],
)
def test_a_rule_changes_on_its_day(rule_id, last_day, first_day, word):
    before, after = rules.rule(rule_id, last_day), rules.rule(rule_id, first_day)
    assert word in after["text_en"]
    assert word not in before["text_en"]
    assert before["text_vi"] != after["text_vi"]


def test_a_rule_that_was_not_in_force_is_not_there():
    with pytest.raises(KeyError, match=r"R5\.4"):
        rules.rule("R5.4", "2025-01-01")


@pytest.mark.parametrize(
    ("rule_id", "value"),
    [
        ("R1.2", 30),
        ("R1.7.fatal", 30),
        ("R1.30.group_5", 56),
        ("R5.5", 1),
        ("R5.7", 10),
        ("R5.7.extension", 5),
        ("R6.4.director", 60),
    ],
)
def test_values(rule_id, value):
    assert rules.rule(rule_id, TODAY)["value"] == value


@pytest.mark.parametrize(
    ("code", "day", "low", "high"),
    [
        ("OSH_REPORT", "2026-09-09", 2, 6),
        ("OSH_REPORT", "2026-09-10", 2, 6),
        ("ACC_REPORT", "2026-09-09", 10, 20),
        ("TRAINING", "2022-01-17", 10, 100),
        ("TRAINING", "2026-09-10", 10, 100),
        ("MAINT_EMERG_DECLARE", "2026-09-09", 40, 50),
        ("ENV_MONITOR", "2026-09-09", 40, 80),
        ("EQ_INSPECTION", "2026-09-10", 40, 150),
        ("HEALTH_CHECK", "2026-09-10", 2, 150),
    ],
)
def test_fines_of_organisations(code, day, low, high):
    row = sanctions.sanctions(day).loc[code]
    assert (row["organisation_min_mvnd"], row["organisation_max_mvnd"]) == (low, high)


def test_the_decree_changes_on_10_september_2026():
    before, after = sanctions.sanctions("2026-09-09"), sanctions.sanctions("2026-09-10")
    assert set(before["decree"]) == {"12/2022/NĐ-CP"}
    assert set(after["decree"]) == {"283/2026/NĐ-CP"}
    assert set(before.index) < set(after.index) == set(sanctions.violation_codes())
    assert after["transition_vi"].str.contains("Điều 67").all()
    assert sanctions.sanctions("2022-01-16").empty


def test_fines_are_consistent():
    rows = table("sanctions")
    assert (rows["individual_min_mvnd"] <= rows["individual_max_mvnd"]).all()
    for end in ("min", "max"):
        twice = rows[f"individual_{end}_mvnd"] * rows["organisation_multiplier"]
        assert (twice == rows[f"organisation_{end}_mvnd"]).all()
    assert rows[["name_vi", "name_en", "group", "article"]].notna().all(axis=None)


def test_strict_equipment():
    items = equipment.items(TODAY)
    assert {str(number) for number in range(1, 41)} <= set(items.index)
    assert items["interval_months"].dropna().between(1, 120).all()
    assert items["interval_confidence"].isin(["read", "secondary", "unverified"]).all()
    assert items.loc["20", "interval_months"] == 24
    assert items.loc["20b", "interval_months"] == 36
    assert equipment.items("2020-02-29").empty


@pytest.mark.parametrize(
    ("cas", "threshold"),
    [
        ("7782-50-5", 10_000),  # chlorine
        ("7664-41-7", 50_000),  # ammonia
        ("74-98-6", 10_000),  # propane as such
        ("68476-85-7", 50_000),  # LPG
        ("624-83-9", 150),  # listed twice
        ("6484-52-2", 10_000),  # ammonium nitrate by purity
        ("86290-81-5", 10_000),  # petrol: the stricter class
        ("7439-97-6", 1),  # mercury
    ],
)
def test_thresholds(cas, threshold):
    assert chemicals.chemicals(TODAY).loc[cas, "threshold_kg"] == threshold


def test_a_substance_takes_its_strictest_threshold_and_says_so():
    rows = table("chemicals")
    strictest = rows.groupby("cas")["threshold_kg"].min()
    found = chemicals.chemicals(TODAY)
    assert found["threshold_kg"].sort_index().equals(strictest.sort_index())
    several = rows.loc[rows["cas"].duplicated() & rows["cas"].notna(), "cas"]
    assert (found.loc[several, "flag"] == "strictest_of_several").all()
    missing = found.loc[found["threshold_kg"].isna(), "flag"]
    assert missing.isin(["no_threshold", "threshold_unclear"]).all()


def test_classes_without_a_number_are_kept_apart():
    assert len(chemicals.classes(TODAY)) + len(table("chemicals").dropna(subset="cas")) == len(table("chemicals"))
    assert chemicals.chemicals("2026-01-16").empty


def test_what_is_from_memory_says_so():
    rows = table("chemicals")
    assert (rows.loc[rows["ghs_classes"].notna(), "ghs_confidence"] == "unverified").all()
    assert (table("ghs_classes")["confidence"] == "unverified").all()
    assert (rows.loc[rows["flag"] == "cas_from_memory", "confidence"] == "unverified").all()


@pytest.mark.parametrize(
    ("duty", "in_list", "workers", "expected"),
    [
        ("osh_officer", 1, 1, 1),
        ("osh_officer", 0, 1, 1),
        ("osh_officer", 1, 0, 0),
        ("osh_officer_full_time", 1, 49, 0),
        ("osh_officer_full_time", 1, 50, 1),
        ("osh_officer_full_time", 0, 299, 0),
        ("osh_officer_full_time", 0, 300, 1),
        ("osh_officer_full_time", np.nan, 100, np.nan),
        ("osh_officer_full_time", np.nan, 300, 1),
        ("health_staff", 0, 5000, 1),
        ("osh_council", 1, 300, 1),
        ("osh_council", 0, 999, 0),
        ("risk_assessment", 1, 5, 1),
        ("risk_assessment", 0, 5, 0),
        ("safety_representatives", np.nan, 5, 1),
        ("annual_report", 1, np.nan, np.nan),
    ],
)
def test_duties(duty, in_list, workers, expected):
    np.testing.assert_array_equal(duties.required(duty, [in_list], [workers], TODAY), [expected])


def test_unknown_duty():
    with pytest.raises(KeyError, match="tea_break"):
        duties.required("tea_break", [True], [1.0], TODAY)


@pytest.mark.parametrize("duty", sorted(table("duties")["duty"].unique()))
@given(st.lists(st.floats(0, 1e6) | st.just(np.nan), min_size=2, max_size=30))
def test_more_workers_never_lift_a_duty_and_unknown_workers_stay_unknown(duty, workers):
    persons = np.sort(np.array(workers))
    for inside in (0.0, 1.0):
        found = duties.required(duty, np.full(len(persons), inside), persons, TODAY)
        np.testing.assert_array_equal(np.isnan(found), np.isnan(persons))
        assert (np.diff(found[~np.isnan(found)]) >= 0).all()


def test_duties_name_a_rule_and_leave_no_gap_between_bands():
    rows = table("duties")
    assert set(rows["rule_id"]) <= set(rules.rules(TODAY).index)
    for _, bands in rows.groupby(["duty", "in_list"]):
        assert bands["workers_to"].iloc[:-1].to_list() == bands["workers_from"].iloc[1:].to_list()
        assert np.isnan(bands["workers_to"].iloc[-1])
