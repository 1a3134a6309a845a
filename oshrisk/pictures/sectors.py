"""Risk by sector: the share of the expected harm beside the share of the visits."""

from __future__ import annotations

from typing import Final

import numpy as np

from oshrisk.features.wording import number_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, text
from oshrisk.pictures.charts import axes_of, bar_look, drawing_of, name_bars, numbers_on
from oshrisk.pictures.drawing import Drawing
from oshrisk.planning.texts import quarter_text
from oshrisk.report.figures import REST, UNKNOWN, sector_shares, sector_title

_NAMED: Final = 3  # in words


def by_sector(issued: Issued, language: Language = "vi") -> Drawing:
    """Draw risk and visits by sector.

    Parameters
    ----------
    issued : Issued
        The list.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    Drawing
        Two bars a sector, in percent of the province's expected harm and of the visits.
    """
    shares = sector_shares(issued.features, issued.assessment, issued.visits)
    names = [sector_title(str(group), language) for group in shares.index]
    labels = [
        text("pictures.sectors.bar", language, sector=name, count=number_text(int(count), language))
        for name, count in zip(names, shares["enterprises"], strict=True)
    ]
    axes = axes_of(1.6 + 0.44 * len(shares))
    place = np.arange(len(shares))
    for kind, column in enumerate(("harm", "visits")):
        legend = text(f"pictures.sectors.{column}", language)
        axes.barh(place + 0.38 * (kind - 0.5), 100 * shares[column], height=0.36, label=legend, **bar_look(kind))
    name_bars(axes, labels)
    numbers_on(axes, "x", language, percent=True)
    axes.legend(loc="lower right", frameon=False)
    first = shares.drop(index=[UNKNOWN, REST], errors="ignore").head(_NAMED)
    said = [
        text(
            "pictures.sectors.said",
            language,
            sector=sector_title(str(group), language),
            harm=_percent(row["harm"], language),
            visits=_percent(row["visits"], language),
        )
        for group, row in first.iterrows()
    ]
    quarter = quarter_text(issued.quarter, language)
    title = text("pictures.sectors.title", language, quarter=quarter)
    words = text("pictures.sectors.words", language, quarter=quarter, sectors="; ".join(said))
    return drawing_of(axes, "sectors", title, words, language, simulated=issued.simulated)


def _percent(share: float, language: Language) -> str:
    return number_text(round(100 * float(share), 1), language)
