from __future__ import annotations

import pytest

from oshrisk.features import build_features
from oshrisk.features.sector import GROUPS
from oshrisk.reference import load, sectors

CASES = [
    ({"sector_code": "35111", "sector_scheme": "vsic2018"}, "vsic2018", "D", 1.0),
    ({"sector_code": "4661", "sector_scheme": "vsic2018"}, "vsic2018", "G_fuel", 0.0),
    ({"sector_code": "4661", "sector_scheme": "vsic2025"}, "vsic2025", "G_trade", 0.0),
    ({"sector_code": "46713", "sector_scheme": "vsic2025"}, "vsic2025", "G_fuel", 0.0),
    ({"sector_code": "4730", "registered_on": "2024-01-05"}, "vsic2018", "G_fuel", 0.0),
    ({"sector_code": "4730", "registered_on": "2025-11-15"}, "vsic2025", "G_fuel", 0.0),
    ({"sector_code": "4291", "sector_scheme": "vsic2018"}, "vsic2018", "F_civil", 1.0),
    ({"sector_code": "4221", "sector_scheme": "vsic2025"}, "vsic2025", "F_civil", 1.0),
    ({"sector_code": "41", "sector_scheme": "vsic2018"}, "vsic2018", "F_buildings", 1.0),
    ({"sector_code": "0220", "sector_scheme": "vsic2018"}, "vsic2018", "A02", 0.0),
    ({"sector_code": "0125", "sector_scheme": "vsic2018"}, "vsic2018", "A", 0.0),
    ({"sector_code": "08101", "sector_scheme": "vsic2018"}, "vsic2018", "B07_08", 1.0),
    ({"sector_code": "C23941", "sector_scheme": "vsic2018"}, "vsic2018", "C23", 1.0),
    ({"sector_code": "08101"}, None, None, None),
    ({"sector_code": "236220", "sector_scheme": "naics2022"}, "naics2022", None, None),
    ({"sector_scheme": "vsic2018"}, "vsic2018", None, None),
    ({}, None, None, None),
]


@pytest.fixture(scope="module")
def features(registry):
    firms = [{"enterprise_id": f"{number:010d}", **firm} for number, (firm, *_) in enumerate(CASES)]
    return build_features(registry(enterprises=firms), "2026-11-23")


@pytest.mark.parametrize("number", range(len(CASES)))
def test_group_follows_scheme_and_code(features, same, number):
    _, scheme, group, high_risk = CASES[number]
    found = features.loc[f"{number:010d}"]
    assert same(found["sector_scheme"], scheme)
    assert same(found["sector_group"], group)
    assert same(found["high_risk_sector"], high_risk)


def test_one_section_has_one_letter_in_all_versions(of_firm, same):
    for scheme in ("vsic2018", "vsic2025"):
        features = of_firm(enterprises=[{"sector_code": "6820", "sector_scheme": scheme}])
        assert same(features["section"], "L")
        assert same(features["division"], "68")


def test_underground_work_is_known_from_its_machines_only(of_firm, same):
    machine = {"equipment_id": "M1", "in_use_from": "2020-01-01", "inspected_on": "2026-08-01"}
    assert same(of_firm(equipment=[{**machine, "item": "35"}])["underground_or_blasting"], "yes")
    assert same(of_firm(equipment=[{**machine, "item": "1"}])["underground_or_blasting"], None)
    withdrawn = {**machine, "item": "35", "withdrawn_on": "2026-09-01"}
    assert same(of_firm(equipment=[withdrawn])["underground_or_blasting"], None)


def test_every_group_has_prefixes_and_every_division_a_group():
    rows = load.table("sector_groups")
    assert set(rows["group"]) == set(GROUPS)
    assert not rows.duplicated(["version", "prefix"]).any()
    for scheme in sectors.of_country("VN"):
        codes = load.table(f"sectors/{scheme}")["code"]
        divisions = codes[(codes.str.len() == 2) & (codes < "97")]  # 97-99: households, embassies
        assert set(divisions) <= set(rows.loc[rows["version"].eq(scheme), "prefix"])
