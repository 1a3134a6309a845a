"""The desk as a Django application."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Its name and its kind of keys."""

    name = "oshrisk.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
