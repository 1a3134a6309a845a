from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oshrisk.errors import OshriskError
from oshrisk.planning import packing as packing_module
from oshrisk.planning import pouring
from oshrisk.planning.model_matrix import assemble
from oshrisk.planning.optimise import greedy, make_task, select
from oshrisk.planning.packing import Packing, improve

from .selection_cases import (
    best_by_trying,
    candidates_of,
    chance,
    days_of,
    one_entity_once,
    programme_of,
    roads_of,
)


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_is_better_and_none_beats_the_bound(seed):
    candidates = chance(seed, 4).assign(status="may")
    days, programme = days_of(3.2), programme_of(2.0)
    report = select(candidates, roads_of(), days, programme).report
    best = best_by_trying(candidates, days, programme)
    assert report["objective"] == pytest.approx(best)
    assert report["bound"] >= best - 1e-6


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("most", [2, 4])
def test_the_bound_holds_for_options_that_are_left_out(monkeypatch, seed, most):
    monkeypatch.setattr(pouring, "MOST_OPTIONS", most)
    candidates = chance(seed, 4).assign(status="may")
    days, programme = days_of(3.2), programme_of(2.0)
    assert select(candidates, roads_of(), days, programme).report["bound"] >= (
        best_by_trying(candidates, days, programme) - 1e-6
    )


@pytest.mark.parametrize("links", [False, True])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=10)
def test_no_plan_with_an_option_is_worth_more_than_its_loss_leaves(links, seed):
    task = make_task(chance(seed, 12).assign(status="may"), roads_of(), days_of(1.5, 2.0), programme_of())
    alone = np.full(len(task.candidates), -1)
    found = pouring.pour_linear(task.options, alone, task.tree, task.ties, task.days, links=links)
    loss = pd.Series(found.loss, found.pool).reindex(range(len(task.options)), fill_value=found.limit)
    poured, closed = pouring._merge(task.tree, task.days)
    matrix = assemble(task.options, task.tree, task.ties, poured, closed)
    for option, least in loss.items():
        forced = pouring.relax(replace(matrix, lower=np.where(np.arange(len(matrix.lower)) == option, 1, matrix.lower)))
        assert forced is None or forced.worth <= found.worth - least + 1e-6


@given(st.integers(0, 10_000), st.sampled_from([0, 1_000]))
@settings(max_examples=6)
def test_searching_on_is_never_worse(seed, many):
    task = make_task(chance(seed, 30), roads_of(), days_of(2.0, 3.0), programme_of())
    first = greedy(task)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing_module, "MANY_VISITS", many)
        best = improve(first, 1.0, 20)
    assert best.score() >= first.score()
    assert (best.used <= task.days + 1e-6).all()


@given(st.integers(0, 10_000), st.sampled_from([(4.0,), (2.0, 3.5), (1.0, 0.0, 6.0)]))
@settings(max_examples=6)
def test_days_entities_and_modes_are_kept(seed, sizes):
    candidates, days = chance(seed, 20), days_of(*sizes)
    result = select(candidates, roads_of(), days, programme_of(0.5))
    chosen = candidates.loc[result.visits.index]
    task = make_task(candidates, roads_of(), days, programme_of())
    options = task.options.assign(key=task.candidates.index[task.options["candidate"]]).set_index(["key", "mode"])
    for (team, month), visits in result.visits.groupby(["team", "month"]):
        used = options.loc[list(zip(visits.index, visits["mode"], strict=True))]
        assert used["days"].sum() <= days[team, month] + 1e-6
    assert result.report["days_used"] <= days.sum() + 1e-6
    assert one_entity_once(chosen)
    assert chosen.loc[result.visits["mode"].eq("remote"), "remote_days"].notna().all()
    assert result.report["objective"] <= result.report["bound"] + 1e-6
    assert result.visits.index.is_unique


def test_the_order_of_rows_does_not_matter():
    candidates, days = chance(3, 20), days_of(3.0, 4.0)
    there = select(candidates, roads_of(), days, programme_of())
    mixed = select(candidates.sample(frac=1, random_state=1), roads_of(), days[::-1], programme_of())
    pd.testing.assert_frame_equal(there.visits, mixed.visits)


def test_musts_come_before_any_worth():
    candidates = candidates_of(
        [{"worth": 100.0}, {"worth": 90.0}, {"worth": 0.1, "status": "must", "commune_code": "b"}]
    )
    result = select(candidates, roads_of(), days_of(2.0), programme_of())
    assert result.visits.index.tolist() == ["002"]
    assert result.left_out_musts.empty


def test_musts_that_do_not_fit_are_named():
    candidates = candidates_of([{"status": "must", "visit_days": 2.0}, {"status": "must", "visit_days": 2.0}])
    result = select(candidates, roads_of(), days_of(3.0), programme_of())
    assert len(result.visits) == 1
    assert result.left_out_musts.tolist() == sorted(set(candidates.index) - set(result.visits.index))


def test_visits_along_a_road_share_it():
    candidates = candidates_of([{"commune_code": "a"}, {"commune_code": "b"}])
    # alone: 1 + 0.25 and 1 + 0.75 days and nights; together 2 + 0.75 and 1.75 nights
    result = select(candidates, roads_of(), days_of(2.93), programme_of())
    assert len(result.visits) == 2
    assert result.visits["trip"].eq(result.visits["trip"].iloc[0]).all()
    assert result.report["days_used"] == pytest.approx(2.75 + 0.1 * 1.75)
    assert result.report["proven"]


def test_closed_communes_wait_for_the_dry_month():
    candidates = candidates_of([{"commune_code": "b", "worth": 9.0}, {"commune_code": "b", "remote_days": 0.5}])
    shut = roads_of(closed=("b",))
    visits = select(candidates, shut, days_of(4.0, 4.0, 4.0), programme_of()).visits
    assert visits.loc[visits["mode"].eq("on_site"), "month"].eq(9).all()
    assert len(visits) == 2
    rains = select(candidates, shut, days_of(4.0, 4.0, 0.0), programme_of()).visits
    assert rains["mode"].tolist() == ["remote"]


def test_a_remote_check_stands_in_for_a_road():
    candidates = candidates_of([{"commune_code": "b", "remote_days": 0.5, "worth": 2.0}] * 3)
    visits = select(candidates.assign(entity=candidates.index), roads_of(), days_of(1.5), programme_of()).visits
    assert visits["mode"].tolist() == ["remote"] * 3
    assert visits["worth"].tolist() == [1.0] * 3
    assert visits["trip"].eq(0).all()


@pytest.mark.parametrize(
    ("limit", "least", "most"),
    [
        ({"by": "section", "value": "B", "least": 3}, 3, None),
        ({"by": "section", "value": "C", "most": 1}, 0, 1),
        ({"by": "commune", "value": "b", "least": 2, "most": 2}, 2, 2),
        ({"by": "size", "value": "small", "most": 4}, 0, 4),
    ],
)
def test_floors_and_ceilings(limit, least, most):
    candidates = chance(11, 40).assign(status="may", size="small")
    column = {"commune": "commune_code", "section": "section", "size": "size"}[limit["by"]]
    result = select(candidates, roads_of(), days_of(5.0, 5.0), programme_of(limits=[limit]))
    count = candidates.loc[result.visits.index, column].eq(limit["value"]).sum()
    assert count >= least
    assert most is None or count <= most
    assert result.report["missed"] == {}


def test_at_least_some_never_visited():
    candidates = candidates_of([{"worth": 9.0}] * 4 + [{"worth": 1.0, "never_visited": True}] * 3)
    candidates["entity"] = candidates.index
    result = select(candidates, roads_of(), days_of(4.0), programme_of(least_never_visited=2))
    assert candidates.loc[result.visits.index, "never_visited"].sum() == 2
    assert result.report["binding"] == ["never_visited"]


def test_a_floor_that_needs_more_days_says_how_many():
    candidates = candidates_of([{"section": "B"}] * 5)
    candidates["entity"] = candidates.index
    floor = programme_of(limits=[{"by": "section", "value": "B", "least": 5}])
    with pytest.raises(OshriskError) as caught:
        select(candidates, roads_of(), days_of(3.0), floor)
    message = caught.value.message("en")
    assert caught.value.code == "selection.clash"
    assert "floor section=B: 2 short" in message
    assert "2.0 more inspector-days" in message


def test_limits_that_clash_are_named():
    candidates = candidates_of([{"section": "B"}] * 5)
    candidates["entity"] = candidates.index
    limits = [{"by": "section", "value": "B", "least": 4}, {"by": "size", "value": "small", "most": 1}]
    with pytest.raises(OshriskError) as caught:
        select(candidates, roads_of(), days_of(9.0), programme_of(limits=limits))
    message = caught.value.message("vi")
    assert "mức sàn section=B: thiếu 3" in message
    assert "mức trần size=small" in message
    assert "tăng bao nhiêu ngày công" in message


def test_it_is_never_worse_than_greedy():
    for seed in range(2):
        candidates, days = chance(seed, 30).assign(status="may"), days_of(2.0, 3.0)
        report = select(candidates, roads_of(), days, programme_of(0.1)).report
        first = greedy(make_task(candidates, roads_of(), days, programme_of()))
        assert first.total() == report["greedy_objective"]
        all_musts = first.score() == first.total()
        assert not all_musts or report["objective"] >= first.total() - 1e-9


def test_without_roads_everything_is_at_the_seat():
    candidates = candidates_of([{"commune_code": "b"}, {"commune_code": "c"}])
    result = select(candidates, None, days_of(2.0), programme_of())
    assert len(result.visits) == 2


def test_an_unknown_commune_drives_the_mean_road_alone():
    candidates = candidates_of([{"commune_code": None}, {"commune_code": "c", "worth": 0.1}])
    assert len(select(candidates, roads_of(), days_of(1.6), programme_of()).visits) == 1
    task = make_task(candidates, roads_of(), days_of(1.5), programme_of())
    assert task.options["days"].iloc[0] == pytest.approx(1.5 + 0.1 * 0.5)


def test_nobody():
    none = select(chance(0, 3).iloc[:0], roads_of(), days_of(4.0), programme_of())
    assert none.visits.empty
    assert none.report["objective"] == 0


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_taking_out_undoes_putting_in(seed):
    task = make_task(chance(seed, 15), roads_of(), days_of(3.0, 4.0), programme_of())
    packing = Packing(task.options, task.tree, task.ties, task.days)
    before = packing.added.copy()
    packing.fill()
    packing.clear(sorted(packing.place))
    np.testing.assert_allclose(packing.added, before)
    assert packing.free.all()
    assert not packing.sums.any()
    assert not packing.trips
