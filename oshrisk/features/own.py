"""Factors that others add, without a fork: a function of what is known, and its entry in a risk table.

A factor is passed to `oshrisk.features.build_features`, or installed with a package that names it under the entry
point ``oshrisk.factors``; then every command knows it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Final

import numpy as np
import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.features.feature import Kind
from oshrisk.registry.registry import Registry

GROUP: Final = "oshrisk.factors"


@dataclass(frozen=True)
class OwnFactor:
    """A factor of your own.

    Parameters
    ----------
    name : str
        Name of its column among the features; none of `oshrisk.features.FEATURES`.
    compute : callable
        From what was known (a `Registry`; its ``date`` is the date of knowledge) to one value an enterprise: a Series
        by ``enterprise_id``, in which who is not named is unknown, or an array in the order of ``Registry.ids``. NaN
        is unknown. It looks at nothing but the registry, and does not change it.
    kind : {"numeric", "state", "flag", "text"}, default "numeric"
        As for `oshrisk.features.Feature`.
    unit : str
        Unit of a number.
    states : tuple of str
        The states, of a state.
    entry : str
        Its entry in a risk table as TOML: what stands below a ``[[factor]]`` of ``models/*.toml``. Without it the
        factor is computed and not scored.
    complete : tuple of str
        Tables of which this factor takes "no row" for "none": the department's own books, such as inspections or
        signals. Of all others no row means unknown.

    Examples
    --------
    >>> def visits(known):
    ...     return known["inspections"].groupby("enterprise_id").size()
    >>> OwnFactor("visits", visits, unit="visits").name
    'visits'
    """

    name: str
    compute: Callable[[Registry], Any]
    kind: Kind = "numeric"
    unit: str = ""
    states: tuple[str, ...] = ()
    entry: str = ""
    complete: tuple[str, ...] = ()

    def column(self, known: Registry) -> pd.Series:
        """Compute the factor.

        Parameters
        ----------
        known : Registry
            What was known.

        Returns
        -------
        Series, shape (n_enterprises,)
            Indexed by ``Registry.ids``: float64, category or str, as `kind` says.

        Raises
        ------
        OshriskError
            If the function gave something else than one value an enterprise of its kind.
        """
        given = self.compute(known)
        if isinstance(given, pd.Series):
            if not given.index.is_unique:
                raise OshriskError("extend.named_twice", factor=self.name)
            given = given.reindex(known.ids)
        if np.shape(given) != (len(known.ids),):
            raise OshriskError("extend.not_one_each", factor=self.name, found=np.shape(given), wanted=len(known.ids))
        return self._typed(pd.Series(given, index=known.ids))

    def _typed(self, values: pd.Series) -> pd.Series:
        if self.kind == "text":
            return values.astype("str")
        if self.kind == "state":
            strange = set(values.dropna().astype("str")) - set(self.states)
            if strange:
                raise OshriskError("extend.no_such_state", factor=self.name, states=", ".join(sorted(strange)))
            return values.astype(pd.CategoricalDtype(pd.Index(self.states, dtype="str")))
        try:
            numbers = values.astype("float64")
        except (TypeError, ValueError) as error:
            raise OshriskError("extend.not_numbers", factor=self.name, problem=error) from error
        allowed = numbers.isna() | (numbers.isin([0.0, 1.0]) if self.kind == "flag" else np.isfinite(numbers))
        if not allowed.all():
            raise OshriskError("extend.not_numbers", factor=self.name, problem=numbers[~allowed].iloc[0])
        return numbers


def installed_factors() -> tuple[OwnFactor, ...]:
    """Return the factors that installed packages name under the entry point ``oshrisk.factors``.

    Returns
    -------
    tuple of OwnFactor
        By name.

    Raises
    ------
    OshriskError
        If an entry point cannot be loaded, or is no `OwnFactor`.
    """
    return _installed(tuple(sys.path))


@cache
def _installed(_path: tuple[str, ...]) -> tuple[OwnFactor, ...]:
    """Look for packages once: elsewhere on the path others may be found."""
    found = []
    for point in entry_points(group=GROUP):
        try:
            factor = point.load()
        except (ImportError, AttributeError) as error:
            raise OshriskError("extend.not_loaded", point=point.value, problem=error) from error
        if not isinstance(factor, OwnFactor):
            raise OshriskError("extend.no_factor", point=point.value, found=type(factor).__name__)
        found.append(factor)
    return tuple(sorted(found, key=lambda factor: factor.name))


def own_columns(known: Registry, factors: Sequence[OwnFactor], taken: Sequence[str]) -> dict[str, pd.Series]:
    """Compute own factors.

    Parameters
    ----------
    known : Registry
        What was known.
    factors : sequence of OwnFactor
        The factors.
    taken : sequence of str
        Names that are taken.

    Returns
    -------
    dict of str to Series
        By name.

    Raises
    ------
    OshriskError
        If a name is taken or used twice, or as `OwnFactor.column`.
    """
    columns: dict[str, pd.Series] = {}
    for factor in factors:
        if factor.name in taken or factor.name in columns:
            raise OshriskError("extend.name_taken", factor=factor.name)
        columns[factor.name] = factor.column(known)
    return columns
