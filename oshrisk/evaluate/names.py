"""Words for models, outcomes and groups."""

from __future__ import annotations

from oshrisk.messages import Language, catalogue


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
