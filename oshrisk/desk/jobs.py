"""Jobs: long work in a process of its own, with progress, that can be cancelled and outlives the page.

The desk's own process stays free to answer; a process can be stopped at any moment, which files and ledger are made for
(`oshrisk.atomic`, transactions). Jobs are done one after the other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from oshrisk.desk.models import Job
from oshrisk.desk.site import ledger, workspace
from oshrisk.desk.tasks import Task, run
from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, Language, text

_wakers: list[Callable[[], None]] = []  # of the runner of this process, where there is one


def ask(kind: str, by: str, language: Language, *, quarter: str = "", **options: Any) -> Job:
    """Ask for a piece of work.

    Parameters
    ----------
    kind : str
        One of `oshrisk.desk.tasks.KINDS`.
    by : str
        Who asks.
    language : {"vi", "en"}
        In which language.
    quarter : str, default ""
        The quarter that it concerns.
    **options : object
        Plain values, for the task.

    Returns
    -------
    Job
        The job, waiting for its turn.
    """
    values = {"kind": kind, "by": by, "language": language, "quarter": quarter, "options": options}
    job = Job.objects.create(asked_at=timezone.now(), **values)
    wake()
    return job


def cancel(job: Job) -> None:
    """Cancel a job: one that waits at once, one that is at work as soon as its process is stopped."""
    waiting = Job.objects.filter(pk=job.pk, state="waiting")
    if not waiting.update(state="cancelled", cancel=True, ended_at=timezone.now()):
        Job.objects.filter(pk=job.pk, state="running").update(cancel=True)
    wake()


def cancel_plans(quarter: str) -> None:
    """Cancel what is being planned for a quarter: a decision has come, and the plan will be solved around that too."""
    for job in Job.objects.filter(state__in=Job.OPEN, kind="plan", quarter=quarter):
        cancel(job)


def wake() -> None:
    """Tell the runner of this process that there is something to do."""
    for waker in _wakers:
        waker()


def on_wake(waker: Callable[[], None]) -> None:
    """Call a function whenever there is something to do."""
    _wakers.append(waker)


def perform(job: Job) -> None:
    """Do a job in this process, and keep what came of it; `Job.state` stays as it is."""

    def progress(step: str) -> None:
        Job.objects.filter(pk=job.pk).update(step=step)

    language: Language = next(known for known in LANGUAGES if known == job.language)
    task = Task(workspace(), ledger(), job.quarter, job.by, language, job.options, progress)
    try:
        kept: dict[str, Any] = {"result": run(job.kind, task) or {"done": True}}
    except OshriskError as error:
        kept = {"error": {known: error.message(known) for known in LANGUAGES}}
    except Exception:
        logging.getLogger("django").exception("job %s", job.pk)
        kept = {"error": {known: text("desk.jobs.broke", known) for known in LANGUAGES}}
    Job.objects.filter(pk=job.pk).update(**kept)


def finish(job: Job) -> None:
    """Say how a job ended whose process is gone."""
    job.refresh_from_db()
    state = "done" if job.result else "cancelled" if job.cancel else "failed"
    error = job.error
    if state == "failed" and not error:  # killed by something else, or the machine went down
        error = {known: text("desk.jobs.died", known) for known in LANGUAGES}
    Job.objects.filter(pk=job.pk).update(state=state, error=error, ended_at=timezone.now(), process=None)


def title_of(job: Job, language: Language) -> str:
    """Say what a job does."""
    return text(f"desk.jobs.kinds.{job.kind}", language, quarter=job.quarter)


def step_of(job: Job, language: Language) -> str:
    """Say what a job is doing now."""
    return text(f"cli.steps.{job.step}", language) if job.step else text("desk.jobs.waiting", language)
