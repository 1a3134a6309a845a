"""Results that phones sent: exports of ODK Central and KoboToolbox, as CSV or Excel.

A submission is a row of the main table; findings and machines are repeat groups, each in a table of its own whose rows
name their submission: ``PARENT_KEY`` and ``KEY`` (ODK Central: a .zip of .csv files), ``_submission__uuid`` and
``_uuid``, or ``_parent_index`` and ``_index`` (KoboToolbox: a workbook). Names of groups before a heading and headings
in words are understood. What was turned down in the review of submissions is left out.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, text
from oshrisk.registry.files import read_file
from oshrisk.registry.raw import TEXT, RawColumn, RawTable
from oshrisk.registry.results_source import PARENT, ResultsSource, check_codes, filled_rows
from oshrisk.registry.results_tables import find_columns, read_form_code, sheet_title
from oshrisk.registry.sheets import open_workbook, read_sheet, without_empty
from oshrisk.registry.titles import fold

FORM_CODE: Final = "form_code"  # field of the form that carries its code
COUNTS: Final = {"findings": "findings_entered", "machines": "machines_entered"}  # fields that count the repeats
_LINKS: Final = (("KEY", "PARENT_KEY"), ("_uuid", "_submission__uuid"), ("_index", "_parent_index"))
_REVIEWS: Final = ("ReviewState", "_validation_status")
_TURNED_DOWN: Final = frozenset(("rejected", "notapproved", "validationstatusnotapproved"))
_MOST_BYTES: Final = 1 << 30  # of a .zip when unpacked: a form without pictures is far below it


@dataclass(frozen=True, eq=False)
class _Main:
    """The table of submissions, and which of its rows count."""

    raw: RawTable
    kept: NDArray[np.bool_]


def open_export(path: Path, quarter: str) -> ResultsSource:
    """Open an export.

    Parameters
    ----------
    path : Path
        A .zip or folder of .csv files; the main .csv, beside which those of the repeat groups lie; or a workbook.
    quarter : str
        The quarter that it must be of.

    Returns
    -------
    ResultsSource
        The raw rows; those of findings and machines have the enterprise of their submission, and its row.

    Raises
    ------
    OshriskError
        If it cannot be read, is no form of the quarter, or lacks repeat groups that were filled in.
    """
    tables = _tables(path)
    mains = [table for table in tables if _place(table, FORM_CODE) is not None]
    if len(mains) != 1:
        raise OshriskError("results.no_form" if not mains else "results.many_forms", file=path)
    main = _main(mains[0])
    codes = {read_form_code(code) for code in _texts(main.raw, FORM_CODE)} - {None}
    versions, simulated = check_codes({code for code in codes if code}, path, quarter)
    raws = {"visits": filled_rows("visits", main.raw.take(main.kept), path)}
    rows = {}
    for name, table in _repeats([table for table in tables if table is not mains[0]]).items():
        joined = _with_parent(table, main)
        rows[name], raws[name] = len(joined), filled_rows(name, joined, path)
    _expect_repeats(main, rows, path)
    return ResultsSource(raws, versions, simulated, int((~main.kept).sum()))


def _tables(path: Path) -> list[RawTable]:
    """Read all tables of an export."""
    suffix = path.suffix.lower()
    if path.is_dir():
        return [read_file(file, "") for file in sorted(path.glob("*.csv"))]
    if not path.is_file():
        raise OshriskError("registry.no_source", source=path)
    if suffix == ".zip":
        return _unpacked(path)
    if suffix == ".csv":
        beside = sorted(path.parent.glob(f"{_escaped(path.stem)}-*.csv"))
        return [read_file(file, "") for file in (path, *beside)]
    book = open_workbook(path)
    read = [read_sheet(book, path.name, sheet, "") for sheet in book.sheet_names]
    return [without_empty(raw)[0] for raw in read if raw is not None]


def _unpacked(path: Path) -> list[RawTable]:
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as place:
            parts = [part for part in archive.infolist() if part.filename.lower().endswith(".csv")]
            if sum(part.file_size for part in parts) > _MOST_BYTES:
                raise OshriskError("results.too_large", file=path)
            tables = []
            for number, part in enumerate(parts):  # under names of our own: a name in an archive may lead anywhere
                file = Path(place) / f"{number}.csv"
                file.write_bytes(archive.read(part))
                tables.append(replace(read_file(file, ""), file=Path(part.filename).name))
            return tables
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:  # damaged, or locked by a password
        raise OshriskError("registry.bad_file", source=path, problem=error) from error


def _main(raw: RawTable) -> _Main:
    kept = np.ones(len(raw), dtype=bool)
    for review in _REVIEWS:
        kept &= ~np.isin([fold(word or "") for word in _texts(raw, review)], list(_TURNED_DOWN))
    return _Main(_named(raw, "visits"), kept)


def _named(raw: RawTable, sheet: str) -> RawTable:
    """Find the columns of a sheet, with or without the names of groups before them."""
    whole = find_columns(sheet, [column.header for column in raw.columns])
    last = find_columns(sheet, [_last(column.header) for column in raw.columns])
    return replace(raw, name=sheet, fields=last | whole)


def _last(header: str) -> str:
    return re.split(r"[/-]", header)[-1]


def _repeats(tables: Sequence[RawTable]) -> dict[str, RawTable]:
    """Tell which table holds which sheet, by its columns."""
    found: dict[str, RawTable] = {}
    for table in tables:
        if not any(_place(table, parent) is not None for _, parent in _LINKS):
            continue
        named = [_named(table, sheet) for sheet in COUNTS]
        best = max(named, key=lambda raw: len(raw.fields))
        if best.fields:
            found[best.name] = best
    return found


def _with_parent(raw: RawTable, main: _Main) -> RawTable:
    """Give every row the enterprise and the row of its submission; leave out what was turned down with it."""
    key, parent = next(
        link for link in _LINKS if _place(main.raw, link[0]) is not None and _place(raw, link[1]) is not None
    )
    number = {word: place for place, word in enumerate(_texts(main.raw, key)) if word}
    places = np.array([number.get(word or "", -1) for word in _texts(raw, parent)], dtype=np.intp)
    enterprises = _enterprises(main.raw)
    own = [enterprises[place] if place >= 0 else None for place in places]
    rows = np.where(places >= 0, main.raw.rows[np.maximum(places, 0)] if len(main.raw) else np.nan, np.nan)
    title = main.raw.header("enterprise_id")
    columns = (*raw.columns, RawColumn(title, pa.array(own, TEXT)), RawColumn(PARENT, None, rows.astype(np.float64)))
    fields = raw.fields | {"enterprise_id": len(raw.columns), PARENT: len(raw.columns) + 1}
    counts = np.array([place < 0 or bool(main.kept[place]) for place in places], dtype=bool)
    return replace(raw, columns=columns, fields=fields).take(counts)


def _enterprises(main: RawTable) -> list[str | None]:
    cells = main.column("enterprise_id")
    return [None] * len(main) if cells is None else cells.texts().to_pylist()


def _expect_repeats(main: _Main, rows: dict[str, int], path: Path) -> None:
    """Refuse an export that lacks what was entered: some leave repeat groups out without a word."""
    for name, count in COUNTS.items():
        words = np.array(_texts(main.raw, count), dtype=object)[main.kept]
        entered = sum(int(float(word)) for word in words if word and re.fullmatch(r"\d+(\.0)?", word))
        if rows.get(name, 0) < entered:
            title = partial(sheet_title, name)
            raise OshriskError("results.no_repeats", file=path, count=entered, read=rows.get(name, 0), sheet=title)


def _place(raw: RawTable, field: str) -> int | None:
    """Return the position of a field, by its name or its title in either language."""
    wanted = {fold(field)}
    if field in (FORM_CODE, *COUNTS.values()):
        wanted |= {fold(text(f"results.phone.{field}", language)) for language in LANGUAGES}
    for place, column in enumerate(raw.columns):
        if wanted & {fold(column.header), fold(_last(column.header))}:
            return place
    return None


def _texts(raw: RawTable, field: str) -> list[str | None]:
    """Return the cells of a field as text; nothing where the table does not have it."""
    place = _place(raw, field)
    return [None] * len(raw) if place is None else raw.columns[place].texts().to_pylist()


def _escaped(stem: str) -> str:
    return re.sub(r"([\[\]*?])", r"[\1]", stem)
