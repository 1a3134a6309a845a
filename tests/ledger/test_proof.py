"""The log is append-only, and every change behind its back is found."""

import pytest
from django.db import DatabaseError, connections, transaction

from oshrisk.errors import OshriskError
from oshrisk.ledger import decide, enter, log, open_ledger, record_results, save_version, set_roles, sign, verify
from oshrisk.ledger.chain import START, entry_hash

from .builders import revision, visits

TABLES = ("logentry", "planversion", "decision", "signature", "result")


@pytest.fixture
def full(planned):
    """A ledger with something in every table."""
    said = {"reason_code": "closed", "text": "đã đóng cửa", "by": "minh"}
    decide(planned, "2027Q1", "drop", "a", **said, based_on=revision(planned))
    save_version(planned, "2027Q1", visits("b", "c"), {"seed": 1}, "lan", based_on=revision(planned))
    sign(planned, "2027Q1", "reviewed", "hoa", version=2)
    record_results(planned, "2027Q1", visits("b"), "lan", "f1")
    return planned


def behind(ledger, *statements):
    """Do what somebody with the database's own tools could do: take the triggers away, change, put nothing back."""
    connection = connections[ledger.alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute("PRAGMA foreign_keys = OFF")
        else:
            cursor.execute("SET session_replication_role = replica")
        for statement, values in statements:
            cursor.execute(statement, values)


def entry_of(ledger, kind):
    return log(ledger).query("kind == @kind")["sequence"].iloc[0]


def test_whole(full):
    assert verify(full) is None
    entries = log(full)
    assert entries["sequence"].tolist() == list(range(1, len(entries) + 1))
    assert entries["kind"].tolist()[-5:] == ["version", "decision", "version", "signature", "results"]
    assert verify(full, entries["hash"].iloc[3]) is None
    assert START not in set(entries["hash"])


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {table} SET by = 'x'", "DELETE FROM {table}"])
def test_the_database_refuses_changes(full, table, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(using=full.alias):
        connections[full.alias].cursor().execute(statement.format(table=f"ledger_{table}"))
    assert verify(full) is None


@pytest.mark.parametrize("table", TABLES)
def test_the_program_refuses_changes(full, table):
    rows = full.rows(f"ledger.{table}")
    row = rows.first()
    for change in (lambda: rows.update(by="x"), rows.delete, row.save, row.delete):
        with pytest.raises(OshriskError) as error:
            change()
        assert error.value.code == "ledger.append_only"


@pytest.mark.parametrize(
    ("statement", "kind", "problem"),
    [
        ("UPDATE ledger_decision SET text = 'x'", "decision", "row_changed"),
        ("UPDATE ledger_decision SET enterprise_id = 'b'", "decision", "row_changed"),
        ("DELETE FROM ledger_decision", "decision", "row_missing"),
        ("UPDATE ledger_planversion SET visits = '{}' WHERE number = 1", "version", "row_changed"),
        ("UPDATE ledger_planversion SET manifest = '{}' WHERE number = 1", "version", "row_changed"),
        ("UPDATE ledger_signature SET by = 'son'", "signature", "row_changed"),
        ("DELETE FROM ledger_signature", "signature", "row_missing"),
        ("UPDATE ledger_result SET payload = '{}'", "results", "row_changed"),
        ("UPDATE ledger_logentry SET by = 'son' WHERE kind = 'decision'", "decision", "changed"),
        ("UPDATE ledger_logentry SET account = 'x' WHERE kind = 'signature'", "signature", "changed"),
        ("UPDATE ledger_logentry SET payload = 'x' WHERE kind = 'decision'", "decision", "changed"),
        ("DELETE FROM ledger_logentry WHERE kind = 'decision'", "decision", "missing"),
    ],
)
def test_a_silent_change_is_found_and_named(full, statement, kind, problem):
    sequence = entry_of(full, kind)
    behind(full, (statement, []))
    broken = verify(full)
    assert (broken.sequence, broken.problem) == (sequence, problem)
    assert str(sequence) in broken.sentence("vi")


def test_roles_given_silently_are_found(full):
    give = "INSERT INTO auth_user_groups (user_id, group_id) SELECT u.id, g.id FROM auth_user u, auth_group g "
    behind(full, (give + "WHERE u.username = %s AND g.name = %s", ["minh", "approver"]))
    assert verify(full).problem == "row_changed"


def test_a_row_that_no_entry_tells_of_is_found(full):
    columns = "sequence, at, by, quarter, step, note, version_id"
    row = "SELECT sequence, at, 'son', quarter, 'approved', note, version_id FROM ledger_signature"
    behind(full, (f"INSERT INTO ledger_signature ({columns}) {row}", []))
    broken = verify(full)
    assert (broken.problem, broken.sequence) == ("row_unlogged", len(log(full)) + 1)


def test_an_entry_written_anew_breaks_the_chain(full):
    entry = full.rows("ledger.logentry").get(sequence=3)
    entry.account = "x"
    behind(full, ("UPDATE ledger_logentry SET account = 'x', hash = %s WHERE sequence = 3", [entry_hash(entry)]))
    assert (verify(full).sequence, verify(full).problem) == (4, "chain")


def test_an_end_that_was_cut_off_is_found_by_a_hash_kept_elsewhere(full):
    kept = log(full)["hash"].iloc[-1]
    last = len(log(full))
    behind(full, ("DELETE FROM ledger_result", []), ("DELETE FROM ledger_logentry WHERE sequence = %s", [last]))
    assert verify(full) is None
    assert verify(full, kept).problem == "anchor"


def test_nothing_is_kept_of_a_change_that_fails(planned):
    before = len(log(planned))
    with pytest.raises(OshriskError):
        set_roles(planned, "lan", ["planner"], by="lan")  # the last admin
    assert len(log(planned)) == before
    assert verify(planned) is None


def test_the_first_user_is_let_in_once(empty):
    ledger = open_ledger(empty)
    assert enter(ledger, "lan")
    assert not enter(ledger, "minh")
    assert verify(ledger) is None
    ledger.close()
