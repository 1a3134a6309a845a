import pytest

from oshrisk.errors import OshriskError
from oshrisk.ledger import log, note, open_ledger, verify
from oshrisk.ledger.telling import sentences
from oshrisk.messages import LANGUAGES

FACTS = {
    "registers": {"file": "a.xlsx", "sha256": "0" * 64, "accepted": 10, "quarantined": 1},
    "settings": {"changes": "draw.random_share = 0.3"},
}


@pytest.mark.parametrize("kind", FACTS)
def test_a_note_is_an_entry_of_a_whole_chain(database, kind):
    ledger = open_ledger(database)
    note(ledger, kind, "lan", FACTS[kind])
    entry = log(ledger).iloc[-1]
    assert (entry["kind"], entry["by"], entry["payload"]["rows"]) == (kind, "lan", [FACTS[kind]])
    assert verify(ledger) is None
    for language in LANGUAGES:
        said = sentences(log(ledger).tail(1), language)[0]
        assert all(str(value) in said for value in FACTS[kind].values())


def test_only_a_planner_notes(database):
    ledger = open_ledger(database)
    before = len(log(ledger))
    with pytest.raises(OshriskError, match="does not have the role"):
        note(ledger, "settings", "hoa", FACTS["settings"])
    assert len(log(ledger)) == before


def test_an_unknown_kind_is_a_defect(database):
    with pytest.raises(ValueError, match="gossip"):
        note(open_ledger(database), "gossip", "lan", {})
