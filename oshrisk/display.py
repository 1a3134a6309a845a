"""How objects show themselves in a notebook: a compact card of HTML, and a picture on matplotlib's axes.

A card loads nothing and runs nothing; every text in it is escaped, and one of simulated data says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from textwrap import fill
from typing import TYPE_CHECKING, Final

from oshrisk.messages import LANGUAGES, Language, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CARD: Final = "border:1px solid #bbb;border-radius:4px;padding:8px 12px;max-width:60em;font-family:sans-serif"
_CELL: Final = "text-align:left;padding:2px 12px 2px 0;border-bottom:1px solid #ddd;vertical-align:top"
_MARK: Final = "background:#fff3cd;color:#000;padding:1px 6px;font-weight:bold"
_TITLE: Final = 64  # letters of a line above a picture


def shown_language(language: Language | None = None) -> Language:
    """Return the language in which objects show themselves: that of the environment where none is given.

    Parameters
    ----------
    language : {"vi", "en"}, optional
        A wish, which goes first.

    Returns
    -------
    {"vi", "en"}
        `language`, else ``OSHRISK_LANGUAGE`` of the environment, else Vietnamese.
    """
    wish = language or os.environ.get("OSHRISK_LANGUAGE", "")
    return next((known for known in LANGUAGES if known == wish), "vi")


def card(
    title: str,
    facts: Mapping[str, str],
    *,
    head: Sequence[str] = (),
    rows: Iterable[Sequence[object]] = (),
    notes: Iterable[str] = (),
    simulated: bool,
    language: Language,
) -> str:
    """Write an object as a card of HTML.

    Parameters
    ----------
    title : str
        What it is.
    facts : mapping of str to str
        Names and values above the table.
    head : sequence of str
        Headings of the table.
    rows : iterable of sequence
        Its rows.
    notes : iterable of str
        Sentences below it.
    simulated : bool
        Whether to say that the data is simulated.
    language : {"vi", "en"}
        Language of that mark.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> "<script>" in card("<script>", {}, simulated=False, language="en")
    False
    """
    mark = f' <span style="{_MARK}">{_html("views.simulated", language)}</span>' if simulated else ""
    parts = [f"<div><b>{escape(title)}</b>{mark}</div>"]
    if facts:
        parts.append(f"<div>{' · '.join(f'{escape(name)}: {escape(value)}' for name, value in facts.items())}</div>")
    if head:
        parts.append(_table(head, rows))
    parts += [f"<div>{escape(note)}</div>" for note in notes]
    return f'<div style="{_CARD}">{"".join(parts)}</div>'


def new_axes(width: float, height: float) -> Axes:
    """Return axes on a new figure of pyplot, which a notebook shows by itself.

    Parameters
    ----------
    width, height : float
        Of the figure [inches].

    Returns
    -------
    Axes
        Empty axes.
    """
    from matplotlib import pyplot as plt  # noqa: PLC0415  # matplotlib is heavy, and only pictures need it

    axes: Axes = plt.subplots(figsize=(width, height), layout="constrained")[1]
    return axes


def titled(axes: Axes, title: str, *, simulated: bool, language: Language) -> Axes:
    """Put a title over a picture, and the mark of simulated data where it is due."""
    stamp = f"\n{text('views.simulated', language)}" if simulated else ""
    axes.set_title(f"{fill(title, _TITLE)}{stamp}", fontsize=10)
    return axes


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    cells = "".join(f'<th style="{_CELL}">{escape(name)}</th>' for name in head)
    body = (f"<tr>{''.join(_cell(value) for value in row)}</tr>" for row in rows)
    return f'<table style="border-collapse:collapse;margin:6px 0"><tr>{cells}</tr>{"".join(body)}</table>'


def _cell(value: object) -> str:
    return f'<td style="{_CELL}">{escape(str(value))}</td>'


def _html(key: str, language: Language) -> str:
    return escape(text(key, language))
