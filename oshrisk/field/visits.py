"""The visits of a list as forms, maps and calendars name them: who, where, when and why."""

from __future__ import annotations

from typing import Final

import pandas as pd

from oshrisk.issued import Issued
from oshrisk.messages import Language
from oshrisk.reference.communes import communes
from oshrisk.report.facts import identity
from oshrisk.report.list_words import list_words

_PLANNED: Final = ["order", "arm", "mode", "team", "month", "trip", "stop", "visit_days", "travel_days", "commune_code"]
_WORDS: Final = ["name", "address", "sector", "content", "ground", "length", "together"]


def visit_facts(issued: Issued, language: Language) -> pd.DataFrame:
    """Return the facts of every visit.

    Parameters
    ----------
    issued : Issued
        The list.
    language : {"vi", "en"}
        Language of the words.

    Returns
    -------
    DataFrame, shape (n_visits, ...)
        Indexed by ``enterprise_id`` in the order of the list: ``order``, ``arm``, ``mode``, ``team``, ``month``,
        ``trip``, ``stop``, ``visit_days``, ``travel_days`` [days], ``commune_code``; in words ``name``, ``address``,
        ``sector``, ``content``, ``ground``, ``length``, ``together``, ``commune``; ``lat``, ``lon`` [degrees] and
        ``located`` (``enterprise``, ``commune``: only its centre point; empty: neither is known).
    """
    office, ids = issued.programme.office, issued.visits.index
    words = list_words(issued.registry, issued.visits, issued.quarter, office, language)[_WORDS]
    firms = issued.registry["enterprises"].set_axis(issued.registry.ids).reindex(ids)
    facts = issued.visits[_PLANNED].join(words)
    facts["commune"] = identity(issued.registry, ids, office.province_code, language)["commune"]
    facts = at_centres(facts, office.province_code)
    own = firms["lat"].notna() & firms["lon"].notna()
    placed = {name: firms[name].where(own, facts[name]) for name in ("lat", "lon")}
    return facts.assign(**placed, located=facts["located"].mask(own, "enterprise"))


def at_centres(facts: pd.DataFrame, province_code: str) -> pd.DataFrame:
    """Put visits at the centre points of their communes.

    Parameters
    ----------
    facts : DataFrame
        With ``commune_code``.
    province_code : str
        Folder of the province's reference data.

    Returns
    -------
    DataFrame
        With ``lat``, ``lon`` and ``located``.
    """
    centres = communes(province_code)[["lat", "lon"]].reindex(facts["commune_code"]).set_axis(facts.index)
    located = pd.Series("", facts.index).mask(centres["lat"].notna(), "commune")
    return facts.assign(lat=centres["lat"], lon=centres["lon"], located=located)
