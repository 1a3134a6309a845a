"""What a check found: all of it at once, each with the name of its check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oshrisk.errors import OshriskError
from oshrisk.messages import Language, text


@dataclass(frozen=True)
class Failure:
    """One thing that is wrong.

    Parameters
    ----------
    check : str
        Name of the check: a key of ``extend.checks`` in the catalogue.
    what : str
        Where it showed.
    """

    check: str
    what: str

    def sentence(self, language: Language = "en") -> str:
        """Say it."""
        return f"- {self.check}: {text(f'extend.checks.{self.check}', language, what=self.what)}"


class NotConformingError(OshriskError):
    """A factor or model does not keep the contract.

    Parameters
    ----------
    name : str
        Which.
    failures : sequence of Failure
        All that is wrong.
    """

    def __init__(self, name: str, failures: Sequence[Failure]) -> None:
        self.failures = tuple(failures)
        super().__init__(
            "extend.not_conforming",
            name=name,
            failures=lambda language: "\n".join(failure.sentence(language) for failure in self.failures),
        )


def raise_if_any(name: str, failures: Sequence[Failure]) -> None:
    """Raise if there are failures.

    Raises
    ------
    NotConformingError
        With all of them.
    """
    if failures:
        raise NotConformingError(name, failures)
