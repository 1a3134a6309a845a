"""An assessment as a card and as a picture: who stands first, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from oshrisk.display import card, new_axes, titled
from oshrisk.features.wording import date_text, number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.registry.registry import Registry
from oshrisk.risk.explain import top_reasons
from oshrisk.risk.table import RiskTable
from oshrisk.settings import Priority

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN: Final = 10  # enterprises on a card
DRAWN: Final = 25  # enterprises in a picture
_NAME: Final = 40  # letters of a name beside a picture


def names_of(registry: Registry, ids: pd.Index) -> pd.Series:
    """Return the names of some enterprises.

    Parameters
    ----------
    registry : Registry
        What is known.
    ids : Index
        The enterprises.

    Returns
    -------
    Series of str
        Indexed by `ids`.
    """
    return registry["enterprises"].set_index("enterprise_id")["name"].reindex(ids)


def assessment_card(
    registry: Registry,
    features: pd.DataFrame,
    table: RiskTable,
    assessment: pd.DataFrame,
    language: Language,
    *,
    priority: Priority = "harm_x_violation",
) -> str:
    """Write an assessment as a card.

    Parameters
    ----------
    registry : Registry
        What was known.
    features, table, assessment
        What was assessed, by which model, and how.
    language : {"vi", "en"}
        Language.
    priority : str
        As for `oshrisk.risk.assess`.

    Returns
    -------
    str
        HTML: counts, and the first `SHOWN` with their first two reasons.
    """
    words = catalogue("views", language)["ranking"]
    first = assessment.nsmallest(SHOWN, "rank")
    why = top_reasons(features.loc[first.index], table, k=2, priority=priority, language=language)
    reasons = why.groupby("enterprise_id")["phrase"].agg("; ".join).reindex(first.index)
    said = first.assign(name=names_of(registry, first.index), reason=reasons)
    counts = assessment["risk_class"].value_counts(sort=False)
    return card(
        text("views.ranking.title", language, date=date_text(registry.date, language)),
        {
            words["enterprises"]: number_text(len(assessment), language),
            words["table"]: table.name,
            words["classes"]: ", ".join(f"{name} {number_text(count, language)}" for name, count in counts.items()),
            words["workers"]: number_text(int(assessment["workers_known"].sum()), language),
            words["harm"]: number_text(round(assessment["expected_harm"].sum()), language),
        },
        head=list(words["first"].values()),
        rows=[_line(row, language) for _, row in said.iterrows()],
        notes=[text("views.ranking.more", language, count=number_text(len(assessment) - len(first), language))],
        simulated=registry.simulated,
        language=language,
    )


def priority_picture(
    registry: Registry, assessment: pd.DataFrame, language: Language, *, first: int = DRAWN, ax: Axes | None = None
) -> Axes:
    """Draw the priorities of the first, with their intervals.

    Parameters
    ----------
    registry : Registry
        What was known.
    assessment : DataFrame
        From `oshrisk.risk.assess`.
    language : {"vi", "en"}
        Language of the labels.
    first : int, default 25
        How many.
    ax : Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    Axes
        A dot and an 80 % interval an enterprise, the first at the top.
    """
    rows = assessment.nsmallest(first, "rank").iloc[::-1]
    axes = ax or new_axes(7.5, 1.2 + 0.24 * max(len(rows), 4))
    place = np.arange(len(rows))
    axes.hlines(place, rows["priority_low"], rows["priority_high"], color="0.5", linewidth=1)
    axes.plot(rows["priority"], place, "ko", markersize=4)
    names = names_of(registry, rows.index)
    said = [f"{rank}  {name[:_NAME]}" for rank, name in zip(rows["rank"], names, strict=True)]
    axes.set_yticks(place, said, fontsize=7)
    axes.set_xscale("log")
    axes.set_xlabel(text("views.ranking.priority", language))
    title = text("views.ranking.picture", language, count=len(rows), total=number_text(len(assessment), language))
    return titled(axes, title, simulated=registry.simulated, language=language)


def _line(row: pd.Series, language: Language) -> list[str]:
    unknown = text("views.unknown", language)
    return [
        str(row["rank"]),
        str(row["name"]),
        str(row["risk_class"]),
        number_text(round(row["index"], 1), language),
        number_text(row["workers_used"], language) if row["workers_known"] else unknown,
        number_text(round(row["expected_accidents"], 2), language),
        number_text(round(row["violation_probability"], 2), language),
        row["reason"] if isinstance(row["reason"], str) else "",
    ]
