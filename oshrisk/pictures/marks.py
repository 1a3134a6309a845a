"""Elements of an SVG drawing as text; attributes alone carry the look, since a page's policy may forbid styles."""

from __future__ import annotations

from html import escape
from typing import Final

from oshrisk.pictures.drawing import FONT

# How a visit came on the list, as a shape: it reads without colour.
SHAPES: Final = {
    "mandatory": "M0 -5.5 L5.2 4 L-5.2 4 Z",
    "complaint": "M0 -6 L6 0 L0 6 L-6 0 Z",
    "risk": "M-4.4 -4.4 H4.4 V4.4 H-4.4 Z",
    "random": "M-5 0 A5 5 0 1 0 5 0 A5 5 0 1 0 -5 0 Z",
    "other": "M-1.6 -5 H1.6 V-1.6 H5 V1.6 H1.6 V5 H-1.6 V1.6 H-5 V-1.6 H-1.6 Z",
}


def element(tag: str, *inside: str, **attributes: object) -> str:
    """Return an element; ``_`` in names of attributes is ``-``, and one at their end falls away.

    Examples
    --------
    >>> element("circle", cx=1.26, stroke_width=2, class_="a")
    '<circle cx="1.3" stroke-width="2" class="a"/>'
    """
    said = "".join(f' {name.rstrip("_").replace("_", "-")}="{_value(value)}"' for name, value in attributes.items())
    return f"<{tag}{said}>{''.join(inside)}</{tag}>" if inside else f"<{tag}{said}/>"


def titled(words: str) -> str:
    """Return the title of a mark, which pages show beside the pointer and screen readers read."""
    return f"<title>{escape(words)}</title>"


def writing(words: str, x: float, y: float, size: float, **attributes: object) -> str:
    """Return a text."""
    return element("text", escape(words), x=x, y=y, font_size=size, **attributes)


def sheet(width: float, height: float, words: str, *inside: str, name: str) -> str:
    """Return a whole drawing on white."""
    head = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width:.0f} {height:.0f}"}
    ground = element("rect", width=width, height=height, fill="#ffffff")
    look = {"class_": f"oshrisk {name}", "role": "img", "font_family": f"{FONT}, sans-serif", "fill": "#000000"}
    return element("svg", ground, *inside, **head, **look, aria_label=words)


def arm_mark(arm: str) -> str:
    """Return the shape of a visit by how it came on the list: hollow where it was drawn by lot."""
    fill = "#ffffff" if arm == "random" else "#000000"
    return element("path", d=SHAPES[arm], fill=fill, stroke="#000000", stroke_width=1.4)


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return escape(str(value))
