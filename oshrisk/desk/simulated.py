"""Whether what the desk shows is simulated."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from oshrisk.workspace import Workspace


def is_simulated(workspace: Workspace) -> bool:
    """Say whether any registers that were read in a working folder are simulated: then every page says so.

    Parameters
    ----------
    workspace : Workspace
        The working folder.

    Returns
    -------
    bool
        True if a snapshot or the name of the registers says so.
    """
    if "-simulated" in workspace.programme.registers.source:  # nothing may have been read yet
        return True
    return any(_says_so(file) for file in workspace.path("snapshots").glob("*/manifest.json"))


@lru_cache(maxsize=1_000)
def _says_so(manifest: Path) -> bool:  # a snapshot never changes
    return bool(json.loads(manifest.read_text(encoding="utf-8"))["simulated"])
