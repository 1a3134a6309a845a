"""The charts' figures add up, and their drawings are whole in themselves."""

import os
import re
from dataclasses import replace
from xml.etree import ElementTree

import pandas as pd
import pytest

from oshrisk.messages import LANGUAGES, text
from oshrisk.pictures import all_pictures, capture_curve, last_backtest, list_before
from oshrisk.pictures.against_last import list_changes
from oshrisk.planning import Quarter
from oshrisk.planning.texts import quarter_text


@pytest.fixture(scope="module")
def drawn(listed_workspace, listed):
    return {language: all_pictures(listed_workspace, listed, language) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_says_what_it_shows(drawn, language):
    names, quarter = [drawing.name for drawing in drawn[language]], quarter_text(Quarter(2027, 1), language)
    assert names == ["map", "sectors", "reasons", "capacity", "against_last"]
    for drawing in drawn[language]:
        ElementTree.fromstring(drawing.svg)  # noqa: S314 - own
        assert quarter in drawing.title
        assert any(digit.isdigit() for digit in drawing.words.replace(quarter, ""))
        assert text("report.simulated", language) in drawing.words
        assert text("report.simulated", language) in drawing.svg
        assert not re.search(r"<style|\sstyle=", drawing.svg)
        assert text(f"pictures.files.{drawing.name}", language).isascii()


def test_the_same_list_gives_the_same_charts(drawn, listed_workspace, listed):
    assert all_pictures(listed_workspace, listed, "vi") == drawn["vi"]


def test_two_charts_on_a_page_share_no_names(drawn):
    names = [set(re.findall(r' id="([^"]*)"', drawing.svg)) for drawing in drawn["vi"]]
    assert sum(map(len, names)) == len(set().union(*names))


def test_changes_add_up_to_both_lists(listed_workspace, listed):
    before = list_before(listed_workspace, listed)
    counts = list_changes(listed.visits, before.visits)
    assert counts[["both", "new"]].to_numpy().sum() == len(listed.visits)
    assert counts[["both", "gone"]].to_numpy().sum() == len(before.visits)
    assert list_before(listed_workspace, before) is None


def test_the_last_backtest_is_the_newest(listed_workspace, tmp_path):
    workspace = replace(listed_workspace, folder=tmp_path)
    assert last_backtest(workspace) is None
    for number, (span, name) in enumerate([("2024Q1-2024Q4", "duong-bat-duoc"), ("2025Q1-2025Q3", "capture-curve")]):
        folder = tmp_path / "backtests" / span
        folder.mkdir(parents=True)
        table(folder / f"{name}-simulated.csv", number)
    newest = last_backtest(workspace)
    assert newest.parent.name == "2025Q1-2025Q3"


def table(path, number):
    path.write_text("a", encoding="utf-8")
    os.utime(path, (number, number))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_capture_curve_says_its_figures(tmp_path, language):
    folder = tmp_path / "backtests" / "2025Q1-2025Q3"
    folder.mkdir(parents=True)
    shares = [0.0, 0.1, 0.5, 1.0]
    rows = [
        {"model": model, "outcome": outcome, "share": share, "captured": share**power, "low": 0.1, "high": 0.9}
        for model, power in (("mine", 0.25), ("random", 1.0))
        for outcome in ("accident", "harm")
        for share in shares
    ]
    file = folder / f"{text('evaluate.files.curve', language)}.csv"
    pd.DataFrame(rows).to_csv(file, index=False, encoding="utf-8-sig")
    figures = {"model": "mine", "outcome": "accident", "metric": "auc", "value": 0.7, "labelled": 90, "of": 500}
    table_file = folder / f"{text('evaluate.files.table', language)}.csv"
    pd.DataFrame([figures]).to_csv(table_file, index=False, encoding="utf-8-sig")
    drawing = capture_curve(file, language)
    for words in ("56", "90", "500", "2025Q1", "2025Q3"):
        assert words in drawing.words
    assert text("report.simulated", language) not in drawing.words
