"""The newest backtest as pages show it: its sentences, tables and pictures, read from its files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from oshrisk.evaluate.names import group_name, model_name
from oshrisk.features.wording import number_text
from oshrisk.messages import LANGUAGES, Language, catalogue, text
from oshrisk.pictures import Drawing, capture_curve, last_backtest
from oshrisk.workspace import Workspace

# What is shown of every model: outcome and measure.
FIGURES: Final = (
    ("accident", "found"),
    ("accident", "capture"),
    ("harm", "capture"),
    ("violation", "precision"),
    ("violation", "auc"),
)
PICTURES: Final = ("calibration_picture", "fairness_picture")
_MARK: Final = "-simulated"
_MAIN: Final = frozenset(("size", "remoteness", "visited_before"))  # shown at once; others where they differ
_SHARES: Final = frozenset(("capture", "precision"))


@dataclass(frozen=True)
class Replayed:
    """A backtest that was kept.

    Parameters
    ----------
    folder : Path
        Where its files are; its name is that of the quarters.
    """

    folder: Path

    @property
    def span(self) -> str:
        """The quarters that were planned again."""
        return self.folder.name.replace("-", " – ")

    def file(self, name: str) -> Path | None:
        """Return one of its files (a key of ``evaluate.files``), in whatever language it was written."""
        for language in LANGUAGES:
            stem = text(f"evaluate.files.{name}", language)
            for file in self.folder.glob(f"{stem}*"):
                if file.stem.removesuffix(_MARK) == stem:
                    return file
        return None

    def sentences(self) -> list[str]:
        """Return what it says, in the language in which it was made."""
        file = self.file("sentence")
        return [] if file is None else file.read_text(encoding="utf-8").splitlines()

    def frame(self, name: str) -> pd.DataFrame:
        """Return one of its tables; empty where it has none."""
        file = self.file(name)
        return pd.DataFrame() if file is None else _read(file, file.stat().st_mtime_ns)


def newest(workspace: Workspace) -> Replayed | None:
    """Return the newest backtest of a working folder, or None."""
    curve = last_backtest(workspace)
    return None if curve is None else Replayed(curve.parent)


def figures(replayed: Replayed, language: Language) -> list[dict[str, Any]]:
    """Return the figures of every model, each with its interval and how many were labelled of how many.

    Parameters
    ----------
    replayed : Replayed
        The backtest.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of dict
        ``title`` of a measure, ``labelled``, ``rows`` of ``model``, ``value``, ``range``, ``rests`` (labelled, of).
    """
    table = replayed.frame("table")
    words = catalogue("evaluate", language)
    found = []
    for outcome, metric in FIGURES:
        rows = table[table["outcome"].eq(outcome) & table["metric"].eq(metric)] if len(table) else table
        rows = rows.sort_values("value", ascending=False, kind="stable") if len(rows) else rows
        if len(rows):
            title = f"{words['metric'][metric]} – {words['outcomes'].get(outcome, outcome)}"
            shown = [_figure(dict(row), metric, language) for row in rows.to_dict("records")]
            found.append({"title": title, "rows": shown})
    return found


def calibration(replayed: Replayed) -> tuple[str, list[dict[str, Any]]]:
    """Return the first model's expected and observed accidents in bands of equal expectation, and its name."""
    rows = replayed.frame("calibration")
    if rows.empty:
        return "", []
    model = str(rows["model"].iloc[0])
    own = rows[rows["model"].eq(model) & rows["outcome"].eq("accident")]
    return model, [{str(name): value for name, value in row.items()} for row in own.to_dict("records")]


def fairness(replayed: Replayed, language: Language) -> list[dict[str, Any]]:
    """Return whom the lists visited against their share of the expected harm, group by group."""
    rows = replayed.frame("fairness")
    if rows.empty:
        return []
    own = rows[rows["reference"].eq("expected_harm")]
    verdicts = catalogue("evaluate", language)["verdict"]
    return [
        {
            "group": group_name(str(row["dimension"]), str(row["group"]), language),
            "listed": row["listed"],
            "share": 100 * row["share"],
            "reference": 100 * row["reference_share"],
            "verdict": verdicts[row["verdict"]],
            "differs": row["verdict"] == "differs",
            "main": row["verdict"] == "differs" or row["dimension"] in _MAIN,
        }
        for row in own.to_dict("records")
    ]


def curve(workspace: Workspace, language: Language) -> Drawing | None:
    """Return the capture curve of the newest backtest, drawn once."""
    file = last_backtest(workspace)
    return None if file is None else _curve(file, file.stat().st_mtime_ns, language)


@lru_cache(maxsize=8)
def _curve(file: Path, _changed: int, language: Language) -> Drawing:
    return capture_curve(file, language)


@lru_cache(maxsize=16)
def _read(file: Path, _changed: int) -> pd.DataFrame:
    return pd.read_csv(file, encoding="utf-8-sig")


def _figure(row: dict[Any, Any], metric: str, language: Language) -> dict[str, Any]:
    def say(name: str) -> str:
        value = float(row[name])
        if pd.isna(value):
            return "?"
        return (
            f"{number_text(round(100 * value, 1), language)} %"
            if metric in _SHARES
            else number_text(round(value, 2), language)
        )

    return {
        "model": model_name(str(row["model"]), language),
        "value": say("value"),
        "range": f"{say('low')} – {say('high')}",
        "labelled": round(row["labelled"]),
        "of": round(row["of"]),
    }
