"""The reasons of a list overall: how often each factor is among the three that raise a priority most."""

from __future__ import annotations

from textwrap import fill
from typing import Final

import numpy as np

from oshrisk.features.wording import number_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, text
from oshrisk.pictures.charts import WIDE, axes_of, bar_look, drawing_of, name_bars, numbers_on
from oshrisk.pictures.drawing import Drawing
from oshrisk.planning.texts import quarter_text
from oshrisk.report.figures import reason_counts
from oshrisk.risk import top_reasons
from oshrisk.risk.explain import factor_title

_SHOWN: Final = 14  # factors
_NAMED: Final = 3  # in words
_PLACES: Final = 3  # reasons of an enterprise that count


def reasons_overall(issued: Issued, language: Language = "vi") -> Drawing:
    """Draw the reasons of a list.

    Parameters
    ----------
    issued : Issued
        The list.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    Drawing
        A bar a factor: visits that have it among their first three reasons; beside it the mean multiplier.
    """
    chosen = issued.features.loc[issued.visits.index]
    priority = issued.programme.ranking.priority
    counts = reason_counts(top_reasons(chosen, issued.table, _PLACES, priority=priority))
    shown = counts.head(_SHOWN)
    names = [factor_title(issued.table, str(factor), language) for factor in shown.index]
    axes = axes_of(1.3 + 0.32 * max(len(shown), 2))
    axes.barh(np.arange(len(shown)), shown["visits"], height=0.62, **bar_look(0))
    for place, (count, multiplier) in enumerate(zip(shown["visits"], shown["multiplier"], strict=True)):
        axes.annotate(
            f"{number_text(int(count), language)} (×{number_text(round(multiplier, 2), language)})",
            (count, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
        )
    name_bars(axes, names)
    numbers_on(axes, "x", language)
    axes.set_xlim(0, 1.25 * max(float(shown["visits"].max()), 1.0) if len(shown) else 1.0)
    axes.set_xlabel(fill(text("pictures.reasons.axis", language), WIDE))
    said = [
        text("pictures.reasons.said", language, factor=name, count=int(count), of=len(issued.visits))
        for name, count in zip(names[:_NAMED], shown["visits"], strict=False)
    ]
    quarter = quarter_text(issued.quarter, language)
    title = text("pictures.reasons.title", language, quarter=quarter)
    words = text("pictures.reasons.words", language, quarter=quarter, reasons="; ".join(said))
    return drawing_of(axes, "reasons", title, words, language, simulated=issued.simulated)
