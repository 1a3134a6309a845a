from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oshrisk.messages import LANGUAGES, Language
from oshrisk.risk import RiskTable
from oshrisk.risk.card import Lessons, model_card, table_card
from oshrisk.risk.fit import fit_table
from oshrisk.risk.panel import Panel
from oshrisk.risk.severity import fit_severity
from oshrisk.risk.violation import inspector_share, inverse_probability_weights

Draw = Callable[..., pd.DataFrame]
MODELS = Path(__file__).parents[2] / "models"
PARAMS = {"kind": "fitted", "as_of": "2026-11-30", "snapshot": "a" * 64, "simulated": True}


@pytest.fixture(scope="module")
def lessons(small_table: RiskTable, draw_features: Draw) -> Lessons:
    draw = np.random.default_rng(21)
    features = draw_features(draw, small_table, 400)
    found = (draw.random(400) < np.where(features["unskilled_share"] >= 0.5, 0.9, 0.2)).astype(float)
    inspector = pd.Series(draw.choice(["KT-1", "KT-2"], 400), features.index)
    panel = Panel(features, found, inspector=inspector)
    fitted = fit_table(small_table, {"violation": panel})
    accidents = pd.DataFrame(
        {"enterprise_id": features.index[:50], "severity": "minor", "lost_days": 90.0, "count": np.nan}
    )
    table, severity = fit_severity(fitted.table, accidents, features)
    weights = inverse_probability_weights(np.where(np.arange(400) < 100, 0.5, 0.01))
    reach = {"like": 1200, "little": 30, "unlike": 4}
    share = inspector_share(panel, small_table)
    return Lessons(table, small_table, fitted.moved, {"violation": 400}, severity, weights, share, reach)


@pytest.mark.parametrize("language", LANGUAGES)
def test_card_says_what_was_learned_from_what(lessons: Lessons, language: Language) -> None:
    card = model_card(lessons, PARAMS, language)
    for said in (*lessons.sentences(language), *lessons.moves(language), lessons.table.model_id[:12], "a" * 16):
        assert said in card
    assert {"vi": "DỮ LIỆU MÔ PHỎNG", "en": "SIMULATED DATA"}[language] in card
    assert "MÔ PHỎNG" not in model_card(lessons, PARAMS | {"simulated": False}, language)
    assert "KT-1" not in card  # a card judges no person
    assert "{" not in card


def test_sentences_hold_the_figures(lessons: Lessons) -> None:
    said = " ".join(lessons.sentences("en"))
    assert "Serious violations: 400 labelled rows" in said
    assert "on 50 accidents" in said
    assert f"worth {lessons.weights.effective:.0f} drawn at random" in said
    assert "like those that were inspected: 1,200; little like them: 30; unlike them: 4" in said
    assert "(400, by 2 inspectors or teams)" in said


def test_without_named_inspectors_it_says_so(lessons: Lessons) -> None:
    silent = Lessons(**{**vars(lessons), "inspectors": None})
    assert any("cannot be said" in said for said in silent.sentences("en"))
    assert silent.facts()["inspectors"] is None


def test_moves_are_the_furthest_each_said_once(lessons: Lessons) -> None:
    moves = lessons.moves("en")
    assert any(move.startswith("Unskilled workers") for move in moves[:2])
    heads = [move.split(" ×")[0] for move in moves]
    assert len(set(heads)) == len(heads)
    assert len(lessons.moves("en", most=3)) == 3
    assert not any(word in " ".join(moves) for word in ("level", "shrink"))


def test_nothing_learned_is_said_too(lessons: Lessons) -> None:
    same = Lessons(**{**vars(lessons), "moved": lessons.moved.iloc[:0]})
    assert same.moves("vi") == []
    assert "Nothing moved." in model_card(same, PARAMS, "en")


def test_facts_are_plain(lessons: Lessons) -> None:
    facts: dict[str, Any] = lessons.facts()
    assert facts["visits"] == {
        "count": 400,
        "effective": pytest.approx(lessons.weights.effective),
        "truncated": int(lessons.weights.truncated.sum()),
        "estimated": 0,
    }
    assert len(facts["moved"]) == len(lessons.moved)


def test_the_packaged_card_is_that_of_the_packaged_table(table: RiskTable) -> None:
    """If not: write `table_card(load_table())` into the file again."""
    assert (MODELS / f"{table.name}.md").read_text(encoding="utf-8") == table_card(table)
