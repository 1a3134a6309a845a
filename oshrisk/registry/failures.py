"""What is wrong with raw cells: one record a bad cell, with a code that the catalogue explains."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Detail = str | NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Failure:
    """Cells of one column that broke one rule.

    Parameters
    ----------
    column : str
        Column of the table; empty where the whole row is meant.
    code : str
        Entry below ``errors`` of ``locale/*/registry.toml``: ``"E110"``.
    rows : ndarray of int
        Positions of the rows.
    detail : str or ndarray of str
        What the text names beside the value: a limit, another cell, a near name; one for all or one a row.
    """

    column: str
    code: str
    rows: NDArray[np.intp]
    detail: Detail = ""


@dataclass(eq=False)
class Failures:
    """All failures of one table while it is checked.

    Parameters
    ----------
    size : int
        Rows of the table.
    """

    size: int
    found: list[Failure] = field(default_factory=list)

    def add(self, column: str, code: str, mask: Mask, detail: Detail = "") -> None:
        """Record the rows of a mask; `detail`, where it is an array, has one entry a row of the table."""
        rows = np.flatnonzero(mask)
        if len(rows):
            self.found.append(Failure(column, code, rows, detail if isinstance(detail, str) else detail[rows]))

    @property
    def bad(self) -> Mask:
        """Whether each row has any failure."""
        mask = np.zeros(self.size, dtype=bool)
        for failure in self.found:
            mask[failure.rows] = True
        return mask
