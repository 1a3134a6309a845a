"""Results: nothing is overwritten."""

import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.ledger import log, record_results, results, save_version, verify

from .builders import revision, visits


def found(**rows):
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["done", "on", "serious", "days", "findings"])
    frame.index = pd.Index(frame.index, name="enterprise_id", dtype="str")
    return frame.assign(on=pd.to_datetime(frame["on"]).astype("datetime64[s]")).astype({"serious": "boolean"})


FIRST = found(
    a=("done", "2027-02-01", True, 1.5, [{"code": "12.3", "count": 2}]),
    b=("refused", None, None, float("nan"), []),
)


def kept(frame):
    return frame.drop(columns=["quarter", "version", "by", "at", "file_hash"])


def test_results_come_back_with_their_types(ledger):
    assert record_results(ledger, "2027Q1", FIRST, "lan", "f1") == 1
    stored = results(ledger, "2027Q1")
    pd.testing.assert_frame_equal(kept(stored), FIRST)
    assert stored[["quarter", "version", "by", "file_hash"]].iloc[0].tolist() == ["2027Q1", 1, "lan", "f1"]


def test_reading_the_same_again_changes_nothing(ledger):
    record_results(ledger, "2027Q1", FIRST, "lan", "f1")
    entries = len(log(ledger))
    assert record_results(ledger, "2027Q1", FIRST.iloc[::-1], "minh", "f2") == 1
    assert len(log(ledger)) == entries


def test_a_correction_is_a_new_version_of_its_row_alone(ledger):
    record_results(ledger, "2027Q1", FIRST, "lan", "f1")
    corrected = found(a=("done", "2027-02-01", False, 1.5, []), c=("closed", "2027-03-01", None, 0.5, []))
    assert record_results(ledger, "2027Q1", corrected, "minh", "f2") == 2
    assert results(ledger, "2027Q1")["version"].to_dict() == {"a": 2, "b": 1, "c": 2}
    assert results(ledger, "2027Q1")["serious"].to_dict()["a"] is False
    pd.testing.assert_frame_equal(kept(results(ledger, "2027Q1", version=1)), FIRST)
    assert verify(ledger) is None


def test_a_new_column_leaves_earlier_results_unknown(ledger):
    record_results(ledger, "2027Q1", FIRST, "lan", "f1")
    more = found(c=("done", "2027-03-01", False, 1.0, [])).assign(workers=7, late=True)
    record_results(ledger, "2027Q1", more, "lan", "f2")
    stored = results(ledger, "2027Q1")
    assert stored["workers"].isna().to_dict() == {"a": True, "b": True, "c": False}
    assert stored.loc["c", ["workers", "late"]].tolist() == [7, True]


def test_results_of_all_quarters(ledger):
    record_results(ledger, "2027Q1", FIRST, "lan", "f1")
    record_results(ledger, "2027Q2", FIRST, "lan", "f2")
    assert results(ledger)["quarter"].tolist() == ["2027Q1", "2027Q1", "2027Q2", "2027Q2"]


def test_nothing_recorded_yet(ledger):
    assert results(ledger, "2027Q1").empty
    assert record_results(ledger, "2027Q1", FIRST.iloc[:0], "lan", "f") == 0


def test_results_do_not_change_the_plan(planned):
    before = revision(planned)
    record_results(planned, "2027Q1", FIRST, "lan", "f1")
    assert revision(planned) == before
    save_version(planned, "2027Q1", visits("z"), {}, "lan", based_on=before)


def test_only_planners_record(ledger):
    with pytest.raises(OshriskError, match="hoa"):
        record_results(ledger, "2027Q1", FIRST, "hoa", "f1")


def test_one_row_an_enterprise(ledger):
    with pytest.raises(ValueError, match="one row"):
        record_results(ledger, "2027Q1", pd.concat([FIRST, FIRST]), "lan", "f1")
