"""What compares an enterprise with its peers: from statistics that add up over the shards of a registry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.features.rows import Floats, categorical, looked_up

TOP_SHARE: Final = 0.25  # "top quarter of the sector, if reported" (expert table)
MIN_REPORTERS: Final = 4  # assumed: a quarter of fewer than four reporters means nothing
TOP: Final = ("no", "yes")


@dataclass(frozen=True)
class MinorRates:
    """The minor-accident rates of those who report, by division of their sector.

    Parameters
    ----------
    reporters : Series of int
        Reporters by division.
    positive : DataFrame
        The rates above zero: ``division``, ``rate`` [accidents per worker-year].
    """

    reporters: pd.Series
    positive: pd.DataFrame

    @classmethod
    def of(cls, rate: Floats, division: pd.Series) -> MinorRates:
        """Take the statistics of some enterprises; NaN is no reporter, or no known division."""
        told = division.notna().to_numpy() & ~np.isnan(rate)
        told = pd.DataFrame({"division": division[told].to_numpy(dtype=object), "rate": rate[told]})
        return cls(told.groupby("division").size(), told[told["rate"] > 0].reset_index(drop=True))

    @classmethod
    def combined(cls, parts: Iterable[MinorRates]) -> MinorRates:
        """Add up the statistics of shards."""
        every = list(parts)
        reporters = pd.concat([part.reporters for part in every]).groupby(level=0).sum()
        return cls(reporters, pd.concat([part.positive for part in every], ignore_index=True))

    def limits(self) -> pd.Series:
        """Return by division the rate at which its top quarter begins; infinite where nobody is in it.

        Divisions with fewer than `MIN_REPORTERS` reporters are left out. An enterprise is in the top quarter if its
        rank among the reporters (equals take the lowest) is above 1 − `TOP_SHARE` of them.
        """
        enough = self.reporters[self.reporters >= MIN_REPORTERS]
        limits = pd.Series(np.inf, index=enough.index, dtype="float64")
        for division, rates in self.positive.groupby("division")["rate"]:
            if division not in limits.index:
                continue
            ordered, count = np.sort(rates.to_numpy()), int(enough[division])
            rank = count - len(ordered) + np.searchsorted(ordered, ordered, side="left") + 1
            top = rank / count > 1 - TOP_SHARE
            limits[division] = ordered[top.argmax()] if top.any() else np.inf
        return limits


def top_quarter(rate: Floats, division: pd.Series, limits: pd.Series) -> pd.Categorical:
    """Say who is in the top quarter of the reporters of its division.

    Parameters
    ----------
    rate : ndarray of float, shape (enterprises,)
        Minor accidents per worker-year of reported periods; NaN unknown.
    division : Series of str, shape (enterprises,)
        Division of the sector.
    limits : Series
        From `MinorRates.limits`.

    Returns
    -------
    Categorical of `TOP`
        Unknown for those who do not report, and in divisions of few reporters.

    Examples
    --------
    >>> rate, division = np.array([0.0, 0.0, 0.0, 0.2, np.nan]), pd.Series(["08"] * 5)
    >>> top_quarter(rate, division, MinorRates.of(rate, division).limits()).tolist()
    ['no', 'no', 'no', 'yes', nan]
    """
    limit = looked_up(division, limits)
    code: NDArray[np.intp] = np.where(np.isnan(rate) | np.isnan(limit), -1, (rate > 0) & (rate >= limit))
    return categorical(code, TOP)
