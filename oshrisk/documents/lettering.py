"""Words as they are set in Times New Roman: how wide they are, where to break them, what can be printed at all."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

# Advance widths of Times New Roman Bold [1/1000 of the size], read from Liberation Serif Bold, which has the same.
_WIDTHS: Final[dict[str, int]] = {
    letter: width
    for width, letters in {
        250: " .,",
        278: "il'/",
        333: "fjt;:-()!",
        389: "sI",
        444: "cerz",
        500: "agovxyJ0123456789–?",
        556: "bdhknpquSđ",
        611: "FP",
        667: "BELTZ",
        722: "wACDNRUVXYĐ",
        778: "GHKOQ",
        833: "m&",
        944: "M",
        1000: "W%",
    }.items()
    for letter in letters
}
_OTHER: Final = 600
_CM_PER_POINT: Final = 2.54 / 72
_ZERO_WIDTH_SPACE: Final = "\u200b"


def clean(words: str) -> str:
    r"""Take out what no page can show: control characters, halves of characters; line breaks stay.

    Parameters
    ----------
    words : str
        Words.

    Returns
    -------
    str
        The same words, composed (NFC), so that a letter and its marks are one sign.

    Examples
    --------
    >>> clean("Điện\x0b Biên\nPhủ\t1")
    'Điện Biên\nPhủ 1'
    """
    composed = unicodedata.normalize("NFC", words)
    if composed.isprintable():
        return composed
    lines = composed.replace("\t", " ").split("\n")
    return "\n".join("".join(sign for sign in line if _printable(sign)) for line in lines)


def width_cm(words: str, size: float) -> float:
    """Return how wide a line is in Times New Roman Bold, which bounds the regular face closely.

    Parameters
    ----------
    words : str
        One line.
    size : float
        Size [pt].

    Returns
    -------
    float
        Width [cm].

    Examples
    --------
    >>> round(width_cm("Độc lập - Tự do - Hạnh phúc", 14), 1)
    6.0
    """
    return _units(words) / 1000 * size * _CM_PER_POINT


def balanced(words: str, width: float, size: float) -> str:
    r"""Break a line that is too wide for its place between words, into lines of about equal width.

    Parameters
    ----------
    words : str
        One line; lines that are broken already are kept.
    width : float
        Width of the place [cm].
    size : float
        Size [pt].

    Returns
    -------
    str
        Lines joined by line breaks.

    Examples
    --------
    >>> balanced("ỦY BAN NHÂN DÂN TỈNH ĐIỆN BIÊN", 6.5, 12)
    'ỦY BAN NHÂN DÂN\nTỈNH ĐIỆN BIÊN'
    """
    if "\n" in words or width_cm(words, size) <= width or " " not in words:
        return words
    every = words.split(" ")
    halves = [(" ".join(every[:cut]), " ".join(every[cut:])) for cut in range(1, len(every))]
    first, second = min(halves, key=lambda half: max(width_cm(part, size) for part in half))
    return f"{balanced(first, width, size)}\n{balanced(second, width, size)}"


def breakable(words: str, width: float, size: float) -> str:
    r"""Let words that are wider than their column be broken anywhere.

    Parameters
    ----------
    words : str
        Words.
    width : float
        Width of the column [cm].
    size : float
        Size [pt].

    Returns
    -------
    str
        The same words, with invisible places to break within those that are too wide.

    Examples
    --------
    >>> breakable("mã 0123456789", 1.0, 12).replace("\u200b", "|")
    'mã 0|1|2|3|4|5|6|7|8|9'
    """
    return "\n".join(
        " ".join(word if width_cm(word, size) <= width else _ZERO_WIDTH_SPACE.join(word) for word in line.split(" "))
        for line in words.split("\n")
    )


@lru_cache(maxsize=100_000)
def _units(words: str) -> int:
    plain = unicodedata.normalize("NFD", words)
    return sum(_WIDTHS.get(sign, _OTHER) for sign in plain if not unicodedata.combining(sign))


def _printable(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cs", "Cn", "Co")
