"""What documents are made from, and who may read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import pandas as pd

from oshrisk.documents.parts import Document
from oshrisk.issued import Issued
from oshrisk.settings import Programme
from oshrisk.workflow import ledger_if_any
from oshrisk.workspace import Workspace

Level = Literal["public", "team", "internal"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""Who may read a document (FACTS R7.4), each including those before: everybody, with no score, class or reason and
nothing personal of a household business; the inspectors, with reasons but no scores; the office, with scores."""

Files = Mapping[str, Document | Sequence[Document] | bytes]
"""Documents by file name without ending, which become Word and PDF (several documents in one file are printed
together); other files, whole, by name with ending. The mark of simulated data is added to the names."""


@dataclass(frozen=True)
class Source:
    """What the documents of a quarter are made from.

    Parameters
    ----------
    workspace : Workspace
        The working folder: its settings of today say how documents look, its ledger knows the results.
    issued : Issued
        The list of the quarter, as it was issued.
    """

    workspace: Workspace
    issued: Issued

    @property
    def programme(self) -> Programme:
        """The settings of today, for the letterhead; those that the list was made with are in `issued`."""
        return self.workspace.programme

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """The decisions that stand, as `oshrisk.ledger.decisions`; no rows where there is no ledger."""
        ledger = ledger_if_any(self.workspace)
        if ledger is None:
            return pd.DataFrame(columns=["action", "enterprise_id", "value", "reason_code", "displaced", "price"])
        from oshrisk.ledger import decisions  # noqa: PLC0415  # Django takes half a second to import

        return decisions(ledger, self.issued.quarter)
