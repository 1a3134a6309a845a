"""Own factors: passed in or installed, computed from what was known, scored by their entry in the table."""

import sys

import numpy as np
import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.features import FEATURES, OwnFactor, build_features, catalogue_hash, installed_factors
from oshrisk.messages import LANGUAGES
from oshrisk.settings import Programme
from oshrisk.simulate import simulate
from oshrisk.workflow import rank

AS_OF = "2025-11-30"
PLUGIN = '''
from oshrisk.features import OwnFactor

def signals(known):
    return known["signals"].groupby("enterprise_id").size()

FACTOR = OwnFactor("all_signals", signals, unit="signals", entry="""
name = "all_signals"
feature = "all_signals"
kind = "numeric"
title_vi = "Phản ánh"
title_en = "Signals"

[[bin]]
state = "few"
to = 1.0
share = 0.9
phrase_vi = "Ít phản ánh"
phrase_en = "Few signals"
accident = { log_rr = 0.0, sd = 0.1, sign = "0", mark = "assumed" }
fatal = { log_rr = 0.0, sd = 0.1, sign = "0", mark = "assumed" }
violation = { log_rr = 0.0, sd = 0.1, sign = "0", mark = "assumed" }

[[bin]]
state = "many"
from = 1.0
share = 0.1
phrase_vi = "Nhiều phản ánh"
phrase_en = "Many signals"
accident = { log_rr = 0.7, sd = 0.2, sign = "+", mark = "assumed" }
fatal = { log_rr = 0.7, sd = 0.2, sign = "+", mark = "assumed" }
violation = { log_rr = 0.7, sd = 0.2, sign = "+", mark = "assumed" }

[unknown]
phrase_vi = "Chưa rõ"
phrase_en = "Unknown"
accident = "population_mean"
fatal = "population_mean"
violation = "population_mean"
""")
NOT_ONE = 7
'''


@pytest.fixture(scope="module")
def registry():
    return simulate(150, seed=23).registry


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """A package that brings a factor, installed as packages are: by its metadata on the path."""

    def install(names=("FACTOR",)):
        info = tmp_path / "their_factors-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: their-factors\nVersion: 1.0\n")
        points = "\n".join(f"{name.lower()} = their_factors:{name}" for name in names)
        (info / "entry_points.txt").write_text(f"[oshrisk.factors]\n{points}\n")
        (tmp_path / "their_factors.py").write_text(PLUGIN)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "their_factors", raising=False)

    return install


def test_without_packages_nothing_is_added(registry):
    assert installed_factors() == ()
    assert build_features(registry, AS_OF).columns.to_list() == [feature.name for feature in FEATURES]


def test_an_installed_factor_is_computed_scored_and_told(registry, plugin):
    before = rank(registry, Programme(), AS_OF)
    hashed = catalogue_hash()
    plugin()
    after = rank(registry, Programme(), AS_OF)
    column = after.features["all_signals"]
    many = column.index[column >= 1].intersection(after.assessment.index)
    unknown = column.index[column.isna()].intersection(after.assessment.index)
    assert len(many)
    assert len(unknown)
    assert (after.assessment.loc[many, "priority"] > before.assessment.loc[many, "priority"]).all()
    same = ["accident_rate", "violation_probability"]
    pd.testing.assert_frame_equal(after.assessment.loc[unknown, same], before.assessment.loc[unknown, same])
    assert "Many signals" in after.explain(many[0]).html("en")
    assert catalogue_hash() != hashed
    assert after.table.model_id != before.table.model_id


def test_a_table_that_was_made_before_stays_as_it_is(registry, plugin):
    before = rank(registry, Programme(), AS_OF)
    plugin()
    again = rank(registry, Programme(), AS_OF, before.table)
    pd.testing.assert_frame_equal(again.assessment, before.assessment)


def test_it_sees_nothing_later(registry):
    def last(known):
        return known["accidents"].groupby("enterprise_id")["known_on"].max().astype("int64")

    features = build_features(registry, AS_OF, extra=[OwnFactor("last", last)])
    assert features["last"].max() <= pd.Timestamp(AS_OF).timestamp()


@pytest.mark.parametrize(
    ("code", "factor"),
    [
        ("extend.not_one_each", OwnFactor("x", lambda known: np.zeros(2))),
        ("extend.name_taken", OwnFactor("workers", lambda known: np.zeros(len(known.ids)))),
        ("extend.not_numbers", OwnFactor("x", lambda known: np.full(len(known.ids), np.inf))),
        ("extend.not_numbers", OwnFactor("x", lambda known: np.full(len(known.ids), 2.0), "flag")),
        ("extend.not_numbers", OwnFactor("x", lambda known: np.full(len(known.ids), "many"))),
        (
            "extend.no_such_state",
            OwnFactor("x", lambda known: np.full(len(known.ids), "c"), "state", states=("a", "b")),
        ),
        ("extend.named_twice", OwnFactor("x", lambda known: pd.Series(1.0, known.ids.repeat(2)))),
    ],
)
def test_what_is_wrong_is_said(registry, code, factor):
    with pytest.raises(OshriskError) as caught:
        build_features(registry, AS_OF, extra=[factor])
    assert caught.value.code == code
    assert all(factor.name in caught.value.message(language) for language in LANGUAGES)


@pytest.mark.parametrize(("name", "code"), [("NOT_ONE", "extend.no_factor"), ("NOT_THERE", "extend.not_loaded")])
def test_a_broken_package_is_named(plugin, name, code):
    plugin([name])
    with pytest.raises(OshriskError) as caught:
        installed_factors()
    assert caught.value.code == code
    assert "their_factors" in caught.value.message("vi")
