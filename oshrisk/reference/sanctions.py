"""Violations and their fines."""

from __future__ import annotations

import pandas as pd

from oshrisk.messages import Language
from oshrisk.reference.load import Day, table, valid_on


def sanctions(date: Day) -> pd.DataFrame:
    """Return the violations and fines of the decree that applies to acts of a date.

    Parameters
    ----------
    date : str or date
        The day on which the act ended, or on which it was found while still going on: acts that ended before
        10 September 2026 stay under Decree 12/2022, acts begun before it and still going on (an overdue
        inspection) fall under Decree 283/2026 (its Art. 67, R0.1).

    Returns
    -------
    DataFrame
        Indexed by violation ``code``: ``group`` (titles: ``reference.sanction_group``), ``name_vi``, ``name_en``,
        ``decree``, ``article``, ``article_en``, ``individual_min_mvnd``, ``individual_max_mvnd``, ``scale`` (flat,
        by_workers, by_machines, per_worker), ``bands_individual``, ``organisation_multiplier``,
        ``organisation_min_mvnd``, ``organisation_max_mvnd`` [million VND], ``transition_vi``, ``transition_en``,
        ``source``, ``confidence``, ``valid_from``, ``valid_to``. Maxima are those of the widest band; a fine per
        worker stands with its legal cap. Household businesses are fined as individuals (R6.1). Of Decree
        12/2022 only five amounts are known; `violation_codes` has every code.

    Examples
    --------
    >>> float(sanctions("2026-09-09").loc["ACC_REPORT", "organisation_max_mvnd"])
    20.0
    >>> sanctions("2026-09-10").loc["EQ_INSPECTION", "article"]
    'Khoản 4 Điều 35 Nghị định 283/2026/NĐ-CP'
    """
    return valid_on(table("sanctions"), date).set_index("code")


def violation_names(language: Language) -> dict[str, str]:
    """Return the name of every violation code, as the latest decree that has it words it.

    Parameters
    ----------
    language : {"vi", "en"}
        Language of the names.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> violation_names("en")["OSH_REPORT"]
    'No or late annual OSH report'
    """
    rows = table("sanctions").sort_values("valid_from", kind="stable").drop_duplicates("code", keep="last")
    return dict(zip(rows["code"], rows[f"name_{language}"], strict=True))


def violation_codes() -> pd.Index:
    """Return every violation code of any date: what a finding may be coded as.

    Examples
    --------
    >>> "EQ_FAILED" in violation_codes()
    True
    """
    return pd.Index(table("sanctions")["code"].unique(), name="code")
