from __future__ import annotations

import copy
import math
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oshrisk.messages import LANGUAGES, catalogue
from oshrisk.risk import BadTableError, read_toml
from oshrisk.risk.reading import read_document

DOCUMENT = tomllib.loads((Path(__file__).parents[2] / "models" / "dien-bien-expert.toml").read_text(encoding="utf-8"))


def _factor(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(factor for factor in document["factor"] if factor["name"] == name)


def _bin(document: dict[str, Any], factor: str, position: int) -> dict[str, Any]:
    entry: dict[str, Any] = _factor(document, factor)["bin"][position]
    return entry


SHARE = "temporary_share"
FAULTS: list[tuple[str, str, Callable[[dict[str, Any]], object]]] = [
    ("overlap", "factor[temporary_share].bin[10_30]", lambda d: _bin(d, SHARE, 1).update({"from": 0.05})),
    ("gap", "factor[temporary_share].bin[10_30]", lambda d: _bin(d, SHARE, 1).update({"from": 0.15})),
    ("empty_interval", "factor[temporary_share].bin[ge_60]", lambda d: _bin(d, SHARE, 3).update({"to": 0.6})),
    ("missing_unknown", "factor[temporary_share].unknown", lambda d: _factor(d, SHARE).pop("unknown")),
    ("sign", "factor[temporary_share].bin[10_30].fatal", lambda d: _bin(d, SHARE, 1)["fatal"].update({"log_rr": -0.1})),
    ("missing_outcome", "factor[temporary_share].bin[10_30].fatal", lambda d: _bin(d, SHARE, 1).pop("fatal")),
    ("shares", "factor[temporary_share].bin", lambda d: _bin(d, SHARE, 1).update({"share": 0.5})),
    ("twice", "factor[temporary_share].bin", lambda d: _bin(d, SHARE, 1).update({"state": "lt_10"})),
    ("twice", "factor", lambda d: d["factor"].append(copy.deepcopy(_factor(d, SHARE)))),
    (
        "reserved_state",
        "factor[temporary_share].bin[unknown].state",
        lambda d: _bin(d, SHARE, 1).update(state="unknown"),
    ),
    (
        "interval_on_category",
        "factor[ownership].bin[state].from",
        lambda d: _bin(d, "ownership", 2).update({"from": 1}),
    ),
    ("unknown_key", "factor[temporary_share].sauce", lambda d: _factor(d, SHARE).update(sauce="x")),
    ("not_allowed", "factor[temporary_share].kind", lambda d: _factor(d, SHARE).update(kind="number")),
    ("not_number", "level.accident.value", lambda d: d["level"]["accident"].update(value="3")),
    ("not_number", "constants.days_per_death.value", lambda d: d["constants"]["days_per_death"].update(value=math.nan)),
    ("not_text", "title_vi", lambda d: d.update(title_vi=3)),
    ("not_parts", "factor", lambda d: d.update(factor="none")),
    ("missing", "constants.workers_unknown", lambda d: d["constants"].pop("workers_unknown")),
    ("out_of_range", "combination.fatal.shrink", lambda d: d["combination"]["fatal"].update(shrink=1.5)),
    ("out_of_range", "level.violation.value", lambda d: d["level"]["violation"].update(value=1.0)),
    ("sectors", "sector", lambda d: d.pop("sector")),
    ("not_allowed", "sector[Z].group", lambda d: d["sector"][0].update(group="Z")),
    (
        "silence_rewarded",
        "factor[temporary_share].unknown.accident",
        lambda d: _factor(d, SHARE)["unknown"].update(
            accident={"log_rr": -0.1, "sd": 0.1, "sign": "-", "mark": "assumed", "basis": "x"}
        ),
    ),
]


@pytest.mark.parametrize(("code", "place", "spoil"), FAULTS, ids=[f"{code}-{place}" for code, place, _ in FAULTS])
def test_a_fault_is_named_with_its_place(code: str, place: str, spoil: Callable[[dict[str, Any]], object]) -> None:
    document = copy.deepcopy(DOCUMENT)
    spoil(document)
    with pytest.raises(BadTableError) as caught:
        read_document(document, "table.toml")
    assert (code, place) in {(problem.code, problem.place) for problem in caught.value.problems}
    for language in LANGUAGES:
        assert place in caught.value.message(language)


def test_all_faults_are_reported_at_once() -> None:
    document = copy.deepcopy(DOCUMENT)
    together = [fault for fault in FAULTS if fault[0] in {"overlap", "sign", "not_text", "interval_on_category"}]
    for _, _, spoil in together:
        spoil(document)
    with pytest.raises(BadTableError) as caught:
        read_document(document, "table.toml")
    assert {(code, place) for code, place, _ in together} <= {(p.code, p.place) for p in caught.value.problems}


def test_every_fault_has_been_provoked() -> None:
    assert {code for code, _, _ in FAULTS} == set(catalogue("risk", "vi")["problems"])


def test_both_languages_have_the_same_texts() -> None:
    def keys(node: Any, path: str = "") -> set[str]:
        if not isinstance(node, dict):
            return {path}
        return set().union(*(keys(value, f"{path}.{name}") for name, value in node.items()))

    assert keys(catalogue("risk", "vi")) == keys(catalogue("risk", "en"))


@pytest.mark.parametrize("content", ["", "name = 3", "factor = [1]"])
def test_a_table_that_is_hardly_there_is_still_reported(content: str) -> None:
    with pytest.raises(BadTableError):
        read_toml(content)
