"""Trying other settings as thoroughly as the list itself is made; nothing is kept but the answer."""

from __future__ import annotations

from typing import Any

from oshrisk.desk import trying
from oshrisk.desk.tasks import Task
from oshrisk.issued import read_issued
from oshrisk.planning import Quarter


def run(task: Task) -> dict[str, Any]:
    """Solve.

    Parameters
    ----------
    task : Task
        ``options["asked"]``: as `oshrisk.desk.trying.wished` takes it.

    Returns
    -------
    dict
        ``asked``, ``figures``, ``version`` of the list it is compared with, and ``coming`` and ``leaving`` (ids).
    """
    task.progress("issued")
    issued = read_issued(task.workspace, Quarter.parse(task.quarter))
    asked = {str(name): str(value) for name, value in task.options["asked"].items()}
    programme = trying.wished(issued.programme, asked)
    task.progress("plan")
    trial = trying.tried(task.workspace, issued, programme, thorough=True)
    changed = {side: [row["id"] for row in rows] for side, rows in trying.compared(issued, trial).items()}
    figures = trying.figures(trial, programme) | {"gap": float(trial.selection.report["gap"])}
    return {"asked": asked, "figures": figures, "version": issued.version, **changed}
