"""Good compliers: the three-year test of Decree 58/2020 (R1.44), used for the exemption from on-site checks (R5.4)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.features.annual import AnnualReports
from oshrisk.features.periods import half_years, halves_of_period
from oshrisk.features.reporting import contradicted_halves, due_on
from oshrisk.planning.signs import same_content, took_place
from oshrisk.reference.folder import cached
from oshrisk.reference.rules import rule, rules
from oshrisk.registry.registry import Registry

INSURER: Final = "social_insurance"  # its fines are for insurance, whatever the scope says

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


def last_due_year(date: pd.Timestamp) -> int:
    """Return the last year whose reports, all to be filed before 10 January of the next, had fallen due (R1.9, R1.11).

    Parameters
    ----------
    date : Timestamp
        The day.

    Returns
    -------
    int
        The year.

    Examples
    --------
    >>> [last_due_year(pd.Timestamp(day)) for day in ("2027-01-09", "2027-01-10")]
    [2025, 2026]
    """
    year = date.year - 1
    due = max(due_on(2 * year + 1), _annual_due(year))
    return int(year if date >= due else year - 1)


def good_compliers(registry: Registry, entity: pd.Series) -> pd.DataFrame:
    """Test every enterprise as Decree 58/2020 does for the lower insurance rate.

    What is unknown never passes. The clause of high-risk sectors is left out: it says whose insurance rate may be
    lowered, not who complies, and R5.4 exempts good compliers of every sector.

    Parameters
    ----------
    registry : Registry
        What is known (`Registry.known`); its date is the day of the test.
    entity : Series of str, shape (n_enterprises,)
        Legal entity of each place, indexed by ``enterprise_id``: a fine at any of its places counts.

    Returns
    -------
    DataFrame of bool, shape (n_enterprises, 4)
        Indexed by ``enterprise_id``.
        ``no_fine``: no fine in the three years to the day; False also where the findings or the fines of a visit
        are not recorded, and for all where no visit is.
        ``reports``: for each of the last three years whose reports have fallen due, both accident reports (before
        5 July and before 10 January) and the annual OSH report (before 10 January) were filed in time, and no
        accident or sign contradicts them.
        ``few_accidents``: none is known since these years began and all their reports say zero, or the last
        year's frequency [accidents a worker] is at least 15 % below the mean of the three.
        ``good``: all of these; nobody before the decree was in force.

    Notes
    -----
    R1.44. The registry knows neither prosecutions nor fines of bodies whose visits it does not hold: whoever signs
    the list has to confirm these.
    """
    law = rules(registry.date)["value"]
    if "R1.44" not in law.index:
        return pd.DataFrame(False, registry.ids, ["no_fine", "reports", "few_accidents", "good"])
    length = round(law["R1.44"])
    last = last_due_year(registry.date)
    years = range(last - length + 1, last + 1)
    tests = {
        "no_fine": _no_fine(registry, entity, registry.date - pd.DateOffset(years=length)),
        "reports": _reports(registry, years),
        "few_accidents": _few_accidents(registry, years, law["R1.44.reduction"]),
    }
    frame = pd.DataFrame(tests, registry.ids)
    return frame.assign(good=frame.all(axis="columns"))


def _no_fine(registry: Registry, entity: pd.Series, since: pd.Timestamp) -> Flags:
    visits, findings = registry["inspections"], registry["findings"]
    if visits.empty:
        return np.zeros(len(registry.ids), dtype=bool)
    concerns = took_place(visits) & (same_content(visits) | visits["body"].eq(INSURER)) & visits["started_on"].gt(since)
    visit = pd.Index(visits["inspection_id"]).get_indexer(findings["inspection_id"])
    written = np.bincount(visit, minlength=len(visits)) > 0
    fined = np.bincount(visit, weights=~findings["fine_mvnd"].eq(0), minlength=len(visits)) > 0
    clean = ~fined & (written | visits["found"].eq(False).fillna(False).to_numpy(dtype=bool))
    bad = registry.positions("inspections")[concerns.to_numpy(dtype=bool) & ~clean]
    owner = pd.factorize(entity)[0]
    return np.asarray(~np.isin(owner, owner[bad]))


def _reports(registry: Registry, years: range) -> Flags:
    reports = registry["annual_reports"]
    due = reports["year"].map({year: _annual_due(year) for year in years})
    in_time = (reports["filed_on"] < due).to_numpy()
    annual = np.zeros((len(registry.ids), len(years)), dtype=bool)
    annual[registry.positions("annual_reports")[in_time], reports["year"].to_numpy()[in_time] - years[0]] = True
    grid = half_years(registry, AnnualReports.of(registry))
    contradicted = contradicted_halves(registry, grid).any(axis=1)
    return np.asarray(annual.all(axis=1) & _accident_reports(registry, years).all(axis=1) & ~contradicted)


def _accident_reports(registry: Registry, years: range, *, zero: bool = False) -> Flags:
    """Which reports, two a year, were filed in time; with `zero`, which said zero, whenever filed.

    A report on a whole year is that of its end, it does not stand in for the one of July.
    """
    rows = registry["accident_reports"]
    column = halves_of_period(rows["period"])[1] - 2 * years[0]
    inside = (column >= 0) & (column < 2 * len(years))
    due = np.array([due_on(2 * years[0] + number) for number in range(2 * len(years))], dtype="datetime64[s]")
    filed, at = rows["filed_on"].to_numpy("datetime64[s]"), column[inside]
    good = (
        rows["reported_zero"].eq(True).fillna(False).to_numpy(dtype=bool)[inside] if zero else filed[inside] < due[at]
    )
    grid = np.zeros((len(registry.ids), len(due)), dtype=bool)
    grid[registry.positions("accident_reports")[inside][good], at[good]] = True
    return grid


def _few_accidents(registry: Registry, years: range, reduction: float) -> Flags:
    rows, owner = registry["accidents"], registry.positions("accidents")
    year = rows["occurred_on"].dt.year.to_numpy()
    size = len(registry.ids)
    recent = np.bincount(owner[year >= years[0]], minlength=size) > 0
    inside = (year >= years[0]) & (year <= years[-1])
    accidents = np.zeros((size, len(years)))
    np.add.at(accidents, (owner[inside], year[inside] - years[0]), rows["count"].to_numpy()[inside])
    none = ~recent & _accident_reports(registry, years, zero=True).all(axis=1)
    frequency = accidents / _workers(registry, years)
    mean = frequency.mean(axis=1)  # NaN where a year's workers are unknown: never fewer
    return np.asarray(none | ((mean > 0) & (frequency[:, -1] <= (1 - reduction) * mean)))


def _workers(registry: Registry, years: range) -> Floats:
    reports = registry["annual_reports"]
    known = (reports["year"].isin(years) & reports["workers"].gt(0)).to_numpy(dtype=bool)
    grid = np.full((len(registry.ids), len(years)), np.nan)
    at = reports["year"].to_numpy()[known] - years[0]
    grid[registry.positions("annual_reports")[known], at] = reports["workers"].to_numpy()[known]
    return grid


@cached
def _annual_due(year: int) -> pd.Timestamp:
    """Day before which the annual OSH report of a year is to be filed."""
    return pd.Timestamp(year + 1, 1, round(rule("R1.11", pd.Timestamp(year, 12, 31))["value"]))
