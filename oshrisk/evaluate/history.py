"""The past as it was known then: features at past dates, and what came of them.

Nothing here looks at a registry but through `Registry.known`. Three dates rule every label:

* ``as_of``: the features are what was known on that day;
* ``until``: the outcome happened after `as_of` and not after this day;
* ``matured_on(until)``: the outcome is what the department had come to know by then. A later discovery does not
  change a label, and a label is used for training only from that day on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.features import OwnFactor, build_features
from oshrisk.features.annual import AnnualReports
from oshrisk.features.inspections import inspected
from oshrisk.features.labour import labour
from oshrisk.features.periods import half_ends, half_of, half_starts, half_years
from oshrisk.features.reporting import due_on
from oshrisk.features.rows import day, days, numbers
from oshrisk.planning import Quarter
from oshrisk.reference.constants import constant
from oshrisk.registry.registry import Registry
from oshrisk.risk.panel import Panel

HORIZON_MONTHS: Final = 12  # assumed: a visit matters for about the year that the legal cap of one visit covers
LATE_DAYS: Final = 60  # assumed: reports filed later than this after their legal day are not waited for
_DAY: Final = pd.Timedelta(days=1)
_EVIDENCE: Final = ("accidents", "accident_reports", "annual_reports", "inspections")
_LABELS: Final = ("reported_accidents", "reported_fatal", "exposure")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Past:
    """A registry, looked at from past dates; each date is worked out once.

    Parameters
    ----------
    registry : Registry
        Everything that is known today.
    province_code, seat_commune : str
        As for `oshrisk.features.build_features`.
    horizon_months : int, default 12
        How long after a date outcomes are counted [months].
    extra : tuple of OwnFactor, optional
        As for `oshrisk.features.build_features`.
    """

    registry: Registry
    province_code: str = "dien_bien"
    seat_commune: str = "03127"
    horizon_months: int = HORIZON_MONTHS
    extra: tuple[OwnFactor, ...] | None = None
    _features: dict[pd.Timestamp, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    _outcomes: dict[pd.Timestamp, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def until(self, as_of: pd.Timestamp) -> pd.Timestamp:
        """Return the last day of the outcomes of a date; the last of a month stays the last of a month."""
        month_end = as_of.is_month_end
        later = as_of + pd.DateOffset(months=self.horizon_months)
        return later + pd.offsets.MonthEnd(0) if month_end else later

    def matured_on(self, as_of: pd.Timestamp) -> pd.Timestamp:
        """Return the day on which the outcomes of a date count as known."""
        return matured_on(self.until(as_of))

    def features(self, as_of: pd.Timestamp) -> pd.DataFrame:
        """Return the features of every enterprise as of a date."""
        if as_of not in self._features:
            self._features[as_of] = build_features(
                self.registry,
                as_of,
                province_code=self.province_code,
                seat_commune=self.seat_commune,
                extra=self.extra,
            )
        return self._features[as_of]

    def outcomes(self, as_of: pd.Timestamp) -> pd.DataFrame:
        """Return what came of a date, as known on the day its labels matured: see `outcomes`."""
        if as_of not in self._outcomes:
            known = self.registry.known(self.matured_on(as_of))
            heads = self.features(as_of)["workers"]
            self._outcomes[as_of] = outcomes(known, heads, as_of, self.until(as_of))
        return self._outcomes[as_of]

    @property
    def first_evidence(self) -> pd.Timestamp:
        """The day from which the registers hold accidents, reports or inspections; the day of reading if never."""
        known = [self.registry[name]["known_on"].min() for name in _EVIDENCE]
        dates = [date for date in known if not pd.isna(date)]
        return min(dates, default=self.registry.read_on)

    @property
    def last_quarter(self) -> Quarter:
        """The last quarter whose outcomes have matured."""
        today = self.registry.read_on
        quarter = Quarter(today.year, (today.month + 2) // 3)
        while self.matured_on(date_before(quarter)) > today:
            quarter = quarter.previous
        return quarter


def date_before(quarter: Quarter) -> pd.Timestamp:
    """Return the day before a quarter, whose knowledge its list rests on."""
    return quarter.start - _DAY


def matured_on(until: pd.Timestamp) -> pd.Timestamp:
    """Return the day on which what happened until a date counts as known.

    It is the legal day of the accident report on the half-year of `until` (R1.9), and `LATE_DAYS` more.

    Examples
    --------
    >>> matured_on(pd.Timestamp("2025-12-31")).date().isoformat()
    '2026-03-11'
    """
    half = int(half_of(np.array([day(until)]))[0])
    return due_on(half) + pd.Timedelta(days=LATE_DAYS)


def training_dates(past: Past, as_of: pd.Timestamp) -> list[pd.Timestamp]:
    """Return dates whose outcomes may be learned from on a date, latest first.

    Windows of outcomes end with a half-year, so that no report is cut in two, and do not overlap, so that no accident
    is learned twice.

    Parameters
    ----------
    past : Past
        The past.
    as_of : Timestamp
        The date of learning.

    Returns
    -------
    list of Timestamp
        Each with labels matured by `as_of`, none before the registers hold any evidence.
    """
    half = int(half_of(np.array([day(as_of)]))[0])
    while matured_on(half_ends(half)) > as_of:
        half -= 1
    dates: list[pd.Timestamp] = []
    date = half_ends(half) - pd.DateOffset(months=past.horizon_months) + pd.offsets.MonthEnd(0)
    while date >= past.first_evidence:
        dates.append(date)
        date = date - pd.DateOffset(months=past.horizon_months) + pd.offsets.MonthEnd(0)
    return dates


def outcomes(known: Registry, workers: pd.Series, opens: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Return what happened after one date and not after another, as far as it is known.

    Parameters
    ----------
    known : Registry
        What is known when the labels are made.
    workers : Series, indexed by enterprise_id
        The enterprises of the first date, and their head-count known then [persons]; where it is NaN, the last
        known head-count stands in.
    opens, until : Timestamp
        Outcomes happened after `opens` and not after `until`.

    Returns
    -------
    DataFrame, indexed as `workers`
        accidents, fatal : all known accidents, however they came to be known
        harm : their lost-day equivalents (`lost_days`)
        reported_accidents, reported_fatal, exposure : accidents in half-years with a report, and the worker-years of
            those half-years; silence gives neither. Exposure is the head-count times the reported part of the window.
        accident_label : accidents where there is exposure or a known accident; NaN otherwise: silence is no label
        violation : 1 or 0 by the first visit that looked at OSH and has a recorded result; NaN without one
        visited_on : day of that visit [days since 1970]; NaN without one
    """
    frame = pd.DataFrame(index=workers.index)
    accidents, owner = known["accidents"], known.positions("accidents")
    on = days(accidents["occurred_on"])
    inside = (on > day(opens)) & (on <= day(until))
    count = np.nan_to_num(numbers(accidents["count"]), nan=1.0) * inside
    fatal = (accidents["severity"] == "fatal").to_numpy()
    reported = _in_reported_half(known, on)
    sums = {
        "accidents": count,
        "fatal": count * fatal,
        "harm": lost_days(accidents) * inside,
        "reported_accidents": count * reported,
        "reported_fatal": count * fatal * reported,
    }
    where = known.ids.get_indexer(workers.index)
    for name, values in sums.items():
        frame[name] = np.bincount(owner, weights=values, minlength=len(known.ids))[where]
    frame["exposure"] = _reported_years(known, opens, until)[where] * np.nan_to_num(_heads(known, workers, where))
    heard = (frame["exposure"] > 0) | (frame["accidents"] > 0)
    frame["accident_label"] = frame["accidents"].where(heard)
    first = _first_visits(known, opens, until)
    return frame.join(first.reindex(frame.index))


def lost_days(accidents: pd.DataFrame) -> Floats:
    """Return the lost-day equivalents of rows of ``accidents`` [days].

    A death is charged `days_charged_death` (ANSI Z16.1); another accident its lost days, or where they are unknown
    the mean of its severity (`oshrisk.reference.constants`).
    """
    severity = accidents["severity"].astype("str")
    mean = severity.map({name: constant(f"lost_days_{name}") for name in ("serious", "minor")}).fillna(0.0)
    other = accidents["lost_days"].fillna(mean)
    deaths = accidents["deaths"].fillna(0.0).clip(lower=1.0) * constant("days_charged_death")
    many = accidents["count"].fillna(1.0)
    return numbers(deaths.where(severity == "fatal", other * many).astype("float64"))


def panels(
    past: Past,
    as_of: pd.Timestamp,
    dates: Iterable[pd.Timestamp] | None = None,
    *,
    weigh: Callable[[pd.DataFrame], NDArray[np.float64]] | None = None,
) -> dict[str, Panel]:
    """Return everything that may be learned from on a date.

    Parameters
    ----------
    past : Past
        The past.
    as_of : Timestamp
        The date of learning: labels that matured later are left out.
    dates : iterable of Timestamp, optional
        Dates of the rows; by default `training_dates`.
    weigh : callable, optional
        Turns the visits (`past_visits`), with their ``inclusion_probability``, into weights of the violation panel;
        by default none has a weight.

    Returns
    -------
    dict of str to Panel
        "accident", "fatal" : a row an enterprise and date with reported half-years in the window: accidents in them,
            with their worker-years as exposure. Indexed by enterprise_id and as_of.
        "violation" : a row a visit, 1 if a serious violation was found, with its inspector; features as of the day
            before the visit's quarter. Indexed by enterprise_id and as_of.
    """
    chosen = training_dates(past, as_of) if dates is None else list(dates)
    ready = [date for date in chosen if past.matured_on(date) <= as_of]
    features, labels = _counted(past, ready)
    counts = {
        outcome: Panel(
            features=features,
            outcome=labels[column].to_numpy(),
            exposure=labels["exposure"].to_numpy(),
            weight=None,
            inspector=None,
        )
        for outcome, column in (("accident", "reported_accidents"), ("fatal", "reported_fatal"))
    }
    visits = past_visits(past, as_of, since=min(ready, default=past.first_evidence))
    seen = Panel(
        features=_features_of(past, visits),
        outcome=visits["found"].to_numpy(),
        exposure=None,
        weight=None if weigh is None else weigh(visits),
        inspector=visits["inspector"],
    )
    return {**counts, "violation": seen}


def selection_weights(past: Past) -> Callable[[pd.DataFrame], NDArray[np.float64]]:
    """Return what `panels` needs to weigh visits by the inverse of their probability.

    Parameters
    ----------
    past : Past
        The past: probabilities that were not logged are estimated among everybody of their date.

    Returns
    -------
    callable
        From visits to weights, by `oshrisk.risk.violation.weigh_visits`.
    """

    def weigh(visits: pd.DataFrame) -> NDArray[np.float64]:
        from oshrisk.risk.violation import weigh_visits  # noqa: PLC0415  # scikit-learn is slow to import

        return weigh_visits(visits, past.features).weight

    return weigh


def past_visits(past: Past, as_of: pd.Timestamp, *, since: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return the visits that looked at OSH and whose result was recorded by a date.

    Parameters
    ----------
    past : Past
        The past.
    as_of : Timestamp
        The date of knowledge.
    since : Timestamp, optional
        Visits of quarters that begin after this date; by default since the registers hold any evidence.

    Returns
    -------
    DataFrame
        Indexed by ``enterprise_id`` and ``as_of``, the day before the visit's quarter, in that order: ``found``
        (1.0 or 0.0), ``started_on``, ``arm``, ``inclusion_probability`` (NaN where the visit was not drawn),
        ``inspector``.
    """
    visits = _looked_at(past.registry.known(as_of)["inspections"])
    before = visits["started_on"].dt.to_period("Q").dt.start_time.astype("datetime64[s]") - _DAY
    visits = visits.assign(as_of=before)
    visits = visits[visits["as_of"] >= (past.first_evidence if since is None else since)]
    visits = visits.assign(found=visits["found"].astype("float64"))
    rows = visits.sort_values(["as_of", "started_on", "inspection_id"]).set_index(["enterprise_id", "as_of"])
    return rows[["found", "started_on", "arm", "inclusion_probability", "inspector"]]


def _looked_at(visits: pd.DataFrame) -> pd.DataFrame:
    return visits[inspected(visits) & visits["found"].notna().to_numpy()]


def _counted(past: Past, dates: list[pd.Timestamp]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Stack features and outcomes of several dates, for enterprises with reported work in the window."""
    features, labels = [past.features(past.registry.read_on).iloc[:0]], [pd.DataFrame(columns=_LABELS, dtype="float64")]
    for date in dates:
        came = past.outcomes(date)
        came = came[came["exposure"] > 0]
        features.append(past.features(date).loc[came.index])
        labels.append(came[list(_LABELS)])
    keys = [past.registry.read_on, *dates]
    stacked = pd.concat(features, keys=keys, names=["as_of"]).swaplevel()
    return stacked, pd.concat(labels).set_axis(stacked.index)


def _features_of(past: Past, visits: pd.DataFrame) -> pd.DataFrame:
    dates = visits.index.get_level_values("as_of")
    parts = [past.features(past.registry.read_on).iloc[:0]]
    parts += [past.features(date).reindex(visits.index[dates == date].get_level_values(0)) for date in dates.unique()]
    return pd.concat(parts).set_axis(visits.index)


def _first_visits(known: Registry, opens: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Return the result and the day of each enterprise's first visit in a window that has a recorded result."""
    visits = _looked_at(known["inspections"])
    visits = visits[(visits["started_on"] > opens) & (visits["started_on"] <= until)]
    first = visits.sort_values(["started_on", "inspection_id"]).drop_duplicates("enterprise_id")
    return pd.DataFrame(
        {"violation": first["found"].to_numpy(dtype="float64"), "visited_on": days(first["started_on"])},
        index=pd.Index(first["enterprise_id"], name="enterprise_id"),
    )


def _in_reported_half(known: Registry, on: Floats) -> NDArray[np.bool_]:
    """Say which accidents fall in a half-year that their enterprise reported."""
    grid = half_years(known, AnnualReports.of(known))
    column = half_of(on) - grid.first
    inside = (column >= 0) & (column < grid.counted.shape[1])
    result = np.zeros(len(on), dtype=bool)
    result[inside] = grid.counted[known.positions("accidents")[inside], column[inside]]
    return result


def _reported_years(known: Registry, opens: pd.Timestamp, until: pd.Timestamp) -> Floats:
    """Return the years of a window that each enterprise reported."""
    grid = half_years(known, AnnualReports.of(known))
    share = np.array([_share(half, opens, until) for half in grid.halves])
    return np.asarray((grid.counted * (0.5 * share)).sum(axis=1))


def _share(half: int, opens: pd.Timestamp, until: pd.Timestamp) -> float:
    starts, ends = day(half_starts(half)), day(half_ends(half))
    inside = min(ends, day(until)) - max(starts - 1, day(opens))
    return max(inside, 0.0) / (ends - starts + 1)


def _heads(known: Registry, workers: pd.Series, where: NDArray[np.intp]) -> Floats:
    later = labour(known, AnnualReports.of(known))["workers"][where]
    return np.asarray(np.where(workers.isna().to_numpy(), later, workers.to_numpy("float64")))
