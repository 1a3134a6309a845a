"""Small registers made by hand, and one simulated backtest a session."""

import numpy as np
import pandas as pd
import pytest

from oshrisk.evaluate import Past, run_backtest
from oshrisk.planning import Quarter
from oshrisk.registry.registry import registry_of
from oshrisk.risk import load_table
from oshrisk.settings import Programme
from oshrisk.simulate import simulate


def ids_of(count):
    return [f"{5600000000 + number:010d}" for number in range(count)]


@pytest.fixture(scope="session")
def small():
    """A simulated province of 300 places."""
    return simulate(300, seed=3)


@pytest.fixture(scope="session")
def past(small):
    return Past(small.registry)


@pytest.fixture(scope="session")
def expert():
    return load_table("dien-bien-expert")


@pytest.fixture(scope="session")
def backtest(small, expert):
    return run_backtest(
        small.registry,
        Programme(),
        first=Quarter(2025, 1),
        last=Quarter(2025, 2),
        models={"expert": expert, "again": expert},
        draws=40,
    )


@pytest.fixture
def registry():
    """Registry of `count` enterprises read at the end of 2026; tables as lists of rows, enterprises by number."""

    def make(count=3, workers=10.0, **tables):
        ids = ids_of(count)
        firms = pd.DataFrame({"enterprise_id": ids, "name": ids, "workers": workers})
        firms = firms.assign(workers_on=pd.Timestamp("2020-01-01"), sector_code="08101", sector_scheme="vsic2018")
        frames = {"enterprises": firms}
        for name, rows in tables.items():
            frame = pd.DataFrame(rows)
            frame["enterprise_id"] = [ids[number] for number in frame.pop("n")]
            for column in frame.columns[frame.columns.str.endswith("_on")]:
                frame[column] = pd.to_datetime(frame[column])
            frames[name] = frame
        return registry_of(frames, "2026-12-31")

    return make


@pytest.fixture
def features():
    """Features that every baseline can read."""

    def make(count=200, seed=0):
        rng = np.random.default_rng(seed)
        return pd.DataFrame(
            {
                "workers": rng.choice([4.0, 30.0, 300.0, np.nan], count),
                "section": rng.choice(["B", "C", "F", "G"], count),
                "division": rng.choice(["08", "10", "41", "47"], count),
                "reported_periods_5y": rng.choice([0.0, 8.0], count, p=[0.6, 0.4]),
                "accidents_5y": rng.poisson(0.4, count).astype(float),
                "reported_worker_years_5y": rng.choice([0.0, 50.0], count),
                "past_violations_3y": rng.choice(["none_serious", "corrected", "uncorrected", "repeat", None], count),
                "last_inspection": rng.choice(["never", "2_5y"], count),
                "past_fatal_accident_5y": rng.choice(["no", "yes"], count, p=[0.9, 0.1]),
                "past_serious_accidents_3y": rng.poisson(0.2, count).astype(float),
                "high_risk_sector": rng.choice([0.0, 1.0, np.nan], count),
                "chemical_ratio": rng.choice([0.2, 2.0, np.nan], count),
                "underground_or_blasting": rng.choice(["yes", None], count),
                "strict_equipment_count": rng.choice([1.0, np.nan], count),
                "hazardous_chemical_count": rng.choice([1.0, np.nan], count),
            },
            index=pd.Index(ids_of(count), name="enterprise_id"),
        )

    return make
