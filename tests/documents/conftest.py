"""One picture and one list that all tests of documents share."""

import io
import shutil

import matplotlib.image
import numpy as np
import pytest

from oshrisk.workspace import open_workspace

from .plans import made_plan, record_visits


@pytest.fixture(scope="session")
def png():
    """A picture of 40 by 20 dots."""
    stream = io.BytesIO()
    matplotlib.image.imsave(stream, np.zeros((20, 40)), format="png")
    return stream.getvalue()


@pytest.fixture(scope="session")
def planned(tmp_path_factory):
    """A working folder of a small simulated province with one decision, its list, and no results."""
    return made_plan(tmp_path_factory.mktemp("planned") / "folder")


@pytest.fixture(scope="session")
def visited(planned, tmp_path_factory):
    """The same with results of most visits."""
    folder = tmp_path_factory.mktemp("visited") / "folder"
    shutil.copytree(planned.folder, folder)
    workspace = open_workspace(folder)
    record_visits(workspace)
    return workspace
