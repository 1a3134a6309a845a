"""Reasons of a plan in words."""

from __future__ import annotations

import pandas as pd

from oshrisk.messages import Language, catalogue, text
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


def quarter_text(quarter: Quarter, language: Language) -> str:
    """Name a quarter.

    Parameters
    ----------
    quarter : Quarter
        The quarter.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    str

    Examples
    --------
    >>> quarter_text(Quarter.parse("2027Q1"), "vi")
    'quý I năm 2027'
    """
    return text(f"plan.quarters.{quarter.number}", language, year=quarter.year)


def quarter_title(quarter: Quarter, language: Language) -> str:
    """Name a quarter where a line begins with it.

    Examples
    --------
    >>> quarter_title(Quarter.parse("2027Q1"), "vi")
    'Quý I năm 2027'
    """
    words = quarter_text(quarter, language)
    return words[0].upper() + words[1:]


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
        For ``"capacity"`` and ``"decision"``, which are no rules of law, the programme or the planner; empty where no
        article is in force.
    """
    articles = rules(quarter.start)["article" if language == "vi" else "article_en"].astype("str")
    known = articles.reindex(rows["rule_id"], fill_value="").set_axis(rows.index)
    for word in ("capacity", "decision"):
        known = known.mask(rows["rule_id"].eq(word), text(f"plan.words.{word}", language))
    return known.astype("str")


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


def fired_text(rows: pd.DataFrame, quarter: Quarter, language: Language) -> pd.Series:
    """Say of every rule that fired what it does, why, by which article, from when and until when, how surely.

    Parameters
    ----------
    rows : DataFrame, shape (n, ...)
        From `oshrisk.planning.eligibility.fired_rules`.
    quarter : Quarter
        The quarter they were asked for.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Series of str, shape (n,)
        A few sentences each.
    """
    columns = [name for name in rows.columns if name not in ("enterprise_id", "article")]
    alike = rows.groupby(columns, dropna=False, sort=False).ngroup()  # thousands of sentences for 500,000 rows
    said = _fired_text(rows[~alike.duplicated()], quarter, language)
    return said.iloc[alike].set_axis(rows.index)


def _fired_text(rows: pd.DataFrame, quarter: Quarter, language: Language) -> pd.Series:
    words = catalogue("plan", language)["fired"]
    effect = rows["effect"].map(catalogue("plan", language)["effects"])
    said = effect.str.cat(reason_text(rows, language), sep=": ")
    articles = article_text(rows, quarter, language)
    parts = [
        _filled(words["days"], "days", rows["value"].map("{:g}".format, na_action="ignore")).str.cat(["."] * len(rows)),
        _filled(" " + words["article"], "article", articles.mask(articles.eq(""))).replace(
            "", f" {words['no_article']}"
        ),
        _filled(words["from"], "date", date_text(rows["from"], language).replace("", None)),
        _filled(words["until"], "date", date_text(rows["until"], language).replace("", None)),
        rows["decides"].map({True: "", False: words["outranked"]}),
        _filled(words["sure"], "confidence", rows["confidence"].map(catalogue("reference", language)["confidence"])),
    ]
    return said.str.cat(parts).astype("str")


def _filled(template: str, name: str, values: pd.Series) -> pd.Series:
    """Fill a template with each value; empty where there is none."""
    texts = {value: template.format(**{name: value}) for value in values.dropna().unique()}
    return pd.Series(values.map(texts), dtype="str").fillna("")
