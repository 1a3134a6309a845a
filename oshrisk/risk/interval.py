"""The interval of the priority: where the true value of an enterprise like this one lies.

Two enterprises of the same bins are not alike. Given its structure an enterprise's accident rate is gamma (shape a
before its own record, a + n after n accidents: `oshrisk.risk.credibility`), and with a near 1 that is far from
symmetric on the log scale: the middle lies below the mean, and the lower end much further away than the upper. The
interval therefore has the gamma's own quantiles, and not a normal one of the same variance.

What is independent is put together on the log scale: medians add, distances from the median add in squares, each
side for itself. That is exact for any one part and for normal ones; for the sum of a log-gamma and a normal, 80 %
intervals held .799 to .802 (400,000 draws each; shapes .2 to 10, standard deviations 0 to 1.2). Non-fatal harm, fatal
harm and violation are not independent, since one way of working is behind all three, and how far they go together is
not known: they are taken to go together fully, which is the wider reading.

The levels, which are the same for all enterprises, are taken as the table states them.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.risk.credibility import credibility, record_of
from oshrisk.risk.scoring import Floats, Score
from oshrisk.risk.table import RiskTable
from oshrisk.settings import Priority

TAIL: Final = 0.1  # probability outside, on each side: an 80 % interval
_Z: Final = 1.2815515655446004  # standard normal quantile of 1 - TAIL
_TINY: Final = np.finfo(float).tiny


class Span(NamedTuple):
    """Where the log of a true value lies, against the log of what is expected.

    Parameters
    ----------
    middle : ndarray, shape (n,)
        Median.
    below, above : ndarray, shape (n,)
        How far the 10 % and the 90 % quantile are from it, both positive.
    """

    middle: Floats
    below: Floats
    above: Floats

    def apart(self, other: Span) -> Span:
        """Return the span of the product of two values that are independent."""
        ends = np.hypot(self.below, other.below), np.hypot(self.above, other.above)
        return Span(self.middle + other.middle, *ends)

    def along(self, other: Span) -> Span:
        """Return the span of the product of two values that go together."""
        return Span(*(own + its for own, its in zip(self, other, strict=True)))

    def mixed(self, other: Span, share: Floats) -> Span:
        """Return the span of a sum of two values that go together, the other making up `share` of what is expected."""
        return Span(*((1 - share) * own + share * its for own, its in zip(self, other, strict=True)))


def ends_of(
    result: pd.DataFrame, table: RiskTable, scores: dict[str, Score], features: pd.DataFrame, mode: Priority
) -> tuple[Floats, Floats]:
    """Return the ends of an 80 % interval of the priority.

    Parameters
    ----------
    result : DataFrame, shape (n, ...)
        With ``priority``, ``expected_harm``, ``expected_fatal`` and ``violation_probability``.
    table : RiskTable
        The model. Its constant ``violation_deviation`` is the standard deviation, in log odds of a violation, between
        enterprises of the same bins; 0 where it has none.
    scores : dict of str to Score
        By outcome.
    features : DataFrame
        With the own record.
    mode : str
        What the priority is.

    Returns
    -------
    tuple of ndarray, each of shape (n,)
        Lower and upper end; what is expected lies between them.
    """
    expected = result["priority"].to_numpy()
    if mode in {"harm", "rate"}:
        span = _harm(result, table, scores, features)
    elif mode == "violation":
        span = _violation(table, scores["violation"])
    else:
        span = _harm(result, table, scores, features).along(_violation(table, scores["violation"]))
    ends = expected * np.exp(span.middle - span.below), expected * np.exp(span.middle + span.above)
    return np.minimum(ends[0], expected), np.maximum(ends[1], expected)


def _harm(result: pd.DataFrame, table: RiskTable, scores: dict[str, Score], features: pd.DataFrame) -> Span:
    """Own experience of credibility Z leaves (1 − Z)² of the variance of the structure."""
    events, exposure = record_of(features, table.record_discount, table.record_completeness)
    strength = table.constant("credibility_strength")
    left = 1 - credibility(np.exp(scores["accident"].total), exposure, strength)
    accident = _gamma(strength + np.nan_to_num(events)).apart(_normal(left * np.sqrt(scores["accident"].variance)))
    fatal = _gamma(np.full(len(result), strength)).apart(_normal(np.sqrt(scores["fatal"].variance)))
    deaths = result["expected_fatal"].to_numpy() * table.constant("days_per_death")
    return accident.mixed(fatal, deaths / result["expected_harm"].to_numpy())


def _violation(table: RiskTable, found: Score) -> Span:
    deviation = table.constants["violation_deviation"].value if "violation_deviation" in table.constants else 0.0
    reach = _Z * np.sqrt(found.variance + deviation**2)
    low, middle, high = (-np.logaddexp(0, -(found.total + step)) for step in (-reach, 0.0, reach))
    return Span(np.zeros(len(reach)), middle - low, high - middle)


def _normal(sd: Floats) -> Span:
    return Span(np.zeros(len(sd)), _Z * sd, _Z * sd)


def _gamma(shape: Floats) -> Span:
    """Return the span of a gamma variable of mean 1."""
    from scipy.special import gammaincinv  # noqa: PLC0415  # scipy takes a while to import

    different, place = np.unique(shape, return_inverse=True)  # most enterprises have no accident on record
    quantiles: list[NDArray[np.float64]] = [
        np.log(np.maximum(gammaincinv(different, chance), _TINY) / different)[place] for chance in (TAIL, 0.5, 1 - TAIL)
    ]
    return Span(quantiles[1], quantiles[1] - quantiles[0], quantiles[2] - quantiles[1])
