"""What a plan always holds, on random registries."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, catalogue
from oshrisk.planning import Quarter, make_plan
from oshrisk.planning.buckets import buckets
from oshrisk.planning.texts import reason_text
from oshrisk.registry.registry import Registry
from oshrisk.settings import Capacity, Draw, Programme, Selection

QUIET = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def programme_of(days: float = 60.0, share: float = 0.2, seed: int = 1) -> Programme:
    return Programme(
        capacity=Capacity(inspector_days=days),
        draw=Draw(random_share=share, seed=seed),
        selection=Selection(seconds=0.02, letters=5),
    )


def random_registry(registry: Any, seed: int, count: int) -> Registry:
    chance = np.random.default_rng(seed)

    def rows(size: int, **columns: Any) -> list[dict[str, Any]]:
        days = pd.Timestamp("2026-01-01") + pd.to_timedelta(chance.integers(0, 540, size), unit="D")
        return [
            {"n": int(chance.integers(count)), "on": day} | {key: pick(chance) for key, pick in columns.items()}
            for day in days
        ]

    def pick(*values: Any) -> Any:
        return lambda chance: values[chance.integers(len(values))]

    def dated(name: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{key: value for key, value in row.items() if key != "on"} | {name: row["on"]} for row in found]

    size = max(count // 6, 1)
    scopes, kinds, bodies = (
        pick("osh", "fire", None),
        pick("check", "inspection", None),
        pick("home_affairs", "construction"),
    )
    visits = dated(
        "started_on", rows(size, scope=scopes, kind=kinds, body=bodies, done=pick("done", "closed", "refused"))
    )
    visits = [row | {"inspection_id": f"v{number}"} for number, row in enumerate(visits)]
    plans = [
        {key: value for key, value in row.items() if key != "on"} | {"year": 2027}
        for row in rows(size // 2, scope=scopes, kind=kinds, body=bodies, quarter=pick(1, 2, 3, 4))
    ]
    tables: dict[str, Any] = {
        "inspections": visits,
        "accidents": dated("occurred_on", rows(size // 2, severity=pick("fatal", "minor"))),
        "signals": dated("occurred_on", rows(size // 2, kind=pick("complaint", "direction", "incident"))),
        "other_plans": plans,
    }
    parents = {n: int(chance.integers(n)) for n in range(1, count) if chance.random() < 0.3}
    return registry(count, parents=parents, **{name: found for name, found in tables.items() if found})


@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 60),
    days=st.sampled_from([0.5, 5.0, 30.0, 500.0]),
    share=st.floats(0, 1),
)
@example(seed=341, count=4, days=30.0, share=0.0)  # its riskiest enterprise is nobody knows where
@QUIET
def test_invariants(registry, features, assessment, seed: int, count: int, days: float, share: float) -> None:  # noqa: PLR0917 - fixtures and draws
    known = random_registry(registry, seed, count)
    state, ranking = features(known, seed), assessment(known, seed)
    plan = make_plan(known, state, ranking, programme_of(days, share, seed), Quarter(2027, 3))
    visits, rest, everybody = plan.visits, plan.not_selected, plan.eligibility

    assert visits["inspector_days"].sum() <= days + 1e-6
    assert sorted([*visits.index, *rest["enterprise_id"]]) == sorted(known.ids)
    assert everybody.index.equals(known.ids)
    assert everybody.loc[visits.index, "status"].ne("not_now").all()
    regular = visits.loc[~visits["sign"], "entity"]
    assert not regular.duplicated().any()
    assert rest["reason"].ne("").all()
    assert rest["rule_id"].ne("").all()
    assert rest.loc[rest["rule_id"].ne("capacity"), "article"].ne("").all()
    assert rest.loc[rest["until"].isna(), "reason"].eq("closed").all()

    room = buckets(plan.quarter, programme_of(days).capacity)
    used = visits.groupby(["team", "month"])["inspector_days"].sum()
    assert (used <= room.reindex(used.index) + 1e-6).all()
    musts = rest.loc[rest["reason"].eq("must_without_days"), "enterprise_id"]
    assert set(musts) == set(everybody.index[everybody["status"].eq("must")]) - set(visits.index)

    chance, drawn = everybody["inclusion_probability"], everybody.index[everybody["drawn"]]
    assert visits.reindex(drawn)["arm"].eq("random").all()  # whoever is drawn is listed
    assert set(visits.index[visits["arm"].eq("random")]) == set(drawn)
    assert chance[visits.index.difference(drawn)].eq(1.0).all()  # chosen without knowing the draw
    assert everybody.loc[everybody["status"].eq("not_now"), "inclusion_probability"].eq(0).all()
    assert chance[drawn].between(0, 1, inclusive="right").all()
    if len(plan.slots.slots):
        barred = ~everybody["sign"] & everybody["entity"].isin(visits.loc[visits["arm"].ne("random"), "entity"])
        free = everybody["status"].eq("may") & ~barred & ~everybody.index.isin(plan.slots.left_out)
        assert chance[free].gt(0).all()
    assert set(plan.letters.index) <= set(rest["enterprise_id"])


@given(seed=st.integers(0, 10_000))
@settings(QUIET, max_examples=8)
def test_the_order_of_enterprises_does_not_matter(registry, features, assessment, seed: int) -> None:
    known = random_registry(registry, seed, 40)
    state, ranking = features(known, seed), assessment(known, seed)
    plan = make_plan(known, state, ranking, programme_of(), Quarter(2027, 3))
    tables = dict(known.tables) | {
        "enterprises": known["enterprises"].sample(frac=1.0, random_state=seed, ignore_index=True)
    }
    mixed = Registry(tables, known.read_on)
    again = make_plan(mixed, state.reindex(mixed.ids), ranking.reindex(mixed.ids), programme_of(), Quarter(2027, 3))
    pd.testing.assert_frame_equal(again.visits, plan.visits)
    pd.testing.assert_frame_equal(again.not_selected, plan.not_selected)
    assert again.summary == plan.summary


def test_arms_and_order(registry, features, assessment) -> None:
    known = registry(
        60,
        accidents=[{"n": 5, "occurred_on": "2027-05-02", "known_on": "2027-05-03", "severity": "fatal"}],
        signals=[{"n": 7, "occurred_on": "2027-05-02", "kind": "complaint"}],
    )
    ranking = assessment(known)
    ranking.loc[known.ids[5], "priority"] = 0.0
    ranking.loc[known.ids[7], "priority"] = 1000.0
    plan = make_plan(known, features(known), ranking, programme_of(share=0.3), Quarter(2027, 3))
    arms = plan.visits["arm"]
    assert arms.iloc[0] == "mandatory"
    assert arms.index[0] == known.ids[5]
    assert arms[known.ids[7]] in ("complaint", "random")
    stage = arms.map({"mandatory": 0, "random": 1, "complaint": 2, "risk": 2})
    assert stage.is_monotonic_increasing
    assert set(arms) >= {"mandatory", "random", "risk"}
    by_priority = plan.visits.loc[stage.eq(2), "priority"]
    assert by_priority.is_monotonic_decreasing
    assert plan.summary["days_used"] <= plan.summary["capacity_days"]
    assert json.loads(json.dumps(plan.summary)) == plan.summary


def test_a_must_without_days_is_named(registry, features, assessment) -> None:
    fatal = {"occurred_on": "2027-05-02", "known_on": "2027-05-03", "severity": "fatal"}
    known = registry(20, accidents=[fatal | {"n": number} for number in range(20)])
    plan = make_plan(known, features(known), assessment(known), programme_of(days=6.0), Quarter(2027, 3))
    assert 0 < len(plan.visits) < 20
    assert plan.summary["musts_without_days"] == 20 - len(plan.visits)
    assert plan.not_selected["reason"].eq("must_without_days").all()
    assert plan.not_selected["rule_id"].eq("R5.2a").all()


def test_knowledge_from_after_the_quarter_is_refused(registry, features, assessment) -> None:
    known = registry(2)
    with pytest.raises(OshriskError) as caught:
        make_plan(known, features(known), assessment(known), programme_of(), Quarter(2027, 1))
    assert "30/06/2027" in caught.value.message("vi")
    assert "2027Q1" in caught.value.message("en")
    past = known.known("2027-01-01")
    assert len(make_plan(past, features(past), assessment(past), programme_of(), Quarter(2027, 1)).visits) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words(language) -> None:
    keys = list(catalogue("plan", language)["reasons"])
    rows = pd.DataFrame({"reason": keys, "on": pd.Timestamp("2027-05-02"), "body": "construction"}).astype(
        {"body": "str"}
    )
    said = reason_text(rows, language)
    assert not said.str.contains(r"[{}]").any()
    unknown = reason_text(rows.assign(on=pd.NaT, body=None).astype({"on": "datetime64[s]", "body": "str"}), language)
    assert unknown[keys.index("visited")] != said[keys.index("visited")]


def test_catalogues_agree() -> None:
    vi, en = (catalogue("plan", language) for language in LANGUAGES)
    for section in ("reasons", "words", "errors"):
        assert vi[section].keys() == en[section].keys()
    for key, sentence in vi["reasons"].items():
        assert {name for name in ("{on}", "{body}") if name in sentence} == {
            name for name in ("{on}", "{body}") if name in en["reasons"][key]
        }
