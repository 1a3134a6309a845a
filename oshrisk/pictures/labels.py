"""Names beside places, put where they hide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]  # left, top, right, bottom
_TURNS: Final = (0, 180, 30, 150, 330, 210, 60, 120, 300, 240, 90, 270)  # degrees, in the order of preference
_GAPS: Final = (3.0, 9.0, 18.0, 30.0, 44.0, 60.0, 80.0, 104.0)  # between place and name, in the drawing's units
_AWAY: Final = 1.8  # area covered that is as bad as standing one unit farther away
_ON_A_NAME: Final = 6.0  # how much worse it is to cover a name than a road
_MISREAD: Final = 25.0  # the same, of standing one unit nearer to another place than to its own
_CLEAR: Final = 10.0  # how much nearer a name should stand to its own place than to any other
_EM: Final = {"narrow": 0.36, "wide": 0.92, "other": 0.64}  # widths of DejaVu Sans, rounded up


@dataclass(frozen=True)
class Label:
    """A block of words (and marks) that belongs to a place.

    Parameters
    ----------
    x, y, radius : float
        The place and the size of its own mark.
    width, height : float
        Size of the block.
    """

    x: float
    y: float
    radius: float
    width: float
    height: float


def text_width(words: str, size: float) -> float:
    """Return about how wide a text is, rather too wide than too narrow.

    Examples
    --------
    >>> text_width("Mường Nhé", 10) > text_width("Na Ư", 10)
    True
    """
    kinds = ("narrow" if letter in "iíìỉĩịjlt.,:; ·()" else "wide" if letter in "mwMW" else "other" for letter in words)
    return size * sum(_EM[kind] for kind in kinds)


def place_labels(labels: Sequence[Label], obstacles: Sequence[Box], size: tuple[float, float]) -> list[Box]:
    """Put labels beside their places: each where it covers little, near its own and clear of the others.

    Parameters
    ----------
    labels : sequence of Label
        The labels, the most important first.
    obstacles : sequence of Box
        What must not be covered.
    size : tuple of float
        Width and height of the drawing, which no label leaves.

    Returns
    -------
    list of Box
        Where each label stands, in their order.
    """
    taken = np.array(obstacles, dtype=np.float64).reshape(-1, 4)
    places = np.array([(label.x, label.y, label.radius) for label in labels])
    away = np.repeat(_GAPS, len(_TURNS))
    placed: list[Box] = []
    for number, label in enumerate(labels):
        choices = _choices(label, size)
        cost = _covered(choices, taken) + _AWAY * away + 1e-3 * np.arange(len(choices))
        cost += _ON_A_NAME * _covered(choices, np.array(placed).reshape(-1, 4))
        cost += _MISREAD * _nearer(choices, places, number)
        best = choices[int(cost.argmin())]
        placed.append((float(best[0]), float(best[1]), float(best[2]), float(best[3])))
    return placed


def _choices(label: Label, size: tuple[float, float]) -> NDArray[np.float64]:
    """Boxes around the place, the best first; a box is moved in where it would leave the drawing."""
    boxes = []
    for gap in _GAPS:
        for turn in np.radians(_TURNS):
            away = label.radius + gap
            x, y = label.x + away * np.cos(turn), label.y - away * np.sin(turn)
            left = x - label.width * (1 - np.cos(turn)) / 2
            top = y - label.height * (1 + np.sin(turn)) / 2
            left = min(max(left, 2.0), size[0] - label.width - 2.0)
            top = min(max(top, 2.0), size[1] - label.height - 2.0)
            boxes.append((left, top, left + label.width, top + label.height))
    return np.array(boxes)


def _covered(boxes: NDArray[np.float64], taken: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area of what each box covers of what is taken."""
    wide = np.minimum(boxes[:, None, 2], taken[:, 2]) - np.maximum(boxes[:, None, 0], taken[:, 0])
    high = np.minimum(boxes[:, None, 3], taken[:, 3]) - np.maximum(boxes[:, None, 1], taken[:, 1])
    area: NDArray[np.float64] = (np.clip(wide, 0, None) * np.clip(high, 0, None)).sum(axis=1)
    return area


def _nearer(boxes: NDArray[np.float64], places: NDArray[np.float64], own: int) -> NDArray[np.float64]:
    """How far each box is from standing clearly nearer to its own place than to another, in all."""
    x = np.clip(places[:, 0], boxes[:, None, 0], boxes[:, None, 2])
    y = np.clip(places[:, 1], boxes[:, None, 1], boxes[:, None, 3])
    apart = np.hypot(x - places[:, 0], y - places[:, 1]) - places[:, 2]
    short = np.clip(apart[:, own, None] + _CLEAR - apart, 0, None)
    short[:, own] = 0.0
    total: NDArray[np.float64] = short.sum(axis=1)
    return total
