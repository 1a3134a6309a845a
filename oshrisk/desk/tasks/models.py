"""Reading the store of models."""

from __future__ import annotations

from typing import Any

from oshrisk.desk.model_store import read_store
from oshrisk.desk.tasks import Task


def run(task: Task) -> dict[str, Any]:
    """Read it; return how many models it holds: ``count``."""
    task.progress("read")
    return {"count": len(read_store(task.workspace)["models"])}
