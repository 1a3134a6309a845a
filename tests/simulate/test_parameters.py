import ast
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

import oshrisk.simulate
from oshrisk.reference import chemicals, communes, equipment, sanctions, sectors
from oshrisk.simulate.parameters import load, raw

TODAY = pd.Timestamp("2026-11-30")


def _unsourced(section: dict[str, object], path: str) -> list[str]:
    """Places of parameters that neither have a source nor stand in a table with one."""
    if section.get("source"):
        return []
    bad: list[str] = []
    for name, entry in section.items():
        if not isinstance(entry, dict):
            bad.append(f"{path}.{name}")
        else:
            bad += _unsourced(entry, f"{path}.{name}")
    return bad


def test_every_parameter_has_a_source() -> None:
    assert _unsourced(raw(), "") == []


def test_a_parameter_without_source_is_noticed() -> None:
    assert _unsourced({"rates": {"culture": {"value": 1.0}}}, "") == [".rates.culture.value"]


@pytest.mark.parametrize("scheme", ["vsic2018", "vsic2025"])
def test_sector_codes_stand_in_the_reference(scheme: str) -> None:
    codes = load().sectors[scheme].reset_index(drop=True)
    known = sectors.is_known(pd.Series([scheme] * len(codes)), codes)
    assert codes[~known].tolist() == []


def test_items_substances_and_violations_stand_in_the_reference() -> None:
    p = load()
    assert set(p.intervals) <= set(equipment.items(TODAY).index)
    assert {item for machines in p.machines.values() for item in machines} <= set(p.intervals)
    assert {cas for stores in p.chemicals.values() for cas in stores} <= set(chemicals.chemicals(TODAY).index)
    assert set(p.finding_codes.index) <= set(sanctions.sanctions(TODAY).index)


def test_tables_name_real_sectors_and_communes() -> None:
    p = load()
    assert set(p.machines) | set(p.chemicals) <= set(p.sectors.index)
    assert set(p.commune_weights) - {""} <= set(communes.communes("dien_bien").index)


def test_hydropower_changes_its_code_with_the_scheme() -> None:
    assert load().sectors.loc["hydropower", ["vsic2018", "vsic2025"]].tolist() == ["35111", "35121"]


def test_unknown_section_is_an_error() -> None:
    with pytest.raises(AttributeError, match="weather"):
        _ = load().weather


def test_the_simulator_imports_only_the_registry_and_the_reference() -> None:
    allowed = {"registry", "reference", "simulate", "errors", "messages"}
    rooms = set()
    for file in Path(str(files(oshrisk.simulate))).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            rooms |= {name.split(".")[1] for name in names if name.startswith("oshrisk.")}
    assert rooms <= allowed
    assert "registry" in rooms
