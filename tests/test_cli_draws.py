"""The commands of the draw, from a folder."""

import json

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from oshrisk import recording
from oshrisk.cli import draws
from oshrisk.errors import OshriskError
from oshrisk.ledger import enter, record_results
from oshrisk.planning.buckets import buckets
from oshrisk.planning.draw import STRATA, draw_lots
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.redraw import draw_facts, write_frame
from oshrisk.planning.seeds import seed_of
from oshrisk.planning.slots import reserve_slots
from oshrisk.settings import Capacity, Programme
from oshrisk.workflow import ledger_of
from oshrisk.workspace import make_workspace

QUARTER = Quarter(2027, 1)


@pytest.fixture
def app():
    app = typer.Typer()
    for command in (draws.seed, draws.redraw, draws.estimate):
        app.command()(command)
    return app


@pytest.fixture
def run(app):
    def run(*arguments, code=0):
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.stdout

    return run


@pytest.fixture
def folder(tmp_path):
    make_workspace(tmp_path, Programme(), "vi")
    return tmp_path


@pytest.fixture
def plan(folder, run):
    """A plan of 300 places, made with the committed seed, as `oshrisk plan` stores it."""
    run("seed", "2027Q1", "--folder", folder)
    seed = seed_of(folder, QUARTER, Programme())
    chance = np.random.default_rng(4)
    index = pd.Index([f"{number:010d}" for number in range(300)], name="enterprise_id")
    frame = pd.DataFrame({"inspector_days": 1 + chance.gamma(1.5, 0.8, 300), "section": "C"}, index)
    frame["entity"] = pd.Series([f"E{number}" for number in range(300)], index, dtype="str")
    for name, values in zip(STRATA, (("micro", "large"), ("near", "far"), ("reporter", "non_reporter")), strict=True):
        frame[name] = pd.Series(chance.choice(values, 300), index, dtype="str")
    slots = reserve_slots(frame, buckets(QUARTER, Capacity()), 0.2)
    lots = draw_lots(frame.iloc[20:], slots, seed.number, QUARTER)
    final = frame.join(lots[["band", "inclusion_probability", "drawn"]])
    final = final.assign(
        inclusion_probability=final["inclusion_probability"].fillna(1.0),
        drawn=final["drawn"].eq(True),
        stratum=final[STRATA[0]].str.cat([final[STRATA[1]], final[STRATA[2]]], sep="/"),
    )
    place = folder / "plans" / "2027Q1"
    place.mkdir()
    write_frame(place / "draw-simulated.csv", final)
    (place / "manifest.json").write_text(json.dumps({"quarter": "2027Q1", "draw": draw_facts(seed, slots)}))
    return place, final


def test_seed_prints_the_hash_and_never_the_secret(folder, run):
    said = json.loads(run("seed", "2027Q1", "--folder", folder, "--json"))
    number = (folder / "seeds" / "2027Q1.secret").read_text().strip()
    assert len(said["sha256"]) == 64
    assert number not in json.dumps(said)
    with pytest.raises(OshriskError, match=r"2027Q1 đã có số khởi tạo"):
        run("seed", "2027Q1", "--folder", folder)


def test_redraw_confirms_or_names_what_differs(plan, run):
    place, final = plan
    said = run("redraw", place)
    assert str(final["drawn"].sum()) in said
    assert json.loads(run("redraw", place, "--json")) == {"same": True, "differences": []}
    assert "0" * 64 in run("redraw", place, "--published", "0" * 64, code=draws.DIFFERENT)
    drawn = final.index[final["drawn"]][0]
    write_frame(place / "draw-simulated.csv", final.assign(drawn=final["drawn"] & (final.index != drawn)))
    assert f"{drawn} drawn" in run("redraw", place, code=draws.DIFFERENT)


@pytest.fixture
def results(plan, monkeypatch):
    _, final = plan
    visited = final.index[final["drawn"] | final["inclusion_probability"].eq(1)]
    rows = pd.DataFrame({"done": "done", "found": np.arange(len(visited)) % 2, "unreported": np.nan}, visited)
    rows["done"] = rows["done"].mask(np.arange(len(rows)) == 1, "refused").mask(np.arange(len(rows)) == 2, "closed")
    monkeypatch.setattr(recording, "answers_for_estimates", lambda *_: rows)
    return rows


def test_estimate_in_words_and_as_json(folder, results, run):
    said = run("estimate", "2027Q1", "--folder", folder)
    lines = said.splitlines()
    assert lines[0] == "DỮ LIỆU MÔ PHỎNG"
    assert "Toàn tỉnh" in said
    assert "khoảng tin cậy 95 %" in said
    assert "quá ít để kết luận" in said
    assert "từ chối" in said
    assert "ngừng hoạt động" in said
    assert "{" not in said
    facts = json.loads(run("estimate", "2027Q1", "--folder", folder, "--json"))
    assert facts["eligible"] == 300
    first = facts["estimates"][0]
    assert (first["by"], first["verdict"]) == ("province", "estimate")
    assert first["low"] < first["hajek"] < first["high"]
    assert None in [row["hajek"] for row in facts["estimates"]]


def test_estimate_without_a_plan_says_how_to_mend_it(folder, run):
    with pytest.raises(OshriskError) as error:
        run("estimate", "2027Q2", "--folder", folder)
    assert error.value.code == "draw.no_frame"


def test_results_are_what_the_ledger_has_of_the_quarter(tmp_path):
    workspace = make_workspace(tmp_path / "dien-bien", Programme(), "vi")
    assert recording.answers_for_estimates(recording.recorded(workspace, QUARTER)).empty
    ledger = ledger_of(workspace, create=True)
    enter(ledger, "lan")
    visits = pd.DataFrame(
        {
            "done": ["done", "closed", "done"],
            "found": pd.array([True, pd.NA, False], dtype="boolean"),
            "unreported_accidents": [2.0, np.nan, 0.0],
            "findings": [[], [], []],
            "machines": [[], [], []],
        },
        index=pd.Index(["a", "b", "c"], name="enterprise_id"),
    )
    record_results(ledger, QUARTER, visits, "lan", "0" * 64)
    record_results(ledger, QUARTER.next, visits.head(1), "lan", "1" * 64)
    result = recording.answers_for_estimates(recording.recorded(workspace, QUARTER))
    assert result["done"].to_dict() == {"a": "done", "b": "closed", "c": "done"}
    for column in ("found", "unreported"):
        known = result[column].astype(object).where(result[column].notna(), None)
        assert known.to_dict() == {"a": 1, "b": None, "c": 0}
    ledger.close()
