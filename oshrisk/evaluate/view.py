"""A backtest as a card: which lists would have found what, with intervals, and on how many labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from oshrisk.display import card
from oshrisk.evaluate.names import model_name
from oshrisk.features.wording import number_text
from oshrisk.messages import Language, catalogue, text

if TYPE_CHECKING:
    from oshrisk.evaluate.backtest import Backtest

_COLUMNS = (("accident", "capture"), ("harm", "capture"), ("violation", "precision"))


def backtest_card(backtest: Backtest, language: Language, *, least: float) -> str:
    """Write a backtest as a card.

    Parameters
    ----------
    backtest : Backtest
        The backtest.
    language : {"vi", "en"}
        Language.
    least : float
        Labelled enterprises below which no figure is given.

    Returns
    -------
    str
        HTML: a row a model with 95 % intervals and the labels behind the violations, and the findings.
    """
    words = catalogue("views", language)["backtest"]
    rows = backtest.table.set_index(["model", "outcome", "metric"])
    names = [*backtest.models, *(name for name in rows.index.unique("model") if name not in backtest.models)]
    return card(
        text("views.backtest.title", language, first=backtest.quarters[0], last=backtest.quarters[-1]),
        {
            words["about"]: model_name(backtest.model, language),
            words["visits"]: number_text(round(backtest.visits), language),
            words["enterprises"]: number_text(round(backtest.enterprises), language),
        },
        head=list(words["head"].values()),
        rows=[_line(rows.loc[name], name, language, least) for name in names],
        notes=backtest.findings(language),
        simulated=backtest.simulated,
        language=language,
    )


def _line(rows: pd.DataFrame, name: str, language: Language, least: float) -> list[str]:
    own = rows.loc[("violation", "precision")]
    counts = {part: number_text(round(own[part]), language) for part in ("labelled", "of")}
    counted = text("views.backtest.counted", language, **counts)
    return [model_name(name, language), *(_range(rows.loc[key], language, least) for key in _COLUMNS), counted]


def _range(row: pd.Series, language: Language, least: float) -> str:
    if row["labelled"] < least or row[["value", "low", "high"]].isna().any():
        return text("evaluate.sentence.too_few", language)
    figures = {part: number_text(round(100 * row[part], 1), language) for part in ("value", "low", "high")}
    return text("views.backtest.range", language, **figures)
