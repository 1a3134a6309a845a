"""Labelled rows to learn from: what was known of an enterprise at a date, and what came of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from oshrisk.errors import OshriskError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """What one outcome is learned from; a row is an enterprise at an as-of date.

    Parameters
    ----------
    features : DataFrame, shape (n, features)
        From `oshrisk.features.build_features` at each row's own date; any index.
    outcome : array-like, shape (n,)
        Accident and fatal: accidents in the period after the date. Violation: 1 where a visit found a serious
        violation, 0 where it found none. NaN: not labelled; such rows are kept and not learned from.
    exposure : array-like, shape (n,), optional
        Worker-years of the reported part of that period; counts only. Rows of no or unknown exposure are not
        learned from: silence is no label.
    weight : array-like, shape (n,), optional
        Weight of each row, such as `oshrisk.risk.violation.Weights.weight`; 1 by default.
    inspector : Series, shape (n,), optional
        Who made the visit; NaN where unknown.

    Raises
    ------
    OshriskError
        If a part has not one value a row, or an outcome, exposure or weight is negative or infinite.

    Examples
    --------
    >>> len(Panel(pd.DataFrame({"workers": [5.0, 50.0]}), [0, 1]))
    2
    """

    features: pd.DataFrame
    outcome: ArrayLike
    exposure: ArrayLike | None = None
    weight: ArrayLike | None = None
    inspector: pd.Series | None = None

    def __post_init__(self) -> None:
        for name in ("outcome", "exposure", "weight", "inspector"):
            part = getattr(self, name)
            if part is None:
                continue
            if np.shape(part) != (len(self.features),):
                raise OshriskError("risk.panel_length", part=name, found=np.shape(part), rows=len(self.features))
            if name != "inspector":
                _check_not_negative(name, _numbers(part))

    def __len__(self) -> int:
        return len(self.features)

    @property
    def labels(self) -> Floats:
        """The outcome as numbers; NaN where not labelled."""
        return _numbers(self.outcome)

    @property
    def exposures(self) -> Floats:
        """Worker-years; 1 where none were given."""
        return np.ones(len(self)) if self.exposure is None else _numbers(self.exposure)

    @property
    def weights(self) -> Floats:
        """Weights; 1 where none were given."""
        return np.ones(len(self)) if self.weight is None else _numbers(self.weight)

    @property
    def labelled(self) -> NDArray[np.bool_]:
        """Rows that can be learned from: an outcome, an exposure above zero and a weight above zero."""
        return ~np.isnan(self.labels) & (self.exposures > 0) & (self.weights > 0)

    def take(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Panel:
        """Return some of the rows, such as one side of a split.

        Parameters
        ----------
        rows : ndarray of bool or int
            Mask or positions.

        Returns
        -------
        Panel
            Those rows.
        """
        return Panel(
            self.features.iloc[np.flatnonzero(rows) if np.asarray(rows).dtype == bool else rows],
            self.labels[rows],
            None if self.exposure is None else self.exposures[rows],
            None if self.weight is None else self.weights[rows],
            None if self.inspector is None else self.inspector.iloc[rows],
        )


def _numbers(values: ArrayLike) -> Floats:
    if isinstance(values, pd.Series):
        return np.asarray(values.to_numpy(dtype=float, na_value=np.nan))
    return np.asarray(values, dtype=float)


def _check_not_negative(name: str, values: Floats) -> None:
    strange = values[(values < 0) | np.isinf(values)]
    if len(strange):
        raise OshriskError("risk.panel_value", part=name, value=float(strange[0]), count=len(strange))
