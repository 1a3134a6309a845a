"""Risk by sector: the share of the expected harm beside the share of the visits."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from oshrisk.features.wording import number_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, catalogue, text
from oshrisk.pictures.charts import axes_of, bar_look, drawing_of, name_bars, numbers_on
from oshrisk.pictures.drawing import Drawing

_SHOWN: Final = 12  # sectors; the rest is one bar
_NAMED: Final = 3  # in words
UNKNOWN: Final = "unknown"
REST: Final = "rest"


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
    shares = sector_shares(issued)
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
    title = text("pictures.sectors.title", language, quarter=issued.quarter)
    words = text("pictures.sectors.words", language, quarter=issued.quarter, sectors="; ".join(said))
    return drawing_of(axes, "sectors", title, words, language, simulated=issued.simulated)


def sector_shares(issued: Issued) -> pd.DataFrame:
    """Return the figures of the chart.

    Parameters
    ----------
    issued : Issued
        The list.

    Returns
    -------
    DataFrame, shape (n_sectors, 3)
        Indexed by sector group, the one with the most expected harm first, ``rest`` and ``unknown`` last: ``harm``
        and ``visits`` (shares, which add up to 1), ``enterprises``.
    """
    group = issued.features["sector_group"].reindex(issued.assessment.index).astype("str").fillna(UNKNOWN)
    sums = pd.DataFrame({
        "harm": issued.assessment["expected_harm"].groupby(group).sum(),
        "visits": group[issued.visits.index].value_counts(),
        "enterprises": group.value_counts(),
    }).fillna(0.0).sort_values("harm", ascending=False, kind="stable")  # fmt: skip
    known = sums.drop(index=UNKNOWN, errors="ignore")
    parts = [known.head(_SHOWN)]
    if len(known) > _SHOWN:
        parts.append(known.iloc[_SHOWN:].sum().to_frame(REST).T)
    shown = pd.concat([*parts, sums[sums.index == UNKNOWN]])
    totals = shown[["harm", "visits"]].sum().clip(lower=1e-12)
    return shown.assign(harm=shown["harm"] / totals["harm"], visits=shown["visits"] / totals["visits"])


def sector_title(group: str, language: Language) -> str:
    """Return the name of a sector group, of ``rest`` or of ``unknown``."""
    if group in (REST, UNKNOWN):
        return text(f"pictures.sectors.{group}", language)
    return str(catalogue("features", language)["feature"]["sector_group"]["states"][group])


def _percent(share: float, language: Language) -> str:
    return number_text(round(100 * float(share), 1), language)
