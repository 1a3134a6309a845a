"""Labour: how many workers, how many of them seasonal or unskilled, how fast the number grows."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from oshrisk.features.annual import AnnualReports, report_record
from oshrisk.features.feature import Columns, Feature
from oshrisk.features.record import record
from oshrisk.features.rows import Floats, Ints, categorical, days, numbers, take
from oshrisk.registry.registry import Registry

SOURCES: Final = ("annual_report", "register")
_SHARES: Final = {
    "temporary_share": "seasonal_workers",
    "unskilled_share": "unskilled_workers",
    "hours_per_worker": "hours_worked",
}
FEATURES: Final = (
    Feature("workers", "numeric", "labour", unit="persons"),
    Feature("workers_source", "state", "labour", states=SOURCES),
    Feature("temporary_share", "numeric", "labour", unit="share"),
    Feature("unskilled_share", "numeric", "labour", unit="share"),
    Feature("headcount_growth", "numeric", "labour", unit="share per year"),
    Feature("hours_per_worker", "numeric", "labour", unit="hours per year"),
)


def labour(known: Registry, reports: AnnualReports) -> Columns:
    """Compute the labour features.

    The head-count is the later of the last annual report that gives one (described day 14 December of its year,
    R1.11) and the other register's (``workers_on``). Shares come from the last report that gives both numbers.

    Parameters
    ----------
    known : Registry
        What is known at the date.
    reports : AnnualReports
        Its annual reports.

    Returns
    -------
    mapping of str to array
        One value an enterprise for each of `FEATURES`.
    """
    rows = reports.last(reports.known("workers"))
    reported, reported_on = take(reports.values("workers"), rows), reports.described_on(rows)
    firms = known["enterprises"]
    registered, registered_on = numbers(firms["workers"]), days(firms["workers_on"])
    from_register = ~np.isnan(registered) & (np.isnan(reported) | (registered_on > reported_on))
    workers = np.where(from_register, registered, reported)
    source = np.where(np.isnan(workers), -1, from_register.astype(np.int8))
    return {
        "workers": workers,
        "workers_source": categorical(source, SOURCES),
        "headcount_growth": _growth(reports),
        **{factor: _share(reports, part) for factor, part in _SHARES.items()},
    }


def _share(reports: AnnualReports, part: str) -> Floats:
    """Part per worker in the last report that gives both; not more than all for shares, any number for hours."""
    rows = _last_share(reports, part)
    share: Floats = take(reports.values(part), rows) / take(reports.values("workers"), rows)
    return share if part == "hours_worked" else np.minimum(share, 1.0)


def _last_share(reports: AnnualReports, part: str) -> Ints:
    return reports.last(reports.known(part, "workers") & (reports.values("workers") > 0))


def _growth(reports: AnnualReports) -> Floats:
    """Yearly growth between the last two reported head-counts; NaN with fewer than two."""
    before, last = _last_two(reports)
    years = take(reports.years, last) - take(reports.years, before)
    workers = reports.values("workers")
    growth: Floats = (take(workers, last) / take(workers, before)) ** (1 / years) - 1
    return growth


def _last_two(reports: AnnualReports) -> tuple[Ints, Ints]:
    """Return the last two reports with a head-count, of different years; -1 where there is none."""
    counted = reports.known("workers") & (reports.values("workers") > 0)
    last = reports.last(counted)
    before = reports.last(counted & (reports.years < take(reports.years, last)[reports.positions]))
    return before, last


def records(known: Registry, reports: AnnualReports) -> list[pd.DataFrame]:
    """Return the reports and registers behind the labour features: see `oshrisk.features.records.records`."""
    firms = known["enterprises"]
    by_register = labour(known, reports)["workers_source"] == "register"
    last = reports.last(reports.known("workers"))
    before, newest = _last_two(reports)
    grown = before >= 0
    return [
        record(
            firms["enterprise_id"][by_register],
            ("workers",),
            table="enterprises",
            on=firms["workers_on"][by_register],
            key="register_workers",
            workers=firms["workers"][by_register],
            workers_on=firms["workers_on"][by_register],
        ),
        report_record(reports, last[~by_register], ("workers",), "annual_report", "workers"),
        report_record(reports, newest[grown], ("headcount_growth",), "annual_report", "workers"),
        report_record(reports, before[grown], ("headcount_growth",), "annual_report", "workers"),
        *(
            report_record(reports, _last_share(reports, part), (factor,), f"annual_report_{part}", "workers", part)
            for factor, part in _SHARES.items()
        ),
    ]
