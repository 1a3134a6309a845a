"""What a trial promises, on a registry made by chance."""

import numpy as np
import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.planning import make_plan
from oshrisk.planning.buckets import buckets
from oshrisk.planning.draw import chances, draw_lots
from oshrisk.planning.frontier import frontier, make_scene, try_out, varied
from oshrisk.planning.roads import make_roads
from oshrisk.planning.seeds import Seed
from oshrisk.planning.slots import reserve_slots
from oshrisk.settings import Capacity, Draw, Limit, Programme, Selection

PROGRAMME = Programme(
    capacity=Capacity(inspector_days=60), draw=Draw(random_share=0.2), selection=Selection(seconds=0.1)
)
DAYS = [20.0, 40.0, 60.0, 80.0, 100.0]
NONE = pd.DataFrame(columns=["action", "enterprise_id", "value", "reason_code", "text", "by", "at"])


@pytest.fixture
def known(registry, features, assessment):
    made = registry(200)
    return made, features(made), assessment(made)


@pytest.fixture
def scene(known, quarter):
    return make_scene(*known, PROGRAMME, quarter, roads=make_roads(PROGRAMME), decisions=NONE)


@pytest.fixture
def plan(known, quarter):
    return make_plan(*known, PROGRAMME, quarter, roads=make_roads(PROGRAMME), decisions=NONE, seed=Seed(5))


def like(programme=PROGRAMME, **changes):
    now = {
        "inspector_days": programme.capacity.inspector_days,
        "random_share": programme.draw.random_share,
        "least_never_visited": programme.selection.least_never_visited,
        "limits": programme.selection.limits,
    }
    return varied(programme, **(now | changes))


def test_the_same_settings_keep_the_list_that_stands(scene, plan):
    trial = try_out(scene, like(), plan.proposed.visits, thorough=True)
    assert trial.selection.report["objective"] >= plan.proposed.report["objective"] - 1e-9
    assert trial.lots == int(plan.visits["arm"].eq("random").sum())


def test_lots_are_worth_their_chances(scene, plan, quarter):
    trial = try_out(scene, like(), plan.proposed.visits)
    chosen = trial.selection.visits.index
    may = scene.state[scene.state["status"].eq("may")].drop(chosen, errors="ignore")
    may = may[may["sign"] | ~may["entity"].isin(scene.state.loc[chosen, "entity"])]
    drawn = draw_lots(may, plan.slots, 11, quarter)
    assert trial.lots == drawn["drawn"].sum()
    expected = float(drawn["inclusion_probability"] @ may["violation_probability"])
    assert trial.lot_findings == pytest.approx(expected)


@pytest.mark.parametrize(("days", "wanted"), [(30.0, "fewer"), (100.0, "more")])
def test_more_days_never_find_less(scene, plan, days, wanted):
    now = try_out(scene, like(), plan.proposed.visits)
    other = try_out(scene, like(inspector_days=days), plan.proposed.visits)
    assert (other.worth > now.worth) is (wanted == "more")
    assert (other.visits > now.visits) is (wanted == "more")


def test_no_share_no_lots(scene, plan):
    trial = try_out(scene, like(random_share=0.0), plan.proposed.visits)
    assert (trial.lots, trial.lot_worth, trial.lot_findings) == (0, 0.0, 0.0)
    assert trial.visits == len(trial.selection.visits)


def test_a_quota_is_kept(scene, plan, known):
    limits = (Limit(by="section", value="F", least=9),)
    trial = try_out(scene, like(limits=limits), plan.proposed.visits)
    assert known[1].loc[trial.selection.visits.index, "section"].eq("F").sum() >= 9


def test_a_quota_that_cannot_be_kept_says_so(scene, plan):
    limits = (Limit(by="section", value="F", least=200),)
    with pytest.raises(OshriskError, match="section=F"):
        try_out(scene, like(limits=limits), plan.proposed.visits)
    assert frontier(scene, like(limits=limits), [60.0])["worth"].isna().all()


def test_the_frontier_rises_and_lists_stay_below_it(scene, plan):
    best = frontier(scene, like(), DAYS)
    assert best["days"].tolist() == DAYS
    assert np.all(np.diff(best["worth"]) > 0)
    assert np.all(np.diff(best["lots"]) >= 0)
    trial = try_out(scene, like(), plan.proposed.visits)
    worth = float(best.set_index("days")["worth"][60.0])
    assert 0.8 * worth < trial.worth <= 1.02 * worth


def test_people_s_decisions_hold_in_trials(known, quarter, plan):
    dropped = plan.proposed.visits.index[0]
    row = {"action": "drop", "enterprise_id": dropped, "value": "", "reason_code": "closed", "text": "", "by": "lan"}
    decisions = pd.DataFrame([row | {"at": pd.Timestamp("2027-06-01", tz="UTC")}])
    scene = make_scene(*known, PROGRAMME, quarter, roads=make_roads(PROGRAMME), decisions=decisions)
    assert dropped not in try_out(scene, like(), plan.proposed.visits).selection.visits.index


def test_settings_out_of_range_are_refused():
    with pytest.raises(ValueError, match="random_share"):
        like(random_share=1.5)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.9])
def test_chances_are_those_of_the_draw(known, quarter, share):
    programme = like(random_share=share)
    roads = make_roads(programme)
    scene = make_scene(*known, programme, quarter, roads=roads, decisions=NONE)
    slots = reserve_slots(scene.drawable, buckets(quarter, programme.capacity), share)
    frame = scene.state[scene.state["status"].eq("may")]
    drawn = draw_lots(frame, slots, 7, quarter)["inclusion_probability"]
    pd.testing.assert_series_equal(chances(frame, slots), drawn, check_names=False)
