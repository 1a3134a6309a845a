"""A province with known truth: places, their history, and what the registers know of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from oshrisk.registry.registry import Registry, registry_of
from oshrisk.registry.tables import HISTORY, TABLES
from oshrisk.simulate.findings import findings_table
from oshrisk.simulate.inspections import inspections_table
from oshrisk.simulate.machines import draw_machines, equipment_table
from oshrisk.simulate.parameters import Parameters, load
from oshrisk.simulate.places import Draw, Window, default_size, draw_places
from oshrisk.simulate.register import enterprise_ids, enterprises_table
from oshrisk.simulate.reports import (
    FATAL,
    MINOR,
    accident_reports_table,
    accidents_table,
    annual_table,
    draw_filing,
    known_accidents,
)
from oshrisk.simulate.signals import draw_signals, other_plans_table, signals_table
from oshrisk.simulate.stores import hazmat_table
from oshrisk.simulate.truth import Province, draw_accidents, draw_province, true_rates, truth_frame
from oshrisk.simulate.visits import draw_visits

TRIAL = 2_000  # places of the block that measures how many rows the parameters give
BLOCK = 10_000  # places drawn from one random stream; part of what a seed means, so never change it
STREAMS = (
    "places", "register", "machines", "chemicals", "rates", "accidents", "filing", "annual", "known", "rows",
    "signals", "visits", "findings", "plans", "truth", "certificates", "zeros", "inspections", "ids",
)  # fmt: skip


@dataclass(frozen=True)
class Simulation:
    """A simulated province, or one block of it.

    Parameters
    ----------
    registry : Registry
        What the registers know, with ``simulated=True``. Shares nothing with the truth but the ids.
    truth : DataFrame
        Indexed by enterprise_id, in the order of the register: ``accident_rate`` and ``fatal_rate`` (true, per
        worker-year), ``workers`` (true head-count on the day of reading), ``seasonal_share``, ``exists`` (whether
        the place still operates), ``violation_probability`` and ``violation`` (true serious violation on that
        day), ``accidents_next_year`` and ``fatal_next_year`` (of the year after, if the place lived on).
    truth_accidents : DataFrame
        All true accidents of the window, reported or not: the columns of ``accidents`` but for ``known_on``, and
        ``known``.
    seed : int
        The seed.
    """

    registry: Registry
    truth: pd.DataFrame
    truth_accidents: pd.DataFrame
    seed: int


def simulate(
    n: int | None = None,
    *,
    seed: int = 1,
    read_on: str = "2026-11-30",
    years: int = 5,
    history_per_enterprise: float | None = None,
) -> Simulation:
    """Simulate a province.

    Parameters
    ----------
    n : int, optional
        Number of places, at least 100; by default those of Điện Biên.
    seed : int, default 1
        The same seed gives the same province, bit for bit.
    read_on : str, default "2026-11-30"
        The day the registers are read.
    years : int, default 5
        Years of history before it.
    history_per_enterprise : float, optional
        Mean number of history rows of a place, for tests of load: more strict machines than the parameters say.
        By default as many rows as the parameters give, about three.

    Returns
    -------
    Simulation
        Registers and truth.

    Examples
    --------
    >>> province = simulate(200, seed=7)
    >>> province.registry.simulated, len(province.truth)
    (True, 200)
    >>> bool(len(province.truth_accidents) >= len(province.registry["accidents"]))
    True
    """
    blocks = list(
        simulate_blocks(n, seed=seed, read_on=read_on, years=years, history_per_enterprise=history_per_enterprise)
    )
    if len(blocks) == 1:
        return blocks[0]
    tables = {name: pd.concat([block.registry[name] for block in blocks], ignore_index=True) for name in TABLES}
    return Simulation(
        registry_of(tables, read_on, simulated=True),
        pd.concat([block.truth for block in blocks]),
        pd.concat([block.truth_accidents for block in blocks], ignore_index=True),
        seed,
    )


def simulate_blocks(
    n: int | None = None,
    *,
    seed: int = 1,
    read_on: str = "2026-11-30",
    years: int = 5,
    history_per_enterprise: float | None = None,
    shard: int = 0,
    shards: int = 1,
) -> Iterator[Simulation]:
    """Simulate a province block by block, or every `shards`-th block of it.

    Parameters
    ----------
    n, seed, read_on, years, history_per_enterprise
        As in `simulate`.
    shard, shards : int
        Which of how many shards: blocks ``shard``, ``shard + shards``, … All shards together give exactly the
        blocks of one.

    Yields
    ------
    Simulation
        Blocks of at most 10,000 places, each with its own part of the register and of the truth. A full block is
        the same whatever `n` is.

    Raises
    ------
    ValueError
        If there are fewer than 100 places, less than one year, or no such shard.
    """
    p = load()
    total = default_size(p) if n is None else n
    if total < 100 or years < 1 or not 0 <= shard < shards:
        raise ValueError(f"need n >= 100, years >= 1 and 0 <= shard < shards, not {total}, {years}, {shard}, {shards}")
    start = pd.Timestamp(read_on) - pd.DateOffset(years=years)
    window = Window(np.datetime64(start.date(), "D"), np.datetime64(read_on, "D"))
    shared = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
    plan = _Plan(seed, window, p, draw_province(Draw(window, p, shared)))
    if history_per_enterprise is not None:
        plan = replace(plan, p=_with_history(plan, history_per_enterprise))
    for block in range(shard, -(-total // BLOCK), shards):
        first = block * BLOCK
        yield _block(plan, (1, block), first, min(BLOCK, total - first))


@dataclass(frozen=True)
class _Plan:
    """What all blocks of a simulation share."""

    seed: int
    window: Window
    p: Parameters
    province: Province

    def draws(self, key: tuple[int, int]) -> dict[str, Draw]:
        """Return one independent stream for each drawing of a block."""
        children = np.random.SeedSequence(self.seed, spawn_key=key).spawn(len(STREAMS))
        streams = zip(STREAMS, children, strict=True)
        return {name: Draw(self.window, self.p, np.random.default_rng(child)) for name, child in streams}


def _with_history(plan: _Plan, rows: float) -> Parameters:
    """Return parameters with so many more machines that a trial block has `rows` history rows a place."""
    trial = _block(plan, (2, 0), 0, TRIAL).registry
    machines = len(trial["equipment"])
    wanted = rows * TRIAL - sum(len(trial[name]) for name in HISTORY) + machines
    factor = max(wanted, 0.0) / machines
    more = {sector: {item: mean * factor for item, mean in items.items()} for sector, items in plan.p.machines.items()}
    return replace(plan.p, machines=more)


def _block(plan: _Plan, key: tuple[int, int], first: int, count: int) -> Simulation:
    draw, window = plan.draws(key), plan.window
    places = draw_places(first, count, draw["places"])
    machines = draw_machines(places, draw["machines"])
    rates = true_rates(places, machines, plan.province, draw["rates"])
    accidents = draw_accidents(places, rates, plan.province, draw["accidents"])
    enterprises = enterprises_table(places, enterprise_ids(places, draw["ids"]), draw["register"])
    ids, closed_on = enterprises["enterprise_id"], enterprises["closed_on"].to_numpy("datetime64[D]")
    closed = ~np.isnat(closed_on)
    annual, halves = draw_filing(places, rates, int((~closed).sum()), draw["filing"])
    knowledge = known_accidents(accidents, halves, draw["known"])
    accident_rows, every = accidents_table(accidents, knowledge, ids, draw["rows"])
    report_rows, false_zero = accident_reports_table(halves, accidents, knowledge, ids, draw["zeros"])
    worse = knowledge.known & (accidents.severity != MINOR)
    events = accidents.place[worse], accidents.on[worse], knowledge.on[worse]
    signals = draw_signals(places, rates, events, false_zero, draw["signals"])
    fatal = knowledge.known & (accidents.severity == FATAL)
    signs = signals, (accidents.place[fatal], knowledge.on[fatal])
    visits, violation = draw_visits(places, rates, signs, closed_on, draw["visits"])
    inspections = inspections_table(visits, places, ids, key[1], draw["inspections"])
    visit_ids = inspections["inspection_id"].iloc[: len(visits.place)]
    tables = {
        "enterprises": enterprises,
        "annual_reports": annual_table(annual, places, ids, draw["annual"]),
        "equipment": equipment_table(machines, places, ids, draw["certificates"]),
        "hazmat": hazmat_table(places, ids, draw["chemicals"]),
        "accidents": accident_rows,
        "accident_reports": report_rows,
        "inspections": inspections,
        "findings": findings_table(visits, visit_ids, places, machines, draw["findings"]),
        "signals": signals_table(signals, ids),
        "other_plans": other_plans_table(places, ids, closed, draw["plans"]),
    }
    truth = truth_frame(places, rates, violation, draw["truth"]).set_index(pd.Index(ids, name="enterprise_id"))
    return Simulation(registry_of(tables, str(window.end), simulated=True), truth, every, plan.seed)
