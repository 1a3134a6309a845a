"""A list against that of the quarter before: who is on both, who is new, who is no longer on it."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from oshrisk.issued import Issued, read_issued
from oshrisk.messages import Language, text
from oshrisk.pictures.charts import axes_of, bar_look, drawing_of, numbers_on
from oshrisk.pictures.drawing import Drawing
from oshrisk.planning.texts import quarter_text
from oshrisk.workspace import Workspace

ARMS: Final = ("mandatory", "complaint", "risk", "random", "other")
PARTS: Final = ("both", "new", "gone")


def list_before(workspace: Workspace, issued: Issued) -> Issued | None:
    """Return the list of the quarter before.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    issued : Issued
        A list.

    Returns
    -------
    Issued or None
        None where there is none.
    """
    before = issued.quarter.previous
    if not workspace.path("plans", str(before), "manifest.json").is_file():
        return None
    return read_issued(workspace, before)


def against_last(issued: Issued, before: Issued, language: Language = "vi") -> Drawing:
    """Draw a list against the one before.

    Parameters
    ----------
    issued, before : Issued
        The two lists.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    Drawing
        Stacked bars by the way on the list: of this quarter's list those who were on it before and those who are
        new, of the last list those who are no longer on it.
    """
    counts = list_changes(issued.visits, before.visits)
    axes = axes_of(3.6)
    place, start = np.arange(len(counts)), np.zeros(len(counts))
    for kind, part in enumerate(PARTS):
        label = text(f"pictures.against.{part}", language)
        bars = axes.bar(place, counts[part], width=0.6, bottom=start, label=label, **bar_look(kind))
        shown = [str(int(count)) if count else "" for count in counts[part]]
        back = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
        axes.bar_label(bars, shown, label_type="center", bbox=back) if any(shown) else None
        start = start + counts[part].to_numpy()
    axes.set_xticks(place, [text(f"report.arms.{arm}", language) for arm in counts.index])
    axes.set_ylim(0, 1.3 * max(float(start.max()), 1.0))
    axes.set_ylabel(text("pictures.against.axis", language))
    numbers_on(axes, "y", language)
    axes.legend(loc="upper center", ncols=3, frameon=False)
    figures = {part: int(counts[part].sum()) for part in PARTS}
    names = {"quarter": quarter_text(issued.quarter, language), "before": quarter_text(before.quarter, language)}
    title = text("pictures.against.title", language, **names)
    words = text("pictures.against.words", language, **names, **figures)
    return drawing_of(axes, "against_last", title, words, language, simulated=issued.simulated or before.simulated)


def list_changes(visits: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Count who stayed, came and went.

    Parameters
    ----------
    visits, before : DataFrame
        Two lists, indexed by enterprise: ``arm``.

    Returns
    -------
    DataFrame of int, shape (n_arms, 3)
        Indexed by arm: ``both`` and ``new`` by the arm of this list, ``gone`` by that of the one before.

    Examples
    --------
    >>> one, two = (pd.DataFrame({"arm": ["risk"] * 2}, index=ids) for ids in (["a", "b"], ["b", "c"]))
    >>> list_changes(two, one).loc["risk"].tolist()
    [1, 1, 1]
    """
    stayed = visits.index.isin(before.index)
    parts = {"both": visits[stayed], "new": visits[~stayed], "gone": before[~before.index.isin(visits.index)]}
    counts = pd.DataFrame({part: rows["arm"].value_counts() for part, rows in parts.items()})
    return counts.reindex([arm for arm in ARMS if arm in counts.index]).fillna(0).astype("int64")
