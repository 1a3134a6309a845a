"""The table of rules: its grammar, its dates, and its ties to the articles."""

import pytest

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES
from oshrisk.reference import table
from oshrisk.reference.eligibility import EFFECTS, UNTIL, Term, eligibility_rules, terms
from oshrisk.reference.rules import rules

DAYS = ["2010-01-01", "2017-05-17", "2025-05-16", "2025-05-17", "2025-06-30", "2025-07-01", "2025-08-04", "2025-08-05"]
DAYS += ["2026-09-09", "2026-09-10", "2026-11-30", "2030-01-01"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("always", ()),
        ("sign", (Term("sign", True),)),
        ("not sign", (Term("sign", False),)),
        ("a_1 and not b and c", (Term("a_1", True), Term("b", False), Term("c", True))),
    ],
)
def test_conditions(condition: str, expected: tuple[Term, ...]) -> None:
    assert terms(condition) == expected


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "and",
        "not",
        "a and",
        "a  and b",
        "a or b",
        "not not a",
        "not always",
        "always and a",
        "A",
        "a-b",
        "a and and",
    ],
)
def test_what_is_no_condition(condition: str) -> None:
    with pytest.raises(OshriskError) as caught:
        terms(condition)
    assert all(f'"{condition}"' in caught.value.message(language) for language in LANGUAGES)


@pytest.mark.parametrize("day", DAYS)
def test_the_rows_of_a_day(day: str) -> None:
    rows = eligibility_rules(day)
    assert rows["precedence"].is_monotonic_increasing
    assert rows["precedence"].is_unique
    assert rows["effect"].isin(EFFECTS).all()
    assert rows["until"].isin(UNTIL).all()
    assert rows["condition"].map(terms).map(len).le(3).all()
    assert (rows["valid_from"].isna() | rows["valid_from"].le(day)).all()
    assert rows.loc[rows["condition"].eq("always") & rows["effect"].eq("may"), "reason"].tolist() == ["thematic_plan"]
    law = rules(day)["article"]
    assert rows["article"].tolist() == [law.get(rule_id, "") for rule_id in rows["rule_id"]]


def test_every_row_names_a_rule() -> None:
    assert set(table("eligibility")["rule_id"]) <= set(table("rules")["rule_id"])


def test_no_article_of_a_ground_was_in_force_in_july_2025() -> None:
    for day, missing in (("2025-06-30", False), ("2025-07-01", True), ("2025-08-04", True), ("2025-08-05", False)):
        grounds = eligibility_rules(day).query("effect in ('must', 'may')")
        assert grounds["article"].eq("").all() == missing
        assert grounds["article"].eq("").any() == missing


def test_days_are_those_of_the_rules() -> None:
    lengths = table("eligibility").query("effect == 'length'")
    assert lengths["value"].tolist() == rules("2026-11-30")["value"].reindex(lengths["rule_id"]).tolist()


@pytest.mark.parametrize(
    ("last_day", "first_day", "gone", "come"),
    [
        ("2025-05-16", "2025-05-17", {"visit_planned"}, {"inspected", "check_planned", "inspection_planned"}),
        ("2025-06-30", "2025-07-01", {"other_plan"}, {"fire_check_due"}),
        (
            "2025-08-04",
            "2025-08-05",
            set(),
            {"other_plan", "content_inspected", "good_complier", "electronic_data", "length", "hard_to_reach"}
            | {"fire_check_planned"},
        ),
        ("2026-09-09", "2026-09-10", set(), {"undeclared_machine"}),
    ],
)
def test_rows_change_on_their_day(last_day: str, first_day: str, gone: set[str], come: set[str]) -> None:
    before, after = (set(eligibility_rules(day)["reason"]) for day in (last_day, first_day))
    assert before - after == gone
    assert after - before == come
