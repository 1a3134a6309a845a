from __future__ import annotations

import pytest


@pytest.mark.parametrize(("commune", "known"), [("03127", True), ("03151", True), ("99999", False), (None, False)])
def test_roads_start_at_the_seat(of_firm, same, commune, known):
    features = of_firm(enterprises=[{"commune_code": commune}])
    assert same(features["commune_code"], commune)
    for name in ("travel_hours", "distance_to_hospital"):
        assert (features[name] >= 0) == known
    if commune == "03127":
        assert same(features["travel_hours"], 0)
