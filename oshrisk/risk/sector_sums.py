"""Sums over enterprises by sector code: all that a sector base is fitted on, whoever was added first.

Sums of floating-point numbers depend on their order in the last digits, and with them so would the ranks of those who
are nearly equal. Values are therefore rounded to a fixed point first and added up as whole numbers: the sums are the
same for any order of the rows and any cut into shards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from oshrisk.risk.credibility import strength_of_sums

# Parts of one accident or worker-year. Squares of worker-years are large: 2¹⁰ leaves room for 8 · 10¹⁵ of them.
POINT: Final = {"events": 20, "exposure": 20, "events_squared": 20, "product": 20, "exposure_squared": 10}


@dataclass(frozen=True)
class SectorSums:
    """Sums by sector code.

    Parameters
    ----------
    rows : DataFrame of int64
        Indexed by sector code in its order ("" is none): the columns of `POINT`, in units of 2 to the minus that.
    """

    rows: pd.DataFrame

    @classmethod
    def of(cls, codes: pd.Series, events: ArrayLike, exposure: ArrayLike) -> SectorSums:
        """Add up some enterprises.

        Parameters
        ----------
        codes : Series of str, shape (n,)
            Sector codes; NaN where unknown.
        events, exposure : array-like, shape (n,)
            Accidents and worker-years; NaN counts as none.

        Examples
        --------
        >>> sums = SectorSums.of(pd.Series(["08", "08", None]), [1, 0, 2], [10.0, 20.0, 5.0])
        >>> sums.column("exposure").tolist()
        [5.0, 30.0]
        """
        count, time = (np.nan_to_num(np.asarray(values, dtype=float)) for values in (events, exposure))
        values = {
            "events": count,
            "exposure": time,
            "events_squared": count**2,
            "product": count * time,
            "exposure_squared": time**2,
        }
        whole = {name: np.rint(np.ldexp(value, POINT[name])).astype(np.int64) for name, value in values.items()}
        text = codes.astype("object").where(codes.notna(), "").astype(str).to_numpy(dtype=object)
        return cls(pd.DataFrame(whole).groupby(pd.Index(text, name="code"), sort=True).sum())

    @classmethod
    def combined(cls, parts: Iterable[SectorSums]) -> SectorSums:
        """Add up the sums of shards."""
        return cls(pd.concat([part.rows for part in parts]).groupby(level=0, sort=True).sum())

    def column(self, name: str) -> NDArray[np.float64]:
        """Return one of the sums by code."""
        return np.asarray(np.ldexp(self.rows[name].to_numpy(dtype=np.float64), -POINT[name]))

    def strength(self, level: float) -> float:
        """Return the shape of the gamma variable by which enterprises differ (`estimate_strength`) at a level."""
        total = {name: float(np.ldexp(float(self.rows[name].sum()), -point)) for name, point in POINT.items()}
        squares = level**2 * total["exposure_squared"]
        apart = total["events_squared"] - 2 * level * total["product"] + squares
        return strength_of_sums(apart - level * total["exposure"], squares)
