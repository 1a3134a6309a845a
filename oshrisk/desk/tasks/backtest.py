"""Planning past quarters again, and measuring what the lists would have found."""

from __future__ import annotations

from typing import Any

from oshrisk.desk.model_store import read_store
from oshrisk.desk.tasks import Task
from oshrisk.messages import LANGUAGES
from oshrisk.planning import Quarter
from oshrisk.workflow import registers_of


def run(task: Task) -> dict[str, Any]:
    """Replay.

    Parameters
    ----------
    task : Task
        ``options["first"]`` and ``options["last"]``: names of quarters; empty: the eight that matured last.

    Returns
    -------
    dict
        ``said``: what came of it, sentences by language.
    """
    from oshrisk import modelling  # noqa: PLC0415  # an optional extra, slow to import

    first, last = (Quarter.parse(name) if name else None for name in (task.options["first"], task.options["last"]))
    task.progress("read")
    registry = registers_of(task.workspace).registry
    task.progress("backtest")
    played, _ = modelling.backtest(task.workspace, registry, first=first, last=last, language=task.language)
    read_store(task.workspace)
    return {"said": {known: [played.sentence(known), *played.findings(known)] for known in LANGUAGES}}
