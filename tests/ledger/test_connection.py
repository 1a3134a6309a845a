"""Opening ledgers: made once, brought up to date, several at a time."""

import pytest
from django.core.management import call_command
from django.db import connections

from oshrisk.errors import OshriskError
from oshrisk.ledger import enter, log, open_ledger, save_version, users, verify
from oshrisk.ledger.settings import database_settings, shown

from .builders import visits


def test_a_new_ledger_is_empty_and_whole(empty):
    ledger = open_ledger(empty)
    assert len(log(ledger)) == 0
    assert verify(ledger) is None
    ledger.close()


def test_ledgers_do_not_mix(empty, tmp_path):
    one, other = open_ledger(empty), open_ledger(tmp_path / "other.sqlite3")
    enter(one, "lan")
    save_version(one, "2027Q1", visits("a"), {}, "lan", based_on=0)
    assert len(log(one)) == 2
    assert len(log(other)) == 0
    for ledger in (one, other):
        ledger.close()


def test_reading_does_not_make_a_ledger(empty):
    with pytest.raises(OshriskError) as error:
        open_ledger(empty, create=False)
    assert error.value.code == "ledger.no_ledger"


def test_a_ledger_opens_again(database):
    first = open_ledger(database)
    assert open_ledger(database, create=False) == first
    first.close()
    assert len(users(first)) == 4
    first.close()


def test_sqlite_keeps_readers_and_foreign_keys(people_file):
    ledger = open_ledger(people_file)
    with connections[ledger.alias].cursor() as cursor:
        asked = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys")}
    assert asked == {"journal_mode": "wal", "foreign_keys": 1}
    ledger.close()


def test_a_file_that_is_no_database(tmp_path):
    file = tmp_path / "ledger.sqlite3"
    file.write_text("no database at all" * 100)
    with pytest.raises(OshriskError, match=r"ledger\.sqlite3") as error:
        open_ledger(file)
    assert error.value.code == "ledger.no_answer"
    assert file.read_text() == "no database at all" * 100


def test_a_server_that_is_not_there(tmp_path):
    with pytest.raises(OshriskError) as error:
        open_ledger(f"postgresql://lan:secret@/ledger?host={tmp_path}")
    assert error.value.code == "ledger.no_answer"
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("address", ["mysql://a/b", "postgresql://host", "postgresql://host:port/ledger"])
def test_addresses_of_no_ledger(address):
    with pytest.raises(OshriskError) as error:
        database_settings(address)
    assert error.value.code == "ledger.bad_database"


def test_address_in_parts():
    found = database_settings("postgresql://l%40n:p%2Fw@db.example:5433/s%E1%BB%95?sslmode=require")
    parts = {"NAME": "sổ", "USER": "l@n", "PASSWORD": "p/w", "HOST": "db.example", "PORT": "5433"}
    assert parts.items() <= found.items()
    assert found["OPTIONS"]["sslmode"] == "require"


def test_a_password_is_never_shown():
    assert shown("postgresql://lan:p@ss@db.example/ledger?password=secret") == "db.example/ledger"
    assert shown("postgresql:///ledger?password=secret") == "postgresql:///ledger"


def test_migrations_say_what_the_models_say(people_file):
    open_ledger(people_file).close()
    call_command("makemigrations", "ledger", check=True, dry_run=True, verbosity=0)
