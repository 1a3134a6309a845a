"""Strict machines and their certificates: the true chain of inspections, and the part the department knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.simulate.places import DAYS_PER_YEAR, Dates, Draw, Floats, Integers, Places, Window, days, later, sigmoid
from oshrisk.simulate.text import chosen, column, joined, padded

NAT = np.datetime64("NaT")
DAYS_PER_MONTH = DAYS_PER_YEAR / 12


@dataclass(frozen=True)
class Machines:
    """The true machines of a block.

    Parameters
    ----------
    place : ndarray of int
        Position of the place of each machine.
    item : ndarray of int
        Position in ``Parameters.intervals``.
    in_use, withdrawn : ndarray of datetime64[D]
        True dates; NaT for not withdrawn.
    count, overdue : ndarray of float, one value a place
        Machines in use on the last day, and the share of them overdue, never inspected or failed.
    certificates : DataFrame
        machine (position), inspected_on, next_due_on, passed.
    """

    place: Integers
    item: Integers
    in_use: Dates
    withdrawn: Dates
    count: Floats
    overdue: Floats
    certificates: pd.DataFrame


def draw_machines(places: Places, draw: Draw) -> Machines:
    """Draw the machines of a block and their inspections in the window."""
    window, p, rng = draw.window, draw.p, draw.rng
    place, item = _numbers(places, draw)
    count = len(place)
    m = p.upkeep
    in_use = np.maximum(later(window.end, -rng.exponential(m.age_years * DAYS_PER_YEAR, count)), places.founded[place])
    withdrawn = later(in_use, rng.exponential(DAYS_PER_YEAR / m.withdrawn, count) + 60)
    withdrawn[(withdrawn > window.end) | (withdrawn >= places.closed[place])] = NAT
    tardy = sigmoid(m.overdue_intercept + m.overdue_culture * places.culture + m.overdue_size * places.log_size)[place]
    last = np.minimum(np.where(np.isnat(places.closed[place]), window.end, places.closed[place]), window.end)
    last = np.where(np.isnat(withdrawn), last, np.minimum(last, withdrawn - days(np.array(1))))
    months = np.array(list(p.intervals.values()), dtype=float)[item]
    certificates = _certificates(in_use, last, months, tardy, draw)
    overdue = _overdue(certificates, count, window)
    active = np.isnat(withdrawn)
    number = np.bincount(place[active], minlength=len(places)).astype(float)
    late = np.bincount(place[active & overdue], minlength=len(places))
    share = np.divide(late, number, out=np.zeros_like(number), where=number > 0)
    return Machines(place, item, in_use, withdrawn, number, share, certificates)


def _numbers(places: Places, draw: Draw) -> tuple[Integers, Integers]:
    p, rng = draw.p, draw.rng
    items = list(p.intervals)
    mean = np.zeros((len(p.sectors), len(items)))
    for sector, machines in p.machines.items():
        row = p.sectors.index.get_loc(sector)
        mean[row, [items.index(name) for name in machines]] = list(machines.values())
    scale = np.exp(p.upkeep.size_elasticity * places.log_size)
    drawn = rng.poisson(mean[places.sector] * scale[:, None])
    place, item = np.nonzero(drawn)
    times = drawn[place, item]
    return np.repeat(place, times).astype(np.int64), np.repeat(item, times).astype(np.int64)


def _certificates(in_use: Dates, last: Dates, months: Floats, tardy: Floats, draw: Draw) -> pd.DataFrame:
    """Follow every machine from inspection to inspection until its last day."""
    window, p, rng = draw.window, draw.p, draw.rng
    m, count = p.upkeep, len(in_use)
    interval = days(months * DAYS_PER_MONTH)
    # machines older than the window enter it somewhere in a cycle
    before = window.start - days(rng.random(count) * months * DAYS_PER_MONTH)
    inspected = np.maximum(in_use, before)
    machine = np.flatnonzero((rng.random(count) >= m.never_inspected) & (inspected <= last))
    inspected = inspected[machine]
    chain = []
    while len(machine):
        passed = rng.random(len(machine)) >= m.failed
        due = inspected + interval[machine]
        chain.append(
            pd.DataFrame({"machine": machine, "inspected_on": inspected, "next_due_on": due, "passed": passed})
        )
        late = rng.random(len(machine)) < tardy[machine]
        delay = np.where(
            late, rng.exponential(m.delay_months * DAYS_PER_MONTH, len(machine)), -rng.integers(0, 20, len(machine))
        )
        following = np.where(
            passed, due + days(delay), inspected + days(rng.exponential(m.reinspected_days, len(machine)) + 7)
        )
        following = np.maximum(following, inspected + days(np.array(5)))
        goes_on = (following <= last[machine]) & ~(late & (rng.random(len(machine)) < m.given_up))
        machine, inspected = machine[goes_on], following[goes_on]
    if not chain:
        return pd.DataFrame({"machine": [], "inspected_on": [], "next_due_on": [], "passed": []})
    return pd.concat(chain, ignore_index=True)


def _overdue(certificates: pd.DataFrame, count: int, window: Window) -> NDArray[np.bool_]:
    overdue = np.ones(count, dtype=bool)  # never inspected
    newest = certificates.drop_duplicates("machine", keep="last")
    bad = (newest["next_due_on"] < window.end) | ~newest["passed"].astype(bool)
    overdue[newest["machine"].to_numpy(dtype=np.int64)] = bad.to_numpy()
    return overdue


def equipment_table(machines: Machines, places: Places, ids: pd.Series, draw: Draw) -> pd.DataFrame:
    """Return the rows of ``equipment``: certificates of the machines that the department knows of."""
    window, p, rng = draw.window, draw.p, draw.rng
    m, count = p.upkeep, len(machines.place)
    declared = machines.in_use + days(rng.exponential(40.0, count))
    known = (rng.random(count) < m.declared) & (declared <= window.end)
    rows = machines.certificates
    rest = np.setdiff1d(np.arange(count), rows["machine"].to_numpy(dtype=np.int64))
    never = pd.DataFrame({"machine": rest, "inspected_on": NAT, "next_due_on": NAT, "passed": True})
    rows = pd.concat(
        [
            rows.astype({"machine": "int64"}),
            never.astype({"inspected_on": "datetime64[s]", "next_due_on": "datetime64[s]"}),
        ]
    )
    rows = rows[known[rows["machine"]]].sort_values(["machine", "inspected_on"], kind="stable")
    machine = rows["machine"].to_numpy()
    place = machines.place[machine]
    newest = ~rows["machine"].duplicated(keep="last").to_numpy()
    inspected = rows["inspected_on"].to_numpy("datetime64[D]")
    lag = days(rng.exponential(m.certificate_lag_days, len(rows)))
    known_on = np.where(np.isnat(inspected), declared[machine], np.maximum(inspected + lag, machines.in_use[machine]))
    serial = pd.Series(machines.place).groupby(machines.place).cumcount().to_numpy()
    return pd.DataFrame(
        {
            "enterprise_id": ids.to_numpy()[place],
            "equipment_id": column(joined("TB", padded(places.number[place], 7), "-", padded(serial[machine] + 1, 3))),
            "item": column(chosen(list(p.intervals), machines.item[machine])),
            "in_use_from": machines.in_use[machine],
            "inspected_on": inspected,
            "next_due_on": rows["next_due_on"].to_numpy("datetime64[D]"),
            "result": pd.Series(np.where(rows["passed"].astype(bool), "passed", "failed")).mask(np.isnat(inspected)),
            "declared_on": declared[machine],
            "withdrawn_on": np.where(newest, machines.withdrawn[machine], NAT),
            "known_on": np.minimum(known_on, window.end),
        }
    )
