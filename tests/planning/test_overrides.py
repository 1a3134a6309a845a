"""What people decide, and what it changes: nothing else."""

import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.planning import Quarter, make_plan
from oshrisk.settings import Capacity, Draw, Limit, Programme, Selection

QUARTER = Quarter(2027, 3)
SETTINGS = Programme(
    capacity=Capacity(inspector_days=40.0), draw=Draw(random_share=0.2, seed=3), selection=Selection(seconds=0.02)
)


def decisions(*rows):
    frame = pd.DataFrame(rows, columns=["action", "enterprise_id", "value"])
    return frame.assign(at=pd.Timestamp("2027-06-20 08:00", tz="UTC"))


@pytest.fixture
def solve(registry, features, assessment):
    known = registry(60, inspections=[{"n": 50, "inspection_id": "v1", "started_on": "2027-02-01", "done": "done"}])
    state, ranking = features(known), assessment(known)
    return lambda *rows: make_plan(known, state, ranking, SETTINGS, QUARTER, decisions=decisions(*rows))


def test_no_decision_changes_nothing(solve):
    plan = solve()
    assert plan.selection is plan.proposed
    assert plan.visits["decision"].eq("").all()


@pytest.mark.parametrize("arm", ["risk", "random"])
@pytest.mark.parametrize("case", [("drop", "", "dropped", "2027-09-30"), ("defer", "2028Q1", "deferred", "2027-12-31")])
def test_whoever_is_taken_off_is_off_until_then(solve, arm, case):
    action, value, *expected = case
    before = solve()
    name = before.visits.index[before.visits["arm"].eq(arm)][0]
    after = solve((action, name, value))
    row = after.not_selected.set_index("enterprise_id").loc[name]
    assert [row["rule_id"], row["reason"], str(row["until"].date())] == ["decision", *expected]
    assert str(row["on"].date()) == "2027-06-20"
    assert name not in after.visits.index
    assert after.proposed.visits.equals(before.proposed.visits)


def test_the_draw_does_not_depend_on_decisions(solve):
    before = solve()
    first = before.visits.index[before.visits["arm"].eq("risk")][0]
    after = solve(("drop", first, ""))
    for column in ("band", "stratum", "inclusion_probability", "drawn"):
        pd.testing.assert_series_equal(after.eligibility[column], before.eligibility[column])


def test_whoever_is_added_is_listed_as_added(solve):
    before = solve()
    name = before.not_selected.loc[before.not_selected["reason"].eq("lower_priority"), "enterprise_id"].iloc[-1]
    after = solve(("add", name, ""))
    assert after.visits.loc[name, ["arm", "decision"]].tolist() == ["other", "add"]
    assert after.visits["inspector_days"].sum() <= 40.0 + 1e-6


def test_a_mode_is_kept(solve):
    before = solve()
    name = before.visits.index[before.visits["arm"].eq("risk") & before.visits["mode"].eq("on_site")][0]
    assert solve(("mode", name, "on_site")).visits.loc[name, "mode"] == "on_site"


def test_what_the_law_does_not_allow_is_refused_with_its_article(solve):
    visited = next(iter(solve().not_selected.query("reason == 'visited'")["enterprise_id"]))
    with pytest.raises(OshriskError) as caught:
        solve(("add", visited, ""))
    assert caught.value.code == "plan.decision_against_law"
    assert "Điều 4 Nghị quyết 198/2025/QH15" in caught.value.message("vi")
    assert visited in caught.value.message("en")


def test_whoever_was_put_off_to_now_comes_back_unless_the_law_has_come_between(solve):
    before = solve()
    visited = next(iter(before.not_selected.query("reason == 'visited'")["enterprise_id"]))
    name = before.not_selected.loc[before.not_selected["reason"].eq("lower_priority"), "enterprise_id"].iloc[-1]
    after = solve(("resume", name, "2027Q3"), ("resume", visited, "2027Q3"))
    assert after.visits.loc[name, "arm"] == "other"
    assert visited not in after.visits.index


@pytest.mark.parametrize(("row", "code"), [
    (("drop", "0000000000", ""), "plan.decision_unknown"),
    (("mode", None, "remote"), "plan.decision_no_remote"),
])  # fmt: skip
def test_senseless_decisions_are_named(solve, row, code):
    name = row[1] or solve().visits.index[0]
    with pytest.raises(OshriskError) as caught:
        solve((row[0], name, row[2]))
    assert caught.value.code == code
    assert name in caught.value.message("vi")


def test_a_floor_on_an_area_is_reached(registry, features, assessment):
    known = registry(60)
    state, ranking = features(known), assessment(known)
    floor = Limit(by="area", value="far", least=2)
    settings = SETTINGS.model_copy(
        update={
            "capacity": Capacity(inspector_days=120.0),
            "selection": SETTINGS.selection.model_copy(update={"limits": (floor,)}),
        }
    )
    plan = make_plan(known, state, ranking, settings, QUARTER)
    area = plan.eligibility.loc[plan.selection.visits.index, "area"]
    assert area.eq("far").sum() >= 2
