"""The capture curve of the last backtest, from the tables that it left in the working folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from oshrisk.evaluate.names import model_name
from oshrisk.features.wording import number_text
from oshrisk.messages import LANGUAGES, Language, text
from oshrisk.pictures.charts import axes_of, drawing_of, numbers_on
from oshrisk.pictures.drawing import Drawing
from oshrisk.workspace import Workspace

# Line and marker by place; matplotlib is not imported for them.
_LINES: Final = (("-", "o"), ("--", "s"), ("-.", "^"), (":", "D"))
_BESIDE: Final = ("size", "random")  # baselines that are shown
_TICKS: Final = (0, 1, 5, 10, 20, 30, 50, 75, 100)  # percent
_SAID: Final = 0.1  # share of enterprises whose capture is said in words
_MARK: Final = "-simulated"


def last_backtest(workspace: Workspace) -> Path | None:
    """Return the file with the curve of the newest backtest, or None where there is none."""
    names = {text("evaluate.files.curve", language) for language in LANGUAGES}
    files = [
        file
        for name in names
        for file in workspace.path("backtests").glob(f"*/{name}*.csv")
        if file.stem.removesuffix(_MARK) == name
    ]
    return max(files, key=lambda file: (file.stat().st_mtime_ns, str(file)), default=None)


def capture_curve(file: Path, language: Language = "vi") -> Drawing:
    """Draw which share of the known accidents the first of each ranking account for.

    Parameters
    ----------
    file : Path
        From `last_backtest`; its folder is named after the quarters that were played.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    Drawing
        The first model with its 95 % interval, other models, and two baselines.
    """
    curve = pd.read_csv(file, encoding="utf-8-sig")
    curve = curve[curve["outcome"] == "accident"]
    models = _shown(curve["model"].drop_duplicates().tolist())
    axes = axes_of(4.8)
    said = []
    for (style, marker), name in zip(_LINES, models, strict=False):
        line = curve[curve["model"] == name]
        share, caught = 100 * line["share"], 100 * line["captured"]
        if name == models[0]:
            sure = text("pictures.capture.interval", language, model=model_name(name, language))
            band: dict[str, Any] = {
                "facecolor": "none",
                "edgecolor": "0.7",
                "hatch": "////",
                "linewidth": 0.0,
                "label": sure,
            }
            axes.fill_between(share, 100 * line["low"], 100 * line["high"], **band)
        label = model_name(name, language)
        axes.plot(share, caught, linestyle=style, marker=marker, markersize=3.5, color="#000000", label=label)
        said.append(_caught(line, label, language))
    axes.set_xscale("function", functions=(lambda value: value**0.5, lambda value: value**2))
    numbers_on(axes, "y", language, percent=True)
    axes.set_xticks(_TICKS, [f"{tick} %" for tick in _TICKS])
    axes.set(xlim=(0, 100), ylim=(0, 101))
    axes.set_xlabel(text("evaluate.pictures.share_visited", language))
    axes.set_ylabel(text("pictures.capture.axis", language))
    axes.legend(loc="lower right", frameon=False)
    first, _, last = file.parent.name.partition("-")
    title = text("evaluate.pictures.capture_title", language, first=first, last=last)
    percent = number_text(100 * _SAID, language)
    rests = _rests_on(file, models[0])
    words = text(
        "pictures.capture.words", language, first=first, last=last, percent=percent, models="; ".join(said), **rests
    )
    return drawing_of(axes, "capture", title, words, language, simulated=file.stem.endswith(_MARK))


def _caught(line: pd.DataFrame, label: str, language: Language) -> str:
    """Say what a model catches at the share that is said in words, with its interval."""
    near = line.loc[(line["share"] - _SAID).abs().idxmin()]
    figures = {name: number_text(round(100 * float(near[name]), 1), language) for name in ("captured", "low", "high")}
    return text("pictures.capture.said", language, model=label, **figures)


def _rests_on(file: Path, model: str) -> dict[str, int]:
    """Return on how many labelled rows of how many the curve rests, from the table of figures beside it."""
    beside = {text("evaluate.files.table", language) for language in LANGUAGES}
    table = next(one for one in file.parent.glob("*.csv") if one.stem.removesuffix(_MARK) in beside)
    rows = pd.read_csv(table, encoding="utf-8-sig")
    row = rows[(rows["model"] == model) & (rows["outcome"] == "accident") & (rows["metric"] == "auc")].iloc[0]
    return {"labelled": int(row["labelled"]), "of": int(row["of"])}


def _shown(models: list[str]) -> list[str]:
    """Return the models that learn or were made, then the baselines, at most as many as there are lines."""
    from oshrisk.evaluate.policies import policies  # noqa: PLC0415  # only this picture needs the rules

    rules = policies()
    beside = [name for name in _BESIDE if name in models]
    others = [name for name in models if name not in rules]
    return others[: len(_LINES) - len(beside)] + beside
