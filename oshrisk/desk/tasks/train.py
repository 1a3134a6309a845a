"""Learning a challenger from the results there are."""

from __future__ import annotations

from typing import Any

from oshrisk.desk.model_store import read_store
from oshrisk.desk.tasks import Task
from oshrisk.messages import LANGUAGES
from oshrisk.workflow import registers_of


def run(task: Task) -> dict[str, Any]:
    """Learn.

    Parameters
    ----------
    task : Task
        Without options.

    Returns
    -------
    dict
        ``version`` of the challenger; ``said``: what it rests on, sentences by language.
    """
    from oshrisk import modelling  # noqa: PLC0415  # an optional extra, slow to import

    task.progress("read")
    registry = registers_of(task.workspace).registry
    task.progress("train")
    made = modelling.train(task.workspace, registry, language=task.language)
    read_store(task.workspace)
    said = {known: [*made.lessons.sentences(known), *made.lessons.moves(known, most=5)] for known in LANGUAGES}
    return {"version": made.version, "said": said}
