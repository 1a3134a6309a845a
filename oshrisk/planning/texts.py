"""Reasons of a plan in words."""

from __future__ import annotations

import pandas as pd

from oshrisk.messages import Language, text
from oshrisk.planning.quarter import Quarter
from oshrisk.reference.rules import rules
from oshrisk.registry.titles import code_title

DATE_FORMATS: dict[Language, str] = {"vi": "%d/%m/%Y", "en": "%Y-%m-%d"}


def date_text(dates: pd.Series, language: Language) -> pd.Series:
    """Write dates as the language does.

    Parameters
    ----------
    dates : Series of datetime64, shape (n,)
        Dates.
    language : {"vi", "en"}
        ``31/12/2027`` or ``2027-12-31``.

    Returns
    -------
    Series of str, shape (n,)
        Empty where there is no date.
    """
    return dates.dt.strftime(DATE_FORMATS[language]).fillna("").astype("str")


def body_text(bodies: pd.Series, language: Language) -> pd.Series:
    """Name bodies.

    Parameters
    ----------
    bodies : Series of str, shape (n,)
        Codes of bodies.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Series of str, shape (n,)
        Empty where the body is unknown.
    """
    names = {code: code_title("inspections", "body", code, language) for code in bodies.dropna().unique()}
    return pd.Series(bodies.map(names), dtype="str").fillna("")


def article_text(rows: pd.DataFrame, quarter: Quarter, language: Language) -> pd.Series:
    """Name the article behind each row.

    Parameters
    ----------
    rows : DataFrame, shape (n, ...)
        With ``rule_id``.
    quarter : Quarter
        Articles are those in force on its first day.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Series of str, shape (n,)
        For ``"capacity"``, which is no rule of law, the programme; empty where no article is in force.
    """
    articles = rules(quarter.start)["article" if language == "vi" else "article_en"].astype("str")
    known = articles.reindex(rows["rule_id"], fill_value="").set_axis(rows.index)
    return known.mask(rows["rule_id"].eq("capacity"), text("plan.words.capacity", language)).astype("str")


def reason_text(rows: pd.DataFrame, language: Language) -> pd.Series:
    """Say why an enterprise must, may or may not now be checked, or was not chosen.

    Parameters
    ----------
    rows : DataFrame, shape (n, ...)
        With ``reason``, ``on`` and ``body``: visits, not-selected or eligibility of a plan.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Series of str, shape (n,)
        One sentence each.
    """
    facts = pd.DataFrame(
        {
            "reason": rows["reason"],
            "on": date_text(rows["on"], language).replace("", text("plan.words.unknown_date", language)),
            "body": body_text(rows["body"], language).replace("", text("plan.words.unknown_body", language)),
        }
    )
    different = facts.drop_duplicates()  # a few hundred sentences say what 100,000 rows need
    sentences = [
        text(f"plan.reasons.{reason}", language, on=on, body=body)
        for reason, on, body in different.itertuples(index=False)
    ]
    said = different.assign(sentence=sentences)
    return facts.merge(said, on=["reason", "on", "body"], how="left")["sentence"].set_axis(rows.index).astype("str")
