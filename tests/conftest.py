"""What several rooms' tests share: one demo folder a session."""

import pytest

from oshrisk.demo import make_demo
from oshrisk.workspace import open_workspace


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "demo"
    make_demo(folder, "vi")
    return folder


@pytest.fixture(scope="session")
def demo_workspace(demo_folder):
    return open_workspace(demo_folder)
