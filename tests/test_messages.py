"""Both languages say the same things, with the same placeholders."""

import re
import string
import unicodedata
from importlib.resources import files

import pytest

from oshrisk.messages import LANGUAGES, catalogue, text

NAMES = sorted(path.name.removesuffix(".toml") for path in files("oshrisk").joinpath("locale", "vi").iterdir())


def flat(node, prefix=""):
    if isinstance(node, str):
        return {prefix: node}
    if isinstance(node, list):
        return {f"{prefix}[{i}]": item for i, item in enumerate(node)}
    return {key: item for name, child in node.items() for key, item in flat(child, f"{prefix}.{name}").items()}


def placeholders(template):
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_catalogue_stands_in_both_languages():
    english = {path.name.removesuffix(".toml") for path in files("oshrisk").joinpath("locale", "en").iterdir()}
    assert english == set(NAMES)
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_same_keys_and_placeholders(name):
    vietnamese, english = (flat(catalogue(name, language)) for language in LANGUAGES)
    strip = re.compile(r"\.aliases\[\d+\]$")  # each language has its own other names of a column
    assert {k for k in vietnamese if not strip.search(k)} == {k for k in english if not strip.search(k)}
    for key, value in vietnamese.items():
        if not strip.search(key):
            assert placeholders(value) == placeholders(english[key]), key


@pytest.mark.parametrize("name", NAMES)
def test_vietnamese_is_composed_unicode(name):
    for key, value in flat(catalogue(name, "vi")).items():
        assert unicodedata.is_normalized("NFC", value), key


def test_values_are_filled_in():
    assert text("cli.results.marked", "en", file="a.xlsx") == "Quarantine report: a.xlsx"


def test_unknown_key_is_a_defect():
    with pytest.raises(KeyError):
        text("cli.no_such_text", "en")
