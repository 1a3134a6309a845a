import pytest

from oshrisk.simulate import Simulation, simulate


@pytest.fixture(scope="session")
def province() -> Simulation:
    """The default province: Điện Biên as it is."""
    return simulate()
