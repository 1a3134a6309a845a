"""One picture and one list that all tests of documents share."""

import io

import matplotlib.image
import numpy as np
import pytest


@pytest.fixture(scope="session")
def png():
    """A picture of 40 by 20 dots."""
    stream = io.BytesIO()
    matplotlib.image.imsave(stream, np.zeros((20, 40)), format="png")
    return stream.getvalue()
