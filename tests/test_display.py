"""What shows itself in a notebook: escaped, marked where simulated, in the language that is asked for."""

import re
from dataclasses import replace

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

import oshrisk
from oshrisk.display import card, shown_language
from oshrisk.messages import LANGUAGES, text

mpl.use("Agg")
EVIL = '<img src=x onerror="alert(1)">&'


@pytest.fixture(autouse=True)
def _figures_closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def ranking():
    registry = oshrisk.demo_province(250).registry
    firms = registry["enterprises"].assign(name=EVIL)
    return oshrisk.rank(replace(registry, tables={**registry.tables, "enterprises": firms}), oshrisk.Programme())


@pytest.fixture(scope="module")
def plan(ranking):
    programme = oshrisk.Programme.model_validate({"selection": {"seconds": 0.05}})
    return oshrisk.plan(ranking.known, ranking.features, ranking.assessment, programme, oshrisk.Quarter.parse("2027Q1"))


@pytest.fixture(scope="module")
def shown(ranking, plan):
    first = ranking.assessment["rank"].idxmin()
    return {"ranking": ranking, "explanation": ranking.explain(first), "plan": plan}


@pytest.mark.parametrize("name", ["ranking", "explanation", "plan"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_cards_are_escaped_marked_and_load_nothing(shown, name, language, monkeypatch):
    monkeypatch.setenv("OSHRISK_LANGUAGE", language)
    html = shown[name]._repr_html_()
    assert EVIL not in html
    assert "&lt;img src=x" in html
    assert text("views.simulated", language) in html
    assert not re.search(r"<(script|link|img|iframe)|src=|href=|url\(", html.replace("&lt;img src=x", ""))
    assert len(html) < 30_000


@pytest.mark.parametrize("name", ["ranking", "explanation", "plan"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_plots_return_axes_that_say_simulated(shown, name, language):
    axes = shown[name].plot(language=language)
    assert isinstance(axes, Axes)
    assert text("views.simulated", language) in axes.get_title()
    assert shown[name].plot(language=language, ax=axes) is axes


def test_the_mark_goes_with_the_data(ranking):
    real = replace(ranking, known=replace(ranking.known, simulated=False))
    first = real.assessment["rank"].idxmin()
    for shown in (real, real.explain(first)):
        assert text("views.simulated", "vi") not in shown._repr_html_()


def test_an_explanation_multiplies_to_the_assessment(ranking):
    for enterprise in ranking.assessment.index[:20]:
        why = ranking.explain(enterprise)
        odds = why.totals["violation"]
        assert why.totals["accident"] == pytest.approx(why.assessed["accident_rate"])
        assert odds / (1 + odds) == pytest.approx(why.assessed["violation_probability"])


def test_who_was_not_ranked_is_named(ranking):
    with pytest.raises(oshrisk.OshriskError) as caught:
        ranking.explain("0000000000")
    assert "0000000000" in caught.value.message("vi")


def test_a_ranking_is_what_the_steps_give(ranking):
    features = oshrisk.build_features(ranking.known, ranking.known.date)
    steps = oshrisk.assess(features, oshrisk.load_table())
    pd.testing.assert_frame_equal(ranking.assessment[["priority"]], steps.loc[ranking.assessment.index, ["priority"]])


def test_map_counts_the_visits_on_site(plan):
    sizes = [part for part in plan.plot().collections if len(part.get_sizes()) > 1 or part.get_sizes()[0] > 6]
    known = plan.visits["commune_code"].isin(plan.roads.parent.index)
    on_site = (known & plan.visits["mode"].eq("on_site")).sum()
    assert sum(sum(part.get_sizes()) / 40 for part in sizes) == pytest.approx(on_site)


def test_language_is_the_wish_then_the_environment_then_vietnamese(monkeypatch):
    monkeypatch.delenv("OSHRISK_LANGUAGE", raising=False)
    assert shown_language() == "vi"
    monkeypatch.setenv("OSHRISK_LANGUAGE", "en")
    assert shown_language() == "en"
    assert shown_language("vi") == "vi"
    assert "SIMULATED DATA" in card("x", {}, simulated=True, language="en")


def test_every_name_of_the_notebook_api_is_there():
    for name in oshrisk.__all__:
        assert getattr(oshrisk, name).__module__.startswith("oshrisk"), name
    assert set(oshrisk.__all__) <= set(dir(oshrisk))
    with pytest.raises(AttributeError):
        oshrisk.no_such_name  # noqa: B018
