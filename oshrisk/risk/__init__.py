"""Risk: the table of relative risks, its scorer and its reasons."""

from oshrisk.risk.assessment import assess
from oshrisk.risk.credibility import estimate_strength, own_record, too_quiet
from oshrisk.risk.explain import base_levels, phrase, reasons, top_reasons
from oshrisk.risk.problems import BadTableError, Problem
from oshrisk.risk.reading import load_table, read_json, read_toml
from oshrisk.risk.sector_base import SectorBase, SectorRow
from oshrisk.risk.sector_fit import covering, fit_sector_base, with_register_base
from oshrisk.risk.table import OUTCOMES, UNKNOWN, Bin, Combination, Constant, Effect, Factor, RiskTable
from oshrisk.risk.writing import to_toml

__all__ = [
    "OUTCOMES",
    "UNKNOWN",
    "BadTableError",
    "Bin",
    "Combination",
    "Constant",
    "Effect",
    "Factor",
    "Problem",
    "RiskTable",
    "SectorBase",
    "SectorRow",
    "assess",
    "base_levels",
    "covering",
    "estimate_strength",
    "fit_sector_base",
    "load_table",
    "own_record",
    "phrase",
    "read_json",
    "read_toml",
    "reasons",
    "to_toml",
    "too_quiet",
    "top_reasons",
    "with_register_base",
]
