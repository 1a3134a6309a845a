"""What a table would learn from the registers as they are today, in words."""

from __future__ import annotations

from typing import Final

import pandas as pd

from oshrisk.evaluate.history import Past, panels, selection_weights
from oshrisk.messages import Language
from oshrisk.registry.registry import Registry
from oshrisk.risk import RiskTable
from oshrisk.risk.explain import phrase
from oshrisk.risk.moved import furthest
from oshrisk.settings import Office

_HOW: Final = dict.fromkeys(("before", "after", "low", "high"), "first") | dict.fromkeys(("labels", "events"), "sum")


def moves_today(registry: Registry, table: RiskTable, office: Office, language: Language = "vi") -> pd.DataFrame:
    """Fit a table as ``oshrisk train`` does, store nothing, and say what moved.

    Parameters
    ----------
    registry : Registry
        Everything that is known.
    table : RiskTable
        What to start from.
    office : Office
        Province and seat.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    DataFrame
        From `in_words`.
    """
    from oshrisk.risk.fit import fit_table  # noqa: PLC0415  # scikit-learn is slow to import

    past = Past(registry, office.province_code, office.seat_commune)
    fitted = fit_table(table, panels(past, registry.date, weigh=selection_weights(past)))
    return in_words(fitted.moved, fitted.table, language)


def in_words(moved: pd.DataFrame, table: RiskTable, language: Language = "vi") -> pd.DataFrame:
    """Return the relative risks that labels moved, the furthest first, with their words.

    Parameters
    ----------
    moved : DataFrame
        From `oshrisk.risk.moved.put_back`.
    table : RiskTable
        The table, for the words of its bins.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    DataFrame, shape (n_moves, 8)
        ``outcome``, ``words``; ``before``, ``after``, ``low``, ``high`` (logs of relative risks); ``labels`` and
        ``events`` (counts). A group of sectors is one row, though each of its codes moved: with the numbers of the
        code that moved furthest and the labels of all.
    """
    rows = furthest(moved)
    words = [phrase(table, factor, state, language) for factor, state in rows[["factor", "state"]].to_numpy()]
    said = rows.assign(words=pd.Series(words, rows.index, dtype="str"))
    return said.groupby(["outcome", "words"], sort=False).agg(_HOW).reset_index()
