"""Raw cells as a source held them: text, numbers and dates apart, so that nothing is guessed twice."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

TEXT = pa.large_string()
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class RawColumn:
    """One column before any check; a cell is in at most one of the three arrays and empty when in none.

    Parameters
    ----------
    header : str
        Heading as it stands in the source.
    text : Array or None
        Cells that hold text, trimmed; None where the column has none.
    numbers : ndarray of float64 or None
        Cells that the source itself holds as numbers (an Excel number has no thousands sign to guess).
    dates : ndarray of datetime64[s] or None
        Cells that the source itself holds as dates.
    """

    header: str
    text: pa.Array | None
    numbers: NDArray[np.float64] | None = None
    dates: NDArray[np.datetime64] | None = None

    def __len__(self) -> int:
        return len(next(part for part in (self.text, self.numbers, self.dates) if part is not None))

    @property
    def is_text(self) -> NDArray[np.bool_]:
        """Whether each cell holds text."""
        return _nothing(self) if self.text is None else valid(self.text)

    @property
    def is_number(self) -> NDArray[np.bool_]:
        """Whether each cell is held as a number."""
        return _nothing(self) if self.numbers is None else ~np.isnan(self.numbers)

    @property
    def is_date(self) -> NDArray[np.bool_]:
        """Whether each cell is held as a date."""
        return _nothing(self) if self.dates is None else ~np.isnat(self.dates)

    @property
    def present(self) -> NDArray[np.bool_]:
        """Whether each cell holds anything."""
        return self.is_text | self.is_number | self.is_date

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> RawColumn:
        """Return some rows of the column."""
        text = self.text
        if text is not None:
            text = text.filter(pa.array(rows)) if rows.dtype == bool else text.take(pa.array(rows))
        numbers = None if self.numbers is None else self.numbers[rows]
        return replace(self, text=text, numbers=numbers, dates=None if self.dates is None else self.dates[rows])

    def texts(self) -> pa.Array:
        """Return every cell as a person reads it: text as it stands, ``12`` for 12.0, ``dd/mm/yyyy`` for a date."""
        texts = pa.nulls(len(self), TEXT) if self.text is None else self.text
        if self.numbers is not None:
            texts = pc.coalesce(texts, number_text(self.numbers))
        if self.dates is not None:
            texts = pc.coalesce(texts, _date_text(self.dates))
        return texts


@dataclass(frozen=True, eq=False)
class RawTable:
    """One table before any check.

    Parameters
    ----------
    name : str
        Name of the table in `oshrisk.registry.tables.TABLES`.
    file, sheet : str
        Where it was read; no sheet outside Excel (a database table stands as the sheet).
    columns : tuple of RawColumn
        All columns of the source, known or not, with unique headings.
    fields : dict of str to int
        Position in `columns` of every known column.
    rows : ndarray of int64
        Row number of each row as the planner counts them in the file, from 1.
    broken : tuple of (int, str)
        Row number and text of lines that do not split into the table's columns.
    simulated : bool
        Whether the source itself says that its data is simulated.
    """

    name: str
    file: str
    sheet: str
    columns: tuple[RawColumn, ...]
    fields: dict[str, int]
    rows: NDArray[np.int64]
    broken: tuple[tuple[int, str], ...] = ()
    simulated: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> RawColumn | None:
        """Return a known column, or None where the source does not have it."""
        return self.columns[self.fields[name]] if name in self.fields else None

    def header(self, name: str) -> str:
        """Return the heading of a known column as it stands in the source; its name where it has none."""
        return self.columns[self.fields[name]].header if name in self.fields else name

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> RawTable:
        """Return some rows of the table."""
        return replace(self, columns=tuple(column.take(rows) for column in self.columns), rows=self.rows[rows])


def valid(array: pa.Array) -> NDArray[np.bool_]:
    """Whether each element of an arrow array is there."""
    return np.asarray(array.is_valid().to_numpy(zero_copy_only=False), dtype=bool)


def column_of_cells(header: str, cells: Sequence[object]) -> RawColumn:
    """Make a column of Python objects, as Excel readers and databases give them.

    Parameters
    ----------
    header : str
        Heading.
    cells : sequence of object
        str, int, float, Decimal, bool, date, datetime or None.

    Returns
    -------
    RawColumn
        The column.
    """
    types = set(map(type, cells))  # one pass a type, and most columns have one: no vectorised form of mixed objects
    numeric = types & {int, float, Decimal}
    dated = types & {dt.date, dt.datetime}
    other = types - numeric - dated - {str, type(None)}
    texts: Iterable[object] = cells
    if numeric or dated or other:
        native = tuple(numeric | dated)
        texts = [
            None if cell is None or (isinstance(cell, native) and not isinstance(cell, bool)) else _as_text(cell)
            for cell in cells
        ]
    numbers = None
    if numeric:
        plain = tuple(numeric)
        numbers = np.array(
            [cell if isinstance(cell, plain) and not isinstance(cell, bool) else np.nan for cell in cells],
            dtype=np.float64,
        )
    dates = None
    if dated:
        dates = np.array([cell if isinstance(cell, dt.date) else None for cell in cells], dtype="datetime64[s]")
    return RawColumn(header, trimmed(pa.array(texts, TEXT)), numbers, dates)


def _as_text(cell: object) -> str:
    return str(cell).upper() if isinstance(cell, bool) else str(cell)


def column_of_arrow(header: str, values: pa.ChunkedArray) -> RawColumn:
    """Make a column of an arrow array, as Parquet and CSV files give them.

    Parameters
    ----------
    header : str
        Heading.
    values : ChunkedArray
        Any type; what is neither number nor date becomes text.

    Returns
    -------
    RawColumn
        The column.
    """
    kind = values.type
    if pa.types.is_dictionary(kind):
        values, kind = values.cast(kind.value_type), kind.value_type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = values.cast(pa.float64(), safe=False).to_numpy()
        return RawColumn(header, None, np.asarray(numbers, dtype=np.float64))
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        if pa.types.is_timestamp(kind) and kind.tz is not None:
            values = pc.local_timestamp(values)
        dates = values.cast(pa.timestamp("s"), safe=False).to_numpy()
        return RawColumn(header, None, None, np.asarray(dates, dtype="datetime64[s]"))
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        values = pa.chunked_array(
            [pa.array([None if item is None else str(item) for item in values.to_pylist()], TEXT)]
        )
    return RawColumn(header, trimmed(_one_chunk(values.cast(TEXT))))


def _one_chunk(values: pa.ChunkedArray) -> pa.Array:
    chunk = values.combine_chunks()
    return chunk.combine_chunks() if isinstance(chunk, pa.ChunkedArray) else chunk


def trimmed(texts: pa.Array) -> pa.Array:
    """Trim texts and compose their letters (NFC); an empty one is null."""
    texts = pc.utf8_trim_whitespace(texts)
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, TEXT), texts)
    apart = pc.match_substring_regex(texts, r"\p{M}")  # accents apart from their letters, as some phones write
    if not pc.any(apart).as_py():
        return texts
    whole = [unicodedata.normalize("NFC", text) for text in texts.filter(apart).to_pylist()]
    return pc.replace_with_mask(texts, pc.fill_null(apart, False), pa.array(whole, TEXT))


def unique_headers(headers: Iterable[object]) -> list[str]:
    """Make headings unique: the second ``a`` is ``a (2)``, an empty one is its position.

    Examples
    --------
    >>> unique_headers(["a", "", "a"])
    ['a', '[2]', 'a (2)']
    """
    seen: dict[str, int] = {}
    names = []
    for position, header in enumerate(headers, start=1):
        name = " ".join(str(header).split()) if header not in (None, "") else f"[{position}]"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def number_text(numbers: NDArray[np.float64]) -> pa.Array:
    """Write numbers as text, whole ones without a decimal sign; NaN is null.

    Examples
    --------
    >>> number_text(np.array([12.0, 1.5, np.nan])).to_pylist()
    ['12', '1.5', None]
    """
    missing = np.isnan(numbers)
    whole = ~missing & (np.abs(numbers) < 2**53) & (np.trunc(numbers) == numbers)
    digits = pa.array(np.where(whole, numbers, 0).astype(np.int64), mask=~whole).cast(TEXT)
    if (whole | missing).all():
        return digits
    return pc.coalesce(digits, pa.array(numbers, mask=missing).cast(TEXT))


def _date_text(dates: NDArray[np.datetime64]) -> pa.Array:
    stamps = pa.array(dates, pa.timestamp("s"), mask=np.isnat(dates))
    days = pc.strftime(stamps, format="%d/%m/%Y").cast(TEXT)
    if bool((dates == dates.astype("datetime64[D]")).sum() == (~np.isnat(dates)).sum()):
        return days
    midnight = pc.equal(stamps, pc.floor_temporal(stamps, unit="day"))
    return pc.if_else(midnight, days, pc.strftime(stamps, format="%d/%m/%Y %H:%M").cast(TEXT))


def _nothing(column: RawColumn) -> NDArray[np.bool_]:
    return np.zeros(len(column), dtype=bool)
