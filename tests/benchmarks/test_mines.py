"""The benchmark on mines, on a small simulated panel: it runs, and it does not look ahead."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn", reason="what learns is an extra")

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def modules():
    before = list(sys.path)
    sys.path.insert(0, str(BENCHMARKS))
    import mines  # noqa: PLC0415  # the folder is no package
    import mines_data  # noqa: PLC0415
    import mines_features  # noqa: PLC0415

    yield mines, mines_data, mines_features
    sys.path[:] = before


@pytest.fixture(scope="module")
def panel(modules):
    """Simulate 300 mines over five years, each with a rate of its own."""
    random, size, quarters = np.random.default_rng(0), 300, 20
    rate = np.repeat(random.gamma(0.5, 0.5, size), quarters)
    injured = random.poisson(rate) > 0
    rows = pd.DataFrame(
        {
            "mine_id": np.repeat(100_000 + 7 * np.arange(size), quarters),
            "mine_name": np.repeat(random.choice(["Mine No 1", "Big Quarry", "Plant 2"], size), quarters),
            "state_code": np.repeat(random.integers(1, 5, size), quarters),
            "year": np.tile(2000 + np.arange(quarters) // 4, size),
            "quarter": np.tile(1 + np.arange(quarters) % 4, size),
            "violations": random.poisson(0.3 + 2 * rate),
            "days_lost": np.where(injured, random.integers(1, 60, size * quarters), 0),
            "days_restricted": np.where(injured, random.integers(0, 9, size * quarters), 0),
            "deaths": 0,
            "perm_disabilities": (injured & (random.random(size * quarters) < 0.02)).astype(int),
        }
    )
    return modules[1].mines_of(rows.sample(frac=1, random_state=1))


def test_matrices_hold_the_rows(panel, modules):
    assert panel.injury.shape == (300, 20)
    assert panel.position(2003) == 12
    assert not panel.universe[:, 0].any()
    values = np.array([[1.0, 0.0, 2.0, 0.0]])
    _, data, _ = modules
    assert data.before(values, 2).tolist() == [[0, 1, 1, 2]]
    assert data.earlier(values, 1)[0, 1:].tolist() == [1, 0, 2]
    assert data.since(values)[0, 1:].tolist() == [1, 2, 1]
    assert data.decayed(values, 1)[0, 3] == pytest.approx((2 + 0 + 0.25) / 1.75)


def test_features_do_not_look_ahead(panel, modules):
    _, _, features = modules
    found = features.features(panel)
    random, now = np.random.default_rng(1), 12
    mixed = random.permutation(len(panel.ids))
    later = {
        name: np.concatenate([getattr(panel, name)[:, :now], getattr(panel, name)[mixed, now:]], axis=1)
        for name in ("violations", "days_lost", "days_restricted", "disabling")
    }
    other = features.features(replace(panel, **later))
    for name, values in found.items():
        np.testing.assert_array_equal(values[:, 8 : now + 1], other[name][:, 8 : now + 1], err_msg=name)


def test_name_is_unknown_before_the_first_injury(panel, modules):
    _, _, features = modules
    kind = features.features(panel)["kind"]
    injured_before = np.cumsum(panel.injury, axis=1) - panel.injury > 0
    assert np.isnan(kind[~injured_before]).all()
    assert not np.isnan(kind[injured_before]).any()


def test_lists_beat_chance_and_are_reported(panel, modules, capsys):
    mines, _, _ = modules
    lists = mines.quarterly_lists(panel, [2004], seed=1)
    assert set(lists.scores) >= {mines.PRODUCT, mines.BY_DAYS, mines.YARDSTICK, "random", "last year's days lost"}
    injured = panel.injury[lists.mine, lists.quarter]
    found = {name: mines.caught(lists, name, 0.2) @ injured / injured.sum() for name in lists.scores}
    assert min(found[name] for name in (mines.PRODUCT, mines.BY_INJURIES, mines.BY_DAYS)) > found["random"] + 0.1
    together = lists.scores[mines.BY_INJURIES] * lists.scores[mines.BY_DAYS]
    np.testing.assert_allclose(lists.scores[mines.PRODUCT], together)
    assert sum(mines.caught(lists, "random", 0.2)) == pytest.approx(0.2 * len(injured))
    mines.report(panel, lists, draws=20, seed=1)
    assert "4 lists" in capsys.readouterr().out


def test_missing_data_is_said(modules, monkeypatch, capsys, tmp_path):
    mines, data, _ = modules
    monkeypatch.setenv("OSHRISK_BENCH_DATA", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["mines.py"])
    assert mines.main() == 2
    assert data.FILE in capsys.readouterr().err
