"""Making the list of a quarter, or solving it again around a decision."""

from __future__ import annotations

from typing import Any

from oshrisk.deciding import solve_again
from oshrisk.desk.tasks import Task
from oshrisk.ledger import status
from oshrisk.planning import Quarter
from oshrisk.quarterly import quarterly_list


def run(task: Task) -> dict[str, Any]:
    """Make the list.

    Parameters
    ----------
    task : Task
        ``options["decision"]``: the decision to solve around; it is withdrawn where that cannot be done.

    Returns
    -------
    dict
        ``before`` and ``version`` (numbers; ``before`` is None for a first list), ``displaced`` and ``price`` of the
        decisions since, ``left_out`` (results that the registers are too old to know).
    """
    quarter, office = Quarter.parse(task.quarter), task.workspace.programme.office
    how: dict[str, Any] = {"by": task.by, "language": office.language, "progress": task.progress}
    before = status(task.ledger, quarter)["version"]
    decision = task.options.get("decision")
    if decision is None:
        made = quarterly_list(task.workspace, quarter, **how)
    else:
        made = solve_again(task.workspace, quarter, int(decision), **how)
    return {
        "before": before,
        "version": made.manifest["plan_version"],
        "displaced": list(made.effects.get("displaced", ())),
        "price": dict(made.effects.get("price", {})),
        "left_out": made.results_left_out,
    }
