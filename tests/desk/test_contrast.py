"""Text has a contrast of 4.5 : 1 at least (WCAG 2.1, 1.4.3): computed from the stylesheet, not judged by eye."""

import re
from pathlib import Path

import pytest

import oshrisk.desk

STYLES = (Path(oshrisk.desk.__file__).parent / "static" / "desk" / "desk.css").read_text(encoding="utf-8")
SCREEN = STYLES.split("@media print")[0]
COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", SCREEN))
LEAST = 4.5
GROUNDS = ("paper", "ground", "blue-soft", "red-soft", "green-soft", "amber-soft")  # of cards, pages and messages
TEXTS = ("ink", "quiet", "link")  # stand on all of them


def luminance(colour):
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(text, ground):
    light, dark = sorted((luminance(text), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colour(value):
    named = re.fullmatch(r"var\(--([\w-]+)\)", value)
    return COLOURS[named[1]] if named else value


def pairs():
    """Every rule that sets both the colour of text and what is behind it; classes and tags set half of it elsewhere."""
    found = []
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", SCREEN, flags=re.DOTALL)):
        said = {name: value.strip() for name, value in re.findall(r"([\w-]+): ([^;}]+)", body)}
        if "color" in said and said.get("background", "none") != "none":
            found.append((selector.strip(), colour(said["color"]), colour(said["background"])))
    return found


def test_the_formula_is_that_of_the_standard():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_reads_on_every_ground(text, ground):
    assert contrast(COLOURS[text], COLOURS[ground]) >= LEAST


@pytest.mark.parametrize(("selector", "text", "ground"), pairs())
def test_a_rule_that_sets_both_keeps_them_apart(selector, text, ground):
    assert contrast(text, ground) >= LEAST, selector


@pytest.mark.parametrize("risk_class", ["a", "b", "c", "d", "quiet"])
def test_the_marks_of_classes_read_in_white(risk_class):
    assert contrast("#fff", COLOURS[risk_class]) >= LEAST


@pytest.mark.parametrize(("text", "ground"), [("red", "paper"), ("red", "ground"), ("red", "red-soft")])
def test_what_is_wrong_reads(text, ground):
    assert contrast(COLOURS[text], COLOURS[ground]) >= LEAST
