"""Mistakes as they stand in real workbooks, planted on purpose in a simulated one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.simulate.province import Simulation

SHARE = 0.01  # assumed: about one bad row in a hundred
Cells = dict[str, pd.DataFrame]  # object cells as they will stand in the workbook, by table


@dataclass(frozen=True)
class Planted:
    """One planted mistake: position of the row in its sheet (0 is the first row of data), field, cell and kind."""

    table: str
    position: int
    field: str
    value: object
    kind: str


@dataclass(frozen=True)
class _Kind:
    name: str
    table: str
    field: str
    cell: Callable[[pd.Series, Simulation], object]
    where: Callable[[pd.DataFrame], NDArray[np.bool_]] = lambda rows: np.ones(len(rows), dtype=bool)


def _filled(*fields: str) -> Callable[[pd.DataFrame], NDArray[np.bool_]]:
    return lambda rows: rows[list(fields)].notna().all(axis=1).to_numpy(dtype=bool)


def _constant(value: object) -> Callable[[pd.Series, Simulation], object]:
    return lambda _row, _simulation: value


def _before_inspection(row: pd.Series, _simulation: Simulation) -> object:
    return _date(row["inspected_on"]) - timedelta(days=40)


def _more_seasonal(row: pd.Series, _simulation: Simulation) -> object:
    return row["workers"] + 7


def _more_deaths(row: pd.Series, _simulation: Simulation) -> object:
    return row["victims"] + 2


def _deadly(rows: pd.DataFrame) -> NDArray[np.bool_]:
    return np.asarray(rows["deaths"] > 0, dtype=bool)


def _tomorrow(_row: pd.Series, simulation: Simulation) -> object:
    return simulation.registry.read_on.to_pydatetime() + timedelta(days=200)


def _date(cell: object) -> datetime:
    return cell if isinstance(cell, datetime) else datetime.strptime(str(cell), "%d/%m/%Y")


KINDS = (
    _Kind("short_tax_code", "enterprises", "enterprise_id", lambda row, _: str(row["enterprise_id"])[:8]),
    _Kind("empty_name", "enterprises", "name", _constant(None)),
    _Kind("unknown_sector", "enterprises", "sector_code", _constant("04999"), _filled("sector_code")),
    _Kind("unknown_commune", "enterprises", "commune_code", _constant("09999"), _filled("commune_code")),
    _Kind("words_in_count", "enterprises", "workers", lambda row, _: f"{row['workers']:.0f} người", _filled("workers")),
    _Kind("no_such_day", "enterprises", "founded_on", _constant("31/02/2025")),
    _Kind("negative_count", "annual_reports", "workers", _constant(-5), _filled("workers")),
    _Kind("more_seasonal_than_workers", "annual_reports", "seasonal_workers", _more_seasonal, _filled("workers")),
    _Kind("unknown_item", "equipment", "item", _constant("99")),
    _Kind("inspected_in_future", "equipment", "inspected_on", _tomorrow, _filled("inspected_on")),
    _Kind("withdrawn_before_inspection", "equipment", "withdrawn_on", _before_inspection, _filled("inspected_on")),
    _Kind("words_in_quantity", "hazmat", "quantity_kg", _constant("nhiều")),
    _Kind("unknown_cas", "hazmat", "cas", _constant("0000-00-1")),
    _Kind("more_deaths_than_victims", "accidents", "deaths", _more_deaths, _deadly),
    _Kind("accident_in_future", "accidents", "occurred_on", _tomorrow),
    _Kind("no_such_period", "accident_reports", "period", _constant("2025H3")),
    _Kind("visit_on_no_day", "inspections", "started_on", _constant("31/02/2025")),
    _Kind("unknown_violation", "findings", "code", _constant("ZZZ")),
    _Kind("unknown_enterprise", "signals", "enterprise_id", _constant("5699999999")),
    _Kind("no_kind", "signals", "kind", _constant(None)),
)  # fmt: skip


def plant(cells: Cells, simulation: Simulation, seed: int) -> list[Planted]:
    """Plant mistakes, one a row, in about one row of a hundred; every kind at least once where it has a row.

    Enterprises and visits that other tables refer to are left alone, so that the planted rows are exactly those
    that a check on intake must find.

    Parameters
    ----------
    cells : dict of str to DataFrame
        The cells of every table; changed in place.
    simulation : Simulation
        Where they come from.
    seed : int
        Seed of the choice.

    Returns
    -------
    list of Planted
        The mistakes, by table and row.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2,)))
    each = max(1, round(SHARE * sum(len(rows) for rows in cells.values()) / (len(KINDS) + 1)))
    free = _free(cells)
    planted = [mistake for kind in KINDS for mistake in _plant_kind(kind, cells, free, simulation, each=each, rng=rng)]
    planted += _plant_duplicates(cells, free, each, rng)
    return sorted(planted, key=lambda mistake: (list(cells).index(mistake.table), mistake.position))


def _free(cells: Cells) -> dict[str, NDArray[np.bool_]]:
    free = {name: np.ones(len(rows), dtype=bool) for name, rows in cells.items()}
    named = pd.concat(
        [rows["enterprise_id"] for name, rows in cells.items() if name != "enterprises" and "enterprise_id" in rows]
    )
    free["enterprises"] = ~cells["enterprises"]["enterprise_id"].isin(named).to_numpy()
    free["inspections"] = ~cells["inspections"]["inspection_id"].isin(cells["findings"]["inspection_id"]).to_numpy()
    return free


def _plant_kind(
    kind: _Kind,
    cells: Cells,
    free: dict[str, NDArray[np.bool_]],
    simulation: Simulation,
    *,
    each: int,
    rng: np.random.Generator,
) -> list[Planted]:
    rows = cells[kind.table]
    possible = np.flatnonzero(free[kind.table] & kind.where(rows))
    picked = rng.choice(possible, min(each, len(possible)), replace=False)
    planted = []
    for position in sorted(int(place) for place in picked):
        value = kind.cell(rows.iloc[position], simulation)
        rows.iloc[position, rows.columns.get_loc(kind.field)] = value
        free[kind.table][position] = False
        planted.append(Planted(kind.table, position, kind.field, value, kind.name))
    return planted


def _plant_duplicates(
    cells: Cells, free: dict[str, NDArray[np.bool_]], each: int, rng: np.random.Generator
) -> list[Planted]:
    """Append copies of good rows of the first table to its end."""
    rows = cells["enterprises"]
    possible = np.flatnonzero(free["enterprises"])
    picked = np.sort(rng.choice(possible, min(each, len(possible)), replace=False))
    first = len(rows)
    cells["enterprises"] = pd.concat([rows, rows.iloc[picked]], ignore_index=True)
    names = rows["enterprise_id"].iloc[picked]
    return [Planted("enterprises", first + step, "enterprise_id", name, "duplicate") for step, name in enumerate(names)]
