import os
import shutil
import tempfile
from pathlib import Path

import pytest

from oshrisk.ledger import open_ledger, save_version

from .builders import a_base, visits, with_people
from .postgres import NEEDED, binaries, server


@pytest.fixture(scope="session")
def postgresql():
    """From a database name to its address, on a real server."""
    if binaries() is None and not os.environ.get(NEEDED):
        pytest.skip(f"PostgreSQL is not installed (apt-get install postgresql), and {NEEDED} is not set")
    folder = Path(tempfile.mkdtemp(prefix="oshrisk-"))  # short: the path of a socket has 107 letters at most
    try:
        with server(folder) as address:
            yield address
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def people_file(tmp_path_factory):
    """A SQLite ledger with its people, copied by the tests."""
    file = tmp_path_factory.mktemp("ledger") / "people.sqlite3"
    with_people(file)
    return file


@pytest.fixture(scope="session")
def people_base(postgresql):
    """The server, with the same ledger in its database ``people``."""
    with a_base(postgresql, "template0", "people") as address:
        with_people(address)
        yield postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """A ledger with people and nothing else, on both databases."""
    if request.param == "sqlite":
        yield shutil.copy(request.getfixturevalue("people_file"), tmp_path / "ledger.sqlite3")
    else:
        with a_base(request.getfixturevalue("people_base"), "people") as address:
            yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """Where a ledger can be made."""
    if request.param == "sqlite":
        yield tmp_path / "new" / "ledger.sqlite3"
    else:
        with a_base(request.getfixturevalue("postgresql"), "template0") as address:
            yield address


@pytest.fixture
def ledger(database):
    opened = open_ledger(database)
    yield opened
    opened.close()


@pytest.fixture
def planned(ledger):
    """A ledger with one version of the plan 2027Q1."""
    save_version(ledger, "2027Q1", visits("a", "b", "c"), {"seed": 1}, "lan", based_on=0)
    return ledger
