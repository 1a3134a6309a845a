import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties, findfont, get_font

from oshrisk.evaluate import pictures
from oshrisk.messages import LANGUAGES


def all_text(figure):
    return " ".join(item.get_text() for item in figure.findobj(lambda item: hasattr(item, "get_text")))


@pytest.fixture
def moves(expert):
    rng = np.random.default_rng(0)
    bins = [(factor.name, entry.state) for factor in expert.factors[:12] for entry in factor.bins][:30]
    frame = pd.DataFrame(bins, columns=["factor", "state"]).assign(outcome="accident", before=rng.normal(size=30))
    frame["after"] = frame["before"] + np.linspace(-0.5, 0.5, 30)
    return frame.assign(low=frame["after"] - 0.2, high=frame["after"] + 0.2, labels=12.0, events=3.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_grey_labelled_and_says_simulated(backtest, language, moves, expert):
    figures = pictures.of_backtest(backtest, language)
    figures["moved"] = pictures.moved(moves, expert, language, simulated=True).get_figure()
    stamp = {"vi": "DỮ LIỆU MÔ PHỎNG", "en": "SIMULATED DATA"}[language]
    known = get_font(findfont(FontProperties(family="DejaVu Sans"))).get_charmap()
    for figure in figures.values():
        said = all_text(figure)
        assert stamp in said
        assert {ord(letter) for letter in said if letter not in "\n"} <= set(known)
        for axes in figure.axes:
            assert all(len(set(to_rgb(line.get_color()))) == 1 for line in axes.get_lines())


def test_lines_differ_without_colour(backtest):
    axes = pictures.capture_curve(backtest, "en")
    curves = [line for line in axes.get_lines() if line.get_marker() not in {"None", None}]
    assert len({(str(line.get_linestyle()), line.get_marker()) for line in curves}) == len(curves) >= 4


def test_the_furthest_moves_are_shown(moves, expert):
    axes = pictures.moved(moves, expert, "en")
    assert len(axes.get_yticks()) == pictures.MOST_MOVED
    assert axes.get_yticklabels()[-1].get_text().endswith("(12 labels)")


def test_a_picture_can_stand_on_axes_that_are_there(backtest):
    own = pictures.capture_curve(backtest, "en")
    assert pictures.calibration(backtest, "en", ax=own) is own


def test_calibration_without_labels_says_so(backtest):
    axes = pictures.calibration(backtest, "en", model="size")
    assert "No labelled rows" in all_text(axes.get_figure())
