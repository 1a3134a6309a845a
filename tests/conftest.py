"""What several rooms' tests share: one demo folder a session."""

import os

import hypothesis
import pandas as pd
import pytest

from oshrisk.demo import make_demo
from oshrisk.issued import read_issued
from oshrisk.planning import Quarter
from oshrisk.quarterly import quarterly_list
from oshrisk.settings import Programme
from oshrisk.simulate import simulate, write_workbook
from oshrisk.workspace import make_workspace, open_workspace

# Timing is never a test. A check of what is to land must say the same twice: there every example is derived from the
# test itself; everywhere else new ones are looked for.
hypothesis.settings.register_profile("exploring", deadline=None)
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("OSHRISK_EXAMPLES", "exploring"))


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "demo"
    make_demo(folder, "vi")
    return folder


@pytest.fixture(scope="session")
def demo_workspace(demo_folder):
    return open_workspace(demo_folder)


@pytest.fixture(scope="session")
def listed_workspace(tmp_path_factory):
    """A small simulated province with lists of two quarters in its ledger; nobody changes it."""
    folder = tmp_path_factory.mktemp("listed")
    programme = Programme.model_validate(
        {
            "registers": {"source": "registers/a-simulated.xlsx", "read_on": "2026-11-30"},
            "capacity": {"inspector_days": 40},
            "selection": {"seconds": 0.1, "letters": 20},
        }
    )
    workspace = make_workspace(folder, programme, "vi")
    write_workbook(folder / "registers" / "a-simulated.xlsx", simulate(300, seed=3, read_on="2026-11-30"))
    for quarter, as_of in ((Quarter(2026, 4), "2026-09-30"), (Quarter(2027, 1), None)):
        quarterly_list(workspace, quarter, as_of=None if as_of is None else pd.Timestamp(as_of), by="lan")
    return workspace


@pytest.fixture(scope="session")
def listed(listed_workspace):
    """The list of 2027Q1 of that province."""
    return read_issued(listed_workspace, Quarter(2027, 1))
