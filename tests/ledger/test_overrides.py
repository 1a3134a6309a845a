"""Decisions against the list."""

import pytest

from oshrisk.errors import OshriskError
from oshrisk.ledger import (
    MODES,
    REASONS,
    decide,
    decisions,
    deferred_to,
    log,
    save_version,
    sign,
    status,
    withdraw,
)
from oshrisk.messages import LANGUAGES, text

from .builders import revision, visits


def say(ledger, action, enterprise, value="", by="minh", **other):
    said = {"reason_code": "local_danger", "text": " nổ lò hơi ", "by": by, "based_on": revision(ledger), **other}
    return decide(ledger, "2027Q1", action, enterprise, value=value, **said)


def test_decision_is_kept_with_all_it_needs(planned):
    number = say(planned, "add", "z")
    found = decisions(planned, "2027Q1").loc[number]
    assert found[["quarter", "version", "action", "enterprise_id", "value"]].tolist() == ["2027Q1", 1, "add", "z", ""]
    assert found[["reason_code", "text", "by"]].tolist() == ["local_danger", "nổ lò hơi", "minh"]
    assert found["at"].tzinfo is not None
    assert found["displaced"] is None
    assert status(planned, "2027Q1")["unsolved"] == [number]


def test_what_it_displaced_and_its_price_come_with_the_version(planned):
    number = say(planned, "add", "z")
    effect = {number: {"displaced": ["c"], "price": {"expected_findings": -0.12}}}
    save_version(planned, "2027Q1", visits("a", "b", "z"), {}, "lan", based_on=revision(planned), effects=effect)
    found = decisions(planned, "2027Q1").loc[number]
    assert (found["displaced"], found["price"]) == (["c"], {"expected_findings": -0.12})
    assert status(planned, "2027Q1")["unsolved"] == []


def test_the_later_decision_on_the_same_question_stands(planned):
    say(planned, "drop", "a")
    later = say(planned, "add", "a", by="lan")
    mode = say(planned, "mode", "a", "remote")
    assert decisions(planned, "2027Q1").index.tolist() == [later, mode]


def test_withdrawn_decision_no_longer_stands_but_stays_in_the_log(planned):
    number = say(planned, "drop", "a")
    withdraw(planned, "2027Q1", number, text="nhầm", by="lan", based_on=revision(planned))
    assert decisions(planned, "2027Q1").empty
    assert log(planned, quarter="2027Q1")["kind"].tolist() == ["version", "decision", "withdrawal"]
    assert status(planned, "2027Q1")["unsolved"] == []
    with pytest.raises(OshriskError) as error:
        withdraw(planned, "2027Q1", number, text="nhầm", by="lan", based_on=revision(planned))
    assert error.value.code == "ledger.no_decision"


def test_withdrawing_what_the_version_reckons_with_needs_a_new_one(planned):
    number = say(planned, "drop", "a")
    save_version(planned, "2027Q1", visits("b", "c"), {}, "lan", based_on=revision(planned))
    withdraw(planned, "2027Q1", number, text="nhầm", by="lan", based_on=revision(planned))
    assert status(planned, "2027Q1")["unsolved"] == [number]


def test_withdrawal_brings_an_earlier_decision_back(planned):
    first = say(planned, "drop", "a")
    second = say(planned, "add", "a")
    withdraw(planned, "2027Q1", second, text="nhầm", by="lan", based_on=revision(planned))
    assert decisions(planned, "2027Q1").index.tolist() == [first]


@pytest.mark.parametrize(
    ("decision", "other", "code"),
    [
        (("remove", "a", ""), {}, "unknown_action"),
        (("drop", "a", ""), {"reason_code": "whim"}, "unknown_reason"),
        (("drop", "a", ""), {"text": "  "}, "no_text"),
        (("drop", "a", "remote"), {}, "needless_value"),
        (("mode", "a", "by_phone"), {}, "unknown_mode"),
        (("defer", "a", "2027Q1"), {}, "not_later"),
        (("add", "a", ""), {}, "already_listed"),
        (("drop", "z", ""), {}, "not_listed"),
        (("mode", "z", "remote"), {}, "not_listed"),
        (("drop", "a", ""), {"by": "son"}, "no_role"),
        (("drop", "a", ""), {"based_on": 1}, "conflict"),
    ],
)
def test_what_cannot_be_decided(planned, decision, other, code):
    before = len(log(planned))
    with pytest.raises(OshriskError) as error:
        say(planned, *decision, **other)
    assert error.value.code == f"ledger.{code}"
    assert all(error.value.message(language) for language in LANGUAGES)
    assert len(log(planned)) == before


def test_decisions_that_are_not_solved_yet_count(planned):
    say(planned, "drop", "a")
    with pytest.raises(OshriskError, match="a "):
        say(planned, "mode", "a", "remote")
    say(planned, "add", "z")
    assert say(planned, "mode", "z", "remote")


def test_deferral_reaches_its_quarter_once_the_plan_is_approved(planned):
    number = say(planned, "defer", "b", "2027q3")
    save_version(planned, "2027Q1", visits("a", "c"), {}, "lan", based_on=revision(planned))
    assert deferred_to(planned, "2027Q3").empty
    sign(planned, "2027Q1", "reviewed", "hoa", version=2)
    sign(planned, "2027Q1", "approved", "son", version=2)
    assert deferred_to(planned, "2027Q3")["enterprise_id"].to_dict() == {number: "b"}
    assert deferred_to(planned, "2027Q2").empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_text(language):
    texts = [text(f"ledger.reasons.{code}", language) for code in REASONS]
    texts += [text(f"ledger.modes.{mode}", language) for mode in MODES]
    assert len(set(texts)) == len(REASONS) + len(MODES)
