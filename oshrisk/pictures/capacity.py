"""Capacity used: inspector-days of every team and month, at enterprises and on the road, against those there are."""

from __future__ import annotations

import numpy as np

from oshrisk.features.wording import number_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, text
from oshrisk.pictures.charts import axes_of, bar_look, drawing_of, numbers_on
from oshrisk.pictures.drawing import Drawing
from oshrisk.planning.texts import quarter_text
from oshrisk.report.figures import capacity_days


def capacity_used(issued: Issued, language: Language = "vi") -> Drawing:
    """Draw the days of a list.

    Parameters
    ----------
    issued : Issued
        The list.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    Drawing
        A stacked bar a team and month, and a line for the days there are.
    """
    days = capacity_days(issued.visits, issued.quarter, issued.programme.capacity)
    axes = axes_of(3.8)
    place = np.arange(len(days))
    axes.bar(place, days["visits"], width=0.62, label=text("pictures.capacity.visits", language), **bar_look(0))
    on_top = {"bottom": days["visits"], "label": text("pictures.capacity.road", language)}
    axes.bar(place, days["road"], width=0.62, **on_top, **bar_look(1))
    there = text("pictures.capacity.there", language)
    axes.hlines(days["capacity"], place - 0.42, place + 0.42, color="#000000", linewidth=2.2, label=there)
    names = [text("pictures.capacity.bar", language, team=team, month=month) for team, month in days.index]
    axes.set_xticks(place, names)
    axes.set_ylim(0, 1.3 * max(float(days[["used", "capacity"]].to_numpy().max()), 1.0))
    for x, (used, capacity) in enumerate(zip(days["used"], days["capacity"], strict=True)):
        said = number_text(round(used, 1), language)
        axes.annotate(said, (x, max(used, capacity)), xytext=(0, 4), textcoords="offset points", ha="center")
    axes.set_ylabel(text("pictures.capacity.axis", language))
    numbers_on(axes, "y", language)
    axes.legend(loc="upper center", ncols=3, frameon=False)
    figures = {
        "used": number_text(round(float(days["used"].sum()), 1), language),
        "road": number_text(round(float(days["road"].sum()), 1), language),
        "capacity": number_text(round(float(days["capacity"].sum()), 1), language),
    }
    quarter = quarter_text(issued.quarter, language)
    title = text("pictures.capacity.title", language, quarter=quarter)
    words = text("pictures.capacity.words", language, quarter=quarter, **figures)
    return drawing_of(axes, "capacity", title, words, language, simulated=issued.simulated)
