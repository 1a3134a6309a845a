"""The legend below the map: patterns, symbols, lines, scale, and what is only estimated."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from typing import Final

from oshrisk.features.wording import number_text
from oshrisk.messages import Language, text
from oshrisk.pictures.marks import arm_mark, element, writing
from oshrisk.pictures.patterns import BANDS, team_look, time_mark

_SIZE: Final = 14.0
_LINE: Final = 25.0
_COLUMNS: Final = (24.0, 275.0, 525.0, 745.0)


def legend(
    top: float,
    width: float,
    *,
    bands: Sequence[int],
    arms: Sequence[str],
    teams: Sequence[int],
    km: float,
    estimated: bool,
    simulated: bool,
    risk: bool,
    language: Language,
) -> tuple[str, float]:
    """Draw the legend.

    Parameters
    ----------
    top, width : float
        Where it begins, and the width of the drawing.
    bands : sequence of int
        Bands of driving time that are shown.
    arms : sequence of str
        Ways on the list that are shown.
    teams : sequence of int
        Teams that drive.
    km : float
        The drawing's units a kilometre.
    estimated, simulated, risk : bool
        Whether the driving times are estimated, the data simulated, and the expected harm shown.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    tuple of str and float
        The drawing, and where it ends.
    """
    columns = [_bands(bands, language), _arms(arms, language), _teams(teams, language), _scale(km, language, risk=risk)]
    parts = [element("line", x1=0, y1=top, x2=width, y2=top, stroke="#000000", stroke_width=0.8)]
    for left, column in zip(_COLUMNS, columns, strict=True):
        for number, (mark, words, look) in enumerate(column):
            y = top + 28 + _LINE * number
            where = f"translate({left:.1f} {y:.1f})"
            parts.append(element("g", mark, transform=where) if mark else "")
            parts.append(writing(words, left + (34 if mark else 0), y + 5, _SIZE, **look))
    bottom = top + 36 + _LINE * max(map(len, columns))
    notes = [text("pictures.map.notes", language)]
    notes.append(text(f"report.roads.{'estimated' if estimated else 'measured'}", language))
    for note in notes:
        parts.append(writing(note, _COLUMNS[0], bottom, 12.0, font_style="italic"))
        bottom += 18
    if simulated:
        stamp = {"font_weight": "bold", "fill": "#b00020", "text_anchor": "middle"}
        parts.append(writing(text("report.simulated", language), width / 2, bottom + 8, 16.0, **stamp))
        bottom += 26
    return element("g", *parts, class_="legend"), bottom


_Lines = list[tuple[str, str, dict[str, object]]]
_HEAD: Final[dict[str, object]] = {"font_weight": "bold"}


def _bands(bands: Sequence[int], language: Language) -> _Lines:
    lines: _Lines = [("", text("pictures.map.legend.hours", language), _HEAD)]
    ends = [0.0, *BANDS]
    for band in bands:
        low = ends[band]
        if band < len(BANDS):
            values = {"low": number_text(low, language), "high": number_text(BANDS[band], language)}
            words = text("pictures.map.legend.band", language, **values)
        else:
            words = text("pictures.map.legend.last_band", language, low=number_text(low, language))
        lines.append((time_mark(low, 12.0, 0.0, 10.0), words, {}))
    return lines


def _arms(arms: Sequence[str], language: Language) -> _Lines:
    lines: _Lines = [("", text("pictures.map.legend.visits", language), _HEAD)]
    for arm in arms:
        shape = element("g", arm_mark(arm), transform="translate(12 0)")
        lines.append((shape, text(f"report.arms.{arm}", language), {}))
    return lines


def _teams(teams: Sequence[int], language: Language) -> _Lines:
    lines: _Lines = [("", text("pictures.map.legend.roads", language), _HEAD)]
    for team in teams:
        mark = element("line", x1=0, y1=0, x2=28, y2=0, **team_look(team, 2.4))
        lines.append((mark, text("pictures.map.legend.team", language, team=team), {}))
    thin = element("line", x1=0, y1=0, x2=28, y2=0, stroke="#9a9a9a", stroke_width=1, stroke_dasharray="1 3")
    return [*lines, (thin, text("pictures.map.legend.other_roads", language), {})]


def _scale(km: float, language: Language, *, risk: bool) -> _Lines:
    """Say how long a round number of kilometres is, and what the size of a symbol means."""
    long = _round(180 / km)
    bar = element("path", d=f"M0 -4 V4 M0 0 H{long * km:.1f} M{long * km:.1f} -4 V4", stroke="#000000", fill="none")
    said = text("pictures.map.legend.km", language, km=number_text(long, language))
    circles = element("circle", cx=12, cy=0, r=11, fill="#ffffff", stroke="#000000")
    circles += element("circle", cx=12, cy=5, r=5, fill="#ffffff", stroke="#000000")
    lines: _Lines = [("", said, _HEAD), (bar, "", {})]
    if risk:
        lines.append((circles, text("pictures.map.legend.size", language), {}))
    seat = element("circle", cx=12, cy=0, r=9, fill="#ffffff", stroke="#000000", stroke_width=2.4)
    seat += element("circle", cx=12, cy=0, r=2.6, fill="#000000")
    return [*lines, (seat, text("pictures.map.legend.seat", language), {})]


def _round(km: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is not larger."""
    power = 10.0 ** floor(log10(km))
    return max(step * power for step in (1, 2, 5) if step * power <= km)
