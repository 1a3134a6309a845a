"""A plain table as a file, for analysts and other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from oshrisk.atomic import whole_file
from oshrisk.errors import OshriskError


def write_table(path: str | Path, table: pd.DataFrame, *, simulated: bool) -> None:
    """Write a table as .csv, .parquet or .xlsx, as a whole.

    Parameters
    ----------
    path : str or Path
        File to write; its ending says the form.
    table : DataFrame
        The table, with its index.
    simulated : bool
        Whether the data is simulated: then the name must say so.

    Raises
    ------
    OshriskError
        If the ending is another one, or simulated data would go into a file whose name does not say so.
    """
    target = Path(path)
    writers: dict[str, Callable[[Path], object]] = {
        ".csv": lambda file: table.to_csv(file, encoding="utf-8-sig"),  # the mark makes Excel read it as UTF-8
        ".parquet": table.to_parquet,
        ".xlsx": lambda file: _write_excel(file, table),
    }
    if target.suffix.lower() not in writers:
        raise OshriskError("cli.bad_output", file=target)
    if simulated and "simulated" not in target.name.lower():
        raise OshriskError("cli.simulated_name", file=target)
    with whole_file(target) as partial:
        writers[target.suffix.lower()](partial)


def _write_excel(path: Path, table: pd.DataFrame) -> None:
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs=options) as book:
        table.to_excel(book, freeze_panes=(1, 2))
