"""Pictures of a list: the map of the province and charts, as SVG for pages and PNG for paper, with words for both."""

from __future__ import annotations

from oshrisk.issued import Issued
from oshrisk.messages import Language
from oshrisk.pictures.against_last import against_last, list_before
from oshrisk.pictures.capacity import capacity_used
from oshrisk.pictures.capture import capture_curve, last_backtest
from oshrisk.pictures.drawing import Drawing
from oshrisk.pictures.province_map import province_map
from oshrisk.pictures.reasons import reasons_overall
from oshrisk.pictures.sectors import by_sector
from oshrisk.workspace import Workspace

__all__ = [
    "Drawing",
    "against_last",
    "all_pictures",
    "by_sector",
    "capacity_used",
    "capture_curve",
    "last_backtest",
    "list_before",
    "province_map",
    "reasons_overall",
]


def all_pictures(workspace: Workspace, issued: Issued, language: Language = "vi") -> list[Drawing]:
    """Draw every picture of a list.

    Parameters
    ----------
    workspace : Workspace
        The working folder, for the list before and the last backtest.
    issued : Issued
        The list.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    list of Drawing
        Map, sectors, reasons, capacity; against the last list and the capture curve where there are such.
    """
    drawn = [draw(issued, language) for draw in (province_map, by_sector, reasons_overall, capacity_used)]
    if (before := list_before(workspace, issued)) is not None:
        drawn.append(against_last(issued, before, language))
    if (curve := last_backtest(workspace)) is not None:
        drawn.append(capture_curve(curve, language))
    return drawn
