"""What takes longest of a list's pages, made before anybody asks for it."""

from __future__ import annotations

from typing import Final

from oshrisk.desk import trying
from oshrisk.desk.everybody import Wish
from oshrisk.desk.lists import Kept
from oshrisk.desk.map_drawing import drawn
from oshrisk.desk.site import workspace

MOST: Final = 10_000  # enterprises: beyond, the frontier takes minutes, and is made when somebody asks for it


def prepare(kept: Kept) -> None:
    """Make search index, dossiers of those listed, map and frontier of a list.

    Parameters
    ----------
    kept : Kept
        The list; what is made of it is kept for pages.
    """
    rows = kept.everybody.rows
    kept.everybody.choose(Wish())
    language = workspace().programme.office.language
    for enterprise in kept.issued.visits.index[:1]:
        kept.dossier(enterprise, language)
    drawn(kept.issued, language, 0)
    if len(rows) <= MOST:
        trying.best_of(workspace(), kept.issued, kept.issued.programme)
