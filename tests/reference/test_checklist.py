"""Every check can be reached, names a rule and a violation that exist, and speaks both languages."""

import pytest

from oshrisk.features.sector import GROUPS
from oshrisk.reference import rules, sanctions, table
from oshrisk.reference.checklist import BASES, checks
from oshrisk.risk import load_table
from oshrisk.risk.explain import OWN_RECORD

TODAY = "2026-11-30"
ROWS = checks(TODAY)


def test_checks_stand_once_and_have_both_languages():
    assert ROWS.index.is_unique
    assert set(ROWS["basis"]) == set(BASES)
    assert ROWS[["text_vi", "text_en", "self_vi", "self_en", "article", "article_en"]].ne("").all(axis=None)


@pytest.mark.parametrize("row", ROWS[ROWS["basis"].eq("factor")].to_dict("records"), ids=lambda row: row["key"])
def test_a_check_of_a_factor_names_states_of_the_risk_table(row):
    states = set(row["states"].split(";"))
    if row["key"] == OWN_RECORD:
        assert states <= {"more", "fewer", "as_expected", "unknown"}
    else:
        assert states <= {entry.state for entry in load_table()[row["key"]].all_bins}


def test_checks_of_sectors_cover_every_group():
    keys = ";".join(ROWS.loc[ROWS["basis"].eq("sector"), "key"]).split(";")
    assert sorted(keys) == sorted(GROUPS)


def test_checks_of_duties_are_duties():
    assert set(ROWS.loc[ROWS["basis"].eq("duty"), "key"]) <= set(table("duties")["duty"])


def test_rules_and_violations_exist():
    assert set(ROWS["rule_id"]) - {""} <= set(rules.rules(TODAY).index)
    assert set(ROWS["finding"]) - {""} <= set(sanctions.sanctions(TODAY).index)
