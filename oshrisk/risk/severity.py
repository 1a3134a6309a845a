"""How bad an accident is, apart from how often it happens: mean lost days, shrunk where accidents are few.

Lost days that nobody recorded count as the mean of their severity (serious or minor). The mean of all non-fatal
accidents is shrunk to the table's, and the mean of each group of sectors to that of all, by Bühlmann's credibility

    days_g = (k · days + Σ days_i) / (k + n_g),   k = variance within groups / variance between them,

with k estimated from the register. A fatal accident is charged by the table's constant and is not counted here.
Source: H. Bühlmann and A. Gisler, A Course in Credibility Theory and its Applications (2005), chapters 3 and 4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.reference.constants import constant
from oshrisk.risk.table import RiskTable

Floats = NDArray[np.float64]

PRIOR_ACCIDENTS: Final = 30.0  # assumed: the table's mean days count as so many accidents
FEWEST_GROUPS: Final = 2  # groups with two accidents or more, without which nothing is known of the variance between
_EVEN: Final = 1e9  # strength where groups do not differ


@dataclass(frozen=True)
class Severity:
    """Mean lost days per non-fatal accident.

    Parameters
    ----------
    by_severity : DataFrame
        Indexed by severity: days (shrunken mean), accidents (with recorded days).
    by_group : DataFrame
        Indexed by group of sectors: days (shrunken mean), own_days (mean of its own), accidents.
    days : float
        Mean of all [days].
    accidents : float
        Non-fatal accidents it rests on.
    strength : float
        k, accidents that the mean of all counts for in each group; very large where groups do not differ.
    """

    by_severity: pd.DataFrame
    by_group: pd.DataFrame
    days: float
    accidents: float
    strength: float


def fit_severity(table: RiskTable, accidents: pd.DataFrame, features: pd.DataFrame) -> tuple[RiskTable, Severity]:
    """Move the lost days per accident by the accidents on record.

    Parameters
    ----------
    table : RiskTable
        The model.
    accidents : DataFrame
        Rows of the registry's ``accidents``, as known at the date of the features.
    features : DataFrame
        Indexed by enterprise_id, with sector_scheme and sector_code; an accident of an unknown sector counts for the
        mean of all.

    Returns
    -------
    table : RiskTable
        With its constant ``days_per_accident`` and the sectors' severity moved; as it was, without such accidents.
    severity : Severity
        What they rest on.
    """
    other = accidents[(accidents["severity"] != "fatal").to_numpy()]
    by_severity = _by_severity(other)
    many = other["count"].fillna(1.0).to_numpy(dtype=float)
    mean = other["severity"].astype("str").map(by_severity["days"]).fillna(table.constant("days_per_accident"))
    days = other["lost_days"].astype("float64").fillna(mean.astype("float64")).to_numpy(dtype=float)
    start, total = table.constant("days_per_accident"), float(many.sum())
    overall = (PRIOR_ACCIDENTS * start + float(many @ days)) / (PRIOR_ACCIDENTS + total)
    of_row = [row.group or f"{row.scheme}:{row.prefix[:2]}" for row in table.base.rows]
    group = _groups(table, other, features, of_row)
    by_group, strength = _by_group(group, days, many, overall)
    severity = Severity(by_severity, by_group, overall, total, strength)
    return (table if total == 0 else _moved(table, severity, of_row)), severity


def _by_severity(other: pd.DataFrame) -> pd.DataFrame:
    rows = {}
    for name in ("serious", "minor"):
        told = other[(other["severity"] == name).to_numpy() & other["lost_days"].notna().to_numpy()]
        many = told["count"].fillna(1.0).to_numpy(dtype=float)
        days = float(many @ told["lost_days"].to_numpy(dtype=float))
        stated = PRIOR_ACCIDENTS * constant(f"lost_days_{name}")
        rows[name] = {"days": (stated + days) / (PRIOR_ACCIDENTS + many.sum()), "accidents": float(many.sum())}
    return pd.DataFrame(rows).T.rename_axis("severity")


def _groups(table: RiskTable, other: pd.DataFrame, features: pd.DataFrame, of_row: list[str]) -> NDArray[np.object_]:
    sector = features[["sector_scheme", "sector_code"]].reindex(other["enterprise_id"])
    found = table.base.find(sector["sector_scheme"], sector["sector_code"])
    return np.array([*of_row, ""], dtype=object)[found]


def _by_group(group: NDArray[np.object_], days: Floats, many: Floats, overall: float) -> tuple[pd.DataFrame, float]:
    rows = pd.DataFrame({"group": group, "days": days * many, "squares": days**2 * many, "accidents": many})
    sums = rows[rows["group"] != ""].groupby("group")[["days", "squares", "accidents"]].sum()
    count, mean = sums["accidents"], sums["days"] / sums["accidents"]
    within, several = float((sums["squares"] - count * mean**2).sum()), count > 1
    strength = _EVEN
    if several.sum() >= FEWEST_GROUPS:
        inside = max(within, 1e-12) / float((count - 1).clip(lower=0).sum())
        middle = float(sums["days"].sum() / count.sum())
        spare = float((count * (mean - middle) ** 2).sum()) - (len(count) - 1) * inside
        between = spare / float(count.sum() - (count**2).sum() / count.sum())
        strength = inside / between if between > inside / _EVEN else _EVEN
    shrunken = (strength * overall + sums["days"]) / (strength + count)
    return pd.DataFrame({"days": shrunken, "own_days": mean, "accidents": count}), strength


def _moved(table: RiskTable, severity: Severity, of_row: list[str]) -> RiskTable:
    start = table.constants["days_per_accident"]
    basis = f"{severity.accidents:g} non-fatal accidents of the register; before them {start.value:g}: {start.basis}"
    constants = {
        **table.constants,
        "days_per_accident": replace(start, value=severity.days, basis=basis, mark="fitted"),
    }
    ratio = np.log(severity.by_group["days"] / severity.days).to_dict()
    rows = tuple(
        replace(row, severity=float(ratio.get(group, 0.0))) for row, group in zip(table.base.rows, of_row, strict=True)
    )
    return replace(table, constants=constants, base=replace(table.base, rows=rows))
