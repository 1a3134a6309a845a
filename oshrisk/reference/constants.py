"""Single numbers that are not law: each has its unit, and its source or the word assumed."""

from __future__ import annotations

from oshrisk.reference.load import table


def constant(name: str) -> float:
    """Return the value of one row of the table ``constants``, which has its unit and source.

    Parameters
    ----------
    name : str
        The row: ``"mountain_factor"``.

    Returns
    -------
    float
        Its value, in the unit of the row.

    Raises
    ------
    KeyError
        If there is no such row.

    Examples
    --------
    >>> constant("days_charged_death")
    6000.0
    """
    return float(table("constants").set_index("constant").loc[name, "value"])
