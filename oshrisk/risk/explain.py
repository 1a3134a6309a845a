"""Exact reasons: on the log scale a risk is a sum, so every factor has its own multiplier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from oshrisk.messages import Language, text
from oshrisk.risk.credibility import own_record, record_of
from oshrisk.risk.scoring import Floats, Lookup, Score, look_up, score
from oshrisk.risk.table import OUTCOMES, UNKNOWN, RiskTable
from oshrisk.settings import Priority

SECTOR: Final = "sector"
OWN_RECORD: Final = "own_record"
CHUNK: Final = 50_000  # enterprises explained at once: bounds memory, changes nothing
RECORD_STATES: Final = ("fewer", "as_expected", "more", UNKNOWN)


@dataclass(frozen=True)
class _Term:
    """One factor for all enterprises: codes into `states`, and by outcome the log multiplier."""

    factor: str
    states: tuple[str, ...]
    codes: NDArray[np.intp]
    known: NDArray[np.bool_]
    logs: dict[str, Floats]


def base_levels(table: RiskTable) -> pd.Series:
    """Return what the multipliers of `reasons` multiply: the rate per worker-year, or the odds of a violation.

    Returns
    -------
    Series
        Indexed by outcome.
    """
    level = {outcome: table.base.level[outcome].value for outcome in OUTCOMES}
    level["violation"] = level["violation"] / (1 - level["violation"])
    return pd.Series(level, name="base")


def reasons(features: pd.DataFrame, table: RiskTable, ids: Sequence[str] | pd.Index | None = None) -> pd.DataFrame:
    """Take every risk apart into its factors.

    Parameters
    ----------
    features : DataFrame
        As for `assess`.
    table : RiskTable
        The model.
    ids : sequence of str, optional
        The enterprises to explain; all by default (about a hundred rows an enterprise).

    Returns
    -------
    DataFrame
        enterprise_id, outcome, factor, state, multiplier, known. For an enterprise and outcome the product of the
        multipliers times `base_levels` is the rate (for violation: the odds), exactly. ``sector`` is the sector's
        base over the level; ``own_record`` the credibility of the own accidents (1 but for accident). A factor that is
        not known has state ``"unknown"`` and multiplier 1.
    """
    chosen = features if ids is None else features.loc[pd.Index(ids)]
    count = len(chosen)
    terms = [(term, outcome) for term in _terms(chosen, look_up(chosen, table), table) for outcome in term.logs]
    outcomes, factors = [outcome for _, outcome in terms], [term.factor for term, _ in terms]
    places = np.tile(np.arange(count), len(terms))
    tidy = pd.DataFrame(  # one frame of whole columns: a frame a term would take ten times as long for one enterprise
        {
            "enterprise_id": chosen.index.take(places),
            "outcome": pd.Series(np.repeat(np.array(outcomes, dtype=object), count), dtype="str"),
            "factor": pd.Series(np.repeat(np.array(factors, dtype=object), count), dtype="str"),
            "state": pd.Series(
                np.concatenate([np.array(term.states, dtype=object)[term.codes] for term, _ in terms]), dtype="str"
            ),
            "multiplier": np.concatenate([np.exp(term.logs[outcome]) for term, outcome in terms]),
            "known": np.concatenate([term.known for term, _ in terms]),
        }
    )
    return tidy.iloc[np.argsort(places, kind="stable")].reset_index(drop=True)


def top_reasons(
    features: pd.DataFrame,
    table: RiskTable,
    k: int = 3,
    *,
    priority: Priority = "harm_x_violation",
    language: Language = "vi",
    at: Lookup | None = None,
) -> pd.DataFrame:
    """Return the k factors that raise each enterprise's priority most.

    The effect of a factor on the priority is its log multiplier on harm (non-fatal and fatal weighted by their
    shares of the expected harm) plus, times (1 − p), on the odds of a violation: the first-order part of the log
    priority. Factors that are not known have none.

    Parameters
    ----------
    features : DataFrame
        As for `assess`.
    table : RiskTable
        The model.
    k : int, default 3
        How many at most; fewer where fewer raise it.
    priority : str
        As for `assess`.
    language : {"vi", "en"}
        Language of `phrase`.
    at : Lookup, optional
        Where `features` fall in `table`, if that was looked up already.

    Returns
    -------
    DataFrame
        enterprise_id, place (1 is strongest), factor, state, multiplier (of the priority), phrase; in the order of
        `features`.
    """
    lookup = look_up(features, table) if at is None else at
    chunks = (slice(start, start + CHUNK) for start in range(0, max(len(features), 1), CHUNK))
    parts = [
        _top(features.iloc[rows], lookup.part(rows), table, k, priority=priority, language=language) for rows in chunks
    ]
    return pd.concat(parts, ignore_index=True)


def _top(
    features: pd.DataFrame, lookup: Lookup, table: RiskTable, k: int, *, priority: Priority, language: Language
) -> pd.DataFrame:
    terms = list(_terms(features, lookup, table))
    weights = _weights(features, table, terms, priority)
    effects = np.column_stack([_effect(term, weights) for term in terms])
    order = np.argsort(-effects, axis=1, kind="stable")[:, :k]  # ties in the order of the table
    best = np.take_along_axis(effects, order, axis=1)
    rows, places = np.nonzero(best > 1e-9)  # what rounding alone makes is no reason
    which = order[rows, places]
    states, phrases = _words(terms, rows, which, table, language)
    return pd.DataFrame(
        {
            "enterprise_id": features.index[rows],
            "place": places + 1,
            "factor": pd.array([term.factor for term in terms], dtype="str").take(which),
            "state": states,
            "multiplier": np.exp(best[rows, places]),
            "phrase": phrases,
        }
    )


def phrase(table: RiskTable, factor: str, state: str, language: Language = "vi") -> str:
    """Say a factor's state in words.

    Parameters
    ----------
    table : RiskTable
        The model.
    factor, state : str
        As in `reasons`.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    str
        The phrase.

    Examples
    --------
    >>> from oshrisk.risk import load_table
    >>> phrase(load_table(), "temporary_share", "30_60", "en")
    'Seasonal workers are 30–60 % of all workers'
    """
    if factor == OWN_RECORD:
        return text(f"risk.own_record.{state}", language)
    if factor == SECTOR:
        return _sector_phrase(table, state, language)
    return next(entry for entry in table[factor].all_bins if entry.state == state).phrase(language)


def factor_title(table: RiskTable, factor: str, language: Language) -> str:
    """Return the name of a factor for people.

    Parameters
    ----------
    table : RiskTable
        The model.
    factor : str
        As in `reasons`.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    str
        The title.
    """
    if factor in {SECTOR, OWN_RECORD}:
        return text(f"risk.{factor}.title", language)
    entry = table[factor]
    return entry.title_vi if language == "vi" else entry.title_en


def _sector_phrase(table: RiskTable, state: str, language: Language) -> str:
    if state == UNKNOWN:
        return text("risk.sector.unknown", language)
    row = next(row for row in table.base.rows if f"{row.scheme}:{row.prefix}" == state)
    title = row.title_vi if language == "vi" else row.title_en
    return text("risk.sector.known", language, title=title or f"{row.scheme} {row.prefix}")


def _terms(features: pd.DataFrame, lookup: Lookup, table: RiskTable) -> Iterator[_Term]:
    scores = {outcome: score(lookup, table, outcome) for outcome in OUTCOMES}
    rows = (*(f"{row.scheme}:{row.prefix}" for row in table.base.rows), UNKNOWN)
    sector_logs = {outcome: scores[outcome].sector for outcome in OUTCOMES}
    yield _Term(SECTOR, rows, lookup.sector, lookup.sector < len(rows) - 1, sector_logs)
    for factor in table.factors:
        codes = lookup.codes[factor.name].astype(np.intp)
        logs = {o: scores[o].scale * factor.contributions[o][codes] for o in OUTCOMES}
        states = tuple(entry.state for entry in factor.all_bins)
        yield _Term(factor.name, states, codes, codes < len(factor.bins), logs)
    yield _record_term(features, table, scores["accident"], lookup)


def _record_term(features: pd.DataFrame, table: RiskTable, accident: Score, lookup: Lookup) -> _Term:
    events, exposure = record_of(features, table.record_discount, table.record_completeness)
    logs = np.log(own_record(np.exp(accident.total), events, exposure, table.constant("credibility_strength")))
    known = (np.nan_to_num(events) > 0) | (np.nan_to_num(exposure) > 0)
    codes = np.where(known, 1 + np.sign(logs), 3).astype(np.intp)
    nothing = np.zeros(len(lookup.sector))
    return _Term(OWN_RECORD, RECORD_STATES, codes, known, {"accident": logs, "fatal": nothing, "violation": nothing})


def _weights(features: pd.DataFrame, table: RiskTable, terms: Sequence[_Term], mode: Priority) -> dict[str, Floats]:
    """How much each outcome's log multiplier moves the log priority."""
    levels = base_levels(table)
    totals = {o: levels[o] * np.exp(np.sum([term.logs[o] for term in terms], axis=0)) for o in OUTCOMES}
    days = np.maximum(totals["accident"] - totals["fatal"], 0) * table.constant("days_per_accident")
    days = days * table.base.severity_ratio()[next(term.codes for term in terms if term.factor == SECTOR)]
    deaths = totals["fatal"] * table.constant("days_per_death")
    fatal_share = deaths / (days + deaths)
    nothing, everything = np.zeros(len(features)), np.ones(len(features))
    harm = {"accident": 1 - fatal_share, "fatal": fatal_share, "violation": nothing}
    if mode in {"harm", "rate"}:
        return harm
    odds_weight = everything / (1 + totals["violation"])
    if mode == "violation":
        return {"accident": nothing, "fatal": nothing, "violation": odds_weight}
    return {**harm, "violation": odds_weight}


def _effect(term: _Term, weights: dict[str, Floats]) -> NDArray[np.float32]:
    effect = sum(weights[outcome] * term.logs[outcome] for outcome in OUTCOMES)
    return np.asarray(effect, dtype=np.float32)


def _words(
    terms: Sequence[_Term], rows: NDArray[np.intp], which: NDArray[np.intp], table: RiskTable, language: Language
) -> tuple[ExtensionArray, ExtensionArray]:
    """Say the states and phrases of reasons: every different one is put into words once."""
    place, states, phrases = np.empty(len(rows), dtype=np.intp), list[str](), list[str]()
    for position, term in enumerate(terms):
        here = which == position
        different, code = np.unique(term.codes[rows[here]], return_inverse=True)
        place[here] = len(states) + code
        states += [term.states[each] for each in different]
        phrases += [phrase(table, term.factor, term.states[each], language) for each in different]
    return pd.array(states, dtype="str").take(place), pd.array(phrases, dtype="str").take(place)
