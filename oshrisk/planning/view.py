"""A plan as a card and as a map of where its visits lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from oshrisk.display import card, new_axes, titled
from oshrisk.features.wording import date_text, number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning.texts import reason_text
from oshrisk.reference.communes import communes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from oshrisk.planning.programme import Plan

SHOWN: Final = 10  # visits on a card
_NAMED: Final = 8  # communes with most visits, named on the map
_APART: Final = 0.15  # degrees; nearer to a commune that is named, no name is written


def plan_card(plan: Plan, language: Language) -> str:
    """Write a plan as a card.

    Parameters
    ----------
    plan : Plan
        The plan.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    str
        HTML: counts, days, bound, and the first `SHOWN` visits with their grounds.
    """
    words, arms = catalogue("views", language)["plan"], catalogue("report", language)["arms"]
    summary = plan.summary
    used, capacity = (number_text(round(summary[name], 1), language) for name in ("days_used", "capacity_days"))
    share = number_text(round(100 * (1 - plan.selection.report["gap"]), 1), language)
    first = plan.visits.head(SHOWN)
    names = plan.registry["enterprises"].set_index("enterprise_id")["name"].reindex(first.index)
    rows = [
        [row.order, name, row.risk_class, arms[row.arm], words["when"].format(team=row.team, month=row.month), why]
        for row, name, why in zip(first.itertuples(), names, reason_text(first, language), strict=True)
    ]
    return card(
        text("views.plan.title", language, quarter=plan.quarter),
        {
            words["known"]: date_text(plan.as_of, language),
            words["visits"]: str(len(plan.visits)),
            words["arms"]: ", ".join(f"{arms[arm]} {count}" for arm, count in summary["arms"].items()),
            words["days"]: words["of_days"].format(used=used, capacity=capacity),
            words["reached"]: words["share"].format(share=share),
            words["trips"]: str(len(plan.trips)),
            words["letters"]: str(summary["letters"]),
        },
        head=list(words["first"].values()),
        rows=rows,
        notes=[text("views.plan.more", language, count=len(plan.visits) - len(first))],
        simulated=plan.registry.simulated,
        language=language,
    )


def plan_map(plan: Plan, language: Language, ax: Axes | None = None) -> Axes:
    """Draw the communes, the tree of roads, and where visits on site lead.

    Parameters
    ----------
    plan : Plan
        The plan.
    language : {"vi", "en"}
        Language of the labels.
    ax : Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    Axes
        In degrees; the area of a circle is the number of visits. Visits whose commune is unknown are counted only.
    """
    axes = ax or new_axes(7.0, 6.5)
    places = communes(plan.programme.office.province_code)
    parents = plan.roads.parent
    for code, parent in parents[parents.index != parents].items():
        ends = places.loc[[code, parent]]
        axes.plot(ends["lon"], ends["lat"], color="0.75", linewidth=0.8, zorder=1)
    axes.plot([], [], color="0.75", label=_roads_label(plan, language))
    axes.scatter(places["lon"], places["lat"], s=6, color="0.5", zorder=2, label=text("views.plan.places", language))
    counts = _visits_by_commune(plan)
    far = places.loc[counts.index]
    remote = int(plan.visits["mode"].eq("remote").sum())
    unknown = len(plan.visits) - remote - int(counts.sum())
    label = text("views.plan.far", language, count=counts.sum(), remote=remote, unknown=unknown)
    axes.scatter(far["lon"], far["lat"], s=40 * counts, facecolor="white", edgecolor="0.0", zorder=3, label=label)
    for name, lon, lat in _labels(places, counts):
        axes.annotate(name, (lon, lat), xytext=(8, 6), textcoords="offset points", fontsize=7, zorder=5)
    seat = places.loc[plan.roads.seat]
    axes.plot(seat["lon"], seat["lat"], "k*", markersize=9, zorder=4, label=text("views.plan.seat", language))
    axes.set(xlabel=text("views.plan.longitude", language), ylabel=text("views.plan.latitude", language))
    axes.set_aspect("equal")
    axes.legend(fontsize=7, frameon=False, loc="best", markerscale=0.5)
    title = text("views.plan.picture", language, quarter=plan.quarter)
    return titled(axes, title, simulated=plan.registry.simulated, language=language)


def _labels(places: pd.DataFrame, counts: pd.Series) -> list[tuple[str, float, float]]:
    """Name the communes with most visits, none over another."""
    labels: list[tuple[str, float, float]] = []
    for code, count in counts[counts > 1].nlargest(_NAMED).items():
        lon, lat = float(places.at[code, "lon"]), float(places.at[code, "lat"])
        if all(abs(lon - x) + abs(lat - y) > _APART for _, x, y in labels):
            labels.append((f"{places.at[code, 'name']} ({count})", lon, lat))
    return labels


def _visits_by_commune(plan: Plan) -> pd.Series:
    on_site = plan.visits.loc[plan.visits["mode"].eq("on_site"), "commune_code"]
    return on_site[on_site.isin(plan.roads.parent.index)].value_counts()


def _roads_label(plan: Plan, language: Language) -> str:
    how = text(f"views.plan.{'estimated' if plan.roads.estimated else 'measured'}", language)
    return text("views.plan.roads", language, how=how)
