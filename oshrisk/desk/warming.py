"""What takes longest of a list's pages, made before anybody asks for it."""

from __future__ import annotations

from oshrisk.desk import trying
from oshrisk.desk.everybody import Wish
from oshrisk.desk.lists import Kept
from oshrisk.desk.looked_back import looked_back
from oshrisk.desk.map_drawing import drawn
from oshrisk.desk.site import workspace


def prepare(kept: Kept) -> None:
    """Make search index and dossiers of those listed: a second or two.

    Parameters
    ----------
    kept : Kept
        The list; what is made of it is kept for pages.
    """
    kept.everybody.choose(Wish())
    for enterprise in kept.issued.visits.index[:1]:
        kept.dossier(enterprise, workspace().programme.office.language)


def prepare_slowly(kept: Kept) -> None:
    """Make map, what results say, and frontier: longer than anybody should wait for the end of a job.

    Parameters
    ----------
    kept : Kept
        As `prepare`.
    """
    language = workspace().programme.office.language
    drawn(kept.issued, language, 0)
    looked_back(kept.issued, language)
    if trying.is_quick(kept.issued):
        trying.best_of(workspace(), kept.issued, kept.issued.programme)
