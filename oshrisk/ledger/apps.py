"""The ledger as a Django application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):  # type: ignore[misc]  # Django ships no types
    """Its name and its kind of keys."""

    name = "oshrisk.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
