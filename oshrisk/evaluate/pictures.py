"""Pictures of a backtest, readable in black and white: line styles, markers and hatches carry what colour would."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, PercentFormatter

from oshrisk.evaluate.moves import in_words
from oshrisk.evaluate.names import group_name, model_name
from oshrisk.evaluate.policies import policies
from oshrisk.features.wording import number_text
from oshrisk.messages import Language, text
from oshrisk.risk import RiskTable
from oshrisk.risk.moved import furthest

if TYPE_CHECKING:
    from oshrisk.evaluate.backtest import Backtest

STYLES: Final = (("-", "o"), ("--", "s"), ("-.", "^"), (":", "D"), ((0, (5, 1)), "v"), ((0, (1, 3)), "P"))
GREYS: Final = ("0.0", "0.25", "0.45", "0.6", "0.35", "0.7")
TICKS: Final = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
BESIDE: Final = ("random", "size", "osha_sst")  # baselines that the capture curve shows
RING: Final[dict[str, Any]] = {
    "marker": "s",
    "markersize": 6,
    "markerfacecolor": "none",
    "color": "0.0",
    "linestyle": "none",
}
RATIOS: Final = (0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)
LABEL: Final = 64  # letters of the longest label beside a picture
MOST_MOVED: Final = 20  # points of a table that one picture can show
TITLE: Final = 48  # letters of a line above a picture that is half labels
SIZE: Final = (7.0, 5.0)  # inches


def capture_curve(
    backtest: Backtest,
    language: Language = "vi",
    *,
    outcome: str = "accident",
    models: tuple[str, ...] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw which share of an outcome the first of each ranking account for.

    Parameters
    ----------
    backtest : Backtest
        The backtest.
    language : {"vi", "en"}, default "vi"
        Language of the labels.
    outcome : {"accident", "harm", "violation"}, default "accident"
        What is caught.
    models : tuple of str, optional
        Which to show, at most six; by default those that are no baselines, then three baselines.
    ax : Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    Axes
        With the 95 % interval of the first model as a band, and the programme's real number of visits.
    """
    axes = ax or _axes()
    shown = models or _shown(backtest)
    curves = backtest.curve[backtest.curve["outcome"] == outcome]
    for number, name in enumerate(shown[: len(STYLES)]):
        line = curves[curves["model"] == name]
        style, marker = STYLES[number]
        if number == 0:
            band: dict[str, Any] = {"facecolor": "none", "edgecolor": "0.7", "hatch": "////", "linewidth": 0.0}
            axes.fill_between(line["share"], line["low"], line["high"], **band)
        axes.plot(
            line["share"],
            line["captured"],
            linestyle=style,
            marker=marker,
            markersize=4,
            color=GREYS[number],
            label=model_name(name, language),
        )
    at = backtest.visits / backtest.enterprises
    axes.axvline(at, color="0.5", linewidth=0.8)
    visits = text("evaluate.pictures.real_visits", language, visits=f"{backtest.visits:.0f}")
    axes.annotate(visits, (at, 1.0), xytext=(4, -10), textcoords="offset points", fontsize=8)
    axes.set_xscale("function", functions=(np.sqrt, np.square))  # the few that can be visited are at the left
    axes.set_xticks(TICKS)
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel=text("evaluate.pictures.share_visited", language))
    kind = "true_accident" if outcome == "accident" and backtest.true_outcomes else outcome
    axes.set_ylabel(text("evaluate.pictures.share_caught", language, outcome=_outcome(kind, language)))
    first, last = backtest.quarters[0], backtest.quarters[-1]
    title = text("evaluate.pictures.capture_title", language, first=first, last=last)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0))
    axes.legend(loc="lower right", fontsize=8, frameon=False)
    return _titled(axes, title, language, simulated=backtest.simulated)


def calibration(
    backtest: Backtest, language: Language = "vi", *, outcome: str = "accident", model: str = "", ax: Axes | None = None
) -> Axes:
    """Draw expected against observed, in ten bands, on the labelled rows.

    Parameters
    ----------
    backtest : Backtest
        The backtest.
    language : {"vi", "en"}, default "vi"
        Language of the labels.
    outcome : {"accident", "violation"}, default "accident"
        Reported accidents a band, summed over the (overlapping) windows of the quarters; or the share of visits
        with a serious violation.
    model : str, optional
        Whose; by default the backtest's.
    ax : Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    Axes
        With 95 % intervals of the observed.
    """
    axes = ax or _axes()
    frame = backtest.calibration
    rows = frame[(frame["outcome"] == outcome) & (frame["model"] == (model or backtest.model))]
    kind = "reported_accident" if outcome == "accident" else outcome
    words = {"outcome": _outcome(kind, language), "model": model_name(model or backtest.model, language)}
    title = text("evaluate.pictures.calibration_title", language, **words)
    if rows.empty:
        axes.text(0.5, 0.5, text("evaluate.pictures.no_data", language), ha="center", transform=axes.transAxes)
        return _titled(axes, title, language, simulated=backtest.simulated)
    place, observed = rows["band"].to_numpy() + 1, rows["observed"].to_numpy()
    reach = np.clip(np.stack([observed - rows["low"].to_numpy(), rows["high"].to_numpy() - observed]), 0, None)
    said = text("evaluate.pictures.observed", language)
    axes.errorbar(place, observed, yerr=reach, fmt="ko", markersize=5, capsize=3, linewidth=1, label=said)
    axes.plot(place, rows["expected"], label=text("evaluate.pictures.expected", language), **RING)
    axes.set_xticks(place, [f"{band}\n({count})" for band, count in zip(place, rows["rows"], strict=True)], fontsize=7)
    axes.set_xlabel(text("evaluate.pictures.bands", language))
    axes.set_ylabel(text(f"evaluate.pictures.calibrated_{outcome}", language))
    axes.set_ylim(0, 1.25 * float(np.nanmax(rows[["expected", "observed", "high"]].to_numpy())))
    axes.legend(loc="upper left", fontsize=8, frameon=False)
    return _titled(axes, title, language, simulated=backtest.simulated)


def moved(
    frame: pd.DataFrame,
    table: RiskTable,
    language: Language = "vi",
    *,
    title: str = "",
    ax: Axes | None = None,
    simulated: bool = False,
) -> Axes:
    """Draw which points of a risk table data moved, the furthest first.

    Parameters
    ----------
    frame : DataFrame
        ``outcome``, ``factor``, ``state``, ``before``, ``after``, ``low``, ``high`` (log relative risks), ``labels``,
        ``events``: such as ``RiskTableFit.moved_``.
    table : RiskTable
        The table, for the words of its bins.
    language : {"vi", "en"}, default "vi"
        Language of the labels.
    title : str, optional
        Name of the model.
    ax : Axes, optional
        Where to draw; by default on a new figure.
    simulated : bool, default False
        Whether to say that the data is simulated.

    Returns
    -------
    Axes
        Open rings for before, dots with intervals for after.
    """
    rows = in_words(frame, table, language).head(MOST_MOVED).iloc[::-1]
    axes = ax or Figure(figsize=(8.5, 1.6 + 0.28 * max(len(rows), 4)), layout="constrained").subplots()
    place = np.arange(len(rows))
    after, low, high = (np.exp(rows[name].to_numpy(dtype=float)) for name in ("after", "low", "high"))
    axes.hlines(place, low, high, color="0.4", linewidth=1)
    axes.plot(after, place, "ko", markersize=5, label=text("evaluate.pictures.after", language))
    before = np.exp(rows["before"].to_numpy(dtype=float))
    axes.plot(before, place, label=text("evaluate.pictures.before", language), **RING)
    names = [
        text("evaluate.pictures.bin", language, words=_short(words), count=int(count))
        for words, count in rows[["words", "labels"]].itertuples(index=False)
    ]
    axes.set_yticks(place, names, fontsize=7)
    axes.axvline(1.0, color="0.6", linewidth=0.8)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(RATIOS))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number_text(value, language)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_ylim(-0.8, len(rows) + 1.6)  # room for the legend
    axes.set_xlabel(text("evaluate.pictures.relative_risk", language))
    axes.legend(fontsize=8, frameon=False, loc="upper left", ncols=2)
    title = text("evaluate.pictures.moved_title", language, model=title)
    return _titled(axes, title, language, simulated=simulated)


def of_moves(
    frame: pd.DataFrame, table: RiskTable, language: Language = "vi", *, title: str = "", simulated: bool = False
) -> dict[str, Figure]:
    """Draw what moved, a picture an outcome.

    Parameters
    ----------
    frame, table, language, title, simulated
        As `moved`.

    Returns
    -------
    dict of str to Figure
        By outcome, of those where a relative risk moved.
    """
    figures = {}
    for outcome, rows in furthest(frame).groupby("outcome", sort=False):
        words = ", ".join(part for part in (title, _outcome(f"moved_{outcome}", language)) if part)
        drawn = moved(rows, table, language, title=words, simulated=simulated)
        figures[str(outcome)] = _figure(drawn)
    return figures


def fairness(
    backtest: Backtest, language: Language = "vi", *, reference: str = "expected_harm", ax: Axes | None = None
) -> Axes:
    """Draw shares of visits beside what chance alone would give, group by group.

    Parameters
    ----------
    backtest : Backtest
        The backtest.
    language : {"vi", "en"}, default "vi"
        Language of the labels.
    reference : {"enterprises", "workers", "expected_harm"}, default "expected_harm"
        What shares are held against.
    ax : Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    Axes
        Dots for shares of visits, bars for chance; the verdict stands at the name of each group.
    """
    rows = backtest.fairness[backtest.fairness["reference"] == reference].iloc[::-1]
    axes = ax or Figure(figsize=(SIZE[0], 1.6 + 0.24 * max(len(rows), 4)), layout="constrained").subplots()
    place = np.arange(len(rows))
    width = rows["chance_high"] - rows["chance_low"]
    chance = text("evaluate.pictures.by_chance", language)
    bar: dict[str, Any] = {"facecolor": "white", "edgecolor": "0.5", "hatch": "////", "linewidth": 0.5}
    axes.barh(place, width, left=rows["chance_low"], height=0.6, label=chance, **bar)
    axes.plot(rows["share"], place, "ko", markersize=4, label=text("evaluate.pictures.share_of_visits", language))
    names = [
        f"{group_name(dimension, group, language)}: {text(f'evaluate.verdict.{verdict}', language)}"
        for dimension, group, verdict in rows[["dimension", "group", "verdict"]].itertuples(index=False)
    ]
    axes.set_yticks(place, names, fontsize=7)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    words = text(f"evaluate.reference.{reference}", language)
    axes.set_ylim(-0.8, len(rows) + 2.0)  # room for the legend
    axes.legend(fontsize=8, frameon=False, loc="upper left")
    title = text("evaluate.pictures.fairness_title", language, reference=words)
    return _titled(axes, title, language, simulated=backtest.simulated)


def of_backtest(backtest: Backtest, language: Language = "vi") -> dict[str, Figure]:
    """Draw all pictures of a backtest.

    Parameters
    ----------
    backtest : Backtest
        The backtest.
    language : {"vi", "en"}, default "vi"
        Language of the labels.

    Returns
    -------
    dict of str to Figure
        By key of their file name below ``evaluate.files``.
    """
    both = Figure(figsize=(10.0, 4.6), layout="constrained")
    for outcome, axes in zip(("accident", "violation"), both.subplots(1, 2), strict=True):
        calibration(backtest, language, outcome=outcome, ax=axes)
    figures = {"capture_picture": _figure(capture_curve(backtest, language)), "calibration_picture": both}
    reference = backtest.fairness["reference"].iloc[-1]
    figures["fairness_picture"] = _figure(fairness(backtest, language, reference=reference))
    if len(backtest.moved):
        name = str(backtest.moved["model"].iloc[0])
        rows, words = backtest.moved[backtest.moved["model"] == name], model_name(name, language)
        drawn = of_moves(rows, backtest.tables[name], language, title=words, simulated=backtest.simulated)
        figures |= {f"moved_picture_{outcome}": figure for outcome, figure in drawn.items()}
    return figures


def _short(words: str) -> str:
    return words if len(words) <= LABEL else f"{words[: LABEL - 1]}…"


def _shown(backtest: Backtest) -> tuple[str, ...]:
    rules = policies()
    others = [name for name in backtest.models if name not in rules and name != backtest.model]
    beside = [name for name in BESIDE if name != backtest.model]
    return (backtest.model, *others[: len(STYLES) - len(beside) - 1], *beside)


def _axes() -> Axes:
    return Figure(figsize=SIZE, layout="constrained").subplots()


def _figure(axes: Axes) -> Figure:
    figure = axes.get_figure(root=True)
    assert figure is not None  # noqa: S101  # every Axes made here stands on a figure
    return figure


def _outcome(outcome: str, language: Language) -> str:
    return text(f"evaluate.outcomes.{outcome}", language)


def _titled(axes: Axes, title: str, language: Language, *, simulated: bool) -> Axes:
    stamp = f"\n{text('evaluate.pictures.simulated', language)}" if simulated else ""
    axes.set_title(f"{fill(title, TITLE)}{stamp}", fontsize=10)
    return axes
