"""From a table and rows to parameters with priors: the design of a fit.

The model is the scorer's own (`oshrisk.risk.scoring`): for row i and factors f in bins b,

    η = L + sector + clip(s · (S − U), ± cap),   S = Σ β_{f, b(i, f)},   U = Σ β_{f, unknown},

with L the log level and s the shrinkage; the break at the cap is bent a little (`BLEND`). The parameters are every
bin's β with the table's prior N(b, sd²) and sign, the sectors, s, and the level. The level's own vague prior is put
where an enterprise with every factor in its reference bin stands, L = ℓ + s · U − s₀ · U₀: then an unknown bin learns
from the rows that are unknown, and a known one from its own rows alone.

What the rows cannot tell is held at its prior: a bin or sector that no row, or every row, falls in, and the
reference bins, which are 0 by definition.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Codes = NDArray[np.int32]

BLEND: Final = 0.04  # of the log risk; see `_capped`
LEVEL, SHRINK = 0, 1  # positions of these parameters
_BLOCK: Final = 65_536  # rows counted at once: changes nothing but speed


@dataclass(frozen=True)
class Parameters:
    """Parameters of a fit, their prior and their bounds.

    Parameters
    ----------
    keys : list of tuple of str
        (kind, name, state): ``("level", "", "")``, ``("shrink", "", "")``, ``("bin", factor, state)``,
        ``("group", group, "")``, ``("sector", group or scheme, prefix)``, ``("inspector", name, "")``.
    mean, sd, low, high : ndarray, shape (p,)
        Normal prior, truncated to the bounds; a parameter whose bounds are equal is held.
    """

    keys: list[tuple[str, str, str]]
    mean: Floats
    sd: Floats
    low: Floats
    high: Floats

    @property
    def free(self) -> NDArray[np.bool_]:
        """Parameters that can move."""
        return self.low < self.high


@dataclass(frozen=True)
class _Column:
    """One factor's positions among the parameters, counted from the first that occurs."""

    codes: NDArray[np.int32]
    first: int
    width: int

    @classmethod
    def of(cls, positions: Codes) -> _Column:
        first = int(positions.min())
        return cls((positions - first).astype(np.int32), first, int(positions.max()) - first + 1)

    @property
    def span(self) -> slice:
        return slice(self.first, self.first + self.width)


@dataclass(frozen=True)
class Design:
    """Rows laid out for a fit.

    Parameters
    ----------
    parameters : Parameters
        In the order level, shrink, bins, others, and one last that is always 0, for "no such column".
    bins : ndarray of int, shape (n, factors)
        By row and factor, the position of its bin among the parameters.
    others : ndarray of int, shape (n, k)
        The same for the sector's group, the sector and, if it is fitted, the inspector.
    offset : ndarray, shape (n,)
        The table's own log ratio of the sector, from which sectors move.
    unknown : ndarray of bool, shape (p,)
        Parameters that are unknown bins.
    cap : float
        Of the table's combination.
    level_moves : bool
        Whether the level is fitted.
    """

    parameters: Parameters
    bins: Codes
    others: Codes
    offset: Floats
    unknown: NDArray[np.bool_]
    cap: float
    level_moves: bool

    def __len__(self) -> int:
        return len(self.bins)

    @cached_property
    def _bins(self) -> csr_array:
        return _one_hot(self.bins, len(self.parameters.mean))

    @cached_property
    def _others(self) -> csr_array:
        return _one_hot(self.others, len(self.parameters.mean))

    @cached_property
    def counts(self) -> Floats:
        """Rows by parameter; 0 for level and shrinkage."""
        rows = np.zeros(len(self.parameters.mean))
        for codes in (self.bins, self.others):
            rows += np.bincount(codes.ravel(), minlength=len(rows))
        return rows

    def totals(self, values: Floats) -> Floats:
        """Add up values of the rows by parameter."""
        return np.asarray(self._bins.T @ values + self._others.T @ values)

    def _gauge(self, theta: Floats) -> float:
        """Return s · U − s₀ · U₀, by which the level stands above ℓ; 0 where it is held."""
        prior = self.parameters.mean
        return float(theta[SHRINK] * theta[self.unknown].sum() - prior[SHRINK] * prior[self.unknown].sum())

    def log_level(self, theta: Floats) -> float:
        """Return the log level L (log odds for violation) of the table that the parameters make."""
        return float(theta[LEVEL]) + (self._gauge(theta) if self.level_moves else 0.0)

    def sums(self, theta: Floats) -> Floats:
        """Return S − U of each row: the factors' sum before it is shrunk and capped."""
        return np.asarray(self._bins @ theta - theta[self.unknown].sum())

    def eta(self, theta: Floats, sums: Floats | None = None) -> Floats:
        """Return η of every row.

        Parameters
        ----------
        theta : ndarray, shape (p,)
            Values of the parameters.
        sums : ndarray, shape (n,), optional
            `sums` of them, where they are at hand.

        Returns
        -------
        ndarray, shape (n,)
            Log rate, or log odds.
        """
        against_unknown = self.sums(theta) if sums is None else sums
        factors = _capped(theta[SHRINK] * against_unknown, self.cap)
        return np.asarray(self.log_level(theta) + self.offset + self._others @ theta + factors)

    def pull_back(self, theta: Floats, slope: Floats, sums: Floats) -> Floats:
        """Turn slopes by η into slopes by the parameters.

        Parameters
        ----------
        theta : ndarray, shape (p,)
            Values of the parameters.
        slope : ndarray, shape (n,)
            Slope by η of each row.
        sums : ndarray, shape (n,)
            `sums` of the parameters.

        Returns
        -------
        ndarray, shape (p,)
            Slope by each parameter.
        """
        shrink, held_unknown = theta[SHRINK], theta[self.unknown].sum()
        counted = slope * self._inside(theta, sums)
        result = self._others.T @ slope + shrink * (self._bins.T @ counted)
        result[self.unknown] += shrink * (self.level_moves * slope.sum() - counted.sum())
        result[LEVEL] = slope.sum()
        result[SHRINK] = counted @ sums + self.level_moves * held_unknown * slope.sum()
        return np.asarray(result)

    def _inside(self, theta: Floats, sums: Floats) -> Floats:
        """Return the slope of the capped sum by the sum: 1 where the cap leaves a row alone, 0 beyond it."""
        return np.asarray(np.clip((self.cap + BLEND - np.abs(theta[SHRINK] * sums)) / (2 * BLEND), 0.0, 1.0))

    def diagonal(self, theta: Floats, weight: Floats) -> Floats:
        """Return roughly the diagonal of `information`, which is enough to choose units by; arguments as there."""
        sums = self.sums(theta)
        inside = self._inside(theta, sums)
        result = self._others.T @ weight + theta[SHRINK] ** 2 * (self._bins.T @ (weight * inside**2))
        result[LEVEL], result[SHRINK] = weight.sum(), weight @ (inside * sums) ** 2
        return np.asarray(result)

    def information(self, theta: Floats, weight: Floats) -> Floats:
        """Return J′ diag(weight) J of the slopes J of η by the parameters.

        Parameters
        ----------
        theta : ndarray, shape (p,)
            Values of the parameters.
        weight : ndarray, shape (n,)
            Information on η of each row.

        Returns
        -------
        ndarray, shape (p, p)
            Expected information on the parameters.
        """
        sums = self.sums(theta)
        inside = self._inside(theta, sums)
        counts_for = theta[SHRINK] * inside  # what a bin's β counts for in η
        dense = np.zeros((len(theta), len(theta)))
        of_bins, of_others = self._moving
        _add_pairs(dense, of_bins, of_bins, weight * counts_for**2, mirror=True)
        _add_pairs(dense, of_others, of_others, weight, mirror=True)
        _add_pairs(dense, of_bins, of_others, weight * counts_for, mirror=True)
        by_shrink = inside * sums + self.level_moves * theta[self.unknown].sum()
        for position, by_row in ((LEVEL, np.ones(len(weight))), (SHRINK, by_shrink)):
            cross = self._others.T @ (weight * by_row) + self._bins.T @ (weight * by_row * counts_for)
            dense[position] += cross
            dense[:, position] += cross
        dense[LEVEL, LEVEL] = weight.sum()
        dense[LEVEL, SHRINK] = dense[SHRINK, LEVEL] = weight @ by_shrink
        dense[SHRINK, SHRINK] = weight @ by_shrink**2
        common = theta[SHRINK] * self.level_moves - counts_for
        return self._with_unknown(dense, weight, common, by_shrink, counts_for) if common.any() else dense

    @cached_property
    def _moving(self) -> tuple[list[_Column], list[_Column]]:
        """The columns of bins and of others with a parameter that can move."""
        free = self.parameters.free
        bins, others = (
            [_Column.of(column) for column in codes.T if free[column].any()] for codes in (self.bins, self.others)
        )
        return bins, others

    def _with_unknown(
        self, dense: Floats, weight: Floats, common: Floats, by_shrink: Floats, counts_for: Floats
    ) -> Floats:
        """Add what every unknown bin has in common in all rows: it is subtracted, and the level may make it up."""
        cross = self._others.T @ (weight * common) + self._bins.T @ (weight * common * counts_for)
        cross[LEVEL], cross[SHRINK] = weight @ common, weight @ (common * by_shrink)
        which = self.unknown.astype(float)
        return np.asarray(
            dense + np.outer(which, cross) + np.outer(cross, which) + weight @ common**2 * np.outer(which, which)
        )


def _capped(total: Floats, cap: float) -> Floats:
    """Keep sums within ± cap, as the scorer does, but bend into the cap instead of breaking off at it.

    Within `BLEND` of the cap the slope falls from 1 to 0 in a line, so that the search does not stumble; no row differs
    from the scorer by more than a quarter of `BLEND`.
    """
    size = np.abs(total)
    into = np.clip(size - (cap - BLEND), 0.0, 2 * BLEND)
    return np.asarray(np.sign(total) * (np.minimum(size, cap - BLEND) + into - into**2 / (4 * BLEND)))


def _one_hot(codes: Codes, columns: int) -> csr_array:
    rows, width = codes.shape
    starts = np.arange(0, rows * width + 1, width, dtype=np.int32 if rows * width < 2**31 else np.int64)
    indices = codes.ravel().astype(starts.dtype, copy=False)
    return csr_array((np.ones(rows * width), indices, starts), shape=(rows, columns))


def _add_pairs(dense: Floats, first: list[_Column], second: list[_Column], weight: Floats, *, mirror: bool) -> None:
    """Add up the weight of the rows that fall in two columns at once; `mirror` below the diagonal, too."""
    same = first is second
    for position, left in enumerate(first):
        for right in second[position:] if same else second:
            sums = np.zeros(left.width * right.width)
            for start in range(0, len(weight), _BLOCK):  # blocks that stay in the processor's cache
                rows = slice(start, start + _BLOCK)
                pair = left.codes[rows].astype(np.intp) * right.width + right.codes[rows]
                sums += np.bincount(pair, weight[rows], len(sums))
            table = sums.reshape(left.width, right.width)
            dense[left.span, right.span] += table
            if mirror and left is not right:
                dense[right.span, left.span] += table.T
