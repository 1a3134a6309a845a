"""Writing the documents of a quarter's plan."""

from __future__ import annotations

from typing import Any

import pandas as pd

from oshrisk.desk.tasks import Task
from oshrisk.documents.writing import Wish, write_quarter
from oshrisk.planning import Quarter


def run(task: Task) -> dict[str, Any]:
    """Write the documents, of all levels, in the language of the programme.

    Parameters
    ----------
    task : Task
        Its quarter must have a list.

    Returns
    -------
    dict
        ``files`` (how many), ``to_check``: articles that were not read in the official gazette yet.
    """
    day = pd.Timestamp.today().normalize()
    wish = Wish(day, language=task.workspace.programme.office.language)
    written = write_quarter(task.workspace, Quarter.parse(task.quarter), wish, task.progress)
    return {"files": len(written.files), "to_check": list(written.manifest["grounds_to_check"])}
