"""Versions of plans."""

import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.ledger import decide, log, save_version, status, stored_version, versions

from .builders import revision, visits


def test_no_plan_yet(ledger):
    found = status(ledger, "2027Q1")
    assert (found["revision"], found["version"], found["frozen"]) == (0, None, False)
    assert versions(ledger, "2027Q1").empty
    with pytest.raises(OshriskError, match="2027Q1") as error:
        stored_version(ledger, "2027q1")
    assert error.value.code == "ledger.no_plan"


def test_version_comes_back_as_it_was(ledger):
    listed = visits("01", "02", body=["home_affairs", None], sign=[True, False], days=[0.1, float("nan")])
    listed["on"] = pd.to_datetime(["2026-05-01", None]).astype("datetime64[s]")
    listed["risk_class"] = pd.Categorical(["C", "A"], categories=list("ABCD"), ordered=True)
    manifest = {"snapshot": "abc", "outputs": {"danh-sách.xlsx": "00"}, "small": 1e-22, "large": 1e22}
    assert save_version(ledger, "2027Q1", listed, manifest, "lan", based_on=0, price={"findings": -0.8}) == 1
    stored = stored_version(ledger, "2027Q1")
    pd.testing.assert_frame_equal(stored.visits, listed)
    assert (stored.manifest, stored.price, stored.state) == (manifest, {"findings": -0.8}, "draft")


def test_empty_list_comes_back(ledger):
    save_version(ledger, "2027Q1", visits("a").iloc[:0], {}, "lan", based_on=0)
    assert list(stored_version(ledger, "2027Q1").visits.columns) == ["order", "priority", "until"]
    assert versions(ledger, "2027Q1")["visits"].tolist() == [0]


def test_versions_are_numbered_and_kept(planned):
    assert save_version(planned, "2027Q1", visits("a", "d"), {}, "minh", based_on=revision(planned)) == 2
    assert save_version(planned, "2027Q2", visits("e"), {}, "minh", based_on=0) == 1
    assert list(stored_version(planned, "2027Q1", 1).visits.index) == ["a", "b", "c"]
    listed = versions(planned, "2027Q1").set_index("number")
    assert listed["by"].to_dict() == {1: "lan", 2: "minh"}
    assert listed["visits"].to_dict() == {1: 3, 2: 2}
    with pytest.raises(OshriskError) as error:
        stored_version(planned, "2027Q1", 3)
    assert error.value.code == "ledger.no_version"


def test_saving_the_same_again_changes_nothing(planned):
    before = len(log(planned))
    assert save_version(planned, "2027Q1", visits("a", "b", "c"), {"seed": 1}, "minh", based_on=0) == 1
    assert len(log(planned)) == before


def test_the_same_list_after_a_decision_is_a_version(planned):
    said = {"reason_code": "capacity", "text": "x", "by": "lan"}
    decide(planned, "2027Q1", "mode", "a", value="remote", **said, based_on=revision(planned))
    again = save_version(planned, "2027Q1", visits("a", "b", "c"), {"seed": 1}, "lan", based_on=revision(planned))
    assert again == 2
    assert status(planned, "2027Q1")["unsolved"] == []


@pytest.mark.parametrize("based_on", [0, 1, 99])
def test_who_has_not_seen_the_latest_is_refused(planned, based_on):
    with pytest.raises(OshriskError) as error:
        save_version(planned, "2027Q1", visits("z"), {}, "minh", based_on=based_on)
    assert error.value.code == "ledger.conflict"
    assert versions(planned, "2027Q1")["number"].tolist() == [1]


def test_conflict_says_who_changed_what(planned):
    with pytest.raises(OshriskError) as error:
        save_version(planned, "2027Q1", visits("z"), {}, "minh", based_on=0)
    assert "lan: 2027Q1: saved version 1" in error.value.message("en")
    assert "lan: 2027Q1: lưu phiên bản 1" in error.value.message("vi")


@pytest.mark.parametrize(("by", "code"), [("hoa", "no_role"), ("nobody", "unknown_user")])
def test_only_planners_save(ledger, by, code):
    with pytest.raises(OshriskError) as error:
        save_version(ledger, "2027Q1", visits("a"), {}, by, based_on=0)
    assert error.value.code == f"ledger.{code}"
    assert by in error.value.message("vi")
    assert status(ledger, "2027Q1")["revision"] == 0
