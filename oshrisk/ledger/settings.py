"""Django's settings for a ledger, in pieces that the desk uses again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from oshrisk.errors import OshriskError

APPS: Final = ("django.contrib.contenttypes", "django.contrib.auth", "oshrisk.ledger")
_WAIT: Final = 30  # seconds that a writer waits for another one; assumed
# Readers never wait for a writer, and a commit outlives a power cut.
_SQLITE: Final = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
_POSTGRESQL: Final = ("postgresql", "postgres")


def database_settings(database: str | Path) -> dict[str, Any]:
    """Return the entry of Django's ``DATABASES`` for a ledger.

    Parameters
    ----------
    database : str or Path
        A file (SQLite), or ``postgresql://user:password@host:port/name?sslmode=require``; what stands behind the
        question mark goes to the PostgreSQL driver.

    Returns
    -------
    dict
        ``ENGINE``, ``NAME`` and the rest.

    Raises
    ------
    OshriskError
        If it is the address of another kind of database.

    Examples
    --------
    >>> database_settings("postgresql://desk@db.example/ledger?sslmode=require")["OPTIONS"]
    {'connect_timeout': 30, 'sslmode': 'require'}
    """
    if "://" not in str(database):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(Path(database).resolve()),
            "OPTIONS": {"timeout": _WAIT, "transaction_mode": "IMMEDIATE", "init_command": _SQLITE},
        }
    try:
        address = urlsplit(str(database))
        port = address.port
    except ValueError as error:  # a port that is no number
        raise OshriskError("ledger.bad_database", database=shown(database)) from error
    if address.scheme not in _POSTGRESQL or len(address.path) < 2:
        raise OshriskError("ledger.bad_database", database=shown(database))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(address.path[1:]),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": address.hostname or "",
        "PORT": str(port or ""),
        "OPTIONS": {"connect_timeout": _WAIT, **dict(parse_qsl(address.query))},
    }


def shown(database: str | Path) -> str:
    """Return the name of a database as messages may show it: never with a password.

    Examples
    --------
    >>> shown("postgresql://desk:secret@db.example/ledger?sslmode=require")
    'db.example/ledger'
    """
    name = str(database)
    return name.rsplit("@", maxsplit=1)[-1].split("?", maxsplit=1)[0] if "://" in name else name


def configure() -> None:
    """Start Django for the ledger alone, unless it runs already (in the desk).

    Raises
    ------
    OshriskError
        If Django is not installed.
    """
    try:
        import django  # noqa: PLC0415  # an optional extra
        from django.apps import apps  # noqa: PLC0415
        from django.conf import settings  # noqa: PLC0415
    except ImportError as error:
        raise OshriskError("ledger.no_django") from error
    if not settings.configured:
        settings.configure(
            INSTALLED_APPS=APPS,
            DATABASES={"default": {}},  # none: a query that names no ledger is a defect, and fails
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            USE_TZ=True,
            TIME_ZONE="UTC",
            LOGGING_CONFIG=None,
        )
    if not apps.ready:
        django.setup(set_prefix=False)  # which would import all that answers requests
