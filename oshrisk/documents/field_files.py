"""What teams take along beside paper: the form for phones, files for maps, calendars."""

from __future__ import annotations

from collections.abc import Callable

from oshrisk.documents.sources import Files, Level, Source
from oshrisk.field.calendar import calendar
from oshrisk.field.places import geojson, kml
from oshrisk.field.xlsform import xlsform
from oshrisk.messages import Language, text


def form_files(source: Source, language: Language) -> Files:
    """Return the checklist and results form for ODK Collect and KoboToolbox, as `oshrisk.documents.report.Kind` has it.

    Parameters
    ----------
    source : Source
        The list.
    language : {"vi", "en"}
        Language of the file's name; the form speaks both.

    Returns
    -------
    Files
    """
    return {text("field.files.form", language, quarter=source.issued.quarter): xlsform(source.issued)}


def calendar_files(source: Source, language: Language) -> Files:
    """Return the calendar of all visits, and one a team.

    Parameters
    ----------
    source : Source
        The list.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Files
    """
    issued = source.issued
    files = {text("field.files.calendar", language, quarter=issued.quarter): calendar(issued, language)}
    for team in sorted(set(issued.visits["team"])):
        name = text("field.files.team_calendar", language, team=team, quarter=issued.quarter)
        files[name] = calendar(issued, language, team=int(team))
    return files


def map_files(level: Level) -> Callable[[Source, Language], Files]:
    """Return what makes visits and trips as GeoJSON and KML for readers of a level.

    Parameters
    ----------
    level : {"public", "team", "internal"}
        Who may read them.

    Returns
    -------
    callable
    """

    def make(source: Source, language: Language) -> Files:
        stem = text(f"field.files.places.{level}", language, quarter=source.issued.quarter)
        writers = {"geojson": geojson, "kml": kml}
        return {f"{stem}.{ending}": write(source.issued, level, language) for ending, write in writers.items()}

    return make
