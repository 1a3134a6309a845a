"""What is typed passes the same checks as a workbook."""

import pytest
from pandas.testing import assert_frame_equal

from oshrisk.registry.results import read_results
from oshrisk.registry.results_rows import ledger_rows
from oshrisk.registry.results_typed import read_answers

from .forms import IDS, QUARTER, finding, machine, plan, visit, write_form

READ_ON = "2027-04-05"
A, B, *_ = IDS
CASES = [
    ([visit(A, found="có")], [finding(A)], [machine(A)]),
    ([visit(A, started_on="31/02/2027")], [], []),
    ([visit(A, done="closed")], [finding(A)], []),
    ([visit(A, found="không")], [finding(A), finding(A, code="EQ_INSPECTOIN")], []),
    ([visit("5600000099", inspector="")], [], [machine(B, next_due_on="01/01/2020")]),
    ([{"enterprise_id": A}], [], []),
    ([visit(A, note="=HYPERLINK(1)", workers_seen="12 người")], [], []),
]


@pytest.mark.parametrize("case", CASES)
def test_the_same_as_a_workbook_that_says_the_same(tmp_path, case):
    file = write_form(tmp_path / "form.xlsx", *case)
    read = read_results(file, plan(), QUARTER, READ_ON, version=1)
    answers = dict(zip(("visits", "findings", "machines"), case, strict=True))
    typed = read_answers(answers, plan(), QUARTER, READ_ON, version=1, simulated=False)
    cells = ["table", "field", "value", "code", "enterprise_id", "detail"]
    assert typed.quarantine[cells].to_dict("records") == read.quarantine[cells].to_dict("records")
    assert_frame_equal(ledger_rows(typed.results), ledger_rows(read.results))
    assert list(typed.waiting) == list(read.waiting)
    assert typed.counts["accepted"].to_dict() == read.counts["accepted"].to_dict()


def test_rows_are_counted_from_one():
    typed = read_answers({"visits": [visit(A, done="gone")]}, plan(), QUARTER, READ_ON, version=3, simulated=True)
    assert typed.quarantine["row"].tolist() == [1]
    assert (typed.version, typed.simulated) == (3, True)
