"""Organisation: safety officer, risk assessment, ownership, age."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.features.annual import AnnualReports, report_record
from oshrisk.features.feature import Columns, Feature
from oshrisk.features.record import record
from oshrisk.features.rows import DAYS_PER_YEAR, Floats, categorical, day, days, take
from oshrisk.reference import load
from oshrisk.registry.registry import Registry, places_of
from oshrisk.registry.tables import LEGAL_FORMS

OFFICER: Final = ("present", "required_absent")
ASSESSMENT: Final = ("on_record", "none_on_record")
OWNERSHIP: Final = ("domestic_private", "foreign", "state", "sole_owner")
FEATURES: Final = (
    Feature("safety_officer", "state", "organisation", states=OFFICER),
    Feature("risk_assessment", "state", "organisation", states=ASSESSMENT),
    Feature("ownership", "state", "organisation", states=OWNERSHIP),
    Feature("enterprise_age", "numeric", "organisation", unit="years"),
)

# The groups of the expert table; a branch or site belongs to its parent's, any other form is unknown.
_OWNERSHIP_OF: Final = {
    "state": "state",
    "joint_stock": "domestic_private",
    "limited": "domestic_private",
    "private": "sole_owner",
    "foreign": "foreign",
    "cooperative": "sole_owner",
    "household": "sole_owner",
}


def organisation(known: Registry, reports: AnnualReports, *, workers: Floats, officer_list: Floats) -> Columns:
    """Compute the organisation features.

    A safety officer is "required and absent" where fewer are reported than the law asks for by head-count and sector
    (Decree 39/2016 Art. 36, R1.20–R1.21; reference table ``duties``), which is at least one everywhere. A contracted
    body (R1.27) does not show in the registers.
    A risk assessment that stands in any known report is on record; "none on record" needs a report whose source
    has the column at all.

    Parameters
    ----------
    known : Registry
        What is known at the date.
    reports : AnnualReports
        Its annual reports.
    workers : ndarray of float, shape (enterprises,)
        Last known head-count; NaN unknown.
    officer_list : ndarray of float, shape (enterprises,)
        1.0 in a sector of Decree 39/2016 Art. 36(1), 0.0 elsewhere, NaN unknown.

    Returns
    -------
    mapping of str to array
        One value an enterprise for each of `FEATURES`.
    """
    officers = take(reports.values("safety_officers"), reports.last(reports.known("safety_officers")))
    officer = np.where(np.isnan(officers), -1, officers < required_officers(workers, officer_list, known.date))
    age = (day(known.date) - days(known["enterprises"]["founded_on"])) / DAYS_PER_YEAR
    return {
        "safety_officer": categorical(officer, OFFICER),
        "risk_assessment": categorical(_assessment(known, reports), ASSESSMENT),
        "ownership": categorical(_ownership(known["enterprises"]), OWNERSHIP),
        "enterprise_age": age,
    }


def required_officers(workers: Floats, officer_list: Floats, date: pd.Timestamp) -> Floats:
    """Return how many safety officers the law asks for; where size or sector is unknown, what it asks of the least."""
    duties = load.valid_on(load.table("duties"), date)
    duties = duties[(duties["duty"] == "osh_officer") & duties["minimum"].notna()]
    required = np.full(len(workers), float(duties["minimum"].min()))
    for duty in duties.to_dict("records"):
        upper = duty["workers_to"] if duty["workers_to"] > 0 else np.inf
        size = (workers >= duty["workers_from"]) & (workers < upper)
        required[size & ((officer_list == 1) == (duty["in_list"] == "yes"))] = duty["minimum"]
    return required


def _assessment(known: Registry, reports: AnnualReports) -> NDArray[np.int8]:
    assessed = reports.last(reports.known("risk_assessed_on")) >= 0
    asked = "risk_assessed_on" not in known.absent.get("annual_reports", ())
    reported = reports.last(np.full(len(reports.rows), asked)) >= 0
    return np.select([assessed, reported], [0, 1], -1).astype(np.int8)


def _ownership(firms: pd.DataFrame) -> NDArray[np.int8]:
    names = (*LEGAL_FORMS, None)  # the last stands for code -1
    group_of_form = np.array([OWNERSHIP.index(_OWNERSHIP_OF[name]) if name in _OWNERSHIP_OF else -1 for name in names])
    form = firms["legal_form"].cat.codes.to_numpy()
    own: NDArray[np.int8] = group_of_form[form].astype(np.int8)
    part = np.isin(form, [LEGAL_FORMS.index("branch"), LEGAL_FORMS.index("site")])
    parents = places_of(firms["parent_id"][part], firms["enterprise_id"])
    own[part] = np.where(parents >= 0, own[parents], -1)
    return own


def records(known: Registry, reports: AnnualReports) -> list[pd.DataFrame]:
    """Return the reports and register entries behind the organisation: see `oshrisk.features.records.records`."""
    firms = known["enterprises"]
    formed, founded = firms[firms["legal_form"].notna()], firms[firms["founded_on"].notna()]
    officers = reports.last(reports.known("safety_officers"))
    assessed = reports.last(reports.known("risk_assessed_on"))
    silent = reports.last(np.ones(len(reports.rows), dtype=bool))[_assessment(known, reports) == 1]
    return [
        report_record(reports, officers, ("safety_officer",), "annual_report_officers", "safety_officers"),
        report_record(reports, assessed, ("risk_assessment",), "annual_report_assessed", "risk_assessed_on"),
        report_record(reports, silent, ("risk_assessment",), "annual_report_not_assessed"),
        _entry(
            formed, "ownership", formed["registered_on"], "legal_form", legal_form=formed["legal_form"].astype("str")
        ),
        _entry(founded, "enterprise_age", founded["founded_on"], "founded", founded_on=founded["founded_on"]),
    ]


def _entry(firms: pd.DataFrame, factor: str, on: pd.Series, key: str, **values: pd.Series) -> pd.DataFrame:
    return record(firms["enterprise_id"], (factor,), table="enterprises", on=on, key=key, **values)
