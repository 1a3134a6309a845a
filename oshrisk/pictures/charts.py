"""What all charts share: a figure, bars that read in black and white, and the way from a figure to a drawing."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import escape
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

from oshrisk.features.wording import number_text
from oshrisk.messages import Language, text
from oshrisk.pictures.drawing import FONT, Drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH: Final = 8.0  # inches
LABEL: Final = 46  # letters of a line beside a bar
WIDE: Final = 64  # of a line below an axis
# Fill and hatch of the first, second and third kind of bar.
BARS: Final = (("#33567a", ""), ("#f2d8a7", "////"), ("#ffffff", ""))
_LOOK: Final[Any] = {  # its type would list every setting that matplotlib has
    "font.family": FONT,
    "font.size": 9,
    "hatch.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",  # words stay words: they can be found, read out and enlarged
}
_NO_FACTS: Final = dict.fromkeys(("Date", "Creator", "Format", "Type"))  # a date would make two drawings differ


def bar_look(kind: int) -> dict[str, Any]:
    """Return how the bars of a kind are drawn."""
    colour, hatch = BARS[kind % len(BARS)]
    return {"facecolor": colour, "hatch": hatch, "edgecolor": "#000000", "linewidth": 0.7}


def axes_of(height: float) -> Axes:
    """Return axes on a figure of their own.

    Parameters
    ----------
    height : float
        Height of the figure [inches].
    """
    import matplotlib as mpl  # noqa: PLC0415  # slow to import
    from matplotlib.figure import Figure  # noqa: PLC0415  # as above

    with mpl.rc_context(_LOOK):
        return Figure(figsize=(WIDTH, height), layout="constrained").subplots()


def name_bars(axes: Axes, names: Sequence[str]) -> None:
    """Write names beside horizontal bars, the first on top."""
    axes.set_yticks(range(len(names)), [fill(name, LABEL) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)


def numbers_on(axes: Axes, which: str, language: Language, *, percent: bool = False) -> None:
    """Write the numbers of an axis as the language does."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415  # as above

    sign = " %" if percent else ""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{number_text(value, language)}{sign}"))


def drawing_of(axes: Axes, name: str, title: str, words: str, language: Language, *, simulated: bool) -> Drawing:
    """Turn a finished chart into a drawing.

    Parameters
    ----------
    axes : Axes
        The chart.
    name, title, words : str
        As `Drawing` has them.
    language : {"vi", "en"}
        Language.
    simulated : bool
        Whether to stamp it as simulated.

    Returns
    -------
    Drawing
        The same for the same chart.
    """
    import matplotlib as mpl  # noqa: PLC0415  # as above

    figure = axes.get_figure(root=True)
    assert figure is not None  # noqa: S101  # every Axes made here stands on a figure
    if simulated:
        stamp = text("report.simulated", language)
        figure.suptitle(stamp, fontsize=9, fontweight="bold", color="#b00020")
        words = f"{words} {stamp}"
    buffer = io.StringIO()
    with mpl.rc_context(_LOOK | {"svg.hashsalt": f"oshrisk-{name}"}):
        figure.savefig(buffer, format="svg", metadata=_NO_FACTS)
    return Drawing(name, title, words, _plain(buffer.getvalue(), words))


def _plain(svg: str, words: str) -> str:
    """Make matplotlib's drawing fit to stand inside a page: no prologue, no styles, no names that two would share."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' style="([^"]*)"', lambda match: _attributes(match[1]), svg)
    used = set(re.findall(r"#([\w.-]+)", svg))
    svg = re.sub(r' id="([^"]*)"', lambda match: match[0] if match[1] in used else "", svg)
    look = f'class="oshrisk oshrisk-chart" role="img" aria-label="{escape(words)}" stroke-linejoin="round"'
    return svg.replace("<svg ", f"<svg {look} ", 1)


def _attributes(style: str) -> str:
    """Return a style as attributes; of the fonts our own and the general one are enough."""
    pairs = (part.split(":", 1) for part in style.split(";") if ":" in part)
    named = {name.strip(): value.strip() for name, value in pairs}
    if "font-family" in named:
        named["font-family"] = f"{FONT}, sans-serif"
    return "".join(f' {name}="{value}"' for name, value in named.items())
