"""The entries of own factors in a risk table."""

from __future__ import annotations

from collections.abc import Sequence

from oshrisk.features.own import OwnFactor
from oshrisk.risk.reading import read_factor
from oshrisk.risk.table import RiskTable


def with_own(table: RiskTable, factors: Sequence[OwnFactor]) -> RiskTable:
    """Add the entries of own factors to a table.

    Parameters
    ----------
    table : RiskTable
        The table.
    factors : sequence of OwnFactor
        The factors; those without an entry are not scored, and one that the table has already stays as it stands
        there.

    Returns
    -------
    RiskTable
        The table with all of them.

    Raises
    ------
    OshriskError
        If an entry is bad: with all its faults.
    """
    names = {factor.name for factor in table.factors}
    for factor in factors:
        if factor.entry and factor.name not in names:
            table = table.with_factor(read_factor(factor.entry, factor.name))
    return table
