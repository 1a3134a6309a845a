"""The desk's own tables: what an account must still do, failed log-ins, jobs, and drafts of forms.

Nothing here decides anything: plans, decisions and signatures are rows of the ledger. The import needs a running
Django.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Account(models.Model):
    """What the desk knows of a user besides name, password and roles."""

    user = models.OneToOneField("auth.User", on_delete=models.CASCADE, related_name="account")
    one_time_until = models.DateTimeField(null=True)  # the password must be changed at log-in, and lapses then


class Attempt(models.Model):
    """A failed log-in."""

    name = models.CharField(max_length=150, db_index=True)
    address = models.CharField(max_length=45, db_index=True)
    at = models.DateTimeField(db_index=True)


class Job(models.Model):
    """Long work: asked for, at work in a process of its own, and what came of it."""

    OPEN: ClassVar[tuple[str, ...]] = ("waiting", "running")

    kind = models.CharField(max_length=20)
    quarter = models.CharField(max_length=6)
    by = models.CharField(max_length=150)
    language = models.CharField(max_length=2)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="waiting")  # waiting, running, done, failed or cancelled
    step = models.CharField(max_length=30, default="")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    process = models.PositiveIntegerField(null=True)
    cancel = models.BooleanField(default=False)  # somebody asked for it
    result = models.JSONField(default=dict)
    error = models.JSONField(default=dict)  # language -> message

    @property
    def open(self) -> bool:
        """Whether it waits or is at work."""
        return self.state in self.OPEN

    def facts(self) -> dict[str, Any]:
        """Return what a script may want to know of it."""
        return {"id": self.pk, "kind": self.kind, "quarter": self.quarter, "state": self.state, "step": self.step}


class Draft(models.Model):
    """What somebody has typed into a form and not sent yet."""

    user = models.ForeignKey("auth.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fields = models.JSONField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        """One row a form."""

        constraints = (models.UniqueConstraint(fields=("user", "key"), name="desk_one_draft"),)
