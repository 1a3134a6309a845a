"""The data folder that is laid over the packaged reference data: another province, another country's rules.

A file of the folder stands in the place of the packaged file of the same name; folders in it are provinces, and
``sectors`` with lists of codes. It is named by the setting ``reference`` (section ``office``) or by ``OSHRISK_DATA``,
and kept in the environment, so that processes that work for this one see the same data.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator
from functools import cache, wraps
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from oshrisk.errors import OshriskError

VARIABLE: Final = "OSHRISK_DATA"
_GIVEN: Final = os.environ.get(VARIABLE)  # before any working folder has named its own

P = ParamSpec("P")
R = TypeVar("R")


def lay_over(folder: str | Path | None) -> None:
    """Lay a data folder over the packaged reference data, for this process and those that it starts.

    Parameters
    ----------
    folder : str or Path or None
        The folder; None for what ``OSHRISK_DATA`` named when the program began, or nothing.

    Raises
    ------
    OshriskError
        If there is no such folder.
    """
    wanted = str(Path(folder).resolve()) if folder is not None else _GIVEN
    if not wanted:
        os.environ.pop(VARIABLE, None)
        return
    if not Path(wanted).is_dir():
        raise OshriskError("extend.no_folder", folder=wanted)
    os.environ[VARIABLE] = wanted


def data_files() -> dict[str, Traversable]:
    """Return the reference files that hold now, by name without ending: ``"rules"``, ``"dien_bien/communes"``.

    Returns
    -------
    dict of str to Traversable
        By name, in order; those of the data folder stand in the place of the packaged ones.

    Raises
    ------
    OshriskError
        If the data folder is not there.
    """
    found = dict(_walk(packaged()))
    if folder := os.environ.get(VARIABLE):
        if not Path(folder).is_dir():
            raise OshriskError("extend.no_folder", folder=folder)
        found |= dict(_walk(Path(folder)))
    return dict(sorted(found.items()))


def packaged() -> Traversable:
    """Return the folder of the packaged reference data."""
    return files("oshrisk.reference") / "data"


def cached(function: Callable[P, R]) -> Callable[P, R]:
    """Cache a function that rests on reference data: under another data folder it has other answers."""

    @cache
    def keyed(_folder: str | None, arguments: tuple[Hashable, ...]) -> R:
        return function(*arguments)  # type: ignore[call-arg, arg-type]  # the arguments of the caller, as they came

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return keyed(os.environ.get(VARIABLE), (*args, *kwargs.values()))

    return call


def _walk(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _walk(item, f"{prefix}{item.name}/")
        elif item.name.endswith(".csv"):
            yield f"{prefix}{item.name.removesuffix('.csv')}", item
