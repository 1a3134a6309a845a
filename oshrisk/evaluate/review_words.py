"""Tables of a review in words, the same for the command line and the desk."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oshrisk.messages import Language, catalogue, text


def table_words(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Say a table of a review with its codes in words.

    Parameters
    ----------
    table : DataFrame
        Of `oshrisk.evaluate.review.Review.tables`.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    DataFrame
        The same rows; logarithms of ratios as ratios.
    """
    texts = catalogue("results", language)["review"]
    reasons = catalogue("ledger", language)["reasons"]
    sets = dict.fromkeys(("group", "first", "second"), texts["groups"])
    sets |= {"arm": texts["arms"], "outcome": texts["outcomes"], "reason_code": reasons}
    sets |= {"found": {answer == "yes": text(f"cli.{answer}", language) for answer in ("yes", "no")}}
    shown = table.drop(columns=[name for name in ("factor", "state") if name in table])
    shown = shown.assign(**{name: table[name].map(words) for name, words in sets.items() if name in shown})
    logs = [name for name in ("before", "after", "low", "high") if "before" in shown]
    return shown.assign(**{name: np.exp(table[name]).round(2) for name in logs})
