from __future__ import annotations

import pytest

from oshrisk.features import FEATURES
from oshrisk.messages import LANGUAGES, catalogue


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_every_feature_and_state_has_its_words(feature, language):
    assert feature.title(language)
    assert feature.explanation(language).endswith(".")
    entry = catalogue("features", language)["feature"][feature.name]
    assert tuple(entry.get("states", {})) == feature.states


def test_no_words_without_a_feature():
    for language in LANGUAGES:
        assert list(catalogue("features", language)["feature"]) == [feature.name for feature in FEATURES]


def test_a_number_has_a_unit():
    assert all(bool(feature.unit) == (feature.kind == "numeric") for feature in FEATURES)
    assert all(bool(feature.states) == (feature.kind == "state") for feature in FEATURES)
