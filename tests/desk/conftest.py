"""A desk over a small simulated province, in this process: made once, copied for every test."""

import shutil

import pytest
from django.apps import apps
from django.db import connections
from django.test import Client, RequestFactory, override_settings

from oshrisk.ledger.settings import configure
from oshrisk.quarterly import quarterly_list
from oshrisk.settings import Programme
from oshrisk.simulate import simulate
from oshrisk.simulate.workbook import write_workbook
from oshrisk.workspace import make_workspace, open_workspace

from .people import PASSWORD, PEOPLE, QUARTER

FIRMS = 160
SECRET = "a secret of the tests"  # noqa: S105


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory):
    """A working folder with a list, before anybody has an account."""
    folder = tmp_path_factory.mktemp("desk") / "small"
    source = "registers/dien-bien-simulated.xlsx"
    programme = Programme.model_validate(
        {
            "registers": {"source": source, "read_on": "2026-11-30"},
            "selection": {"seconds": 0.1, "letters": 10},
            "capacity": {"inspector_days": 60},
        }
    )
    workspace = make_workspace(folder, programme, "vi")
    write_workbook(folder / source, simulate(FIRMS, seed=3, read_on="2026-11-30"))
    quarterly_list(workspace, QUARTER, by="lan")
    return folder


@pytest.fixture(scope="session")
def django(small_folder):
    """Django with the desk's settings; what the ledger's tests need of it stays as it was."""
    from django.conf import settings  # a module must not hold it: doctest would ask it for attributes

    from oshrisk.desk.settings import desk_settings
    from oshrisk.desk.site import Site

    configure()
    settings.SECRET_KEY = SECRET  # the ledger alone has none, and none cannot be put back
    site = Site(small_folder, ("testserver",), SECRET)
    wanted = desk_settings(site, open_workspace(small_folder))
    database = wanted.pop("DATABASES")["default"]
    wanted.pop("LOGGING")
    # argon2 is slow by design: tests of it alone use it
    wanted["PASSWORD_HASHERS"] = ["django.contrib.auth.hashers.MD5PasswordHasher", *wanted["PASSWORD_HASHERS"]]
    with override_settings(**wanted):
        apps.clear_cache()  # the ledger's models had no relations from the desk's before
        yield database
    apps.clear_cache()


@pytest.fixture(scope="session")
def people_folder(django, small_folder, tmp_path_factory):
    """The same with accounts: one for every role."""
    folder = tmp_path_factory.mktemp("people") / "small"
    shutil.copytree(small_folder, folder)
    with At(django, folder):
        from django.contrib.auth import get_user_model

        from oshrisk.desk.accounts import settle
        from oshrisk.desk.site import ledger
        from oshrisk.ledger import set_roles

        for name, roles in PEOPLE.items():
            set_roles(ledger(), name, roles, by="lan")
            user = get_user_model().objects.get(username=name)
            user.set_password(PASSWORD)
            user.save()
            settle(user)
    return folder


@pytest.fixture
def desk(django, people_folder, tmp_path):
    """A copy of the desk for one test; gives its folder."""
    folder = tmp_path / "desk"
    shutil.copytree(people_folder, folder)
    with At(django, folder):
        yield folder


@pytest.fixture
def new_desk(django, small_folder, tmp_path):
    """A desk that nobody has logged in to yet."""
    folder = tmp_path / "desk"
    shutil.copytree(small_folder, folder)
    with At(django, folder):
        yield folder


@pytest.fixture
def browser(desk):
    """From a name to somebody's browser, logged in, with CSRF checks on."""

    def of(name=None, **headers):
        client = Client(enforce_csrf_checks=True, **headers)
        if name is not None:
            assert client.login(username=name, password=PASSWORD)
        return client

    return of


@pytest.fixture
def rf():
    return RequestFactory()


class At:
    """Let the one Django of this process work on a folder."""

    def __init__(self, database, folder):
        from oshrisk.desk.site import Site

        self.database, self.folder = database, folder
        self.override = override_settings(OSHRISK_SITE=Site(folder, ("testserver",), SECRET))

    def __enter__(self):
        from oshrisk.desk import site

        wanted = {**self.database, "NAME": str(self.folder / "ledger.sqlite3")}
        connections["default"].close()
        self.before = connections.settings["default"]
        connections.settings["default"] = connections.configure_settings({"default": wanted})["default"]
        del connections["default"]
        self.override.enable()
        site._ledger.cache_clear()
        site.ledger()

    def __exit__(self, *_error):
        self.override.disable()
        connections["default"].close()
        connections.settings["default"] = self.before
        del connections["default"]
