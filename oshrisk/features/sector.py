"""Sector: the scheme that a code belongs to, its group in the expert table, the legal high-risk list."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.features.equipment import machine_record
from oshrisk.features.feature import Columns, Feature
from oshrisk.features.record import record
from oshrisk.features.rows import categorical, total
from oshrisk.reference import load, sectors
from oshrisk.registry.registry import Registry

GROUPS: Final = (
    "A",
    "A02",
    "B05",
    "B07_08",
    "C10_12",
    "C13_15",
    "C16_31",
    "C19_21",
    "C23",
    "C24_25_28",
    "C_other",
    "D",
    "E",
    "F_buildings",
    "F_civil",
    "G_trade",
    "G_fuel",
    "H",
    "I",
    "J_M",
    "N",
    "O_Q",
    "R_S",
)
OFFICER_LIST: Final = "ND39-2016-Art36.1"  # the 9 sectors that need more safety officers (R1.20)
HIGH_RISK_LIST: Final = "TT07-2016-Art8"  # the 11 sectors where risk assessment is mandatory (R1.40)
_LISTS: Final = (HIGH_RISK_LIST, OFFICER_LIST)
# Winches and hoists, hydraulic props in underground mines, electric blasting machines (strict_equipment.csv).
UNDERGROUND_ITEMS: Final = ("25", "26", "35")
UNDERGROUND: Final = ("yes",)
FEATURES: Final = (
    Feature("sector_scheme", "text", "sector"),
    Feature("sector_code", "text", "sector"),
    Feature("division", "text", "sector"),
    Feature("section", "text", "sector"),
    Feature("sector_group", "state", "sector", states=GROUPS),
    Feature("high_risk_sector", "flag", "sector"),
    Feature("underground_or_blasting", "state", "sector", states=UNDERGROUND),
)


def sector(known: Registry, machines: pd.DataFrame) -> Columns:
    """Compute the sector features.

    A code without a scheme is dated by its registration (VSIC 2018 before 15 November 2025, Decision 36/2025);
    without either it stays unknown, because the same code can mean hydropower or coal (R2.3). Underground work or
    blasting is "yes" where a machine made for it is in use, else unknown.

    Parameters
    ----------
    known : Registry
        What is known at the date.
    machines : DataFrame
        Machines in use, from `oshrisk.features.equipment.machines_in_use`.

    Returns
    -------
    mapping of str to array
        One value an enterprise for each of `FEATURES`, and ``officer_list``: 1.0 in a sector of `OFFICER_LIST`.
    """
    firms = known["enterprises"]
    scheme = sectors.scheme_of(firms["sector_scheme"], firms["registered_on"])
    keys, pairs = sectors.different_pairs(scheme, firms["sector_code"])
    of_pair = _of_pairs(pairs["scheme"], pairs["code"], known.date)
    underground = machines["item"].isin(UNDERGROUND_ITEMS).to_numpy()
    digs = total(machines["position"].to_numpy(), len(firms), underground) > 0
    return {
        "sector_scheme": scheme.array,
        "sector_code": firms["sector_code"].array,
        **{name: column.array.take(keys) for name, column in of_pair.items()},
        "underground_or_blasting": categorical(np.where(digs, 0, -1), UNDERGROUND),
    }


def group_of(scheme: pd.Series, code: pd.Series, date: pd.Timestamp) -> NDArray[np.intp]:
    """Return the expert table's sector group of different codes: the longest prefix of their scheme's rows wins.

    Parameters
    ----------
    scheme, code : Series of str
        Sector scheme and code, each pair once.
    date : Timestamp
        Date of the mapping (reference table ``sector_groups``).

    Returns
    -------
    ndarray of int
        Position in `GROUPS`, -1 where unknown.

    Examples
    --------
    >>> groups = group_of(pd.Series(["vsic2018", "vsic2025"]), pd.Series(["4661", "4661"]), pd.Timestamp("2026-11-23"))
    >>> [GROUPS[group] for group in groups]
    ['G_fuel', 'G_trade']
    """
    rows = load.valid_on(load.table("sector_groups"), date)
    of_prefix = dict(zip(zip(rows["version"], rows["prefix"], strict=True), rows["group"], strict=True))
    digits = code.str.lstrip("ABCDEFGHIJKLMNOPQRSTUVabcdefghijklmnopqrstuv").fillna("")  # "C2394" is written for 2394
    found = [
        next(
            (of_prefix[name, number[:end]] for end in range(len(number), 0, -1) if (name, number[:end]) in of_prefix),
            None,
        )
        for name, number in zip(scheme, digits, strict=True)
    ]
    return np.array([GROUPS.index(group) if group else -1 for group in found], dtype=np.intp)


def _of_pairs(scheme: pd.Series, code: pd.Series, date: pd.Timestamp) -> dict[str, pd.Series]:
    known = sectors.is_known(scheme, code) & scheme.isin(sectors.in_law()).to_numpy()  # of others the law says nothing
    lists = {name: np.where(known, sectors.in_list(scheme, code, name, date), np.nan) for name in _LISTS}
    return {
        "division": sectors.division(scheme, code).astype("str"),
        "section": sectors.common_section(scheme, code).astype("str"),
        "sector_group": pd.Series(categorical(group_of(scheme, code, date), GROUPS)),
        "high_risk_sector": pd.Series(lists[HIGH_RISK_LIST], dtype="float64"),
        "officer_list": pd.Series(lists[OFFICER_LIST], dtype="float64"),
    }


def records(known: Registry, machines: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the register entries behind the sector: see `oshrisk.features.records.records`."""
    firms = known["enterprises"]
    firms = firms.assign(scheme=sectors.scheme_of(firms["sector_scheme"], firms["registered_on"]))
    firms = firms[firms["scheme"].notna() & firms["sector_code"].notna()]
    entry = record(
        firms["enterprise_id"],
        ("sector_group", "high_risk_sector"),
        table="enterprises",
        on=firms["registered_on"],
        key="sector",
        code=firms["sector_code"],
        scheme=firms["scheme"],
    )
    digging = machines[machines["item"].isin(UNDERGROUND_ITEMS)]
    return [entry, machine_record(digging, ("underground_or_blasting",))]
