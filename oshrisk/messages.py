"""Texts for people, in Vietnamese and English, kept in catalogues and never in code."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue(name: str, language: Language) -> dict[str, Any]:
    """Read one catalogue file.

    Parameters
    ----------
    name : str
        File name without ending, one catalogue a room of the package: ``"registry"``, ``"plan"`` …
    language : {"vi", "en"}
        Language of the texts.

    Returns
    -------
    dict
        Nested texts, as they stand in ``locale/<language>/<name>.toml``.
    """
    return tomllib.loads(files("oshrisk").joinpath("locale", language, f"{name}.toml").read_text(encoding="utf-8"))


def text(key: str, language: Language = "vi", /, **values: object) -> str:
    """Return one text with its values filled in.

    Parameters
    ----------
    key : str
        Catalogue name and path within it, joined by dots: ``"registry.errors.E101.what"``.
    language : {"vi", "en"}, default "vi"
        Language of the text.
    **values : object
        Values for the placeholders of the text.

    Returns
    -------
    str
        The text.

    Raises
    ------
    KeyError
        If the catalogue has no such text: a defect of the program, never of the input.

    Examples
    --------
    >>> text("cli.yes", "en")
    'yes'
    >>> text("cli.yes", "vi")
    'có'
    """
    name, *path = key.split(".")
    node: Any = catalogue(name, language)
    for step in path:
        node = node[step]
    if not isinstance(node, str):
        raise KeyError(key)
    return node.format(**values) if values else node
