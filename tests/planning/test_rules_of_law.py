"""The rules as rows: dates of law, modes and lengths, every rule that fires, and rows that are added or ended."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, catalogue
from oshrisk.planning.eligibility import eligibility, fired_rules
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.texts import fired_text
from oshrisk.reference import load
from oshrisk.reference.eligibility import EFFECTS
from oshrisk.reference.folder import lay_over, packaged

CHECK = {"n": 0, "inspection_id": "v1", "body": "construction", "scope": "osh", "kind": "check", "done": "done"}
FATAL = {"n": 0, "occurred_on": "2027-05-02", "known_on": "2027-05-03", "severity": "fatal", "deaths": 1}
COMPLAINT = {"n": 0, "occurred_on": "2027-05-02", "kind": "complaint"}
PLAN = {"n": 0, "body": "construction", "year": 2027, "quarter": 4, "kind": "inspection", "scope": "osh"}
YEARS = (2024, 2025, 2026)
GOOD: dict[str, Any] = {  # a good complier
    "inspections": [CHECK | {"inspection_id": "v0", "started_on": "2025-03-01", "found": False}],
    "annual_reports": [{"n": 0, "year": year, "filed_on": f"{year + 1}-01-05"} for year in YEARS],
    "accident_reports": [
        {"n": 0, "period": f"{year}H{half}", "filed_on": filed, "reported_zero": True}
        for year in YEARS
        for half, filed in ((1, f"{year}-07-01"), (2, f"{year + 1}-01-05"))
    ],
}
IN_2025 = {
    "inspections": [
        CHECK | {"n": 1, "started_on": "2025-02-01", "kind": "inspection", "scope": "fire", "body": "fire_police"}
    ],
    "other_plans": [PLAN | {"n": 2, "year": 2025}],
    "annual_reports": [{"n": 3, "year": 2024, "filed_on": "2025-01-05"}],
}


def planned_in_2025(registry: Any, number: int) -> pd.DataFrame:
    return eligibility(registry(4, **IN_2025).known("2025-03-31"), Quarter(2025, number))


def test_plans_of_the_same_data_change_on_1_july_2025(registry) -> None:
    before, after = planned_in_2025(registry, 2), planned_in_2025(registry, 3)
    # the directive counted any visit of the year; the resolution counts one check and one inspection apart
    assert [before["reason"].iloc[1], after["reason"].iloc[1]] == ["visited", "thematic_plan"]
    # the old Law on Inspection had ended, the decree had not begun: the cap of Resolution 198 alone stands
    assert [before["rule_id"].iloc[2], after["rule_id"].iloc[2]] == ["R5.6", "R5.5"]
    assert after["reason"].iloc[2] == "inspection_planned"
    assert before["article"].iloc[0] != ""
    assert after["article"].iloc[0] == ""


def test_plans_of_the_same_data_change_on_5_august_2025(registry) -> None:
    before, after = planned_in_2025(registry, 3), planned_in_2025(registry, 4)
    assert [before["rule_id"].iloc[2], after["rule_id"].iloc[2]] == ["R5.5", "R5.6"]
    assert before["modes"].eq("on_site").all()
    assert after["modes"].tolist() == ["on_site", "on_site", "on_site", "any"]
    assert before["length_days"].isna().all()
    assert after["length_days"].eq(10).all()
    assert after["article"].ne("").all()


def test_plans_of_the_same_data_change_on_10_september_2026(registry) -> None:
    machine = {"n": 0, "equipment_id": "m1", "item": "16", "in_use_from": "2026-02-01", "inspected_on": "2026-02-01"}
    declared = machine | {"n": 1, "equipment_id": "m2", "declared_on": "2026-02-10"}
    known = registry(2, equipment=[machine, declared]).known("2026-06-30")
    before, after = (eligibility(known, Quarter(2026, number)) for number in (3, 4))
    assert before["reason"].tolist() == ["thematic_plan", "thematic_plan"]
    assert after["reason"].tolist() == ["undeclared_machine", "thematic_plan"]
    assert after["on"].iloc[0] == pd.Timestamp("2026-02-01")


@pytest.mark.parametrize(
    ("changes", "mode"),
    [
        ({}, "remote"),
        ({"signals": [COMPLAINT]}, "any"),  # a sign ends the exemption
        ({"accidents": [FATAL], "accident_reports": []}, "on_site"),
        ({"annual_reports": [], "accident_reports": []}, "on_site"),  # nothing to look at from afar
        ({"findings": [{"inspection_id": "v0", "code": "x", "fine_mvnd": 1.0}]}, "any"),
    ],
)
def test_modes(registry, quarter, changes: dict[str, Any], mode: str) -> None:
    tables = {name: rows for name, rows in (GOOD | changes).items() if rows}
    row = eligibility(registry(1, **tables), quarter).iloc[0]
    assert row["modes"] == mode
    assert row["remote_possible"] == bool(tables.get("annual_reports"))
    assert row["status"] == ("must" if "accidents" in changes else "may")


def test_the_check_of_a_place_that_is_hard_to_reach_may_be_extended(registry, quarter) -> None:
    known = registry(3)
    lengths = eligibility(known, quarter, pd.Series([1.0, 5.0], known.ids[:2]))["length_days"]
    assert lengths.tolist() == [10.0, 15.0, 10.0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fired_rule_has_its_sentences(registry, quarter, language) -> None:
    tables = dict(GOOD) | {"signals": [COMPLAINT | {"n": 1}], "other_plans": [PLAN | {"n": 2, "kind": "check"}]}
    rows = fired_rules(registry(3, **tables), quarter)
    said = fired_text(rows, quarter, language)
    assert said.index.equals(rows.index)
    assert not said.str.contains(r"[{}]|\bnan\b|  |\.\.|NaT").any()
    one = said[rows["reason"].eq("length")].iloc[0]
    assert "10 ngày" in one if language == "vi" else "10 days" in one
    assert said[rows["reason"].eq("complaint")].str.contains("2025" if language == "en" else "05/08/2025").all()
    outranked = catalogue("plan", language)["fired"]["outranked"]
    assert said.str.contains(outranked, regex=False).eq(~rows["decides"]).all()
    none = catalogue("plan", language)["fired"]["no_article"]
    gap = fired_rules(registry(1).known("2025-03-31"), Quarter(2025, 3))
    assert fired_text(gap, Quarter(2025, 3), language).str.contains(none).eq(gap["article"].eq("")).all()


def test_every_reason_and_effect_of_the_table_has_words() -> None:
    rows = load.table("eligibility")
    for language in LANGUAGES:
        words = catalogue("plan", language)
        assert set(rows["reason"]) <= set(words["reasons"])
        assert set(EFFECTS) == set(words["effects"])


@pytest.fixture
def law(tmp_path: Path) -> Iterator[Path]:
    """A copy of the table in a data folder of its own, to add, change and end rows in; `changed` lays it over."""
    file = tmp_path / "eligibility.csv"
    file.write_bytes((packaged() / file.name).read_bytes())
    yield file
    lay_over(None)


def changed(law: Path, text: str) -> None:
    law.write_text(text, encoding="utf-8")
    lay_over(law.parent)


def added(law: Path, line: str) -> None:
    changed(law, law.read_text(encoding="utf-8") + line + "\n")


def test_a_row_added_changes_the_plan(registry, quarter, law: Path) -> None:
    known = registry(2, parents={1: 0}, signals=[COMPLAINT | {"kind": "incident"}])
    assert eligibility(known, quarter)["status"].tolist() == ["may", "may"]
    added(law, "45,R5.2a,must,signal and not other_plan,signal,quarter_end,,2027-01-01,,test,assumed")
    frame = eligibility(known, quarter)
    assert frame["status"].tolist() == ["must", "not_now"]
    assert frame["reason"].tolist() == ["signal", "sibling_must"]
    assert eligibility(known, Quarter(2026, 4))["status"].tolist() == ["may", "may"]  # before the row begins


def test_a_row_ended_changes_the_plan(registry, quarter, law: Path) -> None:
    known = registry(1, inspections=[CHECK | {"started_on": "2027-02-01"}])
    assert eligibility(known, quarter)["reason"].item() == "visited"
    text = law.read_text(encoding="utf-8")
    old = "visited,year_end,,2025-05-17,,"
    assert text.count(old) == 1
    changed(law, text.replace(old, "visited,year_end,,2025-05-17,2027-06-30,"))
    assert eligibility(known, quarter)["reason"].item() == "thematic_plan"
    assert eligibility(known, Quarter(2027, 2))["reason"].item() == "visited"


def test_without_a_cap_places_count_alone(registry, quarter, law: Path) -> None:
    text = law.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines(keepends=True) if ",cap,always," not in line]
    changed(law, "".join(kept))
    known = registry(2, parents={1: 0}, inspections=[CHECK | {"started_on": "2027-02-01"}])
    frame = eligibility(known, quarter)
    assert frame["reason"].tolist() == ["visited", "thematic_plan"]
    assert frame["entity"].tolist() == frame.index.tolist()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("45,R5.2a,must,complaints,signal,quarter_end,,,,test,assumed", ("plan.unknown_fact", '"complaint"')),
        (
            "45,R5.2a,must,signal or sign,signal,quarter_end,,,,test,assumed",
            ("reference.bad_condition", "signal or sign"),
        ),
        ("45,R5.2a,must,,signal,quarter_end,,,,test,assumed", ("reference.bad_condition", '""')),
        ("45,R5.2a,shall,signal,signal,quarter_end,,,,test,assumed", ("reference.bad_row", "shall")),
        ("45,R5.2a,must,signal,signal,for_ever,,,,test,assumed", ("reference.bad_row", "for_ever")),
        ("45,R5.7,length,signal,signal,none,,,,test,assumed", ("reference.bad_row", "value")),
        ("10,R5.2a,must,signal,signal,none,,,,test,assumed", ("reference.bad_row", "precedence")),
        ("1.5,R5.2a,must,signal,signal,none,,,,test,assumed", ("reference.bad_row", "1.5")),
    ],
)
def test_a_row_that_cannot_be_applied_is_refused(registry, quarter, law, line: str, expected: tuple[str, str]) -> None:
    code, said = expected
    added(law, line)
    with pytest.raises(OshriskError) as caught:
        eligibility(registry(1), quarter)
    assert caught.value.code == code
    assert all(said in caught.value.message(language) for language in LANGUAGES)


def test_a_table_that_leaves_somebody_undecided_is_refused(registry, quarter, law: Path) -> None:
    text = law.read_text(encoding="utf-8")
    changed(law, text.replace("may,always,thematic_plan", "may,complaint,thematic_plan"))
    with pytest.raises(OshriskError) as caught:
        eligibility(registry(3, signals=[COMPLAINT]), quarter)
    assert "2" in caught.value.message("en")
