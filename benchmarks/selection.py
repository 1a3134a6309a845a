"""Measure the selection: objective, bound, gap and time, beside greedy and beside a plan made without roads.

    python benchmarks/selection.py [--candidates 2000 100000] [--seconds 10]

Candidates are simulated over the communes of Điện Biên (most in the two town wards); nothing of it is real. The plan
without roads lists by worth, drives to each place alone, and stops when the days are used, as a list without an
optimiser does. Trips are measured against the exact tour (dynamic programming, up to nine stops) and, where it is
installed, against OR-Tools.
"""

from __future__ import annotations

import argparse
import time
from itertools import combinations

import numpy as np
import pandas as pd

from oshrisk.planning.buckets import buckets
from oshrisk.planning.optimise import make_task, select
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.roads import make_roads
from oshrisk.planning.trips import order_stops, tour_days
from oshrisk.settings import Programme

QUARTER = Quarter(2027, 1)


def simulated(count: int, seed: int) -> pd.DataFrame:
    """Candidates with a heavy-tailed worth; a third can be checked remotely, a few belong to one entity."""
    generator = np.random.default_rng(seed)
    communes = make_roads(Programme()).parent.index
    weight = np.where(communes.isin(["03127", "03334"]), 10.0, 1.0)
    size = generator.choice(["micro", "small", "large"], count, p=[0.5, 0.45, 0.05])
    risk = generator.beta(3.0, 6.0, count)
    entity = np.arange(count)
    shared = generator.random(count) < 0.1
    entity[shared] = generator.integers(0, max(count // 20, 1), shared.sum())
    return pd.DataFrame(
        {
            "status": np.where(generator.random(count) < 10 / count, "must", "may"),
            "worth": generator.lognormal(0.0, 1.5, count) * risk,
            "violation_probability": risk,
            "entity": entity.astype(str),
            "sign": generator.random(count) < 0.03,
            "commune_code": generator.choice(communes, count, p=weight / weight.sum()),
            "visit_days": pd.Series(size).map({"micro": 0.5, "small": 1.0, "large": 2.0}).to_numpy(),
            "remote_days": np.where(generator.random(count) < 1 / 3, 0.5, np.nan),
            "on_site": True,
            "size": size,
            "section": generator.choice(list("BCFGH"), count),
            "never_visited": generator.random(count) < 0.8,
        },
        pd.Index([f"{5600000000 + n:010d}" for n in range(count)], name="enterprise_id"),
    )


def by_worth_alone(candidates: pd.DataFrame, programme: Programme, days: pd.Series) -> float:
    """Worth of the list by worth alone when each place is driven to by itself."""
    task = make_task(candidates, make_roads(programme), days, programme)
    on_site = task.options[task.options["mode"].eq("on_site")]
    cost = task.tree.alone(on_site["node"].to_numpy(), on_site["days"].to_numpy())
    ordered = on_site.assign(cost=cost).sort_values(["must", "worth"], ascending=False, kind="stable")
    return float(ordered.loc[ordered["cost"].cumsum().le(task.days.sum()), "worth"].sum())


def exact_tour(between: np.ndarray) -> float:
    """Held, M. and Karp, R. (1962), A dynamic programming approach to sequencing problems."""
    count = len(between)
    best = {(frozenset([k]), k): between[0, k] for k in range(1, count)}
    for size in range(2, count):
        for chosen in combinations(range(1, count), size):
            whole = frozenset(chosen)
            for last in chosen:
                rest = whole - {last}
                best[whole, last] = min(best[rest, k] + between[k, last] for k in rest)
    return float(min(best[frozenset(range(1, count)), k] + between[k, 0] for k in range(1, count)))


def ortools_tour(between: np.ndarray) -> float:
    """Tour of OR-Tools with guided local search, one second; NaN where it is not installed."""
    try:
        from ortools.constraint_solver import pywrapcp, routing_enums_pb2
    except ImportError:
        return float("nan")
    manager = pywrapcp.RoutingIndexManager(len(between), 1, 0)
    routing = pywrapcp.RoutingModel(manager)
    whole = np.rint(between * 1e6).astype(int).tolist()
    node = manager.IndexToNode
    leg = routing.RegisterTransitCallback(lambda i, j: whole[node(i)][node(j)])
    routing.SetArcCostEvaluatorOfAllVehicles(leg)
    settings = pywrapcp.DefaultRoutingSearchParameters()
    settings.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    settings.time_limit.FromSeconds(1)
    return routing.SolveWithParameters(settings).ObjectiveValue() / 1e6


def tours(count: int, stops: int) -> None:
    """Print how much longer tours through random communes are than exact ones."""
    hours = make_roads(Programme()).hours
    generator = np.random.default_rng(1)
    own, others = [], []
    for _ in range(count):
        chosen = ["03127", *generator.choice(hours.index.drop("03127"), stops, replace=False)]
        between = hours.loc[chosen, chosen].to_numpy()
        exact = exact_tour(between)
        own.append(tour_days(between, order_stops(between, list(range(1, stops + 1)))) / exact)
        others.append(ortools_tour(between) / exact)
    print(f"{stops} stops, {count} tours, over exact: insertion and 2-opt mean {np.mean(own):.4f} ", end="")
    print(
        f"worst {np.max(own):.4f}, exact {np.mean(np.array(own) < 1 + 1e-9):.0%}; OR-Tools mean {np.mean(others):.4f}"
    )


def measure(count: int, inspector_days: float, teams: int, seconds: float) -> None:
    """Print one row."""
    capacity = {"inspector_days": inspector_days, "teams": teams}
    programme = Programme.model_validate({"capacity": capacity, "selection": {"seconds": seconds}})
    candidates, days = simulated(count, seed=1), buckets(QUARTER, programme.capacity)
    start, cpu = time.perf_counter(), time.process_time()
    result = select(candidates, make_roads(programme), days, programme)
    wall, used = time.perf_counter() - start, time.process_time() - cpu
    report = result.report
    alone = by_worth_alone(candidates, programme, days)
    print(
        f"{count:>8,} {inspector_days:>7,.0f} {len(result.visits):>6,} {report['objective']:>10.2f} "
        f"{report['bound']:>10.2f} {report['gap']:>7.2%} {report['poured_proven']!s:>7} {wall:>7.1f} {used:>7.1f} "
        f"{report['greedy_objective'] / report['bound']:>8.1%} {alone / report['bound']:>8.1%}",
        flush=True,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--candidates", type=int, nargs="+", default=[2_000, 100_000])
    parser.add_argument("--seconds", type=float, default=10.0)
    arguments = parser.parse_args()
    print("candidates    days visits  objective      bound     gap  proven  wall s   cpu s   greedy no roads")
    for count in arguments.candidates:
        measure(count, 120.0, 2, arguments.seconds)
        if count > 10_000:
            measure(count, count * 0.06, count // 2_000, arguments.seconds)
    for stops in (5, 8):
        tours(20, stops)


if __name__ == "__main__":
    main()
