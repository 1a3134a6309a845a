"""What the store of models holds, as it was read last: reading it takes seconds, so jobs do it, not pages."""

from __future__ import annotations

import json
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from oshrisk.atomic import whole_file
from oshrisk.desk.settings import FOLDER
from oshrisk.workspace import Workspace

NEEDED: Final = ("mlflow", "sklearn", "matplotlib")  # of the extra "learn"


def can_learn() -> bool:
    """Say whether what trains and replays is installed."""
    return all(find_spec(name) is not None for name in NEEDED)


def read_store(workspace: Workspace) -> dict[str, Any]:
    """Read the store, and keep what it says for pages.

    Parameters
    ----------
    workspace : Workspace
        The working folder.

    Returns
    -------
    dict
        As `stored`.
    """
    from oshrisk.modelling import store_of  # noqa: PLC0415  # MLflow takes seconds to import
    from oshrisk.risk.tracking import CHALLENGER, comparisons, stored_models  # noqa: PLC0415

    store = store_of(workspace)
    listed = stored_models(store)
    challengers = listed.index[listed["aliases"].str.contains(CHALLENGER)]
    verdicts = comparisons(store, int(challengers[0])) if len(challengers) else []
    rows = [
        {
            **row,
            "version": int(version),
            "made_on": row["made_on"].isoformat(),
            "labels": json.loads(row["labels"] or "{}"),
        }
        for version, row in listed.to_dict("index").items()
    ]
    verdict = verdicts[0] if verdicts else None
    facts = {"read_at": datetime.now().astimezone().isoformat(), "models": rows, "verdict": verdict}
    with whole_file(_file(workspace)) as partial:
        partial.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return facts


def stored(workspace: Workspace) -> dict[str, Any] | None:
    """Return what the store said when it was read last.

    Parameters
    ----------
    workspace : Workspace
        The working folder.

    Returns
    -------
    dict or None
        ``read_at``; ``models``: ``version``, ``aliases``, ``made_on``, ``kind``, ``model_id``, ``labels`` by outcome;
        ``verdict`` of the newest comparison of the challenger, or None. None where it was never read.
    """
    file = _file(workspace)
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def _file(workspace: Workspace) -> Path:
    return workspace.path(FOLDER, "models.json")
