"""The legal rules as dated rows: what holds, by which article, read where, how surely."""

from __future__ import annotations

import pandas as pd

from oshrisk.reference.load import Day, table, valid_on


def rules(date: Day) -> pd.DataFrame:
    """Return the rules in force on a date.

    Parameters
    ----------
    date : str or date
        The day.

    Returns
    -------
    DataFrame
        Indexed by ``rule_id``, each once: ``topic`` (titles: ``reference.topic``), ``article`` (in Vietnamese),
        ``article_en``, ``text_vi``, ``text_en`` (own words), ``value`` and ``unit`` (NaN where the rule has no
        number), ``valid_from``, ``valid_to``, ``source``, ``confidence``. ``"R5.7.commune"`` is a further value
        of ``"R5.7"``. A rule that is not in the index is not in force: the exemption of good compliers (R5.4)
        before 5 August 2025, for example.

    Examples
    --------
    >>> float(rules("2026-11-30").loc["R5.7", "value"])
    10.0
    """
    return valid_on(table("rules"), date).set_index("rule_id")


def rule(rule_id: str, date: Day) -> pd.Series:
    """Return one rule as it stood on a date.

    Parameters
    ----------
    rule_id : str
        Id of the rule: ``"R5.5"``.
    date : str or date
        The day.

    Returns
    -------
    Series
        The columns of `rules`.

    Raises
    ------
    KeyError
        If no such rule was in force on that day.

    Examples
    --------
    >>> rule("R5.5", "2024-06-30")["article"]
    'Chỉ thị 20/CT-TTg ngày 17/5/2017'
    >>> rule("R5.5", "2026-06-30")["article"]
    'Điều 4 Nghị quyết 198/2025/QH15'
    """
    in_force = rules(date)
    if rule_id not in in_force.index:
        raise KeyError(f"{rule_id} on {pd.Timestamp(date).date()}")
    return in_force.loc[rule_id]
