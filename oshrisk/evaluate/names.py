"""Words for models, outcomes and groups."""

from __future__ import annotations

from oshrisk.messages import Language, catalogue
from oshrisk.reference.sectors import sector_name
from oshrisk.risk import RiskTable
from oshrisk.risk.explain import SECTOR


def model_name(name: str, language: Language = "vi") -> str:
    """Return the words for a model: those of the catalogue for baselines, its own name for a table.

    Examples
    --------
    >>> model_name("size", "en"), model_name("dien-bien-expert", "en")
    ('Largest workplaces first', 'dien-bien-expert')
    """
    words = catalogue("evaluate", language)["models"]
    return str(words.get(name, name))


def group_name(dimension: str, group: str, language: Language = "vi") -> str:
    """Return the words for a group of an audit: dimension and group.

    Examples
    --------
    >>> group_name("size", "micro", "en"), group_name("sector", "B", "en")
    ('Size, under 10 workers', 'Sector, B')
    """
    words = catalogue("evaluate", language)
    return f"{words['dimension'].get(dimension, dimension)}, {words['group'].get(group, group)}"


def bin_name(table: RiskTable, factor: str, state: str, language: Language = "vi") -> str:
    """Return the words for a bin of a risk table, or for a row of its sector base.

    Parameters
    ----------
    table : RiskTable
        The table.
    factor, state : str
        Name of a factor and state of one of its bins, or ``"sector"`` and a row as ``"vsic2018:41"``.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    str
        The table's phrase.
    """
    if factor == SECTOR:
        scheme, _, code = state.partition(":")
        return f"{code} {sector_name(scheme, code, language)} ({scheme})"
    return next(entry for entry in table[factor].all_bins if entry.state == state).phrase(language)
