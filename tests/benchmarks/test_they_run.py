"""Every benchmark runs to its end, at the smallest size; what it measures is not asked here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("mlflow", reason="what learns is an extra")

ROOT = Path(__file__).parents[2]
SMALLEST = {
    "coverage": ["--provinces", "2"],
    "first_list": ["--sizes", "150"],
    "learning_curves": ["--provinces", "1", "--loops", "1", "--jobs", "1"],
    "scale": ["--sizes", "300", "600", "--only", "slope", "whole", "reasons"],
    "selection": ["--candidates", "150", "--seconds", "0.1"],
    "employers": ["--bootstrap", "5", "--folds", "2"],
    "chicago": ["--bootstrap", "5"],
}


def run(name: str, *options: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / f"{name}.py"), *options],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def employers(random: np.random.Generator, size: int = 1200) -> pd.DataFrame:
    """Filings of two years in the columns of the public file; simulated."""
    hours = np.exp(random.normal(11.5, 1.0, size)).clip(5_000, 2e6)
    rate = random.gamma(1.0, 2e-5, size)
    sector = random.choice(["236220", "311812", "332710", "484110", "722511"], size)
    years = []
    for year in (2023, 2024):
        dart = random.poisson(rate * hours)
        years.append(
            pd.DataFrame(
                {
                    "company_id": np.arange(size),
                    "naics": sector,
                    "state": random.choice(["IN", "OH", "TX"], size),
                    "year": year,
                    "n_establishments": 1,
                    "hours": hours.astype("int64"),
                    "recordable_cases": dart + random.poisson(rate * hours),
                    "dart_cases": dart,
                }
            )
        )
    return pd.concat(years, ignore_index=True)


def inspections(random: np.random.Generator, size: int = 2400) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Visits to 600 licences in the columns of the City's two files; simulated."""
    licence = random.integers(0, 600, size)
    bad = random.random(600)[licence]
    visits = pd.DataFrame(
        {
            "inspection_id": np.arange(size),
            "license": licence,
            "inspection_date": pd.Timestamp("2011-09-05") + pd.to_timedelta(random.integers(0, 1150, size), unit="D"),
            "facility_type": random.choice(["Restaurant", "Grocery Store", "School"], size),
            "risk": random.choice(["Risk 1 (High)", "Risk 2 (Medium)"], size),
            "criticalcount": (random.random(size) < bad * 0.4).astype(int),
            "seriouscount": random.poisson(bad),
            "minorcount": random.poisson(2 * bad),
            "pastserious": random.poisson(bad),
            "pastcritical": random.poisson(bad),
            "timesincelast": random.uniform(0, 2, size),
        }
    )
    more = {name: random.integers(0, 2, size) for name in ("filling_station", "tobacco_retail_over_counter")}
    more |= {name: random.uniform(0, 40, size) for name in ("heat_burglary", "heat_garbage", "heat_sanitation")}
    model = visits.assign(
        **more,
        consumption_on_premises_incidental_activity=0,
        ageatinspection=random.uniform(0, 9, size),
        temperaturemax=random.uniform(0, 90, size),
        inspector_assigned=random.choice(["green", "blue"], size),
        criticalfound=(visits["criticalcount"] > 0).astype(int),
        published_glmnet_score=random.random(size),
        published_xgboost_score=random.random(size),
        test=visits["inspection_date"] >= "2014-05-01",
    )
    return model, visits


@pytest.fixture(scope="module")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with files like the public ones: names and columns, nothing of their contents."""
    folder, random = tmp_path_factory.mktemp("stand-ins-simulated"), np.random.default_rng(4)
    employers(random).to_parquet(folder / "osha_ita_company_2023_2024.parquet")
    model, visits = inspections(random)
    model.to_parquet(folder / "chicago_food_model_table.parquet")
    visits.to_parquet(folder / "chicago_food_inspections_2011_2014.parquet")
    return str(folder)


@pytest.mark.parametrize("name", SMALLEST)
def test_it_runs(name: str, stand_ins: str, tmp_path: Path) -> None:
    more = ["--picture", str(tmp_path / "scale-simulated.png")] if name == "scale" else []
    assert run(name, *SMALLEST[name], *more, OSHRISK_BENCH_DATA=stand_ins)


def test_the_desk_is_measured(listed_workspace, tmp_path: Path) -> None:
    pytest.importorskip("django_htmx")
    assert run("desk", "--folder", str(listed_workspace.folder))


def test_all_benchmarks_are_run() -> None:
    """`mines.py` is tested beside this file; modules without a command are used by the others."""
    commands = {path.stem for path in (ROOT / "benchmarks").glob("*.py") if "def main" in path.read_text("utf-8")}
    assert commands == {*SMALLEST, "desk", "mines"}
