"""What a backtest found beside its figures, a sentence each: the list's groups, its errors, and drift."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from oshrisk.evaluate.names import group_name
from oshrisk.features.wording import number_text
from oshrisk.messages import Language, text
from oshrisk.risk.explain import SECTOR

if TYPE_CHECKING:
    from oshrisk.evaluate.backtest import Backtest


def findings(backtest: Backtest, language: Language = "vi") -> list[str]:
    """Say whom the list favours, where its ranking errs, and what has drifted.

    Parameters
    ----------
    backtest : Backtest
        The backtest.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    list of str
        Four sentences: what differs, or that there is no sign of it, or not enough data to say.
    """
    reference = backtest.fairness["reference"].iloc[-1]
    listed = backtest.fairness[backtest.fairness["reference"] == reference]
    feature = backtest.drift["what"].eq("feature")
    features, quarters = backtest.drift[feature], backtest.drift[~feature]
    labelled = backtest.errors.groupby(["error", "dimension"])["labelled"].sum().groupby("error").max().sum()
    return [
        _said("groups", listed, _groups(listed, language), language, reference=_word("reference", reference, language)),
        _said("errors", backtest.errors, _errors(backtest.errors, language), language, labelled=f"{labelled:.0f}"),
        _said("features", features, _features(features, _titles(backtest, language), language), language),
        _said("calibration", quarters, _quarters(quarters, language), language),
    ]


def _said(check: str, rows: pd.DataFrame, names: Iterable[str], language: Language, **values: object) -> str:
    differing = [name for name, told in zip(names, rows["verdict"], strict=True) if told == "differs"]
    judged = int((rows["verdict"] != "not_enough_data").sum())
    what = text(f"evaluate.findings.{check}", language, **values)
    verdict = "differs" if differing else "no_sign" if judged else "not_enough_data"
    return text(
        f"evaluate.findings.{verdict}", language, what=what, names="; ".join(differing), judged=judged, of=len(rows)
    )


def _groups(rows: pd.DataFrame, language: Language) -> list[str]:
    return [
        f"{group_name(dimension, group, language)} ({_percent(share, language)} / {_percent(held, language)})"
        for dimension, group, share, held in rows[["dimension", "group", "share", "reference_share"]].itertuples(
            index=False
        )
    ]


def _errors(rows: pd.DataFrame, language: Language) -> list[str]:
    return [
        f"{_word('error', error, language)}, {group_name(dimension, group, language)} ({_percent(rate, language)})"
        for error, dimension, group, rate in rows[["error", "dimension", "group", "rate"]].itertuples(index=False)
    ]


def _features(rows: pd.DataFrame, titles: dict[str, str], language: Language) -> list[str]:
    return [
        text("evaluate.findings.index", language, name=titles.get(name, name), value=number_text(value, language))
        for name, value in rows[["name", "value"]].itertuples(index=False)
    ]


def _quarters(rows: pd.DataFrame, language: Language) -> list[str]:
    return [
        text(
            "evaluate.findings.ratio",
            language,
            outcome=_word("outcomes", f"moved_{what}", language),
            quarter=name,
            value=number_text(value, language),
        )
        for what, name, value in rows[["what", "name", "value"]].itertuples(index=False)
    ]


def _titles(backtest: Backtest, language: Language) -> dict[str, str]:
    """Return the titles of all factors that a table of the backtest has."""
    titles = {SECTOR: text("risk.sector.title", language)}
    for table in backtest.tables.values():
        titles |= {factor.name: factor.title_vi if language == "vi" else factor.title_en for factor in table.factors}
    return titles


def _percent(share: float, language: Language) -> str:
    return f"{number_text(round(100 * share), language)} %"


def _word(kind: str, name: str, language: Language) -> str:
    return text(f"evaluate.{kind}.{name}", language)
