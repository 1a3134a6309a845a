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
    from oshrisk.errors import OshriskError
    from oshrisk.features import build_features
    from oshrisk.planning import Quarter
    from oshrisk.planning import make_plan as plan
    from oshrisk.registry.read import read_registry
    from oshrisk.registry.registry import Registry
    from oshrisk.report import write_workbook
    from oshrisk.risk import RiskTable, assess, load_table, reasons, top_reasons
    from oshrisk.settings import Programme, read_programme

__all__ = [
    "OshriskError",
    "Programme",
    "Quarter",
    "Registry",
    "RiskTable",
    "assess",
    "build_features",
    "load_table",
    "plan",
    "read_programme",
    "read_registry",
    "reasons",
    "top_reasons",
    "write_workbook",
]

_HOMES = {
    "OshriskError": "oshrisk.errors",
    "Programme": "oshrisk.settings",
    "Quarter": "oshrisk.planning",
    "Registry": "oshrisk.registry.registry",
    "RiskTable": "oshrisk.risk",
    "assess": "oshrisk.risk",
    "build_features": "oshrisk.features",
    "load_table": "oshrisk.risk",
    "plan": "oshrisk.planning",
    "read_programme": "oshrisk.settings",
    "read_registry": "oshrisk.registry.read",
    "reasons": "oshrisk.risk",
    "top_reasons": "oshrisk.risk",
    "write_workbook": "oshrisk.report",
}
_NAMES = {"plan": "make_plan"}
_ROOMS = ("reference", "registry", "features", "risk", "planning", "report", "simulate")


def __getattr__(name: str) -> object:
    if name in _ROOMS:
        return import_module(f"oshrisk.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'oshrisk' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), _NAMES.get(name, name))


def __dir__() -> list[str]:
    return sorted([*__all__, *_ROOMS, "__version__"])
