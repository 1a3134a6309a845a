"""The desk's messages: all collected, all translated, and compiled as they stand."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("catalogues", ROOT / ".ci" / "catalogues.py")


@pytest.fixture(scope="module")
def catalogues(django):
    module = importlib.util.module_from_spec(SPEC)
    SPEC.loader.exec_module(module)
    return module


def test_the_catalogue_has_exactly_the_messages_there_are(catalogues):
    written = catalogues.as_po(catalogues.collected())
    assert catalogues.PO.read_bytes() == written, "run: python .ci/catalogues.py"


def test_the_compiled_catalogue_is_that_of_the_messages(catalogues):
    compiled = catalogues.PO.with_suffix(".mo").read_bytes()
    assert compiled == catalogues.as_mo(catalogues.collected()), "run: python .ci/catalogues.py"


def test_every_message_is_translated_with_its_placeholders(catalogues):
    for message in catalogues.collected():
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(said), message.id
        assert not message.fuzzy, message.id
        for one in said:
            assert set(re.findall(r"%\(\w+\)s", one)) == set(re.findall(r"%\(\w+\)s", ids[-1])), message.id
