"""The models' work on a small province: train, compare, promote, plan with the champion, train again."""

import json
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from oshrisk.cli import app
from oshrisk.errors import OshriskError

modelling = pytest.importorskip("oshrisk.modelling", reason="what learns is an extra")
tracking = pytest.importorskip("oshrisk.risk.tracking", reason="MLflow is an extra")

from oshrisk.evaluate.moves import in_words, moves_today  # noqa: E402  # behind the extras
from oshrisk.evaluate.promotion import Comparison  # noqa: E402
from oshrisk.planning import Quarter  # noqa: E402
from oshrisk.quarterly import quarterly_list  # noqa: E402
from oshrisk.registry.read import read_registry  # noqa: E402
from oshrisk.risk import load_table  # noqa: E402
from oshrisk.settings import Office, Programme, Registers, Selection  # noqa: E402
from oshrisk.simulate import simulate, write_workbook  # noqa: E402
from oshrisk.workflow import model_of  # noqa: E402
from oshrisk.workspace import make_workspace, open_workspace  # noqa: E402

PLACES = 300
READ_ON = "2026-11-30"
SHORT = Selection(seconds=0.2)  # a list is made here only to see that it is


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "province"
    registers = Registers(source="registers-simulated.xlsx", read_on=date.fromisoformat(READ_ON))
    make_workspace(folder, Programme(office=Office(language="en"), registers=registers, selection=SHORT), "en")
    write_workbook(folder / registers.source, simulate(PLACES, seed=3, read_on=READ_ON))
    return open_workspace(folder)


@pytest.fixture(scope="module")
def registry(workspace):
    return read_registry(workspace.source, read_on=workspace.programme.registers.read_on).registry


@pytest.fixture(scope="module")
def trained(workspace, registry):
    return modelling.train(workspace, registry, language="en")


def verdict(trained, name):
    return Comparison("champion", "challenger", "accident", 0.1, 0.05, 0.15, 40.0, name)


def test_challenger_is_stored_and_comes_back(workspace, trained):
    stored = tracking.load_stored(modelling.store_of(workspace), "challenger")
    assert stored.table == trained.table
    assert stored.table.model_id != load_table().model_id
    assert all(count > 0 for count in trained.lessons.labels.values())
    assert trained.table.constants["days_per_accident"].mark == "fitted"


def test_model_card_says_what_it_is(workspace, trained):
    client = modelling.store_of(workspace).client()
    card = Path(client.download_artifacts(trained.run_id, "model-card.md")).read_text(encoding="utf-8")
    assert "SIMULATED DATA" in card
    assert "labelled rows" in card
    assert "lie between inspectors" in card or "no sign that inspectors differ" in card
    assert 0.9 * PLACES < sum(trained.lessons.likeness.values()) <= PLACES


def test_training_run_keeps_the_table_before_and_after_and_pictures(workspace, trained):
    client = modelling.store_of(workspace).client()
    names = {entry.path for entry in client.list_artifacts(trained.run_id)}
    assert {"risk-table.json", "prior-table.json", "moved.csv", "severity.csv", "inspectors.csv"} <= names
    pictures = [entry.path for entry in client.list_artifacts(trained.run_id, "pictures")]
    assert "pictures/moved-accident-simulated.png" in pictures


def test_nothing_is_promoted_without_a_comparison(workspace, trained):
    with pytest.raises(OshriskError, match="oshrisk compare"):
        modelling.promote(workspace)


def test_comparison_is_kept_for_the_promotion(workspace, registry, trained, monkeypatch):
    monkeypatch.setattr(modelling, "run_backtest", partial(modelling.run_backtest, draws=20))
    quarter = Quarter.parse("2025Q2")
    found = modelling.compare_models(workspace, registry, first=quarter, last=quarter)
    kept = tracking.comparisons(modelling.store_of(workspace), trained.version)
    assert Comparison(**kept[0]) == found


@pytest.mark.parametrize("name", ["keep", "not_shown", "too_few"])
def test_nothing_is_promoted_that_is_not_shown_to_be_better(workspace, trained, name):
    log(workspace, trained, name)
    with pytest.raises(OshriskError, match="not promoted"):
        modelling.promote(workspace)


def test_promoted_model_plans_the_quarter(workspace, trained):
    log(workspace, trained, "promote")
    assert modelling.promote(workspace) == trained.version
    ranking = workspace.programme.ranking.model_copy(update={"model": "champion"})
    settled = replace(workspace, programme=workspace.programme.model_copy(update={"ranking": ranking}))
    assert model_of(settled).table == trained.table
    made = quarterly_list(settled, Quarter.parse("2027Q1"))
    assert made.manifest["model"]["id"] == trained.table.model_id
    assert made.manifest["model"]["made_with_other"] == []


def test_learning_starts_from_what_a_stored_model_started_from(workspace, trained):
    ranking = workspace.programme.ranking.model_copy(update={"model": "challenger"})
    settled = replace(workspace, programme=workspace.programme.model_copy(update={"ranking": ranking}))
    assert modelling.start_of(settled) == modelling.start_of(workspace) == load_table()


def test_training_is_told_before_it_is_done(workspace, registry, trained):
    told = moves_today(registry, load_table(), workspace.programme.office, "en")
    assert told.shape[1] == 8
    assert len(told) > 0
    pd.testing.assert_frame_equal(told, in_words(trained.lessons.moved, trained.table, "en"))
    assert not told.duplicated(["outcome", "words"]).any()


def log(workspace, trained, name):
    tracking.log_run(
        modelling.store_of(workspace),
        "compare",
        params={"challenger": trained.version},
        metrics={},
        texts={"verdict.json": json.dumps(asdict(verdict(trained, name)))},
    )


def test_models_are_listed_on_the_command_line(workspace, trained):
    done = CliRunner().invoke(app, ["models", "--folder", str(workspace.folder), "--json"], catch_exceptions=False)
    listed = json.loads(done.stdout)["models"]
    assert trained.version in [row["version"] for row in listed]
