"""Registries of simulated provinces for the duties."""

import pytest

from oshrisk.features import build_features
from oshrisk.simulate import simulate

DATE = "2026-11-30"


@pytest.fixture(scope="session")
def known():
    return simulate(250, seed=7, read_on=DATE).registry.known(DATE)


@pytest.fixture(scope="session")
def features(known):
    return build_features(known, DATE)
