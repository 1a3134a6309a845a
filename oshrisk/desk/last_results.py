"""What came of the results workbook that was handed in last, kept so that it can still be read tomorrow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from oshrisk.atomic import whole_file
from oshrisk.messages import LANGUAGES, Language
from oshrisk.recording import Recorded, marked_file
from oshrisk.registry.results import ResultsReading
from oshrisk.registry.results_marked import explain_results
from oshrisk.workspace import Workspace


def keep(
    workspace: Workspace, reading: ResultsReading, done: Recorded, *, name: str, by: str, language: Language
) -> None:
    """Keep what came of a workbook, with its report on bad rows.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    reading : ResultsReading
        What was read.
    done : Recorded
        What was recorded of it.
    name : str
        Name of the workbook, as its owner called it.
    by : str
        Who handed it in.
    language : {"vi", "en"}
        Language of the report.
    """
    marked = marked_file(workspace, reading, language)
    words = {known: explain_results(reading.quarantine, known) for known in LANGUAGES}
    rows = [
        {
            **{part: str(row[part]) for part in ("table", "row", "column", "value", "code", "enterprise_id")},
            **{f"{part}_{known}": words[known][part].iloc[place] for known in LANGUAGES for part in ("what", "mend")},
        }
        for place, row in enumerate(reading.quarantine.to_dict("records"))
    ]
    facts = {
        "name": name,
        "by": by,
        "count": done.count,
        "version": done.version,
        "changed": done.changed,
        "counts": reading.counts.to_dict("index"),
        "notes": {known: [note.message(known) for note in reading.notes] for known in LANGUAGES},
        "rows": rows,
        "marked": marked.name if marked else "",
    }
    with whole_file(_file(workspace, reading.quarter)) as partial:
        partial.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")


def last(workspace: Workspace, quarter: str) -> dict[str, Any] | None:
    """Return what was kept of a quarter, or None."""
    file = _file(workspace, quarter)
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def _file(workspace: Workspace, quarter: str) -> Path:
    return workspace.path("checks", f"results-{quarter}.json")
