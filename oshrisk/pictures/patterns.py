"""Fills and lines that read in black and white: driving times as patterns, teams as dashes."""

from __future__ import annotations

from typing import Final

from oshrisk.pictures.marks import element

BANDS: Final = (1.0, 2.0, 4.0)  # hours from the office: ends of the bands, whose last is open
_TINTS: Final = ("#ffffff", "#fff3c4", "#f9d38c", "#ee9a5c")
_STROKES: Final = ("", "M3 3 h0.01", "M0 6 L6 0", "M0 6 L6 0 M0 0 L6 6")
_WIDTHS: Final = (0.0, 1.7, 0.9, 0.9)
# Colour and dashes by team; the colours differ in brightness too.
_TEAMS: Final = (("#1a3e8c", ""), ("#b3541e", "7 4"), ("#2b7a4b", "2 3"), ("#6b3fa0", "10 3 2 3"))


def band_of(hours: float) -> int:
    """Return the band of a driving time.

    Examples
    --------
    >>> [band_of(hours) for hours in (0.0, 1.5, 9.0)]
    [0, 1, 3]
    """
    return sum(hours >= end for end in BANDS)


def time_mark(hours: float, x: float, y: float, radius: float, *inside: str, width: float = 1.0) -> str:
    """Return the circle of a commune: tint and pattern say how far it is from the office."""
    band = band_of(hours)
    place = {"cx": x, "cy": y, "r": radius, "stroke": "#000000", "stroke_width": width}
    circle = element("circle", *inside, **place, fill=_TINTS[band])
    return circle + (
        element("circle", **place, fill=f"url(#oshrisk-band-{band})", pointer_events="none") if band else ""
    )


def team_look(team: int, width: float) -> dict[str, object]:
    """Return how the roads of a team are drawn, as attributes of a line.

    Examples
    --------
    >>> team_look(2, 2.0)
    {'stroke': '#b3541e', 'stroke_width': 2.0, 'stroke_dasharray': '7 4'}
    """
    colour, dashes = _TEAMS[(team - 1) % len(_TEAMS)]
    return {"stroke": colour, "stroke_width": width} | ({"stroke_dasharray": dashes} if dashes else {})


def patterns() -> str:
    """Return the definitions of the fills."""
    return element("defs", *(_pattern(band) for band in range(1, len(BANDS) + 1)))


def _pattern(band: int) -> str:
    look = {"stroke": "#000000", "stroke_width": _WIDTHS[band], "stroke_linecap": "round", "fill": "none"}
    frame = {"id": f"oshrisk-band-{band}", "width": 6, "height": 6, "patternUnits": "userSpaceOnUse"}
    return element("pattern", element("path", d=_STROKES[band], **look), **frame)
