"""Progress of long work: rows done, rows a second, time left."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Progress:
    """How far a step is.

    Parameters
    ----------
    step : str
        Name of the step, below ``steps`` of the catalogue ``scale``.
    done, total : int
        Rows; the total is 0 where it is not known.
    seconds : float
        Since the step began.
    kept : int
        Rows of an earlier, interrupted run, that are not done again.
    """

    step: str
    done: int
    total: int
    seconds: float
    kept: int = 0

    @property
    def rate(self) -> float:
        """Rows a second; 0 before the first.

        Examples
        --------
        >>> Progress("rank", done=600, total=1000, seconds=2.0, kept=200).rate
        200.0
        """
        return (self.done - self.kept) / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds left at this rate; None where that cannot be said."""
        if not self.total or self.rate <= 0:
            return None
        return max(self.total - self.done, 0) / self.rate


@dataclass
class Watch:
    """Counts the rows of one step and tells of them.

    Parameters
    ----------
    tell : callable
        Is given a `Progress` whenever rows are done.
    step : str
        Name of the step.
    total : int
        Rows of the step; 0 where not known.
    kept : int
        Rows that an earlier run has done.
    """

    tell: Callable[[Progress], None]
    step: str
    total: int = 0
    kept: int = 0
    _start: float = field(default_factory=time.monotonic, init=False)
    _done: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._done = self.kept
        self._tell()

    def done(self, rows: int) -> None:
        """Count rows that are done."""
        self._done += rows
        self._tell()

    def _tell(self) -> None:
        self.tell(Progress(self.step, self._done, self.total, time.monotonic() - self._start, self.kept))


def quiet(_progress: Progress) -> None:
    """Say nothing."""
