"""Results of visits from a workbook or a form into the ledger: the same for the command line and the desk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from oshrisk.messages import Language, text
from oshrisk.planning import Quarter
from oshrisk.registry.results import ResultsReading, read_results
from oshrisk.registry.results_marked import write_marked_results
from oshrisk.registry.results_rows import Results, ledger_rows, no_results, results_of
from oshrisk.registry.results_typed import read_answers
from oshrisk.workflow import ledger_if_any
from oshrisk.workspace import Workspace

if TYPE_CHECKING:
    from oshrisk.ledger import Ledger, StoredVersion

Answers = Mapping[str, Sequence[Mapping[str, str]]]


@dataclass(frozen=True)
class Recorded:
    """What came of recording.

    Parameters
    ----------
    count : int
        Visits that were accepted.
    version : int
        Version of the quarter's results; 0: none are recorded yet.
    changed : bool
        Whether anything was new.
    """

    count: int
    version: int
    changed: bool


def read_workbook(workspace: Workspace, stored: StoredVersion, file: Path, on: pd.Timestamp) -> ResultsReading:
    """Read and check a results workbook.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    stored : StoredVersion
        The latest version of the plan.
    file : Path
        The workbook.
    on : Timestamp
        Day of reading.

    Returns
    -------
    ResultsReading
        As `oshrisk.registry.results.read_results`, which also says what it raises.
    """
    province = workspace.programme.office.province_code
    return read_results(file, stored.visits, stored.quarter, on, version=stored.number, province_code=province)


def read_typed(workspace: Workspace, stored: StoredVersion, answers: Answers, on: pd.Timestamp) -> ResultsReading:
    """Read and check results that were typed.

    Parameters
    ----------
    workspace, stored, on
        As `read_workbook`.
    answers : mapping of str to sequence of mapping
        As `oshrisk.registry.results_typed.read_answers`.

    Returns
    -------
    ResultsReading
        The same as of a workbook that says the same.
    """
    return read_answers(
        answers,
        stored.visits,
        stored.quarter,
        on,
        version=stored.number,
        simulated=bool(stored.manifest.get("simulated")),
        province_code=workspace.programme.office.province_code,
    )


def marked_file(workspace: Workspace, reading: ResultsReading, language: Language) -> Path | None:
    """Write the report on rows in quarantine.

    Parameters
    ----------
    workspace : Workspace
        The working folder; the report is put under ``checks``.
    reading : ResultsReading
        What was read.
    language : {"vi", "en"}
        Language of the report.

    Returns
    -------
    Path or None
        The report; None where every row was accepted.
    """
    if reading.quarantine.empty:
        return None
    simulated = "-simulated" if reading.simulated else ""
    name = text("results.marked.file", language, quarter=reading.quarter, simulated=simulated)
    return write_marked_results(workspace.path("checks", name), reading, language)


def record(ledger: Ledger, reading: ResultsReading, by: str, digest: str) -> Recorded:
    """Put the accepted results into the ledger.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    reading : ResultsReading
        What was read.
    by : str
        A planner.
    digest : str
        SHA-256 of what was read.

    Returns
    -------
    Recorded
        What came of it.

    Raises
    ------
    OshriskError
        If `by` is no planner.
    """
    from oshrisk import ledger as book  # noqa: PLC0415  # Django takes half a second to import

    known = book.results(ledger, reading.quarter)
    before = 0 if known.empty else int(known["version"].max())
    count = len(reading.results.visits)
    if not count:
        return Recorded(0, before, changed=False)
    version = book.record_results(ledger, reading.quarter, ledger_rows(reading.results), by, digest)
    return Recorded(count, version, changed=version > before)


def digest_of(answers: Answers) -> str:
    """Return the SHA-256 of typed results, which stands where that of a workbook stands otherwise."""
    plain: dict[str, Any] = {name: [dict(row) for row in rows] for name, rows in answers.items()}
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def recorded(workspace: Workspace, quarter: Quarter) -> Results:
    """Return what is recorded of a quarter.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    quarter : Quarter
        The quarter.

    Returns
    -------
    Results
        Without rows where there is no ledger, or nothing is recorded.
    """
    ledger = ledger_if_any(workspace)
    if ledger is None:
        return no_results()
    from oshrisk import ledger as book  # noqa: PLC0415  # as above

    return results_of(book.results(ledger, quarter))


def answers_for_estimates(results: Results) -> pd.DataFrame:
    """Return results as `oshrisk.evaluate.prevalence.estimate` takes them.

    Parameters
    ----------
    results : Results
        From `recorded`.

    Returns
    -------
    DataFrame
        Indexed by ``enterprise_id``: ``done``, ``found``, ``unreported`` (accidents found that were not reported).
    """
    visits = results.visits
    return visits[["done"]].assign(
        found=visits["found"].astype("Float64"),
        unreported=visits["unreported_accidents"].gt(0).astype("Float64").where(visits["unreported_accidents"].notna()),
    )
