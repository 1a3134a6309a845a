"""The ranking of all enterprises as one plain table, for analysts and other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd

from oshrisk.atomic import whole_file
from oshrisk.errors import OshriskError
from oshrisk.messages import Language
from oshrisk.registry.registry import Registry
from oshrisk.report.facts import identity
from oshrisk.risk import RiskTable, top_reasons
from oshrisk.settings import Priority

_ASSESSED: Final = [
    "rank",
    "index",
    "risk_class",
    "priority",
    "priority_low",
    "priority_high",
    "expected_harm",
    "expected_accidents",
    "expected_fatal",
    "violation_probability",
    "own_record",
    "workers_used",
    "workers_known",
    "too_quiet",
]


def ranking_table(
    known: Registry,
    features: pd.DataFrame,
    assessment: pd.DataFrame,
    table: RiskTable,
    language: Language = "vi",
    *,
    priority: Priority = "harm_x_violation",
    province_code: str = "dien_bien",
) -> pd.DataFrame:
    """Return all enterprises in the order of their rank, with their three main reasons in words.

    Parameters
    ----------
    known : Registry
        What was known.
    features : DataFrame, shape (n_enterprises, n_features)
        From `oshrisk.features.build_features`.
    assessment : DataFrame, shape (n_enterprises, ...)
        From `oshrisk.risk.assess`.
    table : RiskTable
        The model.
    language : {"vi", "en"}, default "vi"
        Language of names and reasons.
    priority : str, default "harm_x_violation"
        What the assessment was ordered by.
    province_code : str, default "dien_bien"
        Province whose communes are named.

    Returns
    -------
    DataFrame, shape (n_enterprises, ...)
        Indexed by ``enterprise_id``, sorted by ``rank``: name, commune, sector, the columns of the assessment, and
        ``reason_1`` to ``reason_3`` (empty where fewer raise the priority).
    """
    order = assessment["rank"].sort_values().index
    firms = identity(known, order, province_code, language)
    said = top_reasons(features.loc[order], table, k=3, priority=priority, language=language)
    wide = said.pivot(index="enterprise_id", columns="place", values="phrase").reindex(index=order, columns=[1, 2, 3])
    wide.columns = [f"reason_{place}" for place in wide.columns]
    return firms.join(assessment.loc[order, _ASSESSED]).join(wide.fillna(""))


def write_ranking(path: str | Path, ranking: pd.DataFrame, *, simulated: bool) -> None:
    """Write a ranking as .csv, .parquet or .xlsx, as a whole.

    Parameters
    ----------
    path : str or Path
        File to write; its ending says the form.
    ranking : DataFrame
        From `ranking_table`.
    simulated : bool
        Whether the data is simulated: then the name must say so.

    Raises
    ------
    OshriskError
        If the ending is another one, or simulated data would go into a file whose name does not say so.
    """
    target = Path(path)
    writers: dict[str, Callable[[Path], object]] = {
        ".csv": lambda file: ranking.to_csv(file, encoding="utf-8-sig"),  # the mark makes Excel read it as UTF-8
        ".parquet": ranking.to_parquet,
        ".xlsx": lambda file: _write_excel(file, ranking),
    }
    if target.suffix.lower() not in writers:
        raise OshriskError("cli.bad_output", file=target)
    if simulated and "simulated" not in target.name.lower():
        raise OshriskError("cli.simulated_name", file=target)
    with whole_file(target) as partial:
        writers[target.suffix.lower()](partial)


def _write_excel(path: Path, ranking: pd.DataFrame) -> None:
    # constant memory writes row by row; texts that look like formulas stay texts
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs=options) as book:
        ranking.to_excel(book, freeze_panes=(1, 2))
