"""The sector base of an expert table: the expert's groups, moved a little by rates measured in other countries.

Viet Nam publishes neither frequency nor severity by division. Frequency comes from the United States (DART cases per
hour, OSHA Form 300A) and severity from Brazil (fatal share of work accidents, INSS), both in the reference table
``sector_rates``. They order the sectors; they are not Vietnamese levels.

For a division with log ratio y to all sectors and an expert prior N(m, s²) of its group, the base is the
precision-weighted mean

    (m / s² + y / v) / (1 / s² + 1 / v),   v = sampling variance + transport sd²

where the transport sd (a constant of the table, assumed) says how far another country's ratio may lie from ours.
Counts are first shrunk to their section by a gamma prior, so that a division with few cases is read as its section.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from oshrisk.reference import sectors
from oshrisk.reference.load import table as reference_table
from oshrisk.risk.sector_base import SectorBase, SectorRow

if TYPE_CHECKING:
    from oshrisk.risk.table import Constant, Effect

_DIGITS: Final = 9  # processors differ in the last digits of a logarithm; a table must have the same hash on all


@dataclass(frozen=True)
class SectorGroup:
    """One group of sectors in an expert table and the expert's effects; its codes are in ``sector_groups``."""

    group: str
    title_vi: str
    title_en: str
    effects: Mapping[str, Effect]


def expert_base(
    level: Mapping[str, Constant], groups: Sequence[SectorGroup], constants: Mapping[str, Constant]
) -> SectorBase:
    """Combine the expert's groups with the measured rates of their divisions.

    Parameters
    ----------
    level : mapping of outcome to Constant
        Levels of the outcomes.
    groups : sequence of SectorGroup
        Expert priors; their codes are in the reference table ``sector_groups``. A code of more than two digits
        takes the measured rate of its division.
    constants : mapping of str to Constant
        ``transport_sd_accident``, ``transport_sd_fatal``, ``section_strength_cases``, ``section_strength_fatal``.

    Returns
    -------
    SectorBase
        One row a scheme and prefix. Violation stands on the prior alone: no comparable rates were found.
    """
    measured = measured_ratios({name: entry.value for name, entry in constants.items()})
    known = {group.group: group for group in groups}
    places = reference_table("sector_groups")[["version", "prefix", "group"]].astype(str)
    return SectorBase(
        level,
        tuple(
            _row(scheme, prefix, known[group], measured)
            for scheme, prefix, group in places.itertuples(index=False)
            if group in known
        ),
    )


def group_names() -> set[str]:
    """Return the groups that sectors can be put in."""
    return set(reference_table("sector_groups")["group"].astype(str))


def measured_ratios(constants: Mapping[str, float]) -> pd.DataFrame:
    """Return the divisions' log ratios to all sectors, with their variance as evidence for Viet Nam.

    Parameters
    ----------
    constants : mapping of str to float
        See `expert_base`.

    Returns
    -------
    DataFrame
        Indexed by division (two digits): accident, fatal (log ratios), accident_variance, fatal_variance.
    """
    rates = reference_table("sector_rates")
    division = rates["vsic_division"].astype(str).str.zfill(2)
    section = sectors.section_of(division)
    cases, hours = rates["us_dart_cases"].astype(float), rates["us_hours"].astype(float)
    deaths, accidents = rates["br_fatal"].astype(float), rates["br_accidents"].astype(float)
    frequency = _shrunken(cases, hours, section, constants["section_strength_cases"])
    severity = _shrunken(deaths, accidents, section, constants["section_strength_fatal"])
    frequency_ratio = np.log(frequency / (cases.sum() / hours.sum()))
    severity_ratio = np.log(severity / (deaths.sum() / accidents.sum()))
    sampled = 1 / (cases + constants["section_strength_cases"])  # variance of a log gamma, to first order
    sampled_fatal = sampled + 1 / (deaths + constants["section_strength_fatal"])
    return pd.DataFrame(
        {
            "accident": frequency_ratio,
            "fatal": frequency_ratio + severity_ratio,
            "accident_variance": sampled + constants["transport_sd_accident"] ** 2,
            "fatal_variance": sampled_fatal + constants["transport_sd_fatal"] ** 2,
        }
    ).set_axis(pd.Index(division, name="division"), axis=0)


def _shrunken(events: pd.Series, exposure: pd.Series, section: pd.Series, strength: float) -> pd.Series:
    sums = pd.DataFrame({"events": events, "exposure": exposure}).groupby(section).transform("sum")
    overall = events.sum() / exposure.sum()
    parent = (strength + sums["events"]) / (strength / overall + sums["exposure"])
    return (strength + events) / (strength / parent + exposure)


def _row(scheme: str, prefix: str, group: SectorGroup, measured: pd.DataFrame) -> SectorRow:
    found: dict[str, float] = {}
    division = (
        prefix[:2] if sectors.has_sections(scheme) else sectors.division(pd.Series([scheme]), pd.Series([prefix]))[0]
    )
    for outcome, effect in group.effects.items():
        mean, variance = effect.log_rr, effect.sd**2
        if outcome in measured.columns and division in measured.index:
            seen, noise = (float(measured.loc[division, name]) for name in (outcome, f"{outcome}_variance"))
            mean = (mean / variance + seen / noise) / (1 / variance + 1 / noise)
            variance = 1 / (1 / variance + 1 / noise)
        found[outcome], found[f"{outcome}_sd"] = round(mean, _DIGITS), round(math.sqrt(variance), _DIGITS)
    return SectorRow(scheme, prefix, **found, group=group.group, title_vi=group.title_vi, title_en=group.title_en)
