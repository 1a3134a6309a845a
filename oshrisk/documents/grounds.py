"""The grounds in law of a plan: the articles of the rules that are in force, gathered by legal document."""

from __future__ import annotations

from typing import Final

import pandas as pd

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
        document, place = _parted(article, language)
        found.setdefault(document, [])
        if place and place not in found[document]:
            found[document].append(place)
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


def _joined(document: str, places: list[str], language: Language) -> str:
    if not places:
        return document
    if language == "en":
        return f"{document}, {'; '.join(places)}"
    lowered = [place if place.startswith("Điều") else place[0].lower() + place[1:] for place in places]
    return f"{'; '.join(lowered)} {document}"
