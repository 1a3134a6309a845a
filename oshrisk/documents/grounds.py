"""The grounds in law of a plan: the articles of the rules that are in force, gathered by legal document."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from oshrisk.documents.parts import Paragraph
from oshrisk.messages import Language, text
from oshrisk.planning import Quarter
from oshrisk.reference.rules import rules

_RULES: Final = ("R5.1", "R5.2", "R5.3", "R5.4", "R5.5", "R5.6", "R5.7", "R5.8", "R5.9")
_LAW: Final = "R1.1"  # of the law that the checks are about, named as a whole
_READ: Final = "read"
_MARKS: Final[dict[Language, tuple[str, ...]]] = {  # how the name of a legal document begins
    "vi": ("Nghị định ", "Nghị quyết ", "Luật ", "Chỉ thị "),
    "en": ("Decree ", "Resolution ", "Law ", "Directive "),
}
_ARTICLE: Final[dict[Language, str]] = {"vi": "Điều ", "en": "Art. "}
_NUMBER: Final = re.compile(r" (?=\d+/(?:\d{4}/|CT))")  # where the number of a legal document begins
_PLACE: Final = {  # where in a document: article, clause, point
    "vi": (r"Điều (\d+)", r"[Kk]hoản (\d+)", r"[Đđ]iểm (\w)"),
    "en": (r"Art\. (\d+)", r"clause (\d+)", r"point (\w)"),
}


def ground_lines(quarter: Quarter, language: Language) -> list[Paragraph]:
    """Return the grounds of a plan as Decree 30/2020, Annex I sets them: in italics, the last with a full stop.

    Parameters
    ----------
    quarter : Quarter
        Rules are those in force on its first day.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of Paragraph
    """
    lines = [text("documents.ground", language, ground=ground) for ground in grounds(quarter, language)]
    return [Paragraph(f"{line}{';' if line is not lines[-1] else '.'}", "ground") for line in lines]


def grounds(quarter: Quarter, language: Language) -> list[str]:
    """Return the legal documents that a plan rests on, each with its articles.

    Parameters
    ----------
    quarter : Quarter
        Rules are those in force on its first day.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of str
        One a legal document: the Law on OSH, then those of the rules on checks in their order.

    Examples
    --------
    >>> grounds(Quarter.parse("2027Q1"), "en")[2]
    'Resolution 198/2025/QH15, Art. 4'
    """
    found: dict[str, list[str]] = {_parted(_named(quarter, language)[_LAW], language)[0]: []}
    for article in _articles(quarter, language):
        document, places = _parted(article, language)
        found.setdefault(document, []).extend(place for place in _each(places, language) if place)
    return [_joined(document, places, language) for document, places in found.items()]


def unread(quarter: Quarter, language: Language) -> list[str]:
    """Return the articles whose text nobody has read: to be checked before somebody signs.

    Parameters
    ----------
    quarter : Quarter
        Rules are those in force on its first day.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of str
        With how surely each is known.
    """
    rows = _rows(quarter)
    rows = rows[rows["confidence"].ne(_READ)]
    named = _named(quarter, language)[rows.index]
    sure = [text(f"report.confidence.{mark}", language) for mark in rows["confidence"]]
    return [f"{article} ({mark.lower()})" for article, mark in zip(named, sure, strict=True)]


def _rows(quarter: Quarter) -> pd.DataFrame:
    in_force = rules(quarter.start)
    return in_force[in_force.index.isin(_RULES)]


def _named(quarter: Quarter, language: Language) -> pd.Series:
    return rules(quarter.start)["article" if language == "vi" else "article_en"].astype("str")


def _articles(quarter: Quarter, language: Language) -> list[str]:
    named = _named(quarter, language)[_rows(quarter).index]
    return [part.strip() for article in named for part in article.split(";")]


def _parted(article: str, language: Language) -> tuple[str, str]:
    """Part an article into the legal document and the place in it."""
    if language == "en":
        document, _, place = article.partition(", ")
        return document, place
    starts = [article.find(mark) for mark in _MARKS["vi"] if mark in article]
    start = min(starts, default=0)
    return article[start:], article[:start].strip()


def _each(places: str, language: Language) -> list[str]:
    """Part places at every article: ``Điểm a khoản 2 Điều 7, Điều 11`` are two."""
    return re.split(rf", (?={re.escape(_ARTICLE[language])})", places)


def _joined(document: str, places: list[str], language: Language) -> str:
    """Name a document after its articles, in the order in which they stand there; a part of a named whole goes."""
    titled = _NUMBER.sub(" số ", document) if language == "vi" else document
    whole = {place for place in places if place.startswith(_ARTICLE[language]) and " " not in place.split(" ", 1)[1]}
    parts = {place for place in places if place in whole or not any(_within(place, one) for one in whole)}
    ordered = sorted(parts, key=lambda place: _order(place, language))
    if not ordered:
        return titled
    if language == "en":
        return f"{titled}, {'; '.join(ordered)}"
    lowered = [place if place.startswith(_ARTICLE["vi"]) else place[0].lower() + place[1:] for place in ordered]
    return f"{'; '.join(lowered)} {titled}"


def _within(place: str, whole: str) -> bool:
    return place.endswith(f" {whole}") or place.startswith(f"{whole} ")


def _order(place: str, language: Language) -> tuple[int, int, str]:
    article, clause, point = (re.search(pattern, place) for pattern in _PLACE[language])
    return int(article[1]) if article else 0, int(clause[1]) if clause else 0, point[1] if point else ""
