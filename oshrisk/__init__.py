"""oshrisk: rank a province's enterprises by OSH risk and make the lawful quarterly inspection list.

The notebook API. Five rooms, one direction: registry -> features -> risk -> plan -> report. Names are imported
when they are first used, so that ``import oshrisk`` is quick.

>>> import oshrisk
>>> oshrisk.Programme().capacity.team_size
2
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from oshrisk.demo import demo_province, make_demo
    from oshrisk.errors import OshriskError
    from oshrisk.evaluate import Past, audit, compare, error_rates, panels
    from oshrisk.evaluate import run_backtest as backtest
    from oshrisk.evaluate.prevalence import estimate
    from oshrisk.features import OwnFactor, build_features, records
    from oshrisk.issued import Issued, read_issued
    from oshrisk.planning import Quarter
    from oshrisk.planning import make_plan as plan
    from oshrisk.planning.roads import make_roads
    from oshrisk.quarterly import quarterly_list
    from oshrisk.registry.read import read_registry
    from oshrisk.registry.registry import Registry, registry_of
    from oshrisk.report import write_workbook
    from oshrisk.risk import RiskTable, assess, base_levels, load_table, reasons, to_toml, top_reasons
    from oshrisk.risk.boosted import BoostedTable, boosted_table
    from oshrisk.risk.estimator import EstimatorModel
    from oshrisk.risk.explanation import Explanation
    from oshrisk.risk.fit import RiskTableFit, fit_table
    from oshrisk.risk.panel import Panel
    from oshrisk.risk.reading import read_factor
    from oshrisk.settings import Programme, read_programme
    from oshrisk.workflow import Ranking, rank
    from oshrisk.workspace import open_workspace

__all__ = [
    "BoostedTable",
    "EstimatorModel",
    "Explanation",
    "Issued",
    "OshriskError",
    "OwnFactor",
    "Panel",
    "Past",
    "Programme",
    "Quarter",
    "Ranking",
    "Registry",
    "RiskTable",
    "RiskTableFit",
    "assess",
    "audit",
    "backtest",
    "base_levels",
    "boosted_table",
    "build_features",
    "compare",
    "demo_province",
    "error_rates",
    "estimate",
    "fit_table",
    "load_table",
    "make_demo",
    "make_roads",
    "open_workspace",
    "panels",
    "plan",
    "quarterly_list",
    "rank",
    "read_factor",
    "read_issued",
    "read_programme",
    "read_registry",
    "reasons",
    "records",
    "registry_of",
    "to_toml",
    "top_reasons",
    "write_workbook",
]

_HOMES = {
    # in: registers, settings, working folders
    "Programme": "oshrisk.settings",
    "Quarter": "oshrisk.planning",
    "Registry": "oshrisk.registry.registry",
    "demo_province": "oshrisk.demo",
    "make_demo": "oshrisk.demo",
    "open_workspace": "oshrisk.workspace",
    "read_issued": "oshrisk.issued",
    "read_programme": "oshrisk.settings",
    "read_registry": "oshrisk.registry.read",
    "registry_of": "oshrisk.registry.registry",
    # features, risk, reasons
    "Explanation": "oshrisk.risk.explanation",
    "Issued": "oshrisk.issued",
    "OwnFactor": "oshrisk.features",
    "Ranking": "oshrisk.workflow",
    "RiskTable": "oshrisk.risk",
    "assess": "oshrisk.risk",
    "base_levels": "oshrisk.risk",
    "build_features": "oshrisk.features",
    "load_table": "oshrisk.risk",
    "rank": "oshrisk.workflow",
    "read_factor": "oshrisk.risk.reading",
    "reasons": "oshrisk.risk",
    "records": "oshrisk.features",
    "to_toml": "oshrisk.risk",
    "top_reasons": "oshrisk.risk",
    # learning
    "BoostedTable": "oshrisk.risk.boosted",
    "EstimatorModel": "oshrisk.risk.estimator",
    "Panel": "oshrisk.risk.panel",
    "Past": "oshrisk.evaluate",
    "RiskTableFit": "oshrisk.risk.fit",
    "boosted_table": "oshrisk.risk.boosted",
    "fit_table": "oshrisk.risk.fit",
    "panels": "oshrisk.evaluate",
    # planning
    "make_roads": "oshrisk.planning.roads",
    "plan": "oshrisk.planning",
    "quarterly_list": "oshrisk.quarterly",
    "write_workbook": "oshrisk.report",
    # looking back
    "audit": "oshrisk.evaluate",
    "backtest": "oshrisk.evaluate",
    "compare": "oshrisk.evaluate",
    "error_rates": "oshrisk.evaluate",
    "estimate": "oshrisk.evaluate.prevalence",
    # what a user can mend
    "OshriskError": "oshrisk.errors",
}
_NAMES = {"plan": "make_plan", "backtest": "run_backtest"}
_ROOMS = ("reference", "registry", "features", "risk", "planning", "report", "evaluate", "simulate", "testing")


def __getattr__(name: str) -> object:
    if name in _ROOMS:
        return import_module(f"oshrisk.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'oshrisk' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), _NAMES.get(name, name))


def __dir__() -> list[str]:
    return sorted([*_HOMES, *_ROOMS, "__version__"])
