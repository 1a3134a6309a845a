"""What a feature is: its name, kind, unit and states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from oshrisk.messages import Language, text

Kind = Literal["numeric", "state", "flag", "text"]
Columns = Mapping[str, Any]  # feature name -> array of one value an enterprise


@dataclass(frozen=True)
class Feature:
    """One column of the feature frame.

    Parameters
    ----------
    name : str
        Column name. Title, explanation and state names in both languages: ``locale/*/features.toml``.
    kind : {"numeric", "state", "flag", "text"}
        numeric: float64; state: category of `states`; flag: 1.0 or 0.0; text: a code as text. NaN is unknown in all.
    file : str
        The factor file of `oshrisk.features` that computes it.
    unit : str
        Unit of a number: ``"persons"``, ``"share"``, ``"years"`` …
    states : tuple of str
        The states, in the order of the expert table.

    Examples
    --------
    >>> Feature("workers", "numeric", "labour", unit="persons").title("en")
    'Workers'
    """

    name: str
    kind: Kind
    file: str
    unit: str = ""
    states: tuple[str, ...] = ()

    def title(self, language: Language = "vi") -> str:
        """Return the short name people read."""
        return text(f"features.feature.{self.name}.title", language)

    def explanation(self, language: Language = "vi") -> str:
        """Return what is measured, from which records, and what unknown means."""
        return text(f"features.feature.{self.name}.explanation", language)

    def state_name(self, state: str, language: Language = "vi") -> str:
        """Return the words for one of the states.

        Raises
        ------
        KeyError
            If the feature has no such state.
        """
        return text(f"features.feature.{self.name}.states.{state}", language)
