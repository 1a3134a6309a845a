"""The history of an enterprise: everything dated that the registers hold of it, in order."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from oshrisk.features.record import record
from oshrisk.features.records import only
from oshrisk.registry.registry import Registry

TIMELINE = ("timeline",)


def timeline(known: Registry, ids: Collection[str]) -> pd.DataFrame:
    """Return the dated events of some enterprises: foundation, reports, accidents, visits, certificates, signs.

    Parameters
    ----------
    known : Registry
        What is known at a date.
    ids : collection of str
        The enterprises.

    Returns
    -------
    DataFrame
        As `oshrisk.features.records.records` (``factor`` is ``"timeline"``), by enterprise and date: the latest last.
        `oshrisk.features.wording.record_text` puts a row into words. What has no date is not there.
    """
    kept = only(known, ids)
    parts = [*_register(kept), *_reports(kept), _accidents(kept), *_visits(kept), _certificates(kept), _signs(kept)]
    rows = pd.concat(parts, ignore_index=True).dropna(subset="on")
    return rows.sort_values(["enterprise_id", "on", "table", "key"], kind="stable", ignore_index=True)


def _event(rows: pd.DataFrame, table: str, on: str, key: object, **values: pd.Series) -> pd.DataFrame:
    return record(rows["enterprise_id"], TIMELINE, table=table, on=rows[on], key=key, **{on: rows[on], **values})


def _register(known: Registry) -> list[pd.DataFrame]:
    firms = known["enterprises"]
    return [
        _event(firms, "enterprises", "founded_on", "founded"),
        _event(firms, "enterprises", "workers_on", "register_workers", workers=firms["workers"]),
        _event(firms, "enterprises", "closed_on", "closed"),
    ]


def _reports(known: Registry) -> list[pd.DataFrame]:
    annual, accident = known["annual_reports"], known["accident_reports"]
    zero = accident["reported_zero"].to_numpy(dtype="float64", na_value=np.nan)
    said = np.select([zero == 1, zero == 0], ["accident_report_zero", "accident_report_some"], "accident_report")
    return [
        _event(
            annual,
            "annual_reports",
            "filed_on",
            "annual_report",
            year=annual["year"].astype("str"),
            workers=annual["workers"],
        ),
        _event(accident, "accident_reports", "filed_on", said, period=accident["period"]),
    ]


def _accidents(known: Registry) -> pd.DataFrame:
    rows = known["accidents"]
    severity, count = rows["severity"].astype("str"), rows["count"]
    key = np.where(count > 1, "accidents_" + severity, "accident_" + severity)
    return _event(rows, "accidents", "occurred_on", key, count=count)


def _visits(known: Registry) -> list[pd.DataFrame]:
    visits, findings = known["inspections"], known["findings"]
    found = visits["found"].to_numpy(dtype="float64", na_value=np.nan)
    done = visits["done"].astype("str").fillna("done").to_numpy()
    not_made = [name for name in ("closed", "not_found", "refused", "not_done") if name in set(done)]
    key = np.select(
        [*(done == name for name in not_made), found == 1, found == 0],
        [*(f"visit_{name}" for name in not_made), "inspection_found", "inspection_clean"],
        "inspection",
    )
    visit = visits.set_index("inspection_id").reindex(findings["inspection_id"]).reset_index()
    remedied = findings.assign(
        enterprise_id=visit["enterprise_id"].to_numpy(), started_on=visit["started_on"].to_numpy()
    )
    remedied = remedied[remedied["remedied_on"].notna()]
    return [
        _event(visits, "inspections", "started_on", key),
        _event(
            remedied,
            "findings",
            "remedied_on",
            "finding_remedied",
            finding=remedied["code"],
            started_on=remedied["started_on"],
        ),
    ]


def _certificates(known: Registry) -> pd.DataFrame:
    rows = known["equipment"]
    key = "certificate_" + rows["result"].astype("str").fillna("unknown")
    return _event(rows, "equipment", "inspected_on", key, item=rows["item"], equipment_id=rows["equipment_id"])


def _signs(known: Registry) -> pd.DataFrame:
    rows = known["signals"]
    return _event(rows, "signals", "occurred_on", "signal", signal=rows["kind"].astype("str"))
