"""A picture: its drawing, its title, and its words for readers who do not see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typst import Fonts

FONT: Final = "DejaVu Sans"  # has every Vietnamese letter; matplotlib's wheel carries it
_PAGE: Final = (
    "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
    '#image(bytes(sys.inputs.svg), format: "svg", width: 1000pt)'
)


@dataclass(frozen=True)
class Drawing:
    """A picture.

    Parameters
    ----------
    name : str
        Key of its file name below ``files`` of ``locale/*/pictures.toml``.
    title : str
        What stands above it or in its caption.
    words : str
        What it shows, with the main figures.
    svg : str
        The drawing, whole in itself: no link outside, no style sheet, so that it may stand inside a page.
    """

    name: str
    title: str
    words: str
    svg: str

    @property
    def ratio(self) -> float:
        """Height over width."""
        width, height = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', self.svg)[0]
        return float(height) / float(width)

    def png(self, width: int = 1600) -> bytes:
        """Return the drawing as PNG.

        Parameters
        ----------
        width : int, default 1600
            Width [pixels].

        Returns
        -------
        bytes
            The same for the same drawing.
        """
        import typst  # noqa: PLC0415  # only paper needs it

        ppi = 72 * width / 1000
        inputs = {"svg": self.svg}
        return typst.compile(_PAGE.encode(), format="png", ppi=ppi, font_paths=_fonts(), sys_inputs=inputs)


@cache
def _fonts() -> Fonts:
    """Return the font alone: what else a machine has must not change a picture."""
    import matplotlib  # noqa: PLC0415  # slow to import
    import typst  # noqa: PLC0415  # as above

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
