"""Registers in a database, through SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable

from oshrisk.errors import OshriskError
from oshrisk.registry.raw import RawTable
from oshrisk.registry.sheets import table_of_rows
from oshrisk.registry.source import Source


def open_database(url: str) -> Source:
    """Look what tables and views a database has.

    Parameters
    ----------
    url : str
        An SQLAlchemy URL: ``postgresql://user@host/base``, ``sqlite:///registers.db``.

    Returns
    -------
    Source
        Its tables, not yet read.

    Raises
    ------
    OshriskError
        If SQLAlchemy or the database's driver is not installed, or the database does not answer.
    """
    try:
        import sqlalchemy  # noqa: PLC0415  # an optional extra
    except ImportError as error:
        raise OshriskError("registry.no_sqlalchemy") from error
    try:
        safe = sqlalchemy.make_url(url).render_as_string(hide_password=True)
        engine = sqlalchemy.create_engine(url)
        names = sqlalchemy.inspect(engine)
        tables = [*names.get_table_names(), *names.get_view_names()]
    except (sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
        missing = f": {error.name}" if isinstance(error, ImportError) else ""  # the database's driver
        raise OshriskError(
            "registry.bad_database",
            source=url.rsplit("@", maxsplit=1)[-1],
            problem=f"{type(error).__name__}{missing}",
        ) from error
    found = Source()

    def reader(name: str) -> Callable[[str], RawTable | None]:
        def read(table: str) -> RawTable:
            columns = sqlalchemy.Table(name, sqlalchemy.MetaData(), autoload_with=engine)
            with engine.connect() as connection:
                answer = connection.execute(sqlalchemy.select(columns))
                header, rows = list(answer.keys()), [tuple(row) for row in answer]
            return table_of_rows(table, safe, name, header, rows, first=1)

        return read

    for name in tables:
        found.offer(name, reader(name))
    return found
