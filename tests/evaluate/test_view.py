"""A backtest in a notebook."""

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

from oshrisk.evaluate.names import model_name
from oshrisk.evaluate.view import backtest_card
from oshrisk.messages import LANGUAGES, text

mpl.use("Agg")


@pytest.mark.parametrize("language", LANGUAGES)
def test_card_names_every_model_and_marks_simulated_data(backtest, language):
    html = backtest_card(backtest, language, least=0)
    for name in backtest.models:
        assert model_name(name, language).replace("'", "&#x27;") in html
    assert text("views.simulated", language) in html


def test_too_few_labels_give_no_figure(backtest):
    said = text("evaluate.sentence.too_few", "en")
    assert backtest_card(backtest, "en", least=1e9).count(said) == 3 * (len(backtest.models) + 1)
    assert backtest_card(backtest, "en", least=0).count(said) < 3 * (len(backtest.models) + 1)


def test_plot_is_the_capture_curve_on_a_shown_figure(backtest):
    axes = backtest.plot("violation", language="en")
    assert axes.figure.number in plt.get_fignums()
    assert "serious violations" in axes.get_ylabel()
    plt.close("all")
