"""Opening a ledger: its database, its tables, and the one transaction in which a change is made."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from oshrisk.errors import OshriskError
from oshrisk.ledger.canonical import canonical, digest
from oshrisk.ledger.settings import configure, database_settings, shown

_LOCK: Final = 0x6F73_6872  # the ledger's advisory lock in PostgreSQL: the letters "oshr", so that it is no one else's
_opening = threading.Lock()


@dataclass(frozen=True)
class Ledger:
    """An open ledger.

    Parameters
    ----------
    alias : str
        Django's name of the database in this process.
    database : str
        The database as messages show it.
    """

    alias: str
    database: str

    def rows(self, model: str) -> Any:
        """Return the rows of a model in this ledger, as a query set: ``rows("ledger.decision")``."""
        from django.apps import apps  # noqa: PLC0415  # an optional extra

        return apps.get_model(model)._default_manager.using(self.alias)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the only writing transaction: all that is done inside is kept, or nothing.

        Raises
        ------
        OshriskError
            If the database does not answer, or another writer holds it for too long.
        """
        from django.db import OperationalError, transaction  # noqa: PLC0415  # an optional extra

        try:
            with transaction.atomic(using=self.alias, durable=True):
                _wait_for_turn(self.alias)
                yield
        except OperationalError as error:
            raise OshriskError("ledger.no_answer", database=self.database, problem=_first_line(error)) from error

    def close(self) -> None:
        """Close the connection; the next use opens it again."""
        from django.db import connections  # noqa: PLC0415  # an optional extra

        connections[self.alias].close()


def open_ledger(database: str | Path, *, create: bool = True) -> Ledger:
    """Open a ledger and bring its tables up to date; two processes may do so at once.

    Parameters
    ----------
    database : str or Path
        A file (SQLite), or ``postgresql://…``.
    create : bool, default True
        Make the ledger where there is none. Reading commands pass False: an empty ledger made on the spot would
        hide that the real one is gone.

    Returns
    -------
    Ledger
        The ledger. Several may be open in one process.

    Raises
    ------
    OshriskError
        If Django or the driver is not installed, the database does not answer, or there is no ledger in it.
    """
    wanted = database_settings(database)
    configure()
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415  # an optional extra
    from django.db import DatabaseError  # noqa: PLC0415

    file = None if "://" in str(database) else Path(wanted["NAME"])
    if file and not create and not file.exists():
        raise OshriskError("ledger.no_ledger", database=shown(database))
    ledger = Ledger(_alias(wanted), shown(database))
    try:
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
        _bring_up_to_date(ledger, create=create)
    except ImproperlyConfigured as error:  # the driver of PostgreSQL is not installed
        raise OshriskError("ledger.no_driver", database=ledger.database) from error
    except (DatabaseError, OSError) as error:
        raise OshriskError("ledger.no_answer", database=ledger.database, problem=_first_line(error)) from error
    return ledger


def _alias(wanted: dict[str, Any]) -> str:
    """Return Django's name of a database, and make it known where it is not."""
    from django.db import connections  # noqa: PLC0415  # an optional extra

    with _opening:
        for alias, known in connections.settings.items():
            if all(known.get(key) == value for key, value in wanted.items()):
                return str(alias)
        alias = f"ledger-{digest(canonical(wanted))[:16]}"
        connections.settings[alias] = connections.configure_settings({"default": {}, alias: wanted})[alias]
    return alias


def _bring_up_to_date(ledger: Ledger, *, create: bool) -> None:
    from django.core.management import call_command  # noqa: PLC0415  # an optional extra
    from django.db import connections, transaction  # noqa: PLC0415

    connection = connections[ledger.alias]
    if not create and "ledger_logentry" not in connection.introspection.table_names():
        raise OshriskError("ledger.no_ledger", database=ledger.database)
    if not _pending(connection):
        return
    # SQLite rebuilds tables only while foreign keys are not watched, and that can only be said before a transaction.
    with connection.constraint_checks_disabled(), transaction.atomic(using=ledger.alias, durable=True):
        _wait_for_turn(ledger.alias)
        if _pending(connection):  # another process may have done it while this one waited
            call_command("migrate", database=ledger.alias, verbosity=0, interactive=False)


def _pending(connection: Any) -> bool:
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415  # an optional extra

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _wait_for_turn(alias: str) -> None:
    """Let one writer in at a time: SQLite does so by itself (IMMEDIATE), PostgreSQL by an advisory lock."""
    from django.db import connections  # noqa: PLC0415  # an optional extra

    if connections[alias].vendor == "postgresql":
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
