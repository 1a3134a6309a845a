"""The parameters of the simulated province, read as data from ``parameters.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Parameters:
    """All parameters, by section.

    Parameters
    ----------
    sectors : DataFrame
        One row a sector, indexed by its key; columns as listed in ``parameters.toml``.
    groups : dict of str to SimpleNamespace
        The plain sections: ``groups["rates"].culture`` is a value.
    machines : dict of str to dict of str to float
        Sector key → item of the strict-equipment list → mean number at a place of 20 workers.
    intervals : dict of str to int
        Item → months between inspections.
    chemicals : dict of str to dict of str to list of float
        Sector key → CAS → probability of a store and median quantity [kg].
    finding_codes : DataFrame
        Indexed by code of the sanctions list: weight, serious (bool), fine_low, fine_high [mVND, individuals].
    seasons : dict of str to list of float
        Name → twelve relative exposures, January to December.
    commune_weights : dict of str to float
        Commune code → relative number of places; ``""`` stands for every other commune.
    words : dict of str to str
        Words of simulated names and addresses.
    """

    sectors: pd.DataFrame
    groups: dict[str, SimpleNamespace]
    machines: dict[str, dict[str, float]]
    intervals: dict[str, int]
    chemicals: dict[str, dict[str, list[float]]]
    finding_codes: pd.DataFrame
    seasons: dict[str, list[float]]
    commune_weights: dict[str, float]
    words: dict[str, str]

    def __getattr__(self, name: str) -> SimpleNamespace:
        try:
            return self.groups[name]
        except KeyError:
            raise AttributeError(name) from None


def raw() -> dict[str, Any]:
    """Return ``parameters.toml`` as it stands, with the sources."""
    return tomllib.loads(files("oshrisk.simulate").joinpath("parameters.toml").read_text(encoding="utf-8"))


@cache
def load() -> Parameters:
    """Return the parameters.

    Returns
    -------
    The parameters
        Values without their sources; `raw` has the sources.

    Examples
    --------
    >>> load().population.enterprises
    1349
    >>> str(load().sectors.loc["hydropower", "vsic2025"])
    '35121'
    """
    sections = raw()
    sectors = sections["sectors"]
    table = pd.DataFrame(sectors["rows"], columns=sectors["columns"]).set_index("key")
    codes = pd.DataFrame.from_dict(
        _values(sections["findings"]["codes"]), orient="index", columns=["weight", "serious", "fine_low", "fine_high"]
    )
    return Parameters(
        sectors=table,
        groups={name: _plain(section) for name, section in sections.items()},
        machines=_values(sections["machines"]["by_sector"]),
        intervals=sections["machines"]["interval_months"]["value"],
        chemicals=_values(sections["chemicals"]["by_sector"]),
        finding_codes=codes.assign(serious=codes["serious"] == 1),
        seasons=_values(sections["season"]),
        commune_weights={**sections["communes"]["weights"], "": sections["communes"]["other"]},
        words=_values(sections["words"]),
    )


def _values(section: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in section.items() if name != "source"}


def _plain(section: dict[str, Any]) -> SimpleNamespace:
    entries = {name: entry["value"] for name, entry in section.items() if isinstance(entry, dict) and "value" in entry}
    return SimpleNamespace(**entries)
