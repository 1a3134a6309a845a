"""Who may read a file of places or days, and what it then says (FACTS R7.3, R7.4)."""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np
import pandas as pd

from oshrisk.field.visits import at_centres, visit_facts
from oshrisk.issued import Issued
from oshrisk.messages import Language, text
from oshrisk.report.facts import households

Level = Literal["public", "team", "internal"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
_PUBLIC: Final = ["order", "name", "commune", "sector", "month", "lat", "lon", "located"]
_TEAM: Final = ["arm", "mode", "team", "trip", "stop", "address", "content", "ground", "length", "together"]
_INTERNAL: Final = ["index", "risk_class", "rank", "inclusion_probability"]


def facts_for(issued: Issued, level: Level, language: Language) -> pd.DataFrame:
    """Return what a file of a level says of every visit.

    Parameters
    ----------
    issued : Issued
        The list.
    level : {"public", "team", "internal"}
        ``public``: no address, reason or score, places as centre points of communes, household businesses without
        name and tax code; ``team``: with addresses, grounds and places as far as they are known; ``internal``: with
        scores.
    language : {"vi", "en"}
        Language of the words.

    Returns
    -------
    DataFrame, shape (n_visits, ...)
        Columns of `oshrisk.field.visits.visit_facts` under the index ``id``: the tax code, or the number in the file
        where the tax code is a person's. ``order`` is that of the list; in a public file it is by commune and name.
    """
    facts = visit_facts(issued, language)
    if level == "public":
        return _public(facts, issued, language)
    shown = facts[[*_PUBLIC[:5], *_TEAM, *_PUBLIC[5:]]]
    if level == "internal":
        shown = shown.join(issued.visits[_INTERNAL].astype({"risk_class": "str"}))
    return shown.rename_axis("id")


def _public(facts: pd.DataFrame, issued: Issued, language: Language) -> pd.DataFrame:
    """Say what everybody may know, by commune and name: the order of the list is that of the ranks."""
    household = households(issued.registry, facts.index)
    shown = at_centres(facts, issued.programme.office.province_code)[_PUBLIC]
    shown["name"] = shown["name"].mask(household, text("field.household", language))
    shown = shown.sort_index().sort_values(["commune", "name"], kind="stable")
    shown["order"] = np.arange(1, len(shown) + 1)
    ids = shown.index.where(~household[shown.index].to_numpy(), shown["order"].map("{:d}".format))
    return shown.set_axis(pd.Index(ids, name="id"))
