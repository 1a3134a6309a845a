"""Read the reference files: text stays text, numbers and dates are typed, every row is dated.

Which files hold, with a data folder laid over the packaged ones: `oshrisk.reference.folder`.
"""

from __future__ import annotations

import datetime
import hashlib
from typing import Final, TypeAlias

import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.reference.folder import cached, data_files, packaged

CONFIDENCE: Final = ("read", "secondary", "derived", "unverified", "assumed")
"""How sure a row is, from the best: read in the official text; read on a secondary page; own derivation from
these; from memory; assumed."""

_NUMBERS: Final = frozenset(
    {
        "area_km2",
        "br_accidents",
        "br_fatal",
        "ci_high",
        "ci_low",
        "complete_digits",
        "individual_max_mvnd",
        "individual_min_mvnd",
        "interval_months",
        "lat",
        "lon",
        "minimum",
        "most_digits",
        "organisation_max_mvnd",
        "organisation_min_mvnd",
        "organisation_multiplier",
        "rr",
        "threshold_kg",
        "us_dart_cases",
        "us_dart_per_100_fte",
        "us_employer_years",
        "us_hours",
        "us_recordable_cases",
        "value",
        "value_high",
        "value_low",
        "workers_from",
        "workers_to",
    }
)
_DATES: Final = ("valid_from", "valid_to")

Day: TypeAlias = str | datetime.date
"""A day: ISO text, a date or a Timestamp."""


def tables() -> tuple[str, ...]:
    """Return the names of all reference tables, those of folders as ``"<folder>/<table>"``: provinces, and ``sectors``.

    Examples
    --------
    >>> "rules" in tables(), "sectors/vsic2025" in tables(), "dien_bien/communes" in tables()
    (True, True, True)
    """
    return tuple(data_files())


def provinces() -> tuple[str, ...]:
    """Return the codes of the provinces that have reference data.

    Examples
    --------
    >>> provinces()
    ('dien_bien',)
    """
    return tuple(sorted({name.split("/")[0] for name in data_files() if name.endswith("/communes")}))


def table(name: str) -> pd.DataFrame:
    """Read one reference table; it is read from disk once.

    Parameters
    ----------
    name : str
        One of `tables`.

    Returns
    -------
    DataFrame
        All rows of all dates. Text is ``str`` (NaN where blank), numbers are float64 in the unit that the
        column's name or the column ``unit`` says, ``valid_from`` and ``valid_to`` (inclusive) are dates (NaT is
        open); every row has ``source`` and ``confidence``.

    Raises
    ------
    KeyError
        If there is no such table.

    Examples
    --------
    >>> days = table("constants").set_index("constant")
    >>> days.loc["days_charged_death", ["unit", "source"]].to_list()
    ['days', 'ANSI Z16.1']
    """
    return _read(name).copy(deep=False)


def valid_on(frame: pd.DataFrame, date: Day) -> pd.DataFrame:
    """Return the rows in force on a date.

    Parameters
    ----------
    frame : DataFrame
        A reference table.
    date : str or date
        The day; both ends of a row's validity are inclusive.

    Returns
    -------
    DataFrame
        The rows in force, under their old index.

    Examples
    --------
    >>> fines = table("sanctions")
    >>> [len(valid_on(fines, day)) for day in ("2026-09-09", "2026-09-10")]
    [5, 24]
    """
    day = pd.Timestamp(date)
    begun = frame["valid_from"].isna() | (frame["valid_from"] <= day)
    ended = frame["valid_to"].notna() & (frame["valid_to"] < day)
    return frame[begun & ~ended]


@cached
def _read(name: str) -> pd.DataFrame:
    found = data_files()
    if name not in found:
        raise KeyError(name)
    try:
        with found[name].open(encoding="utf-8-sig") as file:
            rows = pd.read_csv(file, dtype="str", keep_default_na=False, na_values=[""])
        _expect_columns(name, rows)
        numbers = {
            column: pd.to_numeric(rows[column]).astype("float64") for column in rows.columns.intersection(_NUMBERS)
        }
        dates = {column: pd.to_datetime(rows[column], format="%Y-%m-%d").astype("datetime64[s]") for column in _DATES}
    except (ValueError, UnicodeDecodeError) as error:
        raise OshriskError("extend.not_data", file=found[name], problem=error) from error
    return rows.assign(**numbers, **dates)


def _expect_columns(name: str, rows: pd.DataFrame) -> None:
    """Expect the columns of the packaged file of the same name, or of another province or list of sectors."""
    folder, _, last = name.rpartition("/")
    alike = {"": name, "sectors": "sectors/vsic2018"}.get(folder, f"dien_bien/{last}")
    model = packaged().joinpath(*f"{alike}.csv".split("/"))
    wanted = [*_DATES, "source", "confidence"]
    if model.is_file():
        with model.open(encoding="utf-8") as file:
            wanted = file.readline().strip().split(",")
    missing = [column for column in wanted if column not in rows.columns]
    if missing:
        raise OshriskError("extend.columns_missing", file=f"{name}.csv", columns=", ".join(missing))


def reference_hash() -> str:
    """Return a hash of all reference files: what a list was made with besides its data and settings.

    Returns
    -------
    str
        SHA-256, hexadecimal; the same for the same files on every machine.
    """
    digest = hashlib.sha256()
    for name, file in data_files().items():
        digest.update(f"{name}.csv".encode())
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()
