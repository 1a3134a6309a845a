"""Tables of what came of a quarter's visits, as one printed sheet or as a CSV file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from oshrisk.atomic import whole_file
from oshrisk.errors import OshriskError
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning.texts import DATE_FORMATS
from oshrisk.report.book import SIZE, Book
from oshrisk.report.heights import row_height
from oshrisk.report.workbook import SIMULATED_MARK
from oshrisk.settings import Office

_WIDTH: Final = 12.0
_WIDE: Final[Mapping[str, float]] = {
    "group": 30,
    "first": 30,
    "second": 30,
    "kind": 28,
    "enterprise_id": 16,
    "name": 40,
    "detail": 64,
    "displaced": 40,
    "words": 60,
}
_PERCENT: Final = ("rate", "low", "high", "difference")  # shares, shown in percent


@dataclass(frozen=True)
class Heading:
    """What stands above the tables.

    Parameters
    ----------
    sheet : str
        Name of the sheet.
    title, subtitle : str
        Title, and what the tables are about: the quarter, the date.
    office : Office
        Who runs the programme.
    made_on : Timestamp
        Day that the file says it was made on; given, so that the same tables make the same bytes.
    simulated : bool
        Whether the data is simulated.
    """

    sheet: str
    title: str
    subtitle: str
    office: Office
    made_on: pd.Timestamp
    simulated: bool


def write_tables(
    path: str | Path,
    heading: Heading,
    sentences: Sequence[str],
    tables: Mapping[str, pd.DataFrame],
    language: Language = "vi",
) -> Path:
    """Write a review or follow-ups for people.

    Parameters
    ----------
    path : str or Path
        ``.xlsx`` for one printed sheet, ``.csv`` for the tables one below the other. Written whole or not at all.
    heading : Heading
        What stands above.
    sentences : sequence of str
        What the tables say, in words.
    tables : mapping of str to DataFrame
        Tables by title. Their cells are words, numbers and dates; their columns are named from ``review.columns`` and
        ``follow_ups.columns`` of ``locale/*/results.toml``.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OshriskError
        If the file's ending is another one, or does not say ``simulated`` of simulated data.
    """
    target = Path(path)
    if target.suffix not in (".xlsx", ".csv"):
        raise OshriskError("results.bad_output", file=target)
    if heading.simulated and SIMULATED_MARK not in target.name:
        raise OshriskError("results.simulated_name", file=target.name)
    with whole_file(target) as partial:
        if target.suffix == ".csv":
            pieces = [_named(table, language).to_csv(index=False) for table in tables.values()]
            partial.write_text("\n".join(pieces), encoding="utf-8-sig")
        else:
            _write(str(partial), heading, sentences, tables, language)
    return target


def _write(
    path: str, heading: Heading, sentences: Sequence[str], tables: Mapping[str, pd.DataFrame], language: Language
) -> None:
    widths = _widths(list(tables.values()))
    last = len(widths) - 1
    book = Book(path, language, heading.made_on, _foot(heading, language), text("report.page", language))
    sheet, row = book.sheet(heading.sheet, _titles(heading, language), widths)
    for sentence in sentences:
        book.across(sheet, row, (0, last), sentence, "text")
        sheet.set_row(row, row_height([(sentence, sum(widths))], SIZE))
        row += 1
    for title, table in tables.items():
        row += 1
        book.across(sheet, row, (0, last), title, "group")
        shown = _named(table, language)
        for place, name in enumerate(shown.columns):
            book.cell(sheet, row + 1, place, name, book.formats["head"])
        heads = [(name, 0.92 * width) for name, width in zip(shown.columns, widths, strict=False)]
        sheet.set_row(row + 1, row_height(heads, SIZE) + 3)
        looks = ["centre" if pd.api.types.is_numeric_dtype(table[name]) else "text" for name in table.columns]
        cells = shown.astype("object").to_numpy()
        for offset, values in enumerate(cells, start=row + 2):
            book.row(sheet, offset, [_cell(value, language) for value in values], looks, widths[: len(looks)])
        row += 2 + len(shown)
    book.close(sheet, row - 1, last)
    book.file.close()


def _titles(heading: Heading, language: Language) -> list[tuple[str, str]]:
    lines = [
        ("parent", heading.office.parent_body.upper()),
        ("office", heading.office.department.upper()),
        ("title", heading.title),
        ("subtitle", heading.subtitle),
    ]
    if heading.simulated:
        lines.append(("alarm", text("report.simulated", language)))
    return [*lines, ("subtitle", text("report.internal", language))]


def _foot(heading: Heading, language: Language) -> str:
    words = f"{heading.office.department} · {heading.subtitle}"
    return f"{words} · {text('report.simulated_short', language)}" if heading.simulated else words


def _widths(tables: Sequence[pd.DataFrame]) -> list[float]:
    """Return widths that suit all tables, which share the columns of the sheet; at least two columns."""
    count = max([2, *(table.shape[1] for table in tables)])
    names = [[table.columns[place] for table in tables if place < table.shape[1]] for place in range(count)]
    return [max([_WIDTH, *(_WIDE.get(str(name), _WIDTH) for name in column)]) for column in names]


def _named(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Name the columns in words, and turn shares into percent."""
    texts = catalogue("results", language)
    titles = texts["follow_ups"]["columns"] | texts["review"]["columns"]
    shares = [name for name in table.columns if name in _PERCENT and "before" not in table.columns]
    shown = table.assign(**{name: (100 * table[name].astype("float64")).round(1) for name in shares})
    marks = {name: f"{titles[name]} (%)" for name in shares if name not in ("low", "high")}  # beside their share
    return shown.rename(columns={name: marks.get(name, titles[name]) for name in table.columns})


def _cell(value: Any, language: Language) -> Any:
    if isinstance(value, pd.Timestamp) and not pd.isna(value):
        return value.strftime(DATE_FORMATS[language])
    return None if pd.isna(value) else value
