"""What takes longest of a list's pages, made before anybody asks for it."""

from __future__ import annotations

from typing import Final

from oshrisk.desk import trying
from oshrisk.desk.lists import Kept
from oshrisk.desk.map_drawing import drawn
from oshrisk.desk.site import workspace

MOST: Final = 10_000  # enterprises: beyond, the frontier takes minutes, and is made when somebody asks for it


def prepare(kept: Kept) -> None:
    """Search index, map and frontier of a list.

    Parameters
    ----------
    kept : Kept
        The list; what is made of it is kept for pages.
    """
    rows = kept.everybody.rows
    drawn(kept.issued, workspace().programme.office.language, 0)
    if len(rows) <= MOST:
        trying.best_of(workspace(), kept.issued, kept.issued.programme)
