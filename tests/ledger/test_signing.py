"""Sign-off by different people, and frozen plans."""

import pytest

from oshrisk.errors import OshriskError
from oshrisk.ledger import decide, log, reopen, save_version, set_roles, sign, status, stored_version, withdraw

from .builders import revision, visits

SAID = {"reason_code": "closed", "text": "x"}


@pytest.fixture
def approved(planned):
    sign(planned, "2027Q1", "reviewed", "hoa", version=1)
    sign(planned, "2027Q1", "approved", "son", version=1, note="đồng ý")
    return planned


def refused(code, call, *arguments, **named):
    with pytest.raises(OshriskError) as error:
        call(*arguments, **named)
    assert error.value.code == f"ledger.{code}"
    assert error.value.message("vi") != error.value.message("en")


def test_draft_reviewed_approved(approved):
    found = status(approved, "2027Q1")
    assert (found["state"], found["frozen"]) == ("approved", True)
    signed = [(row["step"], row["by"], row["note"]) for row in found["signatures"]]
    assert signed == [("reviewed", "hoa", ""), ("approved", "son", "đồng ý")]


def test_steps_have_their_order(planned):
    refused("wrong_state", sign, planned, "2027Q1", "approved", "son", version=1)
    sign(planned, "2027Q1", "reviewed", "hoa", version=1)
    refused("wrong_state", sign, planned, "2027Q1", "reviewed", "hoa", version=1)
    refused("unknown_step", sign, planned, "2027Q1", "published", "hoa", version=1)


@pytest.mark.parametrize(("step", "by"), [("reviewed", "lan"), ("approved", "hoa"), ("approved", "minh")])
def test_steps_have_their_roles(planned, step, by):
    refused("no_role", sign, planned, "2027Q1", step, by, version=1)


def test_reviewer_does_not_approve(planned):
    sign(planned, "2027Q1", "reviewed", "son", version=1)
    refused("same_person", sign, planned, "2027Q1", "approved", "son", version=1)


@pytest.mark.parametrize("by", ["lan", "minh"])
def test_who_saved_or_decided_does_not_approve(planned, by):
    set_roles(planned, by, ["planner", "approver", "admin"], by="lan")
    decide(planned, "2027Q1", "drop", "a", **SAID, by="minh", based_on=revision(planned))
    save_version(planned, "2027Q1", visits("b", "c"), {}, "lan", based_on=revision(planned))
    sign(planned, "2027Q1", "reviewed", "hoa", version=2)
    refused("same_person", sign, planned, "2027Q1", "approved", by, version=2)
    sign(planned, "2027Q1", "approved", "son", version=2)


def test_only_the_latest_version_is_signed(planned):
    save_version(planned, "2027Q1", visits("b"), {}, "minh", based_on=revision(planned))
    refused("not_latest", sign, planned, "2027Q1", "reviewed", "hoa", version=1)


def test_a_version_that_does_not_know_a_decision_is_not_signed(planned):
    sign(planned, "2027Q1", "reviewed", "hoa", version=1)
    decide(planned, "2027Q1", "drop", "a", **SAID, by="minh", based_on=revision(planned))
    refused("unsolved", sign, planned, "2027Q1", "approved", "son", version=1)


def test_a_new_version_is_a_draft_again(planned):
    sign(planned, "2027Q1", "reviewed", "hoa", version=1)
    save_version(planned, "2027Q1", visits("b"), {}, "minh", based_on=revision(planned))
    assert status(planned, "2027Q1")["state"] == "draft"


def test_approved_plan_is_frozen(approved):
    base, entries = revision(approved), len(log(approved))
    refused("frozen", save_version, approved, "2027Q1", visits("z"), {}, "lan", based_on=base)
    refused("frozen", decide, approved, "2027Q1", "drop", "a", **SAID, by="lan", based_on=base)
    refused("wrong_state", sign, approved, "2027Q1", "reviewed", "hoa", version=1)
    assert len(log(approved)) == entries


def test_decision_of_an_approved_plan_is_not_withdrawn(planned):
    number = decide(planned, "2027Q1", "drop", "a", **SAID, by="minh", based_on=revision(planned))
    save_version(planned, "2027Q1", visits("b", "c"), {}, "lan", based_on=revision(planned))
    sign(planned, "2027Q1", "reviewed", "hoa", version=2)
    sign(planned, "2027Q1", "approved", "son", version=2)
    refused("frozen", withdraw, planned, "2027Q1", number, text="x", by="lan", based_on=revision(planned))


def test_an_admin_opens_an_approved_plan_again_with_a_reason(approved):
    base = revision(approved)
    refused("no_role", reopen, approved, "2027Q1", text="bão", by="minh", based_on=base)
    refused("no_text", reopen, approved, "2027Q1", text=" ", by="lan", based_on=base)
    assert reopen(approved, "2027Q1", text="bão", by="lan", based_on=base) == 2
    assert [stored_version(approved, "2027Q1", number).state for number in (1, 2)] == ["reopened", "draft"]
    assert list(stored_version(approved, "2027Q1").visits.index) == ["a", "b", "c"]
    refused("not_frozen", reopen, approved, "2027Q1", text="bão", by="lan", based_on=revision(approved))
    save_version(approved, "2027Q1", visits("z"), {}, "lan", based_on=revision(approved))
