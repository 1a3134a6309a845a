"""Whom a list visits, held against whom it could visit: shares, what chance alone would give, and a verdict.

A list is compared with three references: the enterprises, their workers, and their expected harm. For each the
question is whether the list could have been drawn with chances in proportion to it, whatever the group. The answer is
one of three: "differs", "no sign", or "not enough data". Lists of enterprises are audited, never people, and no
attribute of people is an input.

The chance distribution is simulated: as many enterprises as were listed, each as often as it was listed, are drawn
anew without replacement, with chances in proportion to the reference. Groups of all dimensions are tested together
(maximum of the standardised differences; P. H. Westfall and S. S. Young, Resampling-Based Multiple Testing, 1993), so
that the chance of any "differs" under pure noise is at most `level` for each reference.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.evaluate.metrics import Floats
from oshrisk.planning.costs import size_class
from oshrisk.reference.communes import communes

REFERENCES: Final = ("enterprises", "workers", "expected_harm")
VERDICTS: Final = ("differs", "no_sign", "not_enough_data")
LEVEL: Final = 0.05
DRAWS: Final = 999
MIN_LISTED: Final = 20  # assumed: different enterprises a list must have before its shares mean anything
MIN_EXPECTED: Final = 5.0  # assumed: visits that chance must give a group before its share is judged
MIN_ERRORS: Final = 10  # assumed: labelled enterprises a group must have before its error rate is judged
NEAR_HOURS: Final = (1.0, 2.5)  # assumed: one-way hours that part near, middle and far
_ORDER: Final = " micro small large near middle far yes no unknown "  # of groups in tables; others by name, first
_CHUNK: Final = 4_000_000
_Z: Final = 1.959963984540054  # standard normal quantile of .975


def groups(features: pd.DataFrame, *, province_code: str = "dien_bien") -> pd.DataFrame:
    """Place every enterprise in the groups by which a list is audited.

    Parameters
    ----------
    features : DataFrame, shape (n, ...)
        With ``workers``, ``section``, ``commune_code``, ``travel_hours``, ``months_since_inspection``.
    province_code : str, default "dien_bien"
        Folder of the province's communes.

    Returns
    -------
    DataFrame of str, shape (n, 5)
        ``size`` (micro, small, large, unknown), ``sector`` (section of the classification), ``area`` (former
        district of the commune), ``remoteness`` (near, middle, far) and ``visited_before`` (yes, no); "unknown" where
        the registers do not say.
    """
    district = communes(province_code)["former_district"].astype("str")
    hours = features["travel_hours"]
    known = [hours.lt(NEAR_HOURS[0]), hours.lt(NEAR_HOURS[1]), hours.notna()]
    columns = {
        "size": size_class(features["workers"]),
        "sector": features["section"],
        "area": features["commune_code"].map(district),
        "remoteness": pd.Series(np.select(known, ["near", "middle", "far"], "unknown"), features.index),
        "visited_before": features["months_since_inspection"].notna().map({True: "yes", False: "no"}),
    }
    return pd.DataFrame({name: column.astype("str").fillna("unknown") for name, column in columns.items()})


def audit(
    visits: pd.Series,
    group: pd.DataFrame,
    reference: pd.DataFrame,
    *,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = 0,
) -> pd.DataFrame:
    """Audit a list, or the lists of several quarters together.

    Parameters
    ----------
    visits : Series, indexed by enterprise_id
        How often each enterprise that could be listed was listed.
    group : DataFrame, indexed alike
        One column a dimension: from `groups`.
    reference : DataFrame, indexed alike
        What the shares are held against: columns of `REFERENCES`; none below zero, NaN counts as none.
    level : float, default 0.05
        Chance of any "differs" by pure noise, for each reference.
    draws : int, default 999
        Lists drawn by chance.
    seed : int, default 0
        Seed of the draws.

    Returns
    -------
    DataFrame
        A row a reference, dimension and group: ``visits``, ``listed`` (different enterprises), ``share``, with
        ``low`` and ``high`` (95 % Wilson interval on different enterprises), ``reference_share``, ``chance_low`` and
        ``chance_high`` (where chance alone puts the shares of all groups together with probability 1 − `level`;
        NaN where no group has enough data), ``p`` (adjusted for all groups), ``verdict``.
    """
    counts = visits.to_numpy("float64")
    member, names = _membership(group)
    parts = []
    for name in reference.columns:
        mass = np.nan_to_num(reference[name].to_numpy("float64"))
        drawn = _chance(counts, mass, member, draws, seed)
        parts.append(_judged(counts, mass, member, drawn, level).assign(reference=name))
    frame = pd.concat(parts, ignore_index=True)
    frame["dimension"], frame["group"] = ([pair[side] for pair in names] * len(parts) for side in (0, 1))
    head = ["reference", "dimension", "group"]
    return frame[[*head, *frame.columns.difference(head, sort=False)]]


def error_rates(
    visits: pd.DataFrame, group: pd.DataFrame, *, level: float = LEVEL, draws: int = DRAWS, seed: int = 0
) -> pd.DataFrame:
    """Compare a ranking's errors between groups, on visits that were drawn at random only.

    Elsewhere errors are not identified: only those whom the ranking, or an inspector, chose have a label.

    Parameters
    ----------
    visits : DataFrame, indexed by enterprise_id
        ``arm`` (rows other than "random" are left out), ``violation`` (1 or 0) and ``flagged`` (whether the ranking
        would have listed it), of visits with a recorded result.
    group : DataFrame
        Indexed by enterprise_id, one column a dimension.
    level, draws, seed
        As `audit`; labels are permuted over the enterprises.

    Returns
    -------
    DataFrame
        A row an error ("missed": a violation not flagged, "false_alarm": a flag without a violation), dimension and
        group: ``labelled`` (enterprises the rate is of), ``rate`` with ``low`` and ``high``, ``p``, ``verdict``.
    """
    rows = visits[visits["arm"].eq("random") & visits["violation"].notna()]
    generator = np.random.default_rng(seed)
    parts = []
    for error, among, wrong in (("missed", 1.0, 0.0), ("false_alarm", 0.0, 1.0)):
        part = rows[rows["violation"].eq(among)]
        member, names = _membership(group.reindex(part.index).fillna("unknown"))
        bad = part["flagged"].astype("float64").eq(wrong).to_numpy("float64")
        frame = _rates(bad, member, level, draws, generator).assign(error=error)
        frame["dimension"], frame["group"] = ([pair[side] for pair in names] for side in (0, 1))
        parts.append(frame)
    frame = pd.concat(parts, ignore_index=True)
    head = ["error", "dimension", "group"]
    return frame[[*head, *frame.columns.difference(head, sort=False)]]


def adjusted(value: Floats, drawn: Floats, enough: NDArray[np.bool_], level: float) -> tuple[Floats, float]:
    """Test several figures together by the largest of their standardised deviations.

    Parameters
    ----------
    value : ndarray, shape (figures,)
        The figures.
    drawn : ndarray, shape (draws, figures)
        What chance alone makes of them.
    enough : ndarray of bool, shape (figures,)
        Which have enough data; the others take no part.
    level : float
        Chance of any false alarm.

    Returns
    -------
    p : ndarray, shape (figures,)
        How often the largest of chance's deviations is as large; NaN for figures that take no part.
    reach : float
        How many standard deviations the largest of chance's deviations reaches with probability 1 − `level`.
    """
    p = np.full(len(value), np.nan)
    told = np.flatnonzero(enough)
    told = told[drawn[:, told].std(axis=0) > 0]
    if not len(told):
        return p, float("nan")
    middle, spread = drawn[:, told].mean(axis=0), drawn[:, told].std(axis=0)
    largest = (np.abs(drawn[:, told] - middle) / spread).max(axis=1)
    own = np.abs(value[told] - middle) / spread
    p[told] = (1 + (largest[:, None] >= own[None, :] - 1e-9).sum(axis=0)) / (1 + len(drawn))
    return p, float(np.quantile(largest, 1 - level))


def _membership(group: pd.DataFrame) -> tuple[Floats, list[tuple[str, str]]]:
    """Return who is in which group, shape (groups, n), and the groups' names."""
    rows, names = [], []
    for dimension in group.columns:
        values = group[dimension].to_numpy(dtype=object)
        for value in sorted(set(values), key=lambda name: (_ORDER.find(f" {name} "), name)):
            rows.append(values == value)
            names.append((str(dimension), str(value)))
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(group)), names


def _chance(counts: Floats, mass: Floats, member: Floats, draws: int, seed: int) -> Floats:
    """Return the shares of visits by group in lists drawn with chances in proportion to `mass`: (draws, groups).

    Sampling without replacement by exponential keys (P. S. Efraimidis and P. G. Spirakis, 2006).
    """
    generator = np.random.default_rng(seed)
    times = counts[counts > 0]
    open_to = np.flatnonzero(mass > 0)
    taken = min(len(times), len(open_to))
    if not taken:
        return np.full((draws, len(member)), np.nan)
    shares = []
    for first in range(0, draws, step := max(1, _CHUNK // len(open_to))):
        size = min(step, draws - first)
        key = generator.exponential(size=(size, len(open_to))) / mass[open_to]
        chosen = open_to[np.argpartition(key, taken - 1, axis=1)[:, :taken]]
        often = generator.permuted(np.broadcast_to(times, (size, len(times))), axis=1)[:, :taken]
        sums = np.stack([(row[chosen] * often).sum(axis=1) for row in member], axis=1)
        shares.append(sums / often.sum(axis=1, keepdims=True))
    return np.concatenate(shares)


def _judged(counts: Floats, mass: Floats, member: Floats, drawn: Floats, level: float) -> pd.DataFrame:
    total, listed = counts.sum(), (counts > 0).astype(np.float64)
    visits = member @ counts
    share = visits / max(total, 1.0)
    expected = drawn.mean(axis=0)
    enough = (listed.sum() >= MIN_LISTED) & (np.minimum(expected, 1 - expected) * total >= MIN_EXPECTED)
    p, reach = adjusted(share, drawn, enough, level)
    low, high = _wilson(share, float(listed.sum()))
    half = reach * drawn.std(axis=0)
    return pd.DataFrame(
        {
            "visits": visits,
            "listed": member @ listed,
            "share": share,
            "low": low,
            "high": high,
            "reference_share": member @ mass / max(mass.sum(), np.finfo(float).tiny),
            "chance_low": np.clip(expected - half, 0.0, 1.0),
            "chance_high": np.clip(expected + half, 0.0, 1.0),
            "p": p,
            "verdict": verdict(p, enough, level),
        }
    )


def _rates(bad: Floats, member: Floats, level: float, draws: int, generator: np.random.Generator) -> pd.DataFrame:
    size = member.sum(axis=1)
    rate = np.divide(member @ bad, size, out=np.full(len(member), np.nan), where=size > 0)
    enough = (size >= MIN_ERRORS) & (len(bad) - size >= MIN_ERRORS)
    shuffled = generator.permuted(np.broadcast_to(bad, (draws, len(bad))), axis=1)
    drawn = np.divide(shuffled @ member.T, size, out=np.full((draws, len(member)), np.nan), where=size > 0)
    p, _ = adjusted(rate, drawn, enough, level)
    low, high = _wilson(rate, size)
    return pd.DataFrame(
        {
            "labelled": size,
            "rate": rate,
            "low": low,
            "high": high,
            "p": p,
            "verdict": verdict(p, enough, level),
        }
    )


def verdict(p: Floats, enough: NDArray[np.bool_], level: float) -> NDArray[np.object_]:
    """Return one of `VERDICTS` for each p-value."""
    judged = np.where(np.nan_to_num(p, nan=1.0) <= level, "differs", "no_sign")
    return np.where(enough & ~np.isnan(p), judged, "not_enough_data").astype(object)


def _wilson(share: Floats, size: Floats | float) -> tuple[Floats, Floats]:
    """Return the 95 % Wilson interval of a share of `size` (E. B. Wilson, JASA 22, 1927)."""
    many = np.maximum(np.asarray(size, dtype=float), 1e-9)
    middle = (share + _Z**2 / (2 * many)) / (1 + _Z**2 / many)
    half = _Z / (1 + _Z**2 / many) * np.sqrt(share * (1 - share) / many + _Z**2 / (4 * many**2))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
