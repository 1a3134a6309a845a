"""Checking registers: those in place, or some that were handed in."""

from __future__ import annotations

from typing import Any

from oshrisk.desk.tasks import Task
from oshrisk.intake import check


def run(task: Task) -> dict[str, Any]:
    """Check registers.

    Parameters
    ----------
    task : Task
        ``options["number"]``: of what was handed in, or `oshrisk.intake.IN_PLACE`.

    Returns
    -------
    dict
        ``number``.
    """
    task.progress("read")
    check(task.workspace, str(task.options["number"]), task.language)
    return {"number": task.options["number"]}
