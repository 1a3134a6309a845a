"""A table that says nothing yet: neutral bins made from features, as the prior of a fit where no expert spoke.

Every point is a relative risk of 1 with a wide standard deviation, so that a fit (`oshrisk.risk.fit`,
`oshrisk.risk.boosted`) learns the points from labels alone, within the signs that are given. For registers of another
country or another field, whose factors the expert table does not name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from oshrisk.errors import OshriskError
from oshrisk.messages import text
from oshrisk.risk.reading import load_table, population_mean
from oshrisk.risk.sector_base import SectorBase
from oshrisk.risk.table import OUTCOMES, UNKNOWN, Bin, Combination, Effect, Factor, RiskTable

Floats = NDArray[np.float64]

MAX_BINS: Final = 120  # bin codes are 8-bit integers
_REFERENCE_SD: Final = 0.01  # as the expert table's reference bins: 0 by definition
_CAP: Final = 20.0  # of the log ratio: far beyond any sum, so that it never binds
_BASIS: Final = "neutral: no effect assumed"
_LINE: Final = "straight line with the slope given"
_MARK: Final = "assumed"


def neutral_table(
    features: pd.DataFrame,
    signs: Mapping[str, str] | None = None,
    *,
    slopes: Mapping[str, float] | None = None,
    bins: int = 8,
    sd: float | Mapping[str, float] = 1.0,
    like: RiskTable | None = None,
    base: SectorBase | None = None,
) -> RiskTable:
    """Make a table of neutral bins: one factor a feature, every relative risk 1.

    Parameters
    ----------
    features : DataFrame, shape (n, features)
        Rows to cut: numbers into intervals by quantiles that lie closer towards both ends, where rows are few and
        effects are large (into their values, where there are no more of them than `bins`); text, category and
        true/false into states. Missing values are unknown; a number that is always missing has one bin.
    signs : mapping of str to {"+", "-"}, optional
        Features whose direction is known: risk rises with the number, or falls. The safe end is the reference, and
        no fit may put another bin below it.
    slopes : mapping of str to float, optional
        Numbers whose effect is expected to be a straight line: prior log ratio by unit of the number; its direction
        is the sign. A number that is itself a log rate has slope 1: then data move the points from that line.
    bins : int, default 8
        Intervals a number is cut into, at most 120.
    sd : float or mapping of str to float, default 1
        Prior standard deviation of every point [log ratio], or by feature (1 where it is not named): the smaller,
        the more a fit needs to move it.
    like : RiskTable, optional
        Where the levels and constants come from; the packaged expert table by default. They too are a prior only.
    base : SectorBase, optional
        Levels and sectors; those of `like` by default.

    Returns
    -------
    RiskTable
        Factors in the order of the columns, named as they are; contributions are not shrunk or capped. The shares of
        the bins are those of the rows.

    Raises
    ------
    OshriskError
        If `bins`, `sd` or a slope is out of range, a sign is neither "+" nor "-", a sign or slope names no numeric
        column, or a text column has no state or more than 120.

    Examples
    --------
    >>> table = neutral_table(pd.DataFrame({"age": [1.0, 2.0, 3.0, 4.0]}), {"age": "+"}, bins=2)
    >>> [(entry.state, entry.effects["accident"].sign) for entry in table["age"].bins]
    [('below 3', '0'), ('from 3', '+')]
    """
    lines = dict(slopes or {})
    known = dict(signs or {}) | {name: "+" if slope > 0 else "-" for name, slope in lines.items()}
    spread = {str(name): float(sd.get(str(name), 1.0) if isinstance(sd, Mapping) else sd) for name in features}
    _check(features, known, lines, bins, spread)
    model = load_table() if like is None else like
    factors = tuple(
        _factor(features[name], bins, spread[str(name)], known.get(str(name), "0"), slope=lines.get(str(name), 0.0))
        for name in features
    )
    return replace(
        model,
        name="neutral",
        title_vi=text("risk.neutral.title", "vi"),
        title_en=text("risk.neutral.title", "en"),
        note=f"{_BASIS}; bins from {len(features)} rows",
        factors=factors,
        base=model.base if base is None else base,
        combination={outcome: Combination(1.0, _CAP, _BASIS, _MARK) for outcome in OUTCOMES},
        not_applied=(),
    )


def _check(
    features: pd.DataFrame,
    signs: Mapping[str, str],
    slopes: Mapping[str, float],
    bins: int,
    spread: Mapping[str, float],
) -> None:
    if not 2 <= bins <= MAX_BINS:
        raise OshriskError("risk.bad_parameter", name="bins", value=bins, allowed=f"2 … {MAX_BINS}")
    for name, sd in spread.items():
        if not (np.isfinite(sd) and sd > 0):
            raise OshriskError("risk.bad_parameter", name=f"sd[{name}]", value=sd, allowed="> 0")
    for name, slope in slopes.items():
        if not np.isfinite(slope) or slope == 0:
            raise OshriskError("risk.bad_parameter", name=f"slopes[{name}]", value=slope, allowed="≠ 0")
    numeric = [str(name) for name in features if _is_number(features[name])]
    for name, sign in signs.items():
        if name not in numeric:
            raise OshriskError("risk.bad_parameter", name="signs", value=name, allowed=", ".join(numeric))
        if sign not in {"+", "-"}:
            raise OshriskError("risk.bad_parameter", name=f"signs[{name}]", value=sign, allowed="+, -")


def _is_number(column: pd.Series) -> bool:
    return is_numeric_dtype(column) and not is_bool_dtype(column)


def _factor(column: pd.Series, bins: int, sd: float, sign: str, *, slope: float) -> Factor:
    name = str(column.name)
    numeric = _is_number(column)
    entries = _intervals(column, name, bins) if numeric else _states(column, name)
    reference = {"+": 0, "-": len(entries) - 1}.get(sign, int(np.argmax([entry.share for entry in entries])))
    signed = "0" if sign == "0" else "+"
    rise = slope * _means(column, entries) if slope else np.zeros(len(entries))
    known = tuple(
        replace(
            entry,
            effects=_effects("0", _REFERENCE_SD) if n == reference else _effects(signed, sd, rise[n] - rise[reference]),
        )
        for n, entry in enumerate(entries)
    )
    effects = {outcome: population_mean(known, outcome) for outcome in OUTCOMES} if slope else _effects("0", sd)
    return Factor(
        name=name,
        feature=name,
        kind="numeric" if numeric else "category",
        bins=known,
        unknown=Bin(UNKNOWN, effects, *_phrases("unknown", feature=name)),
        title_vi=name,
        title_en=name,
        share_mark="derived",
    )


def _means(column: pd.Series, entries: list[Bin]) -> Floats:
    """Mean of the rows in each interval."""
    values = column.to_numpy(dtype=float, na_value=np.nan)
    values = values[~np.isnan(values)]
    if not len(values):
        return np.zeros(len(entries))
    code = np.searchsorted([entry.low for entry in entries], values, side="right") - 1
    return np.asarray(np.bincount(code, values, len(entries)) / np.bincount(code, minlength=len(entries)))


def _effects(sign: str, sd: float, log_rr: float = 0.0) -> dict[str, Effect]:
    effect = Effect(float(log_rr), sd, sign, _BASIS if log_rr == 0 else _LINE, _MARK)
    return dict.fromkeys(OUTCOMES, effect)


def _phrases(key: str, **values: str) -> tuple[str, str]:
    """Return a phrase in Vietnamese and in English."""
    return text(f"risk.neutral.{key}", "vi", **values), text(f"risk.neutral.{key}", "en", **values)


def _intervals(column: pd.Series, name: str, bins: int) -> list[Bin]:
    values = column.to_numpy(dtype=float, na_value=np.nan)
    values = values[~np.isnan(values)]
    edges = _edges(values, bins)
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    shares = counts / counts.sum() if len(values) else np.ones(1)
    lows, highs = [-np.inf, *edges.tolist()], [*edges.tolist(), np.inf]
    entries = []
    for low, high, share in zip(lows, highs, shares.tolist(), strict=True):
        key = _interval_key(low, high)
        words = {"feature": name, "low": f"{low:.4g}", "high": f"{high:.4g}"}
        state = text(f"risk.neutral.state_{key}", "en", **words)
        entries.append(Bin(state, {}, *_phrases(key, **words), share=share, low=low, high=high))
    return _told_apart(entries)


def _interval_key(low: float, high: float) -> str:
    if np.isinf(low):
        return "any" if np.isinf(high) else "below"
    return "from" if np.isinf(high) else "between"


def _edges(values: Floats, bins: int) -> Floats:
    """Return inner edges: half way between values where there are few, else at quantiles, finer towards both ends."""
    different = np.unique(values)
    if len(different) < 2:
        return np.zeros(0)
    if len(different) <= bins:
        below, above = different[:-1], different[1:]
        half = (below + above) / 2
        return np.where(half > below, half, above)  # between neighbouring floats there is nothing
    cuts = np.unique(np.quantile(values, np.sin(np.pi / 2 * np.arange(1, bins) / bins) ** 2, method="higher"))
    return np.asarray(cuts[cuts > different[0]])


def _told_apart(entries: list[Bin]) -> list[Bin]:
    """Give bins whose rounded names are alike a number each."""
    names = [entry.state for entry in entries]
    alike = {name for name in names if names.count(name) > 1}
    return [
        replace(entry, state=f"{entry.state} ({position})") if entry.state in alike else entry
        for position, entry in enumerate(entries, start=1)
    ]


def _states(column: pd.Series, name: str) -> list[Bin]:
    shares = column.astype("str").where(column.notna()).value_counts(normalize=True).sort_index()
    if not 0 < len(shares) <= MAX_BINS:
        raise OshriskError("risk.bad_parameter", name=name, value=len(shares), allowed=f"1 … {MAX_BINS}")
    return [
        Bin(str(state), {}, *_phrases("state", feature=name, state=str(state)), share=float(share))
        for state, share in shares.items()
    ]
