"""Row heights: spreadsheet programs do not agree on growing rows by themselves, so they are worked out here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

_PIXELS_PER_UNIT = 7.0  # column widths are counted in digits of the default font, 7 pixels wide
_EM_PIXELS = 96 / 72  # pixels of one em per point of size
_LINE = 1.27  # line height over size: Vietnamese capitals carry two marks
_PADDING = 3.0  # points
_MAX_HEIGHT = 409.0  # points, the highest row of the file format
_NARROW, _WIDE, _DIGIT, _OTHER = 0.29, 0.70, 0.50, 0.46  # widths of Times New Roman letters in em, by class


def row_height(cells: Sequence[tuple[str, float]], size: float) -> float:
    """Return the height that shows all text of a row.

    Parameters
    ----------
    cells : sequence of (text, width)
        Texts and the widths of their columns [characters of the default font].
    size : float
        Size of the letters [points].

    Returns
    -------
    float
        Height [points].

    Examples
    --------
    >>> one, two = (row_height([(text, 12.0)], 11.0) for text in ("Ngắn", "Hai dòng chữ trong một ô hẹp"))
    >>> two > 1.5 * one
    True
    """
    lines = max((count_lines(text, width, size) for text, width in cells), default=1)
    return min(lines * size * _LINE + _PADDING, _MAX_HEIGHT)


@lru_cache(maxsize=100_000)
def count_lines(text: str, width: float, size: float) -> int:
    """Return how many lines a text takes when it is wrapped between words.

    Parameters
    ----------
    text : str
        The text; it breaks at line feeds as well.
    width : float
        Width of the column [characters of the default font].
    size : float
        Size of the letters [points].

    Returns
    -------
    int
        Number of lines, at least 1.
    """
    room = (width * _PIXELS_PER_UNIT - 1) / (size * _EM_PIXELS)
    return sum(_wrapped(part, room) for part in text.split("\n"))


def _wrapped(part: str, room: float) -> int:
    lines, used = 1, 0.0
    for word in part.split(" "):
        needed = sum(map(_em, word))
        if used and used + _NARROW + needed > room:
            lines, used = lines + 1, 0.0
        used += needed + (_NARROW if used else 0.0)
        while used > room:  # a word longer than the line is broken
            lines, used = lines + 1, used - room
    return lines


def _em(letter: str) -> float:
    if letter.isdigit():
        return _DIGIT
    if letter.isupper() or letter in "mwMW–×%":
        return _WIDE
    return _NARROW if letter in "iíìỉĩịjltfrI.,;:()/'-| " else _OTHER
