"""What to look at during a visit, and what an enterprise may check itself: texts by factor, sector and duty."""

from __future__ import annotations

from typing import Final

import pandas as pd

from oshrisk.reference.load import Day, table, valid_on

BASES: Final = ("factor", "sector", "duty", "everybody")
"""What a check is keyed by: a factor in one of some states, a sector group, a duty of law, or nothing."""


def checks(date: Day) -> pd.DataFrame:
    """Return the checks in force on a date.

    Parameters
    ----------
    date : str or date
        The day.

    Returns
    -------
    DataFrame
        Indexed by ``check``, each once, in the order of the file: ``basis`` (one of `BASES`), ``key`` (a factor of the
        risk table, sector groups joined by ";", or a duty), ``states`` (of the factor, joined by ";"), ``text_vi`` and
        ``text_en`` (what an inspector looks at), ``self_vi`` and ``self_en`` (what an enterprise ticks once it is
        ensured), ``rule_id`` (of `oshrisk.reference.rules`), ``article``, ``article_en``, ``finding`` (code that a
        violation is recorded under, of `oshrisk.reference.sanctions`), ``source``, ``confidence``, ``valid_from``,
        ``valid_to``.
        What is blank is empty.

    Examples
    --------
    >>> checks("2026-11-30").loc["machines_overdue", ["key", "finding"]].to_list()
    ['strict_equipment_overdue', 'EQ_INSPECTION']
    """
    rows = valid_on(table("checklist"), date).set_index("check")
    texts = [name for name in rows.columns if name not in ("valid_from", "valid_to")]
    return rows.assign(**{name: rows[name].fillna("") for name in texts})
