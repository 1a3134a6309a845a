"""The ledger's tables. Rows are only ever added: what changes is a new row.

The import needs a running Django: only Django itself imports this module, after `oshrisk.ledger.settings.configure`.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models

from oshrisk.errors import OshriskError
from oshrisk.ledger.canonical import digest, plain


class _KeptRows(models.QuerySet):  # type: ignore[misc]  # Django ships no types
    def update(self, **_values: object) -> NoReturn:
        raise OshriskError("ledger.append_only")

    def delete(self) -> NoReturn:
        raise OshriskError("ledger.append_only")


class _Kept(models.Model):  # type: ignore[misc]  # Django ships no types
    """A row that is written once. Triggers in the database refuse what goes past this class."""

    sequence = models.BigIntegerField()  # of the entry of the log that tells of this row
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    hashed: ClassVar[tuple[str, ...]] = ()  # long texts, which the log holds by their hash

    objects = _KeptRows.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True

    def save(self, **how: Any) -> None:
        """Add the row; a row that is there already stays as it is."""
        if not self._state.adding:
            raise OshriskError("ledger.append_only")
        super().save(**{**how, "force_insert": True})

    def delete(self, **_how: Any) -> NoReturn:
        raise OshriskError("ledger.append_only")

    def facts(self) -> dict[str, Any]:
        """Return what the row says, as the log holds it."""
        facts: dict[str, Any] = {"table": self._meta.model_name}
        for field in self._meta.concrete_fields:
            value = getattr(self, field.attname)
            facts[field.attname] = digest(value) if field.name in self.hashed else plain(value)
        return facts


class PlanVersion(_Kept):
    """A version of a quarter's plan: the visits as they were solved, and what they were solved from."""

    quarter = models.CharField(max_length=6)
    number = models.PositiveIntegerField()
    visits = models.TextField()  # canonical JSON of the frame
    manifest = models.TextField()  # canonical JSON; "outputs" has the hashes of the files
    effects = models.TextField()  # canonical JSON: decision -> what it displaced and its price
    price = models.TextField()  # canonical JSON: price of all decisions together

    hashed = ("visits", "manifest", "effects", "price")

    class Meta:
        """One row a version."""

        constraints = (models.UniqueConstraint(fields=("quarter", "number"), name="ledger_one_version"),)


class Decision(_Kept):
    """A planner's decision against the proposed list, or its withdrawal."""

    base = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")  # the version it was made on
    quarter = models.CharField(max_length=6)
    action = models.CharField(max_length=10)
    enterprise_id = models.TextField()
    value = models.CharField(max_length=10)
    reason_code = models.CharField(max_length=30)
    text = models.TextField()
    withdraws = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="withdrawn")


class Signature(_Kept):
    """A step of sign-off on one version."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="signatures")
    quarter = models.CharField(max_length=6)
    step = models.CharField(max_length=10)
    note = models.TextField()

    class Meta:
        """Each step once a version."""

        constraints = (models.UniqueConstraint(fields=("version", "step"), name="ledger_one_step"),)


class Result(_Kept):
    """What was found at one place of a plan; a correction is a new version."""

    quarter = models.CharField(max_length=6)
    enterprise_id = models.TextField()
    version = models.PositiveIntegerField()
    payload = models.TextField()  # canonical JSON: values and dtypes by column
    file_hash = models.CharField(max_length=64)

    hashed = ("payload",)

    class Meta:
        """One row a version of a place's result."""

        constraints = (
            models.UniqueConstraint(fields=("quarter", "enterprise_id", "version"), name="ledger_one_result"),
        )


class LogEntry(_Kept):
    """What was done, chained by hash: each entry holds the hash of the one before it."""

    sequence = models.BigIntegerField(primary_key=True)
    account = models.CharField(max_length=150)  # of the operating system: --user may name anybody
    kind = models.CharField(max_length=10)
    quarter = models.CharField(max_length=6)
    payload = models.TextField()  # canonical JSON: the facts of the rows
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    def chained(self) -> list[Any]:
        """Return what the hash is made of."""
        head = [self.sequence, plain(self.at), self.by, self.account, self.kind, self.quarter]
        return [*head, self.payload, self.previous_hash]
