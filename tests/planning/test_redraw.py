"""A draw done again from its files."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.planning.buckets import buckets
from oshrisk.planning.draw import STRATA, draw_lots
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.redraw import draw_facts, frame_file, read_frame, redraw, write_frame
from oshrisk.planning.seeds import Seed, commitment_of
from oshrisk.planning.slots import reserve_slots
from oshrisk.settings import Capacity

QUARTER = Quarter(2027, 1)
NUMBER = 2**255 - 19
DOCS = Path(__file__).parents[2] / "docs" / "lottery.md"


@pytest.fixture
def plan(tmp_path):
    """A plan's folder: 150 places, ten chosen, the rest in the draw or beside a chosen sibling."""
    chance = np.random.default_rng(4)
    index = pd.Index([f"{number:010d}" for number in range(150)], name="enterprise_id")
    frame = pd.DataFrame({"inspector_days": 1 + chance.gamma(1.5, 0.8, 150)}, index)
    frame["entity"] = pd.Series([f"E{number}" for number in chance.integers(0, 130, 150)], index, dtype="str")
    for name, values in zip(STRATA, (("micro", "large"), ("near", "far"), ("reporter", "non_reporter")), strict=True):
        frame[name] = pd.Series(chance.choice(values, 150), index, dtype="str")
    slots = reserve_slots(frame, buckets(QUARTER, Capacity()), 0.2)
    chosen, others = frame.iloc[:10], frame.iloc[10:]
    others = others[~others["entity"].isin(chosen["entity"])]
    lots = draw_lots(others, slots, NUMBER, QUARTER)
    final = frame.join(lots[["band", "inclusion_probability", "drawn"]])
    final["inclusion_probability"] = (
        final["inclusion_probability"].fillna(0.0).mask(frame.index.isin(chosen.index), 1.0)
    )
    final["drawn"] = final["drawn"].eq(True)
    final["stratum"] = final[STRATA[0]] + "/" + final[STRATA[1]] + "/" + final[STRATA[2]]
    final["section"] = pd.Series(chance.choice(["C", "F", None], 150), index)
    seed = Seed(NUMBER, committed=True, commitment=commitment_of(NUMBER, QUARTER))
    manifest = {"quarter": "2027Q1", "draw": draw_facts(seed, slots)}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    write_frame(tmp_path / "draw.csv", final)
    return tmp_path, final


def test_the_frame_comes_back_as_it_was_written(plan):
    folder, final = plan
    back = read_frame(frame_file(folder))
    assert back["inclusion_probability"].tolist() == final["inclusion_probability"].tolist()  # to the last digit
    assert back["drawn"].tolist() == final["drawn"].tolist()
    assert back["band"].tolist() == final["band"].tolist()
    assert back.index.tolist() == final.index.tolist()
    assert back["section"].isna().equals(final["section"].isna())


def test_an_honest_draw_is_confirmed(plan):
    folder, _ = plan
    assert redraw(folder).empty
    assert redraw(folder, published=commitment_of(NUMBER, QUARTER)).empty


def change_frame(folder, **changes):
    frame = read_frame(folder / "draw.csv")
    for column, (place, value) in changes.items():
        frame.loc[place, column] = value
    write_frame(folder / "draw.csv", frame)


def test_every_difference_is_named(plan):
    folder, final = plan
    inside = final["band"].notna()
    drawn, other = final.index[final["drawn"]][0], final.index[inside & ~final["drawn"]][0]
    change_frame(folder, drawn=(drawn, False))
    change_frame(folder, drawn=(other, True), inclusion_probability=(other, 0.5))
    found = redraw(folder)
    named = set(found[["enterprise_id", "column"]].itertuples(index=False, name=None))
    assert named == {(drawn, "drawn"), (other, "drawn"), (other, "inclusion_probability")}
    row = found[found["column"].eq("drawn") & found["enterprise_id"].eq(drawn)].iloc[0]
    assert (row["stored"], row["redone"]) == ("False", "True")


def test_a_place_taken_out_of_the_draw_is_seen(plan):
    folder, final = plan
    lines = (folder / "draw.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    gone = final.index[final["drawn"]][0]
    (folder / "draw.csv").write_text("".join(line for line in lines if not line.startswith(gone)), encoding="utf-8")
    assert redraw(folder)["column"].isin(["inclusion_probability", "drawn"]).any()


def test_chances_outside_the_draw_are_0_or_1(plan):
    folder, final = plan
    chosen = final.index[final["inclusion_probability"].eq(1) & final["band"].isna()][0]
    change_frame(folder, inclusion_probability=(chosen, 0.7))
    assert redraw(folder)[["enterprise_id", "redone"]].to_numpy().tolist() == [[chosen, "1.0"]]


def test_another_seed_does_not_fit_the_hash(plan):
    folder, _ = plan
    found = redraw(folder, published="0" * 64)
    assert found[["column", "stored"]].to_numpy().tolist() == [["commitment", "0" * 64]]
    facts = json.loads((folder / "manifest.json").read_text())
    facts["draw"]["seed"] = "5"
    (folder / "manifest.json").write_text(json.dumps(facts))
    assert {"commitment", "drawn"} <= set(redraw(folder)["column"])


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [
        ("manifest.json", "{}", "draw.no_manifest"),
        ("manifest.json", "nonsense", "draw.no_manifest"),
        ("draw.csv", "a,b\n1,2\n", "draw.not_a_frame"),
        ("draw.csv", None, "draw.no_frame"),
    ],
)
def test_what_cannot_be_read_is_an_error(plan, file, content, code):
    folder, _ = plan
    (folder / file).unlink() if content is None else (folder / file).write_text(content)
    with pytest.raises(OshriskError) as error:
        redraw(folder)
    assert error.value.code == code


def test_a_quarter_without_a_draw(tmp_path):
    index = pd.Index(["1", "2"], name="enterprise_id", dtype="str")
    frame = pd.DataFrame({"entity": ["a", "b"], "stratum": "x/y/z", "inclusion_probability": [1.0, 0.0]}, index)
    write_frame(tmp_path / "draw-simulated.csv", frame.assign(drawn=False))
    draw = {"seed": "1", "committed": False, "commitment": "", "slots": {}}
    (tmp_path / "manifest.json").write_text(json.dumps({"quarter": "2027Q1", "draw": draw}))
    assert frame_file(tmp_path).name == "draw-simulated.csv"
    assert redraw(tmp_path).empty


def test_the_recipe_in_the_documentation_redoes_the_draw(plan):
    folder, final = plan
    recipe = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)[1]
    done = subprocess.run([sys.executable, "-I", "-c", recipe], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.split() == sorted(final.index[final["drawn"]])
