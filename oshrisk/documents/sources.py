"""What documents are made from, and who may read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, Literal, get_args

import pandas as pd

from oshrisk.documents.parts import Document
from oshrisk.errors import OshriskError
from oshrisk.issued import Issued, read_issued
from oshrisk.planning import Quarter
from oshrisk.recording import recorded
from oshrisk.registry.registry import Registry
from oshrisk.registry.results_rows import Results
from oshrisk.settings import Programme
from oshrisk.workflow import ledger_if_any, registers_of
from oshrisk.workspace import Workspace

Level = Literal["public", "team", "internal"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""Who may read a document (FACTS R7.4), each including those before: everybody, with no score, class or reason and
nothing personal of a household business; the inspectors, with reasons but no scores; the office, with scores."""

Files = Mapping[str, Document | Sequence[Document] | bytes]
"""Documents by file name without ending, which become Word and PDF (several documents in one file are printed
together); other files, whole, by name with ending. The mark of simulated data is added to the names."""

_DECIDED: Final = ["action", "enterprise_id", "value", "reason_code", "displaced", "price"]


@dataclass(frozen=True)
class Source:
    """What the documents of a quarter are made from.

    Parameters
    ----------
    workspace : Workspace
        The working folder: its settings of today say how documents look, its ledger knows the results.
    issued : Issued
        The list of the quarter, as it was issued.
    on : Timestamp
        The day of the documents: what is overdue, and the month that they are dated in.
    registers : callable
        Reads the registers of today with all results; once, and only where a document asks for them.
    """

    workspace: Workspace
    issued: Issued
    on: pd.Timestamp
    registers: Callable[[], Registry]

    @property
    def programme(self) -> Programme:
        """The settings of today, for the letterhead; those that the list was made with are in `issued`."""
        return self.workspace.programme

    @cached_property
    def results(self) -> Results:
        """What is recorded of the quarter."""
        return recorded(self.workspace, self.issued.quarter)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """The decisions that stand, as `oshrisk.ledger.decisions`; no rows where there is no ledger."""
        ledger = ledger_if_any(self.workspace)
        if ledger is None:
            return pd.DataFrame(columns=_DECIDED, dtype="object").rename_axis("decision")
        from oshrisk.ledger import decisions  # noqa: PLC0415  # Django takes half a second to import

        return decisions(ledger, self.issued.quarter)


@dataclass(frozen=True)
class YearSource:
    """What the documents of a year are made from.

    Parameters
    ----------
    year : int
        The year.
    quarters : tuple of Source
        Its quarters that have a list, in order.
    """

    year: int
    quarters: tuple[Source, ...]


def source_of(workspace: Workspace, quarter: Quarter, on: pd.Timestamp) -> Source:
    """Read what the documents of a quarter are made from.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    quarter : Quarter
        The quarter.
    on : Timestamp
        The day of the documents.

    Returns
    -------
    Source

    Raises
    ------
    OshriskError
        As `oshrisk.issued.read_issued`.
    """
    return Source(workspace, read_issued(workspace, quarter), on, _registers(workspace))


def year_source_of(workspace: Workspace, year: int, on: pd.Timestamp) -> YearSource:
    """Read what the documents of a year are made from.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    year : int
        The year.
    on : Timestamp
        The day of the documents.

    Returns
    -------
    YearSource

    Raises
    ------
    OshriskError
        If no quarter of the year has a list; and as `oshrisk.issued.read_issued`.
    """
    quarters = [Quarter(year, number) for number in (1, 2, 3, 4)]
    listed = [quarter for quarter in quarters if workspace.path("plans", str(quarter)).is_dir()]
    if not listed:
        raise OshriskError("documents.no_quarter", year=year)
    registers = _registers(workspace)
    made = (Source(workspace, read_issued(workspace, quarter), on, registers) for quarter in listed)
    return YearSource(year, tuple(made))


def _registers(workspace: Workspace) -> Callable[[], Registry]:
    return cache(lambda: registers_of(workspace).registry)
