"""The kinds of documents there are: what each is called, who may read it, what makes it.

A further kind is a row of `KINDS` (of a quarter's plan) or of `YEAR_KINDS` (of a year).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from oshrisk.documents.advice import letter_files
from oshrisk.documents.annex import annex_of
from oshrisk.documents.communes import commune_files
from oshrisk.documents.dossier import dossier_files
from oshrisk.documents.field_files import calendar_files, form_files, map_files
from oshrisk.documents.picture_files import picture_files, trip_files
from oshrisk.documents.plan_text import plan_files
from oshrisk.documents.proposal import proposal_files
from oshrisk.documents.results_report import quarter_report_files, year_report_files
from oshrisk.documents.sources import Files, Level, Source, YearSource
from oshrisk.messages import Language

S = TypeVar("S")


@dataclass(frozen=True)
class Kind(Generic[S]):
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
    make: Callable[[S, Language], Files]


KINDS: Final[tuple[Kind[Source], ...]] = (
    Kind("proposal", "team", proposal_files),
    Kind("plan", "team", plan_files),
    Kind("annex-public", "public", annex_of("public")),
    Kind("annex", "team", annex_of("team")),
    Kind("annex-scores", "internal", annex_of("internal")),
    Kind("results", "team", quarter_report_files),
    Kind("trips", "team", trip_files),
    Kind("form", "team", form_files),
    Kind("calendar", "team", calendar_files),
    Kind("maps-public", "public", map_files("public")),
    Kind("maps", "team", map_files("team")),
    Kind("maps-scores", "internal", map_files("internal")),
    Kind("pictures", "internal", picture_files),
    Kind("dossiers-team", "team", dossier_files(scores=False)),
    Kind("dossiers", "internal", dossier_files(scores=True)),
    Kind("letters", "team", letter_files),
    Kind("communes", "team", commune_files),
)

YEAR_KINDS: Final[tuple[Kind[YearSource], ...]] = (Kind("results", "team", year_report_files),)
