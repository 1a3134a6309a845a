"""Results that are typed instead of read from a file, through the same checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from oshrisk.registry.raw import RawTable, column_of_cells
from oshrisk.registry.results import ResultsReading, check_results
from oshrisk.registry.results_source import ResultsSource, filled_rows
from oshrisk.registry.results_tables import SHEETS


def read_answers(
    answers: Mapping[str, Sequence[Mapping[str, str]]],
    plan_visits: pd.DataFrame,
    quarter: str,
    read_on: str | pd.Timestamp,
    *,
    version: int,
    simulated: bool,
    province_code: str = "dien_bien",
) -> ResultsReading:
    """Read and check results that were typed.

    Parameters
    ----------
    answers : mapping of str to sequence of mapping
        Rows of the sheets visits, findings and machines: column to text as it was typed; a column may be missing.
    plan_visits, quarter, read_on, province_code
        As `oshrisk.registry.results.read_results`.
    version : int
        Version of the plan.
    simulated : bool
        Whether the plan is of simulated data.

    Returns
    -------
    ResultsReading
        The same as of a workbook that says the same; rows are counted from 1 in each sheet.
    """
    raws = {name: _rows(name, answers.get(name, ())) for name in SHEETS}
    source = ResultsSource(raws, {version}, simulated)
    return check_results(source, plan_visits, quarter, read_on, version, province_code)


def _rows(name: str, rows: Sequence[Mapping[str, str]]) -> RawTable:
    headers = [column.name for column in SHEETS[name]]
    columns = tuple(column_of_cells(header, [row.get(header, "") for row in rows]) for header in headers)
    fields = {header: place for place, header in enumerate(headers)}
    raw = RawTable(name, "", "", columns, fields, np.arange(1, len(rows) + 1, dtype=np.int64))
    return filled_rows(name, raw, Path())
