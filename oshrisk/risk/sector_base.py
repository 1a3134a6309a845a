"""The level of each outcome and how sectors differ from it, looked up by the longest code that is listed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.reference.sectors import different_pairs

if TYPE_CHECKING:
    from oshrisk.risk.table import Constant


@dataclass(frozen=True)
class SectorRow:
    """A sector: all codes of a scheme that begin with a prefix.

    Parameters
    ----------
    scheme : str
        ``"vsic2018"``, ``"vsic2025"``, ``"naics2022"`` …
    prefix : str
        The beginning of a code.
    accident, fatal, violation : float
        Natural log of the sector's rate per worker-year over the level; for violation, of its odds.
    accident_sd, fatal_sd, violation_sd : float
        Standard deviation of the above.
    group, title_vi, title_en : str
        Expert group the sector belongs to and its name; empty where a sector was fitted from data.
    severity : float, default 0
        Natural log of the sector's lost days per non-fatal accident over the table's; 0 where nobody counted them.
    """

    scheme: str
    prefix: str
    accident: float
    fatal: float
    violation: float
    accident_sd: float
    fatal_sd: float
    violation_sd: float
    group: str = ""
    title_vi: str = ""
    title_en: str = ""
    severity: float = 0.0


@dataclass(frozen=True)
class SectorBase:
    """Levels and sectors.

    Parameters
    ----------
    level : mapping of outcome to Constant
        accident and fatal: rate per worker-year of the average enterprise; violation: probability of a serious
        violation at a visit.
    rows : tuple of SectorRow
        Sectors, each ``(scheme, prefix)`` once. A code under none of them has the level itself.
    """

    level: Mapping[str, Constant]
    rows: tuple[SectorRow, ...]

    def log_ratio(self, outcome: str) -> NDArray[np.float64]:
        """Return, by row, the log ratio to the level; one 0 more at the end, for "no sector known"."""
        return np.array([*(getattr(row, outcome) for row in self.rows), 0.0])

    def variance(self, outcome: str) -> NDArray[np.float64]:
        """Return, by row, the variance of the log ratio; at the end that among sectors, for "no sector known"."""
        spread = float(np.var(self.log_ratio(outcome)[:-1])) if self.rows else 0.0
        return np.array([*(getattr(row, f"{outcome}_sd") ** 2 for row in self.rows), spread])

    def severity_ratio(self) -> NDArray[np.float64]:
        """Return, by row, the ratio of lost days per non-fatal accident to the table's; one 1 more at the end."""
        return np.exp([*(row.severity for row in self.rows), 0.0])

    def find(self, schemes: pd.Series, codes: pd.Series) -> NDArray[np.intp]:
        """Find the sector of each enterprise by the longest prefix.

        Parameters
        ----------
        schemes, codes : Series of str
            Scheme and code; NaN where unknown.

        Returns
        -------
        ndarray of int
            Position in `rows`; ``len(rows)`` where none matches.

        Examples
        --------
        >>> rows = (SectorRow("s", "1", 0, 0, 0, 1, 1, 1), SectorRow("s", "12", 0, 0, 0, 1, 1, 1))
        >>> SectorBase({}, rows).find(pd.Series(["s", "s", None]), pd.Series(["129", "3", "12"])).tolist()
        [1, 2, 2]
        """
        numbers, pairs = different_pairs(schemes, codes)
        index = {(row.scheme, row.prefix): position for position, row in enumerate(self.rows)}
        told = pairs.notna().all(axis=1)
        found = [
            _longest(index, pair.scheme, pair.code, len(self.rows)) if known else len(self.rows)
            for pair, known in zip(pairs.itertuples(), told, strict=True)
        ]
        return np.array(found, dtype=np.intp)[numbers]

    def document(self) -> dict[str, Any]:
        """Return levels and sectors as plain values."""
        return {
            "level": {outcome: asdict(entry) for outcome, entry in self.level.items()},
            "base": [_row_document(row) for row in self.rows],
        }

    def to_frame(self) -> pd.DataFrame:
        """Lay the sectors out for reading.

        Returns
        -------
        DataFrame
            The columns of `SectorRow`, and accident_rate and fatal_rate per worker-year.
        """
        frame = pd.DataFrame([asdict(row) for row in self.rows])
        for outcome in ("accident", "fatal"):
            frame[f"{outcome}_rate"] = self.level[outcome].value * np.exp(frame[outcome])
        return frame


def _row_document(row: SectorRow) -> dict[str, Any]:
    """Return a row as plain values; a severity that nobody counted is left out."""
    return {name: value for name, value in asdict(row).items() if name != "severity" or value}


def _longest(index: Mapping[tuple[str, str], int], scheme: str, code: str, none: int) -> int:
    for length in range(len(code), 0, -1):
        position = index.get((scheme, code[:length]))
        if position is not None:
            return position
    return none


def logit(probability: float) -> float:
    """Return the log odds of a probability strictly between 0 and 1."""
    return math.log(probability / (1 - probability))
