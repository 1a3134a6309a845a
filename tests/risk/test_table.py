from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from oshrisk.errors import OshriskError
from oshrisk.features import FEATURES
from oshrisk.risk import OUTCOMES, RiskTable, load_table, read_json, read_toml, to_toml

FACTORS_OF_THE_REGISTERS = 21
SOURCE = Path(__file__).parents[2] / "models" / "dien-bien-expert.toml"


def test_json_restores_the_table_exactly(table: RiskTable) -> None:
    restored = RiskTable.from_json(table.to_json())
    assert restored == table
    assert restored.model_id == table.model_id
    assert restored.to_json() == table.to_json()


def test_toml_restores_the_table_exactly(table: RiskTable) -> None:
    restored = read_toml(to_toml(table))
    assert restored == table
    assert restored.model_id == table.model_id


def test_a_stored_table_loads_by_path(table: RiskTable, tmp_path: Path) -> None:
    path = tmp_path / "signed.json"
    path.write_text(table.to_json(), encoding="utf-8")
    assert load_table(path) == table


def test_the_content_decides_the_id(table: RiskTable) -> None:
    assert dataclasses.replace(table, note="another").model_id != table.model_id
    assert read_toml(SOURCE.read_text(encoding="utf-8")).model_id == table.model_id


@pytest.mark.parametrize("change", [("0.1", "0.2"), ("Điện Biên", "Lai Châu")])
def test_a_changed_json_is_refused(table: RiskTable, change: tuple[str, str]) -> None:
    changed = table.to_json().replace(*change, 1)
    with pytest.raises(OshriskError) as caught:
        read_json(changed, "signed.json")
    assert caught.value.code == "risk.tampered"


@pytest.mark.parametrize("content", ["", "[]", "{", '{"level": NaN}'])
def test_what_is_no_table_is_refused(content: str) -> None:
    with pytest.raises(OshriskError) as caught:
        read_json(content)
    assert caught.value.code in {"risk.not_readable", "risk.tampered"}


def test_an_unknown_name_lists_the_names() -> None:
    with pytest.raises(OshriskError, match="dien-bien-expert"):
        load_table("no-such-table")


def test_every_figure_says_where_it_comes_from(table: RiskTable) -> None:
    rows = table.to_frame()
    assert (rows["basis"].str.len() > 0).all()
    assert set(rows["mark"]) <= {"read", "derived", "secondary", "memory", "assumed"}
    assert all(entry.basis and entry.unit for entry in (*table.constants.values(), *table.base.level.values()))
    assert all(entry.basis for entry in table.combination.values())
    assert all(factor.source and factor.share_mark == "assumed" for factor in table.factors)


def test_the_frame_holds_every_bin_and_outcome(table: RiskTable) -> None:
    rows = table.to_frame()
    assert len(rows) == sum(len(factor.all_bins) for factor in table.factors) * len(OUTCOMES)
    unknown = rows[rows["state"] == "unknown"]
    np.testing.assert_array_equal(unknown["multiplier"], 1.0)


def test_the_expert_rows_are_all_there(table: RiskTable) -> None:
    assert len(table.factors) == 30
    assert sum(bool(factor.feature) for factor in table.factors) == FACTORS_OF_THE_REGISTERS
    kept = {entry["factor"] for entry in table.not_applied}
    assert {"log_workers", "equipment_type", "hazardous_chemical_count"} <= kept
    assert all(entry["why_vi"] and entry["why_en"] for entry in table.not_applied)
    share = table["temporary_share"]
    figures = [[entry.effects[outcome].log_rr for entry in share.bins] for outcome in OUTCOMES]
    assert figures == [[0.0, 0.1, 0.22, 0.35], [0.0, 0.08, 0.18, 0.28], [0.0, 0.1, 0.2, 0.3]]


@pytest.mark.parametrize("factor", ["past_serious_accidents_3y", "past_fatal_accident_5y", "past_minor_accidents_rate"])
def test_past_accidents_are_not_counted_twice(table: RiskTable, factor: str) -> None:
    assert all(entry.effects["accident"].log_rr == 0 for entry in table[factor].all_bins)
    assert max(entry.effects["fatal"].log_rr for entry in table[factor].bins) > 0


def test_ordinary_silence_has_a_likelihood_ratio_near_one(table: RiskTable) -> None:
    bins = {entry.state: entry for entry in table["periodic_report"].bins}
    for outcome in ("accident", "fatal"):
        assert abs(bins["missing"].effects[outcome].log_rr) <= 0.02


def test_json_is_plain(table: RiskTable) -> None:
    document = json.loads(table.to_json())
    assert document["model_id"] == table.model_id
    assert document["constants"]["days_per_death"]["value"] == 6000.0


def test_every_factor_reads_a_feature_of_the_catalogue(table: RiskTable) -> None:
    catalogue = {feature.name: feature for feature in FEATURES}
    for factor in table.factors:
        if not factor.feature:
            continue
        states = catalogue[factor.feature].states
        assert (factor.kind == "category") == bool(states), factor.name
        assert set(states) <= {entry.state for entry in factor.bins}, factor.name
