"""What the places file themselves: annual reports, accident reports, and the accidents that come to be known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.simulate.places import Dates, Draw, Floats, Integers, Places, days, later, sigmoid
from oshrisk.simulate.text import chosen, column
from oshrisk.simulate.truth import SEVERITIES, Accidents, Rates

NAT = np.datetime64("NaT")
FATAL, SERIOUS, MINOR = range(3)


@dataclass(frozen=True)
class Filed:
    """Who files what, by period.

    Parameters
    ----------
    periods : list of str
        ``"2026H1"`` for accident reports, ``"2026"`` for annual reports.
    ends, dues : ndarray of datetime64[D]
        Last day of each period, and the legal day of its report.
    filed : ndarray of datetime64[D], shape (places, periods)
        Day of filing; NaT for silence.
    """

    periods: list[str]
    ends: Dates
    dues: Dates
    filed: Dates


@dataclass(frozen=True)
class Knowledge:
    """Which true accidents came to be known, one value an accident.

    Parameters
    ----------
    known, reported : ndarray of bool
        Known at all, and known by the report of its period.
    on : ndarray of datetime64[D]
        Day on which it was, or would have been, known.
    """

    known: NDArray[np.bool_]
    reported: NDArray[np.bool_]
    on: Dates


def draw_filing(places: Places, rates: Rates, open_places: int, draw: Draw) -> tuple[Filed, Filed]:
    """Draw who files the annual OSH report and the half-yearly accident report.

    The same habit drives both, so that a few places report nearly always and most never. The level is set so
    that the expected share of the `open_places` of the register is that of the parameters.

    Returns
    -------
    tuple of Filed
        Annual reports, accident reports.
    """
    window, p = draw.window, draw.p
    r = p.reporting
    score = r.size * places.log_size + r.culture * places.culture + r.hazard * rates.hazard + r.habit_sd * places.habit
    years = range(int(str(window.start)[:4]), int(str(window.end)[:4]) + 1)
    annual = [(f"{year}", f"{year}-12-14", f"{year + 1}-01-10") for year in years]  # TT 07/2016: 15 Dec to 14 Dec
    halves = [
        half
        for year in years
        for half in (
            (f"{year}H1", f"{year}-06-30", f"{year}-07-05"),
            (f"{year}H2", f"{year}-12-31", f"{year + 1}-01-10"),
        )
    ]
    alive = places.operating(window.end)
    yearly = _chance(score, r.annual_report_share * open_places, alive, r.steepness)
    half_yearly = _chance(score, r.accident_report_share * open_places, alive, r.steepness)
    return _filed(annual, yearly, places, draw), _filed(halves, half_yearly, places, draw)


def _chance(score: Floats, expected: float, alive: NDArray[np.bool_], steepness: float) -> Floats:
    """Return the chances to file a report; their sum over the living is `expected`."""
    low, high = -60.0, 60.0
    for _ in range(60):
        level = (low + high) / 2
        total = sigmoid(steepness * score[alive] + level).sum()
        low, high = (level, high) if total < expected else (low, level)
    return sigmoid(steepness * score + low)


def _filed(periods: list[tuple[str, str, str]], chance: Floats, places: Places, draw: Draw) -> Filed:
    window, p, rng = draw.window, draw.p, draw.rng
    ends = np.array([end for _, end, _ in periods], dtype="datetime64[D]")
    dues = np.array([due for _, _, due in periods], dtype="datetime64[D]")
    shape = (len(places), len(periods))
    late = rng.random(shape) < p.reporting.late_share
    shift = np.where(late, 1 + rng.exponential(p.reporting.late_days, shape), -rng.integers(0, 5, shape))
    filed = later(dues, shift)
    files = rng.random(shape) < chance[:, None]
    files &= (places.founded[:, None] <= ends) & ~(places.closed[:, None] <= filed) & (filed <= window.end)
    files &= ends >= window.start
    return Filed([name for name, _, _ in periods], ends, dues, np.where(files, filed, NAT))


def annual_table(annual: Filed, places: Places, ids: pd.Series, draw: Draw) -> pd.DataFrame:
    """Return the rows of ``annual_reports``: the twelve blocks of the form as far as the schema holds them."""
    window, p, rng = draw.window, draw.p, draw.rng
    place, period = np.nonzero(~np.isnat(annual.filed))
    count, labour = len(place), p.labour
    workers = places.workers_on(annual.ends[period], window.end, place)
    filed = annual.filed[place, period]
    share = _jitter(places.seasonal[place], rng)
    strict = rng.binomial(workers.astype(int), labour.strict_work_share).astype(float)
    hours = workers * rng.uniform(labour.hours_low, labour.hours_high, count)
    assessed = rng.random(count) < sigmoid(places.culture[place])
    measured = rng.random(count) < sigmoid(places.culture[place] - 0.3)
    frame = pd.DataFrame(
        {
            "enterprise_id": ids.to_numpy()[place],
            "year": np.array([int(name) for name in annual.periods])[period],
            "filed_on": filed,
            "workers": workers,
            "female_workers": rng.binomial(workers.astype(int), labour.female_share).astype(float),
            "seasonal_workers": np.rint(workers * share),
            "unskilled_workers": np.rint(workers * _jitter(places.unskilled[place], rng)),
            "strict_work_workers": strict,
            "hours_worked": np.rint(hours),
            **_training(workers, strict, places.trained[place], draw),
            "safety_officers": (rng.random(count) < sigmoid(1 + places.culture[place])) * np.ceil(workers / 150),
            "health_staff": (rng.random(count) < sigmoid(places.culture[place])) * np.ceil(workers / 300),
            "risk_assessed_on": np.where(assessed, annual.ends[period] - days(rng.integers(10, 330, count)), NAT),
            "environment_measured_on": np.where(
                measured, annual.ends[period] - days(rng.integers(10, 330, count)), NAT
            ),
            "osh_spending": (workers * labour.spending_median * np.exp(rng.normal(0, 0.7, count))).round(1),
            "known_on": filed,
        }
    )
    return _left_blank(frame, draw)


def _jitter(share: Floats, rng: np.random.Generator) -> Floats:
    return np.clip(share + rng.normal(0, 0.03, len(share)), 0, 1)


def _training(workers: Floats, strict: Floats, trained: Floats, draw: Draw) -> dict[str, Floats]:
    """Return required and trained by training group (Decree 44/2016 Art. 17); reports flatter."""
    p, rng = draw.p, draw.rng
    required = {
        1: np.ceil(workers * 0.03),
        2: np.ceil(workers / 100),
        3: strict,
        5: np.floor(workers / 150),
        6: np.ceil(workers / 30),
    }
    required[4] = np.maximum(workers - required[1] - required[2] - required[3], 0.0)
    flattered = trained + p.labour.training_flattery * (1 - trained)
    return {
        f"{what}_{group}": required[group]
        if what == "required"
        else rng.binomial(required[group].astype(int), flattered).astype(float)
        for group in range(1, 7)
        for what in ("required", "trained")
    }


def _left_blank(frame: pd.DataFrame, draw: Draw) -> pd.DataFrame:
    p, rng = draw.p, draw.rng
    training = [name for name in frame.columns if name.startswith(("required_", "trained_"))]
    blocks = [
        ["seasonal_workers"],
        ["unskilled_workers"],
        ["hours_worked"],
        training,
        ["safety_officers", "health_staff"],
        ["osh_spending"],
    ]
    blank = (rng.random(len(frame)) < p.labour.blank_block) * rng.integers(1, len(blocks) + 1, len(frame))
    for number, names in enumerate(blocks, start=1):
        frame.loc[blank == number, names] = np.nan
    return frame


def known_accidents(accidents: Accidents, halves: Filed, draw: Draw) -> Knowledge:
    """Draw which true accidents come to be known, when, and which of them by a report of the period."""
    window, p, rng = draw.window, draw.p, draw.rng
    r = p.reporting
    period = np.minimum(np.searchsorted(halves.ends, accidents.on), len(halves.periods) - 1)
    filed = halves.filed[accidents.place, period]
    files = ~np.isnat(filed)
    count = len(accidents.place)
    reported = files & (
        rng.random(count) < np.array([r.known_fatal, r.reported_serious, r.reported_minor])[accidents.severity]
    )
    declared = rng.random(count) < np.array([r.known_fatal, r.known_serious, r.known_minor])[accidents.severity]
    soon = accidents.on + days(rng.exponential(r.declaration_days, count) + (accidents.severity == MINOR) * 20)
    known_on = np.where(reported & (accidents.severity == MINOR), filed, soon)
    known_on = np.where(reported & ~declared & (accidents.severity == SERIOUS), filed, known_on)
    known_on = np.maximum(known_on, accidents.on)
    known = (reported | declared) & (known_on <= window.end)
    return Knowledge(known, reported & known, known_on)


def accidents_table(
    accidents: Accidents, knowledge: Knowledge, ids: pd.Series, draw: Draw
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of ``accidents`` (known ones) and all true accidents, the unknown included."""
    p, rng = draw.p, draw.rng
    r, count, severity = p.reporting, len(accidents.place), accidents.severity
    victims = 1.0 + (rng.random(count) < r.second_victim)
    deaths = np.where(severity == FATAL, 1.0 + (rng.random(count) < r.second_death), 0.0)
    victims = np.maximum(victims, deaths)
    injured = np.where(severity == SERIOUS, 1.0, np.where(severity == FATAL, victims - deaths, 0.0))
    median = np.where(severity == MINOR, r.lost_days_minor, r.lost_days_serious)
    lost = np.where(severity == FATAL, np.nan, np.ceil(median * np.exp(rng.normal(0, 0.8, count))))
    every = pd.DataFrame(
        {
            "enterprise_id": ids.to_numpy()[accidents.place],
            "occurred_on": accidents.on,
            "severity": column(chosen(list(SEVERITIES), severity)),
            "deaths": deaths,
            "seriously_injured": injured,
            "victims": victims,
            "lost_days": lost,
            "count": 1.0,
            "known_on": knowledge.on,
        }
    )
    lost_known = pd.Series(rng.random(count) < r.lost_days_known)
    rows = every.assign(lost_days=every["lost_days"].where(lost_known))[knowledge.known].reset_index(drop=True)
    truth = every.rename(columns={"known_on": "known"}).assign(known=knowledge.known)
    return rows, truth


def accident_reports_table(
    halves: Filed, accidents: Accidents, knowledge: Knowledge, ids: pd.Series, draw: Draw
) -> tuple[pd.DataFrame, tuple[Integers, Dates]]:
    """Return the rows of ``accident_reports``, and place and day of the reports of zero that other sources deny."""
    p, rng = draw.p, draw.rng
    place, period = np.nonzero(~np.isnat(halves.filed))
    of = np.minimum(np.searchsorted(halves.ends, accidents.on), len(halves.periods) - 1)
    told, happened = np.zeros(halves.filed.shape, dtype=bool), np.zeros(halves.filed.shape, dtype=bool)
    told[accidents.place[knowledge.reported], of[knowledge.reported]] = True
    happened[accidents.place[knowledge.known], of[knowledge.known]] = True
    zero = ~told[place, period] | (rng.random(len(place)) < p.reporting.false_zero)
    filed = halves.filed[place, period]
    frame = pd.DataFrame(
        {
            "enterprise_id": ids.to_numpy()[place],
            "period": column(chosen(halves.periods, period)),
            "filed_on": filed,
            "reported_zero": zero,
            "known_on": filed,
        }
    )
    false = zero & happened[place, period]
    return frame, (place[false], filed[false])
