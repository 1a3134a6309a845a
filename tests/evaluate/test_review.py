"""The review of a quarter: counts, exact intervals, and no label where nothing was seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from oshrisk.evaluate.review import difference_interval, rate_interval, review
from oshrisk.messages import LANGUAGES
from oshrisk.planning import Quarter
from oshrisk.registry.results_rows import Results, no_results

QUARTER = Quarter(2027, 1)


def plan_of(**arms):
    """A plan with so many visits of each arm: ids ``risk0``, ``risk1`` …"""
    ids = [(f"{arm}{number}", arm) for arm, count in arms.items() for number in range(count)]
    return pd.DataFrame(
        {"arm": [arm for _, arm in ids]}, index=pd.Index([name for name, _ in ids], name="enterprise_id")
    )


def results(found, **others):
    """Checks carried out with their answers, and visits that ended otherwise."""
    empty = no_results()
    ids = pd.Index([*found, *others], name="enterprise_id", dtype="str")
    visits = empty.visits.reindex(ids).assign(
        done=["done"] * len(found) + list(others.values()),
        found=pd.array([*found.values(), *[None] * len(others)], dtype="boolean"),
    )
    return Results(visits.astype(empty.visits.dtypes.to_dict()), empty.findings, empty.machines)


def decisions(*rows):
    names = ["action", "enterprise_id", "reason_code", "displaced"]
    return pd.DataFrame(rows, columns=names, index=pd.RangeIndex(1, len(rows) + 1, name="decision"))


def checks(**found):
    return pd.DataFrame(
        {
            "inspection_id": list(found),
            "enterprise_id": list(found),
            "body": "home_affairs",
            "started_on": pd.Timestamp("2027-05-01"),
            "found": pd.array(list(found.values()), dtype="boolean"),
            "done": "done",
        }
    )


def test_what_was_planned_done_and_found():
    recorded = results(
        {"risk0": True, "risk1": False, "random0": True, "random1": None},
        risk2="refused",
        risk3="not_found",
        mandatory0="closed",
        random2="not_done",
    )
    reviewed = review(plan_of(mandatory=2, risk=5, random=3), recorded, quarter=QUARTER)
    everybody = reviewed.arms.loc["all"]
    assert everybody[["planned", "recorded", "done", "waiting", "labelled", "serious"]].tolist() == [10, 8, 4, 2, 3, 2]
    assert everybody[["refused", "not_found", "closed", "not_done"]].tolist() == [1, 1, 1, 1]
    assert reviewed.arms.loc["random", ["done", "labelled", "serious", "rate"]].tolist() == [2, 1, 1, 1.0]
    assert reviewed.groups.loc["list", ["planned", "labelled", "serious"]].tolist() == [7, 2, 1]
    assert reviewed.groups.loc["lottery", ["planned", "labelled", "serious"]].tolist() == [3, 1, 1]


def test_nothing_seen_is_never_no_violation():
    reviewed = review(plan_of(risk=2), results({}, risk0="refused", risk1="closed"), quarter=QUARTER)
    assert reviewed.arms.loc["all", "labelled"] == 0
    assert np.isnan(reviewed.arms.loc["all", ["rate", "low", "high"]].astype(float)).all()
    assert np.isnan(reviewed.differences["difference"]).all()


def test_overrides_against_what_they_displaced():
    made = decisions(
        ("add", "risk3", "local_danger", ["out0", "out1"]),
        ("drop", "out2", "wrong_data", []),
        ("mode", "risk0", "other", None),
    )
    later = checks(out0=True, out2=False, elsewhere=True)
    recorded = results({"risk0": False, "risk1": False, "risk3": True})
    reviewed = review(plan_of(risk=4), recorded, made, quarter=QUARTER, later=later)
    assert reviewed.groups.loc["added", ["planned", "labelled", "serious"]].tolist() == [1, 1, 1]
    assert reviewed.groups.loc["displaced", ["planned", "labelled", "serious"]].tolist() == [3, 2, 1]
    assert reviewed.groups.loc["list", "planned"] == 3
    assert reviewed.overrides.loc[1, ["found", "displaced_labelled", "displaced_serious"]].tolist() == [True, 1, 1]
    assert not reviewed.overrides.loc[2, "found"]
    assert reviewed.overrides.loc[3, "displaced"] == ""


@pytest.mark.parametrize(
    "changes",
    [{"started_on": pd.Timestamp("2026-12-31")}, {"body": "health"}, {"found": pd.NA}, {"done": "not_done"}],
)
def test_what_says_nothing_of_the_displaced(changes):
    later = checks(out0=True).assign(**changes)
    made = decisions(("add", "risk0", "other", ["out0"]))
    reviewed = review(plan_of(risk=1), results({}), made, quarter=QUARTER, later=later)
    assert reviewed.groups.loc["displaced", "labelled"] == 0


def test_the_first_later_check_counts():
    later = pd.concat([checks(out0=True).assign(started_on=pd.Timestamp("2027-08-01")), checks(out0=False)])
    made = decisions(("defer", "out0", "capacity", []))
    reviewed = review(plan_of(risk=1), results({}), made, quarter=QUARTER, later=later)
    assert reviewed.groups.loc["displaced", ["labelled", "serious"]].tolist() == [1, 0]


@pytest.mark.parametrize(("count", "share"), [(5, 0.1), (20, 0.3), (20, 0.5), (44, 0.02)])
def test_the_interval_of_a_share_covers(count, share):
    inside = [low <= share <= high for low, high in (rate_interval(k, count) for k in range(count + 1))]
    assert binom.pmf(np.arange(count + 1), count, share) @ inside >= 0.95


@pytest.mark.parametrize(("counts", "shares"), [((15, 10), (0.4, 0.4)), ((30, 11), (0.5, 0.2)), ((8, 8), (0.1, 0.1))])
def test_the_interval_of_a_difference_covers(counts, shares):
    (n, m), (p, q) = counts, shares
    weights = np.outer(binom.pmf(np.arange(n + 1), n, p), binom.pmf(np.arange(m + 1), m, q))
    limits = np.array([[difference_interval((a, n), (b, m))[1:] for b in range(m + 1)] for a in range(n + 1)])
    inside = (limits[..., 0] <= p - q) & (p - q <= limits[..., 1])
    assert (weights * inside).sum() >= 0.95


def test_few_results_say_that_they_are_few():
    few = results({"risk0": True, "risk1": True, "random0": False})
    said = review(plan_of(risk=2, random=1), few, quarter=QUARTER).sentences("en")
    assert any(sentence.startswith("Too few results") for sentence in said)
    many = {f"risk{n}": True for n in range(20)} | {f"random{n}": False for n in range(20)}
    said = review(plan_of(risk=20, random=20), results(many), quarter=QUARTER).sentences("en")
    assert any(sentence.startswith("The list finds more than The lottery") for sentence in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_said_in_words(language):
    moved = pd.DataFrame(
        {"outcome": ["violation"], "words": ["quá hạn kiểm định"], "before": [0.0], "after": [0.69], "labels": [40.0]}
    )
    made = decisions(("add", "risk0", "other", ["out0"]))
    recorded = results({"risk0": True, "random0": False})
    recorded.visits["unreported_accidents"] = [2.0, 0.0]
    reviewed = review(plan_of(risk=2, random=2), recorded, made, quarter=QUARTER, moved=moved)
    said = reviewed.sentences(language)
    assert len(said) == 11  # counts, four groups, two comparisons, two caveats, accidents, the model
    assert not any("{" in sentence or "nan" in sentence for sentence in said)
    assert list(reviewed.tables) == ["arms", "groups", "differences", "overrides", "moved"]
