"""Training: how many of those who must be trained are, by the six groups of Decree 44/2016 Art. 17."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from oshrisk.features.annual import AnnualReports, report_record
from oshrisk.features.feature import Columns, Feature
from oshrisk.features.rows import Floats, Ints, ratio, take
from oshrisk.registry.tables import TRAINING_GROUPS

FEATURES: Final = (
    Feature("training_coverage", "numeric", "training", unit="share"),
    *(Feature(f"training_coverage_{group}", "numeric", "training", unit="share") for group in TRAINING_GROUPS),
)


def training(reports: AnnualReports) -> Columns:
    """Compute training coverage: trained over required, of the last report that gives both for some group.

    A group counts with at most its required number, so that one group's surplus does not hide another's gap.
    A group that nobody belongs to, or with either number unknown, is unknown and left out of the whole.

    Parameters
    ----------
    reports : AnnualReports
        The annual reports known at the date.

    Returns
    -------
    mapping of str to array
        One value an enterprise for each of `FEATURES`; shares from 0 to 1.
    """
    given = [reports.known(f"required_{group}", f"trained_{group}") for group in TRAINING_GROUPS]
    last = reports.last(np.logical_or.reduce(given))
    required, trained = zip(*(_group(reports, group, last) for group in TRAINING_GROUPS), strict=True)
    columns = {"training_coverage": ratio(sum(map(np.nan_to_num, trained)), sum(map(np.nan_to_num, required)))}
    for group, of_required, of_trained in zip(TRAINING_GROUPS, required, trained, strict=True):
        columns[f"training_coverage_{group}"] = ratio(of_trained, of_required)
    return columns


def _group(reports: AnnualReports, group: int, rows: Ints) -> tuple[Floats, Floats]:
    required = take(reports.values(f"required_{group}"), rows)
    trained = take(reports.values(f"trained_{group}"), rows)
    unknown = np.isnan(required) | np.isnan(trained)
    return np.where(unknown, np.nan, required), np.where(unknown, np.nan, np.minimum(trained, required))


def records(reports: AnnualReports) -> list[pd.DataFrame]:
    """Return the reports behind training coverage: see `oshrisk.features.records.records`."""
    given = np.logical_or.reduce([reports.known(f"required_{group}", f"trained_{group}") for group in TRAINING_GROUPS])
    rows = reports.last(given)
    rows = rows[rows >= 0]
    totals = [_group(reports, group, rows) for group in TRAINING_GROUPS]
    required, trained = (np.nansum([pair[side] for pair in totals], axis=0) for side in (0, 1))
    whole = replace(reports, rows=reports.rows.iloc[rows].assign(required=required, trained=trained))
    factors = ("training_coverage",)
    return [report_record(whole, np.arange(len(rows)), factors, "annual_report_training", "required", "trained")]
