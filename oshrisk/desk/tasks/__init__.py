"""Long work, one kind a file: each has a function ``run`` that takes a `Task` and returns what the page shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from oshrisk.ledger import Ledger
from oshrisk.messages import Language
from oshrisk.workflow import Progress
from oshrisk.workspace import Workspace

KINDS: Final = ("plan", "documents", "check", "tryout", "backtest", "train", "models")  # names of the files


@dataclass(frozen=True)
class Task:
    """What a kind of work is given.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    ledger : Ledger
        Its ledger.
    quarter : str
        The quarter that it concerns; may be empty.
    by : str
        Who asked for it.
    language : {"vi", "en"}
        In which language the person who asked reads.
    options : dict
        What else was asked; plain values.
    progress : callable
        To be called with the name of each step (a key of ``cli.steps``) as it begins.
    """

    workspace: Workspace
    ledger: Ledger
    quarter: str
    by: str
    language: Language
    options: dict[str, Any]
    progress: Progress


def run(kind: str, task: Task) -> dict[str, Any]:
    """Do a piece of work; return plain values that the page shows.

    Raises
    ------
    OshriskError
        What the user can mend.
    """
    work: Callable[[Task], dict[str, Any]] = import_module(f"oshrisk.desk.tasks.{kind}").run
    return work(task)
