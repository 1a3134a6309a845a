"""The frontier of worth against inspector-days as a drawing that stands in a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from oshrisk.features.wording import number_text
from oshrisk.messages import Language
from oshrisk.pictures.marks import element, sheet, titled, writing

_WIDE, _HIGH = 720.0, 380.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 62.0, 22.0, 26.0, 52.0
_TICKS: Final = 6


@dataclass(frozen=True)
class Words:
    """What is written into the drawing: its description, the axes, and the names of lines and marks."""

    about: str
    days: str
    worth: str
    now: str
    then: str
    best_now: str
    best_then: str


@dataclass(frozen=True)
class _Room:
    """From days and worth to places on the drawing."""

    days: tuple[float, float]
    worth: tuple[float, float]

    def x(self, days: float) -> float:
        low, high = self.days
        return _LEFT + (days - low) / (high - low) * (_WIDE - _LEFT - _RIGHT)

    def y(self, worth: float) -> float:
        low, high = self.worth
        return _HIGH - _BOTTOM - (worth - low) / (high - low) * (_HIGH - _TOP - _BOTTOM)


def frontier_picture(  # noqa: PLR0917  # two lists, two lines, and what is written
    now: dict[str, float],
    then: dict[str, float] | None,
    best_now: pd.DataFrame,
    best_then: pd.DataFrame | None,
    words: Words,
    language: Language,
) -> str:
    """Draw what the best list would be worth by inspector-days, and where two lists are.

    Parameters
    ----------
    now : dict
        ``days`` and ``worth`` of the list that stands; its worth is 100.
    then : dict or None
        Those of the list with other settings.
    best_now, best_then : DataFrame
        From `oshrisk.planning.frontier.frontier`, for the settings of the list that stands and for others.
    words : Words
        What is written.
    language : {"vi", "en"}
        Language of the numbers.

    Returns
    -------
    str
        SVG: lines differ by dashes, marks by shape, so that it reads without colour.
    """
    scale = 100 / max(now["worth"], 1e-12)
    frames = [best_now, *([] if best_then is None else [best_then])]
    heights = [*(value * scale for frame in frames for value in frame["worth"].dropna()), 100.0]
    heights += [] if then is None else [then["worth"] * scale]
    days = [*(value for frame in frames for value in frame["days"]), now["days"], *([then["days"]] if then else [])]
    room = _Room((min(days), max(days) + 1e-9), (0.0, 1.06 * max(heights)))
    parts = [*_axes(room, words, language), _line(best_now, scale, room, stroke_width=2.2)]
    if best_then is not None:
        parts.append(_line(best_then, scale, room, stroke_width=2.2, stroke_dasharray="8 5"))
    parts.append(_mark("M-6 -6 H6 V6 H-6 Z", room.x(now["days"]), room.y(100.0), words.now, fill="#000000"))
    if then is not None:
        where = room.x(then["days"]), room.y(then["worth"] * scale)
        parts.append(_mark("M-7 0 A7 7 0 1 0 7 0 A7 7 0 1 0 -7 0 Z", *where, words.then, fill="#ffffff"))
    parts += _legend(words, other=best_then is not None, trial=then is not None)
    return sheet(_WIDE, _HIGH, words.about, *parts, name="oshrisk-frontier")


def _axes(room: _Room, words: Words, language: Language) -> list[str]:
    parts = []
    for worth in np.linspace(0.0, _round(room.worth[1] / _TICKS) * _TICKS, _TICKS + 1):
        if worth <= room.worth[1]:
            y = room.y(float(worth))
            parts.append(element("line", x1=_LEFT, x2=_WIDE - _RIGHT, y1=y, y2=y, stroke="#bbbbbb", stroke_width=0.8))
            parts.append(writing(number_text(float(worth), language), _LEFT - 8, y + 4, 13.0, text_anchor="end"))
    step = _round((room.days[1] - room.days[0]) / _TICKS)
    first = np.ceil(room.days[0] / step) * step
    for days in np.arange(first, room.days[1] + 1e-6, step):
        x = room.x(float(days))
        parts.append(element("line", x1=x, x2=x, y1=_HIGH - _BOTTOM, y2=_HIGH - _BOTTOM + 5, stroke="#000000"))
        said = number_text(round(float(days), 1), language)
        parts.append(writing(said, x, _HIGH - _BOTTOM + 20, 13.0, text_anchor="middle"))
    base = {"x1": _LEFT, "x2": _WIDE - _RIGHT, "y1": _HIGH - _BOTTOM, "y2": _HIGH - _BOTTOM}
    parts.append(element("line", **base, stroke="#000000"))
    parts.append(writing(words.days, (_LEFT + _WIDE - _RIGHT) / 2, _HIGH - 10, 13.0, text_anchor="middle"))
    parts.append(writing(words.worth, 8.0, 15.0, 13.0))
    return parts


def _round(step: float) -> float:
    """Round a step up to 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(max(step, 1e-9)))
    return float(next(size * power for size in (1.0, 2.0, 2.5, 5.0, 10.0) if size * power >= step - 1e-9))


def _line(best: pd.DataFrame, scale: float, room: _Room, **look: Any) -> str:
    rows = best.dropna(subset="worth")
    points = " ".join(f"{room.x(row.days):.1f},{room.y(row.worth * scale):.1f}" for row in rows.itertuples())
    return element("polyline", points=points, fill="none", stroke="#000000", **look)


def _mark(shape: str, x: float, y: float, words: str, *, fill: str) -> str:
    look = {"fill": fill, "stroke": "#000000", "stroke_width": 2.0, "transform": f"translate({x:.1f} {y:.1f})"}
    return element("g", titled(words), element("path", d=shape, **look))


def _legend(words: Words, *, other: bool, trial: bool) -> list[str]:
    rows: list[tuple[str, str]] = [("line", words.best_now)]
    rows += [("dash", words.best_then)] if other else []
    rows += [("square", words.now)]
    rows += [("circle", words.then)] if trial else []
    parts = []
    for place, (kind, said) in enumerate(rows):
        x, y = _WIDE - _RIGHT - 330, _HIGH - _BOTTOM - 16 - 20 * (len(rows) - 1 - place)
        if kind in {"line", "dash"}:
            dashes = {"stroke_dasharray": "8 5"} if kind == "dash" else {}
            parts.append(element("line", x1=x, x2=x + 34, y1=y, y2=y, stroke="#000000", stroke_width=2.2, **dashes))
        else:
            shape = "M-6 -6 H6 V6 H-6 Z" if kind == "square" else "M-7 0 A7 7 0 1 0 7 0 A7 7 0 1 0 -7 0 Z"
            parts.append(_mark(shape, x + 17, y, said, fill="#000000" if kind == "square" else "#ffffff"))
        parts.append(writing(said, x + 44, y + 5, 13.0))
    return parts
