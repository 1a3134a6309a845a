"""The duties that apply to an enterprise of this size and sector, and what the registers say of each."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from oshrisk.duties.answers import ANSWERS, Answer, Case, unknown
from oshrisk.features.annual import AnnualReports
from oshrisk.reference import duties as law
from oshrisk.reference import load, sectors
from oshrisk.reference.rules import rules
from oshrisk.registry.registry import Registry

SITE: Final = "hazardous_site"  # a property of the workplace, not a list of sectors: no register holds it
LEFT_OUT: Final = ("osh_officer_full_time",)  # said by the rows of ``osh_officer`` already
_DEPENDS: Final = {"osh_officer": "R1.20", "health_staff": "R1.22"}  # where both lists have rules, the fuller one


def legal_duties(known: Registry, features: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Return the duties of the law that apply, or may apply, to some enterprises.

    Parameters
    ----------
    known : Registry
        What is known at the date.
    features : DataFrame
        From `oshrisk.features.build_features` of it.
    ids : Index
        The enterprises.

    Returns
    -------
    DataFrame
        One row an enterprise and duty, by enterprise, in the order of the table ``duties``: enterprise_id, duty,
        applies (``"yes"``, or ``"depends"`` where size or sector is unknown and decides it), minimum (persons; NaN
        where no number is asked, or which number depends on what is unknown), rule_id, text_vi, text_en, article,
        article_en, confidence, state (one of `oshrisk.duties.answers.STATES`), key (below ``dossier.said`` of the
        catalogue: what the registers say) and values (what that text names).
    """
    rows = load.valid_on(load.table("duties"), known.date)
    reports, general = AnnualReports.of(known), rules(known.date)
    position = known.ids.get_indexer(ids)
    firms, workers = known["enterprises"].iloc[position], features["workers"].to_numpy()[position]
    parts = []
    for order, (duty, bands) in enumerate(rows.groupby("duty", sort=False)):
        if duty not in LEFT_OUT:
            listed = _listed(bands["legal_list"].dropna().unique(), firms, known.date)
            required = law.required(str(duty), listed, workers, known.date)
            asked = _asked(str(duty), bands, general, listed, workers).assign(applies=_applies(required)).set_axis(ids)
            case = Case(known, reports, asked["minimum"].to_numpy("float64"), position)
            answer = ANSWERS.get(str(duty), unknown)(case)
            parts.append(_rows(str(duty), order, asked, answer).assign(position=np.arange(len(ids))))
    found = pd.concat(parts, ignore_index=True)
    found = found[found["applies"].ne("no")].sort_values(["position", "order"], kind="stable")
    return found.drop(columns=["position", "order"]).reset_index(drop=True)


def _asked(
    duty: str, bands: pd.DataFrame, general: pd.DataFrame, listed: np.ndarray, workers: np.ndarray
) -> pd.DataFrame:
    """Return by which row of the table a duty is worded for each enterprise, or by which rule in general."""
    inside = _possible(bands, listed, workers)
    row = np.where(inside.sum(axis=1) == 1, inside.argmax(axis=1), len(bands))
    return pd.concat([bands, _in_general(duty, bands, general)], ignore_index=True).iloc[row]


def _applies(required: np.ndarray) -> np.ndarray:
    return np.select([required == 1, required == 0], ["yes", "no"], "depends")


def _listed(lists: np.ndarray, firms: pd.DataFrame, date: pd.Timestamp) -> np.ndarray:
    """Whether each sector is in the list that a duty names: 1.0, 0.0 or NaN."""
    if not len(lists) or lists[0] == SITE:
        return np.full(len(firms), np.nan)
    scheme = sectors.scheme_of(firms["sector_scheme"], firms["registered_on"])
    told = sectors.is_known(scheme, firms["sector_code"]) & scheme.isin(sectors.in_law()).to_numpy()
    inside = sectors.in_list(scheme, firms["sector_code"], str(lists[0]), date)
    return np.where(told, inside, np.nan)


def _possible(bands: pd.DataFrame, listed: np.ndarray, workers: np.ndarray) -> np.ndarray:
    """Which rows of a duty may be an enterprise's, shape (enterprises, rows): what is unknown rules none out."""
    low, high = bands["workers_from"].to_numpy(), bands["workers_to"].fillna(np.inf).to_numpy()
    size = (workers[:, None] >= low) & (workers[:, None] < high)
    wanted = bands["in_list"].map({"yes": 1.0, "no": 0.0}).to_numpy(dtype="float64")
    sector = (listed[:, None] == wanted) | np.isnan(wanted) | np.isnan(listed)[:, None]
    return np.asarray((size | np.isnan(workers)[:, None]) & sector)


def _in_general(duty: str, bands: pd.DataFrame, general: pd.DataFrame) -> pd.DataFrame:
    """Word a duty for whom it is not known which of its rows holds: by its rule, and without a number."""
    rule_id = _DEPENDS.get(duty, bands["rule_id"].iloc[0])
    rule = general.loc[rule_id]
    told = {name: [rule[name]] for name in ("text_vi", "text_en", "article", "article_en", "confidence")}
    return pd.DataFrame({"rule_id": [rule_id], "minimum": [np.nan], **told})


def _rows(duty: str, order: int, asked: pd.DataFrame, answer: Answer) -> pd.DataFrame:
    columns = ["applies", "minimum", "rule_id", "text_vi", "text_en", "article", "article_en", "confidence"]
    told = asked[columns].rename_axis("enterprise_id").reset_index()
    told.insert(1, "duty", duty)
    return told.assign(order=order, state=answer.state, key=answer.key, values=answer.values)
