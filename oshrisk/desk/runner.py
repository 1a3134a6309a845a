"""The thread of the desk that starts the processes of jobs, watches and stops them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Final

from django.db import close_old_connections, connection
from django.utils import timezone

from oshrisk.desk import jobs
from oshrisk.desk.models import Job
from oshrisk.desk.site import site

_LOOK: Final = 0.3  # seconds between two looks at a process
_IDLE: Final = 5.0  # seconds between two looks for work that nobody has announced
_GRACE: Final = 5.0  # seconds for a process to end by itself


class Runner(threading.Thread):
    """Does the jobs one after the other.

    Parameters
    ----------
    done : callable
        Called with every job that has ended well, before pages see that it has: so that they find warm caches.
    """

    def __init__(self, done: Callable[[Job], None]) -> None:
        super().__init__(name="oshrisk-jobs", daemon=True)
        self.done = done
        self.awake, self.stopping = threading.Event(), threading.Event()
        jobs.on_wake(self.awake.set)

    def run(self) -> None:
        """Work until `stop`."""
        while not self.stopping.is_set():
            close_old_connections()
            self._bury_the_dead()
            job = Job.objects.filter(state="waiting").order_by("pk").first()
            if job is not None:
                self._work_on(job)
                continue
            self.awake.wait(_IDLE)
            self.awake.clear()
        connection.close()

    def stop(self) -> None:
        """Stop the process that is at work, and end."""
        self.stopping.set()
        self.awake.set()
        if self.is_alive():
            self.join(2 * _GRACE)

    def _work_on(self, job: Job) -> None:
        taken = Job.objects.filter(pk=job.pk, state="waiting")
        if not taken.update(state="running", started_at=timezone.now()):
            return  # cancelled meanwhile
        command = [sys.executable, "-m", "oshrisk.desk.work", str(site().folder), str(job.pk)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603  # our own program
        Job.objects.filter(pk=job.pk).update(process=process.pid)
        while process.poll() is None:
            if self.stopping.is_set() or Job.objects.filter(pk=job.pk, cancel=True).exists():
                _end(process)
            self.awake.wait(_LOOK)
            self.awake.clear()
        self._finish(job)

    def _finish(self, job: Job) -> None:
        job.refresh_from_db()
        if job.result:
            self.done(job)
        jobs.finish(job)

    def _bury_the_dead(self) -> None:
        """Finish the jobs of an earlier desk whose processes are gone."""
        for job in Job.objects.filter(state="running"):
            if job.process is None or not _alive(job.process):
                self._finish(job)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()


def _alive(process: int) -> bool:
    if sys.platform == "win32":  # os.kill would end it there; one of an earlier desk has ended with it
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
