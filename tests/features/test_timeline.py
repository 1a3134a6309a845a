"""The history of an enterprise holds every dated event once, in order, in both languages."""

import pytest

from oshrisk.features import record_text
from oshrisk.features.timeline import timeline

FIRM = "0101234567"
VISIT = {"inspection_id": "K1", "started_on": "2025-03-01", "scope": "osh", "found": True, "done": "done"}
ROWS = {
    "enterprises": [{"founded_on": "2019-05-01", "workers": 30, "workers_on": "2020-01-01"}],
    "annual_reports": [{"year": 2025, "filed_on": "2026-01-05", "workers": 40}],
    "accident_reports": [{"period": "2025H2", "filed_on": "2026-01-06", "reported_zero": False}],
    "accidents": [{"occurred_on": "2025-06-01", "severity": "serious", "count": 2}],
    "equipment": [{"equipment_id": "N1", "item": "1", "inspected_on": "2024-02-01", "result": "passed"}],
    "signals": [{"occurred_on": "2025-02-01", "kind": "complaint"}],
    "inspections": [VISIT, VISIT | {"inspection_id": "K2", "started_on": "2024-01-01", "done": "not_found"}],
    "findings": [{"inspection_id": "K1", "code": "TRAINING", "remedied_on": "2025-05-01"}],
}


@pytest.fixture(scope="module")
def events(registry):
    known = registry(**ROWS)
    return timeline(known.known(known.read_on), [FIRM])


def test_every_event_is_there_in_order(events):
    assert events["key"].to_list() == [
        "founded",
        "register_workers",
        "visit_not_found",
        "certificate_passed",
        "signal",
        "inspection_found",
        "finding_remedied",
        "accidents_serious",
        "annual_report",
        "accident_report_some",
    ]
    assert events["on"].is_monotonic_increasing


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_event_has_words(events, language):
    said = [record_text(row, language) for row in events.to_dict("records")]
    assert len(set(said)) == len(events)
    assert ("2 vụ tai nạn nặng 01/06/2025" in said) == (language == "vi")


def test_nothing_that_was_known_later_is_in_it(registry):
    assert timeline(registry(**ROWS).known("2024-06-01"), [FIRM])["on"].max() < registry(**ROWS).read_on
    assert "accidents_serious" not in set(timeline(registry(**ROWS).known("2024-06-01"), [FIRM])["key"])
