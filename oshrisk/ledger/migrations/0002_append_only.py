"""Triggers that refuse to change or remove a row, whatever program asks.

A later migration that rebuilds one of these tables on SQLite loses its triggers and has to make them again.
"""

from typing import Any

from django.db import migrations

TABLES = ("logentry", "planversion", "decision", "signature", "result")
_FUNCTION = """
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$
"""


def _statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER ledger_{table}_{act} BEFORE {act.upper()} ON ledger_{table} "
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            for table in TABLES
            for act in ("update", "delete")
        ]
    return [
        _FUNCTION,
        *(
            f"CREATE TRIGGER ledger_{table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()"
            for table in TABLES
        ),
    ]


def _guard(_apps: Any, schema_editor: Any) -> None:
    for statement in _statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    """Append-only tables."""

    dependencies = (("ledger", "0001_tables"),)
    operations = (migrations.RunPython(_guard, migrations.RunPython.noop),)
