"""What the list of a quarter does with an enterprise, and how an enterprise may contest it, in sentences."""

from __future__ import annotations

import pandas as pd

from oshrisk.issued import Issued
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning.texts import article_text, quarter_text, reason_text
from oshrisk.reference.rules import rules

_CONTEST = {"minutes": "R5.14", "explained": "R7.6", "personal": "R7.2"}


def standing(issued: Issued, ids: pd.Index, language: Language) -> pd.Series:
    """Say what the list does with some enterprises.

    Parameters
    ----------
    issued : Issued
        The list.
    ids : Index of str
        The enterprises.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Series of str
        Indexed by `ids`.
    """
    listed = issued.visits.loc[issued.visits.index.isin(ids)]
    others = issued.not_selected.set_index("enterprise_id")
    others = others.loc[others.index.isin(ids)]
    said = {**_listed(issued, listed, language), **_not_listed(issued, others, language)}
    return pd.Series({enterprise_id: said.get(enterprise_id, "") for enterprise_id in ids}, dtype="str")


def _listed(issued: Issued, rows: pd.DataFrame, language: Language) -> dict[str, str]:
    arms, modes = (catalogue("report", language)[name] for name in ("arms", "modes"))
    whys, articles = _grounds(issued, rows, language)
    return {
        str(row.Index): text(
            "dossier.listed",
            language,
            quarter=quarter_text(issued.quarter, language),
            order=row.order,
            arm=arms[row.arm].lower(),
            mode=modes[row.mode].lower(),
            month=row.month,
            why=_why(whys[row.Index], articles[row.Index]),
        )
        for row in rows.itertuples()
    }


def _not_listed(issued: Issued, rows: pd.DataFrame, language: Language) -> dict[str, str]:
    whys, articles = _grounds(issued, rows, language)
    return {
        str(name): text(
            "dossier.not_listed",
            language,
            quarter=quarter_text(issued.quarter, language),
            why=_why(whys[name], articles[name]),
        )
        for name in rows.index
    }


def _grounds(issued: Issued, rows: pd.DataFrame, language: Language) -> tuple[pd.Series, pd.Series]:
    return reason_text(rows, language), article_text(rows, issued.quarter, language)


def _why(reason: str, article: str) -> str:
    return f"{reason} ({article})" if article else reason


def contest(issued: Issued, language: Language) -> str:
    """Say how an enterprise may contest what is held of it, by the articles in force."""
    law = rules(issued.as_of)
    column = "article" if language == "vi" else "article_en"
    articles = {
        name: law.at[rule, column] if rule in law.index else text("features.unknown", language)
        for name, rule in _CONTEST.items()
    }
    return text("dossier.contest", language, office=issued.programme.office.department, **articles)
