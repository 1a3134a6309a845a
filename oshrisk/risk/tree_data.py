"""The labels that boosted trees grow on: dealt into folds, and the deviance on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TreeData:
    """Labels of the rows.

    Parameters
    ----------
    events : ndarray, shape (n,)
        Accidents, or 1 and 0.
    exposure : ndarray, shape (n,)
        Worker-years, times what is known of each row's rate beforehand: sector and own record.
    weight : ndarray, shape (n,)
        Weights.
    group : ndarray of int, shape (n,)
        Number of each row's group, from 0.
    """

    events: Floats
    exposure: Floats
    weight: Floats
    group: NDArray[np.intp]

    def take(self, rows: NDArray[np.bool_]) -> TreeData:
        """Return some rows."""
        return TreeData(self.events[rows], self.exposure[rows], self.weight[rows], self.group[rows])

    def folds(self, count: int, seed: int) -> NDArray[np.intp]:
        """Deal the groups out: those with events first, so that each fold has its share of them."""
        groups = int(self.group.max()) + 1
        struck = np.bincount(self.group, self.events, groups) > 0
        mixed = np.random.default_rng(seed).permutation(groups)
        dealt = np.empty(groups, dtype=np.intp)
        dealt[mixed[np.argsort(~struck[mixed], kind="stable")]] = np.arange(groups) % count
        return np.asarray(dealt[self.group])

    def loss(self, predicted: Floats, outcome: str) -> float:
        """Half the deviance, up to a constant."""
        if outcome == "violation":
            chance = np.clip(predicted[:, -1], 1e-12, 1 - 1e-12)
            return -float(self.weight @ np.where(self.events > 0, np.log(chance), np.log1p(-chance)))
        mean = self.exposure * predicted
        return float(self.weight @ (mean - self.events * np.log(np.maximum(mean, 1e-300))))
