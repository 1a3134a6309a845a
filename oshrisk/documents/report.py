"""The kinds of documents there are: what each is called, who may read it, what makes it.

A further kind is a row of `KINDS` (of a quarter's plan) or of `YEAR_KINDS` (of a year).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from oshrisk.documents.annex import annex_of
from oshrisk.documents.plan_text import plan_files
from oshrisk.documents.proposal import proposal_files
from oshrisk.documents.sources import Files, Level, Source
from oshrisk.messages import Language


@dataclass(frozen=True)
class Kind:
    """A kind of document.

    Parameters
    ----------
    name : str
        As ``--only`` takes it; its title stands below ``documents.kinds``.
    level : {"public", "team", "internal"}
        Who may read it; its files go into the folder of that name.
    make : callable
        From the source and a language to files.
    """

    name: str
    level: Level
    make: Callable[[Source, Language], Files]


KINDS: Final[tuple[Kind, ...]] = (
    Kind("proposal", "team", proposal_files),
    Kind("plan", "team", plan_files),
    Kind("annex-public", "public", annex_of("public")),
    Kind("annex", "team", annex_of("team")),
    Kind("annex-scores", "internal", annex_of("internal")),
)
