"""The check of factors: the built-in ones pass, planted defects do not."""

import numpy as np
import pandas as pd
import pytest

from oshrisk.features import FEATURES, OwnFactor, build_features
from oshrisk.simulate import simulate
from oshrisk.testing import NotConformingError, built_in, check_factor
from oshrisk.testing.factor import PLACES, SEED

ENTRY = """
name = "complaints"
feature = "complaints"
kind = "numeric"
title_vi = "Số phản ánh"
title_en = "Complaints"
{unknown}

[[bin]]
state = "none"
to = 1.0
share = 0.9
phrase_vi = "Không có phản ánh"
phrase_en = "No complaint"
accident = {{ log_rr = 0.0, sd = 0.01, sign = "0", mark = "assumed" }}
fatal = {{ log_rr = 0.0, sd = 0.01, sign = "0", mark = "assumed" }}
violation = {{ log_rr = 0.0, sd = 0.01, sign = "0", mark = "assumed" }}

[[bin]]
state = "some"
from = 1.0
share = 0.1
phrase_vi = "Có phản ánh"
phrase_en = "Complaints"
accident = {{ log_rr = {log_rr}, sd = 0.2, sign = "+", mark = "assumed" }}
fatal = {{ log_rr = 0.0, sd = 0.01, sign = "0", mark = "assumed" }}
violation = {{ log_rr = 0.3, sd = 0.2, sign = "+", mark = "assumed" }}

[unknown]
phrase_vi = "Chưa rõ"
phrase_en = "Unknown"
accident = "population_mean"
fatal = "population_mean"
violation = "population_mean"
"""


def entry(log_rr=0.2, unknown=""):
    return ENTRY.format(log_rr=log_rr, unknown=unknown)


@pytest.fixture(scope="module")
def registry():
    return simulate(PLACES, seed=SEED).registry


def complaints(known):
    return known["signals"].groupby("enterprise_id").size()


def spread(known):
    """Head-count over the age of the figure: uses several columns and the date."""
    firms = known["enterprises"].set_index("enterprise_id")
    return firms["workers"] / (1 + (known.date - firms["workers_on"]).dt.days)


GOOD = OwnFactor("complaints", complaints, unit="signals", entry=entry())


@pytest.mark.parametrize("name", [feature.name for feature in FEATURES])
def test_built_in_factors_conform(registry, name):
    check_factor(built_in(name), registry)


@pytest.mark.parametrize("factor", [GOOD, OwnFactor("spread", spread, unit="persons")], ids=lambda f: f.name)
def test_good_factors_conform(registry, factor):
    check_factor(factor, registry)


def test_a_planted_factor_is_caught(registry):
    """Each defect is caught by its own check."""
    whole = registry
    calls = []

    def peeks(known):
        later = whole["accidents"]
        return known["signals"].groupby("enterprise_id").size() + later.groupby("enterprise_id").size()

    def forgets_nothing(known):
        calls.append(known["accidents"].groupby("enterprise_id").size().reindex(known.ids))
        return pd.Series(float(len(calls)), known.ids)

    def by_position(known):
        return np.arange(len(known.ids), dtype=float)

    def fills(known):
        return complaints(known).reindex(known.ids).fillna(0.0)

    def spoils(known):
        firms = known["enterprises"]
        firms["workers"] = 0.0
        return complaints(known)

    def too_few(known):
        return np.zeros(3)

    planted = {
        "identity": peeks,
        "repeat": forgets_nothing,
        "order": by_position,
        "unknown_as_zero": fills,
        "input": spoils,
        "shape": too_few,
    }
    for check, compute in planted.items():
        with pytest.raises(NotConformingError) as caught:
            check_factor(OwnFactor("planted", compute), registry)
        assert check in {failure.check for failure in caught.value.failures}, check
        assert check in caught.value.message("vi")


def test_what_became_known_later_is_caught(registry):
    """A factor that is handed everything by a careless caller, and takes it."""

    class Leaky(OwnFactor):
        def column(self, known):
            rows = registry["accidents"] if known.date < registry.read_on else known["accidents"]
            return rows.groupby("enterprise_id").size().reindex(known.ids).astype("float64")

    with pytest.raises(NotConformingError) as caught:
        check_factor(Leaky("leaky", complaints), registry)
    assert {"identity", "unknown_as_zero"} & {failure.check for failure in caught.value.failures}


@pytest.mark.parametrize(
    "bad",
    [
        entry(log_rr=-0.2),
        entry().replace('feature = "complaints"', 'feature = "workers"'),
        entry().replace(
            'accident = "population_mean"', 'accident = { log_rr = -0.1, sd = 0.1, sign = "-", mark = "assumed" }'
        ),
        "not toml",
    ],
    ids=["sign against its own figure", "of another feature", "silence rewarded", "no table entry"],
)
def test_a_bad_entry_is_caught(registry, bad):
    with pytest.raises(NotConformingError) as caught:
        check_factor(OwnFactor("complaints", complaints, entry=bad), registry)
    assert {failure.check for failure in caught.value.failures} == {"entry"}


def test_a_built_in_factor_is_the_column_of_the_features(registry):
    known = registry.known("2025-11-30")
    column = built_in("workers").column(known)
    pd.testing.assert_series_equal(column, build_features(known, "2025-11-30")["workers"])
