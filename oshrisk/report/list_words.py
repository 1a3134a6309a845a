"""What a list says of each visit in words: in the workbook and in the annex of the plan alike."""

from __future__ import annotations

from typing import Final

import pandas as pd

from oshrisk.features.wording import number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning import Quarter
from oshrisk.planning.texts import DATE_FORMATS, article_text, body_text, reason_text
from oshrisk.registry.registry import Registry
from oshrisk.report.facts import address, identity
from oshrisk.risk import RiskTable
from oshrisk.risk.explain import phrase
from oshrisk.settings import Office

ASSUMED_MARK: Final = "*"
LEAST_SHOWN: Final = 1.005  # a smaller multiplier would print as 1


def list_words(
    registry: Registry, visits: pd.DataFrame, quarter: Quarter, office: Office, language: Language
) -> pd.DataFrame:
    """Return the columns of a printed check plan (FACTS D5.20), one row a visit.

    Parameters
    ----------
    registry : Registry
        What was known.
    visits : DataFrame, shape (n_visits, ...)
        Visits of a plan, in the order of print.
    quarter : Quarter
        Its quarter.
    office : Office
        Who leads the checks.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    DataFrame of str, shape (n_visits, 16)
        Indexed by ``enterprise_id``, named as ``report.sheets.list.columns``: ``number``, ``name``, ``tax_code``,
        ``address``, ``sector``, ``content``, ``period``, ``announced_on`` (empty, for the office to fill in),
        ``length``, ``mode``, ``when``, ``lead``, ``together``, ``ground``, ``overlap``, ``arm``.
    """
    firms = identity(registry, visits.index, office.province_code, language)
    texts = catalogue("report", language)
    grounds = reason_text(visits, language).str.cat(article_text(visits, quarter, language), sep=". ")
    said = {
        "number": visits["order"],
        "name": firms["name"],
        "tax_code": visits.index.astype(str),
        "address": address(registry, visits.index, office.province_code),
        "sector": firms["sector"],
        "content": visits["reason"].map(texts["content"]),
        "period": period_text(quarter, language),
        "announced_on": "",
        "length": _lengths(visits, language),
        "mode": visits["mode"].map(texts["modes"]),
        "when": _when(visits, language),
        "lead": office.department,
        "together": body_text(visits["other_body"], language),
        "ground": grounds.str.removesuffix(". "),  # no article was in force in July 2025
        "overlap": _overlap(visits, language),
        "arm": visits["arm"].map(texts["arms"]),
    }
    return pd.DataFrame(said, index=visits.index).astype("str")


def main_reasons_text(main_reasons: pd.DataFrame, table: RiskTable, ids: pd.Index, language: Language) -> pd.Series:
    """Say what raises the priority of some enterprises most, with its multipliers, one line a reason.

    Parameters
    ----------
    main_reasons : DataFrame
        From `oshrisk.risk.top_reasons`, of these enterprises at least.
    table : RiskTable
        The model.
    ids : Index
        The enterprises.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Series of str
        Indexed by `ids`.
    """
    main = main_reasons[main_reasons["enterprise_id"].isin(ids) & main_reasons["multiplier"].ge(LEAST_SHOWN)]
    main = main.sort_values(["enterprise_id", "place"])
    said = [
        f"{place}) {phrase(table, factor, state, language)} (×{number_text(multiplier, language)})"
        for place, factor, state, multiplier in zip(
            main["place"], main["factor"], main["state"], main["multiplier"], strict=True
        )
    ]
    by_id = pd.Series(said, index=main["enterprise_id"], dtype="str").groupby(level=0).agg("\n".join)
    return by_id.reindex(ids, fill_value=text("report.no_reason", language))


def period_text(quarter: Quarter, language: Language) -> str:
    """Say which period a check looks at: since 1 January of the year before, as in Thanh Hóa's plan of 2026 (assumed).

    Parameters
    ----------
    quarter : Quarter
        The quarter of the checks.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    str
    """
    start = pd.Timestamp(quarter.year - 1, 1, 1)
    return text("report.period", language, start=start.strftime(DATE_FORMATS[language]))


def _when(visits: pd.DataFrame, language: Language) -> list[str]:
    """Team, month and trip; no trip where nobody drives."""
    return [
        text(f"report.when.{'trip' if trip else 'seat'}", language, team=team, month=month, trip=trip)
        for team, month, trip in zip(visits["team"], visits["month"], visits["trip"], strict=True)
    ]


def _lengths(visits: pd.DataFrame, language: Language) -> list[str]:
    sure = visits["workers_known"].astype(bool) & visits["travel_known"].astype(bool)
    return [
        text("report.days", language, days=number_text(days, language)) + ("" if known else ASSUMED_MARK)
        for days, known in zip(visits["visit_days"], sure, strict=True)
    ]


def _overlap(visits: pd.DataFrame, language: Language) -> pd.Series:
    bodies = body_text(visits["other_body"], language)
    some = bodies.map(lambda body: text("report.overlap.some", language, body=body))
    return some.where(bodies.ne(""), text("report.overlap.none", language))
