"""What one fact would do is what ranking everybody again with that fact says."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oshrisk.features import build_features
from oshrisk.risk import assess, load_table
from oshrisk.risk.explain import OWN_RECORD
from oshrisk.risk.what_if import NO_NEWS, class_changes, what_if, worth_of_knowing
from oshrisk.simulate import simulate

TABLE = load_table()
DATE = "2026-11-30"


@pytest.fixture(scope="module")
def features():
    return build_features(simulate(200, seed=5, read_on=DATE).registry.known(DATE), DATE)


@pytest.fixture(scope="module")
def assessment(features):
    return assess(features, TABLE)


def test_every_change_of_class_is_that_of_the_whole_ranking_made_again(features, assessment):
    changes = class_changes(features, TABLE, assessment, assessment.index)
    some = changes[changes["factor"].isin(["training_coverage", "periodic_report", "temporary_share"])]
    assert set(some["known"]) == {True, False}
    for row in some.groupby("factor").head(4).to_dict("records"):
        factor = TABLE[row["factor"]]
        entry = next(entry for entry in factor.bins if entry.state == row["state"])
        value = row["state"] if factor.kind == "category" else (max(entry.low, 0) + min(entry.high, 1)) / 2
        changed = features.copy()
        changed.loc[row["enterprise_id"], factor.feature] = value
        again = assess(changed, TABLE).loc[row["enterprise_id"]]
        assert again["risk_class"] == row["class_then"] != row["class_now"]
        assert again["priority"] == pytest.approx(row["priority"])


def test_no_change_of_class_is_left_out(features, assessment):
    rows = what_if(features, TABLE, assessment.index[:20])
    found = class_changes(features, TABLE, assessment, assessment.index[:20])
    mean = assessment["priority"].mean()
    far = rows[(rows["state"] != rows["state_now"]) & ~(rows["known"] & rows["factor"].isin(NO_NEWS))]
    clear = far[far["priority"] > 6 * mean]  # well within class A, whatever the mean becomes
    lower = clear[assessment["risk_class"].astype(str).reindex(clear["enterprise_id"]).ne("A").to_numpy()]
    keys = set(zip(found["enterprise_id"], found["factor"], found["state"], strict=True))
    assert len(lower)
    assert set(zip(lower["enterprise_id"], lower["factor"], lower["state"], strict=True)) <= keys


def test_the_present_state_changes_nothing(features, assessment):
    rows = what_if(features, TABLE, assessment.index[:30])
    same = rows[rows["known"] & rows["state"].eq(rows["state_now"]) & rows["factor"].ne("enterprise_size")]
    assert np.allclose(same["priority"], assessment["priority"].reindex(same["enterprise_id"]))


def test_one_more_accident_never_lowers_the_priority(features, assessment):
    rows = what_if(features, TABLE, factors=[OWN_RECORD])
    assert set(rows["state"]) == {"one_more_minor", "one_more_serious", "one_more_fatal"}
    assert (rows["priority"].to_numpy() >= assessment["priority"].reindex(rows["enterprise_id"]).to_numpy()).all()


def test_what_is_known_is_worth_nothing_to_ask(features):
    worth = worth_of_knowing(features, TABLE, features.index, ["enterprise_size", "temporary_share"])
    known = features[["workers", "temporary_share"]].notna().to_numpy()
    assert (worth.to_numpy()[known] == 0).all()
    assert (worth.to_numpy()[~known] > 0).all()


@settings(max_examples=6)
@given(st.sets(st.sampled_from(["temporary_share", "training_coverage", "strict_equipment_count"]), min_size=1))
def test_a_factor_is_worth_the_same_whoever_else_is_asked_about(features, factors):
    ids = features.index[:5]
    alone = [worth_of_knowing(features, TABLE, ids, [name])[name] for name in sorted(factors)]
    together = worth_of_knowing(features, TABLE, ids[:3], sorted(factors))
    pd.testing.assert_frame_equal(pd.concat(alone, axis="columns").loc[ids[:3]], together, check_names=False)
