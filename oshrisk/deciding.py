"""What follows a decision, and what may be signed: the same for the command line and the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oshrisk.errors import OshriskError
from oshrisk.messages import Language
from oshrisk.planning import Quarter
from oshrisk.quarterly import QuarterlyList, quarterly_list, stored_manifest
from oshrisk.workflow import Progress, ledger_of, silent
from oshrisk.workspace import Workspace

if TYPE_CHECKING:
    from oshrisk.ledger import Ledger


def solve_again(
    workspace: Workspace,
    quarter: Quarter,
    decision: int,
    *,
    by: str,
    language: Language,
    progress: Progress = silent,
) -> QuarterlyList:
    """Solve a plan again around a decision and save the version.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    quarter : Quarter
        The plan.
    decision : int
        Number of the decision in the ledger.
    by : str
        Who made it.
    language : {"vi", "en"}
        Language of the files, and of the reason where the decision is withdrawn.
    progress : callable, optional
        Called with the name of each step as it begins.

    Returns
    -------
    QuarterlyList
        The list; ``effects`` has whom the decision displaced, and its price.

    Raises
    ------
    OshriskError
        If the plan cannot be solved around the decision, which is withdrawn again then.
    """
    try:
        return quarterly_list(workspace, quarter, by=by, language=language, progress=progress)
    except OshriskError as error:
        _withdrawn(ledger_of(workspace, create=False), quarter, decision, by=by, text=error.message(language))
        raise


def sign_version(
    workspace: Workspace, ledger: Ledger, quarter: Quarter, step: str, by: str, *, version: int, note: str = ""
) -> None:
    """Review or approve a version whose files are there as they were saved.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    ledger : Ledger
        Its ledger.
    quarter : Quarter
        The plan.
    step, by, version, note
        As `oshrisk.ledger.sign`.

    Raises
    ------
    OshriskError
        If the files are not those of the version (what was writing them may have been killed), or as
        `oshrisk.ledger.sign`.
    """
    from oshrisk.ledger import sign, status, stored_version  # noqa: PLC0415  # Django takes half a second to import

    stored = stored_version(ledger, quarter, version)
    folder = workspace.path("plans", str(quarter))
    latest = version == status(ledger, quarter)["version"]  # of an earlier one `sign` says so
    if latest and stored.manifest.get("outputs") and stored_manifest(folder) != stored.manifest:
        raise OshriskError("ledger.other_files", quarter=stored.quarter, number=version, folder=folder)
    sign(ledger, quarter, step, by, version=version, note=note)


def _withdrawn(ledger: Ledger, quarter: Quarter, decision: int, *, by: str, text: str) -> None:
    from oshrisk.ledger import status, withdraw  # noqa: PLC0415  # as above

    withdraw(ledger, quarter, decision, text=text, by=by, based_on=int(status(ledger, quarter)["revision"]))
