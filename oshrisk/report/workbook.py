"""The quarter's list as an Excel workbook."""

from __future__ import annotations

from pathlib import Path

from oshrisk.atomic import whole_file
from oshrisk.errors import OshriskError
from oshrisk.messages import Language, text
from oshrisk.report.book import Book
from oshrisk.report.charts_sheet import write_charts
from oshrisk.report.inputs import ListInputs
from oshrisk.report.letters_sheet import write_letters
from oshrisk.report.list_sheet import write_list
from oshrisk.report.method_sheet import write_method
from oshrisk.report.others_sheet import write_others
from oshrisk.report.reasons_sheet import write_reasons
from oshrisk.report.team_sheets import write_teams
from oshrisk.report.titles import foot
from oshrisk.report.trips_sheet import write_trips

SIMULATED_MARK = "simulated"
_SHEETS = (
    *(write_list, write_charts, write_trips, write_teams),
    *(write_reasons, write_letters, write_others, write_method),
)


def write_workbook(path: str | Path, inputs: ListInputs, language: Language = "vi") -> Path:
    """Write the list, its charts, trips, a sheet a team and month, reasons, letters, everybody not selected, and how.

    Parameters
    ----------
    path : str or Path
        The file, ending in ``.xlsx``. It is written whole or not at all.
    inputs : ListInputs
        The list and what explains it.
    language : {"vi", "en"}, default "vi"
        Language of the workbook.

    Returns
    -------
    Path
        The file. The same inputs make the same bytes.

    Raises
    ------
    OshriskError
        If the data is simulated and the file's name does not say ``simulated``.
    """
    target = Path(path)
    if inputs.registry.simulated and SIMULATED_MARK not in target.name:
        raise OshriskError("report.not_marked_simulated", file=target.name)
    with whole_file(target) as partial:
        page = text("report.page", language)
        book = Book(str(partial), language, inputs.plan.as_of, foot(inputs, language), page)
        for write in _SHEETS:
            write(book, inputs, language)
        book.file.close()
    return target
