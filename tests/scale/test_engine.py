"""Processes and a Dask cluster: a worker that is killed in the middle changes nothing."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from oshrisk.errors import OshriskError
from oshrisk.scale import engine as scale_engine
from oshrisk.scale.engine import Engine
from oshrisk.scale.progress import Progress, Watch, quiet
from oshrisk.scale.ranking import rank_shards
from oshrisk.scale.shards import write_shards
from oshrisk.settings import Programme

from .conftest import hashes

ROOT = Path(__file__).parents[2]


def run(engine, function, tasks):
    with engine.started():
        return engine.run(function, tasks, rows=[1] * len(tasks), watch=Watch(quiet, "score", len(tasks)))


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_tasks(jobs):
    assert run(Engine(jobs=jobs), pow, [(n, 2) for n in range(5)]) == [0, 1, 4, 9, 16]


@pytest.mark.filterwarnings("ignore::UserWarning")  # loky warns that a worker was stopped
def test_a_killed_process_is_made_up_for(tmp_path):
    mark = tmp_path / "mark"

    def square(number):
        if number == 1 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number * number

    assert run(Engine(jobs=2), square, [(number,) for number in range(4)]) == [0, 1, 4, 9]
    assert mark.exists()


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_processes_that_are_killed_again_and_again_are_an_error(monkeypatch):
    monkeypatch.setattr(scale_engine, "TRIES", 1)
    with pytest.raises(OshriskError) as caught:
        run(Engine(jobs=2), os.abort, [(), ()])
    assert caught.value.code == "scale.workers_killed"


def test_a_scheduler_that_does_not_answer_is_an_error():
    distributed = pytest.importorskip("distributed")
    with pytest.raises(OshriskError) as caught, Engine("dask", scheduler="inproc://nobody").started():
        pass
    assert caught.value.code == "scale.no_scheduler"
    assert not any(isinstance(one, distributed.Client) for one in gc.get_objects())


def test_a_scheduler_without_workers_is_an_error(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(scale_engine, "WAIT", 0.5)
    with cluster(tmp_path, workers=0) as (address, _), pytest.raises(OshriskError) as caught:
        run(Engine("dask", scheduler=address), pow, [(1, 2)])
    assert caught.value.code == "scale.no_workers"


def test_one_worker_of_a_cluster_works_and_not_the_process_that_asks(tmp_path):
    pytest.importorskip("distributed")
    with cluster(tmp_path, workers=1) as (address, workers):
        found = run(Engine("dask", scheduler=address), os.getpid, [(), (), ()])
    assert found == [workers[0].pid] * 3


def test_tasks_that_kill_every_worker_are_an_error(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(scale_engine, "TRIES", 1)
    with cluster(tmp_path, workers=5) as (address, _), pytest.raises(OshriskError) as caught:
        run(Engine("dask", scheduler=address), os.abort, [()])
    assert caught.value.code == "scale.workers_killed"


def test_progress_has_rate_and_time_left():
    half = Progress("score", done=500, total=1000, seconds=5.0, kept=100)
    assert half.rate == 80
    assert half.left == pytest.approx(6.25)
    assert Progress("score", done=0, total=1000, seconds=0.0).left is None


@contextmanager
def cluster(folder, workers):
    """Start a scheduler and workers as processes of their own; give its address and the workers."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    file = folder / "scheduler.json"

    def start(*arguments):
        command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    scheduler = start(
        *("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"),
        *("--scheduler-file", str(file)),
    )
    running = [
        start("worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", "--no-dashboard")
        for _ in range(workers)
    ]
    try:
        deadline = time.monotonic() + 40
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        yield json.loads(file.read_text())["address"], running
    finally:
        for process in [*running, scheduler]:
            process.kill()
            process.wait()


def test_a_dask_worker_killed_in_the_middle_changes_nothing(tmp_path, registry, expert):
    pytest.importorskip("distributed")
    shards = write_shards(tmp_path / "shards", registry, 6)
    alone = rank_shards(shards, tmp_path / "alone-simulated", Programme(), expert)
    killed = []
    with cluster(tmp_path, workers=2) as (address, workers):

        def kill(progress):
            if progress.step == "features" and progress.done and not killed:
                killed.append(workers[0])
                workers[0].kill()

        made = rank_shards(
            *(shards, tmp_path / "cluster-simulated", Programme(), expert),
            engine=Engine("dask", scheduler=address),
            tell=kill,
        )
        assert killed[0].wait(10) == -signal.SIGKILL
    assert hashes(made) == hashes(alone)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_leaves_whole_results_and_no_process(tmp_path, registry):
    write_shards(tmp_path / "shards", registry, 8)
    program = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # a test run may ignore it
    command = [sys.executable, "-c", f"{program}; from oshrisk.cli import main; main()", "-l", "en", "rank", "shards"]
    process = subprocess.Popen(
        [*command, "--output", "list-simulated", "--jobs", "2"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("*.unfinished-*/features-0002.arrow")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "the same command goes on" in told
    assert "Traceback" not in told
    left = sorted(
        path.name for path in tmp_path.rglob("*") if path.parent.parent == tmp_path and "unfinished" in str(path)
    )
    assert left
    assert all(name.startswith(("features-", "scored-")) and name.endswith(".arrow") for name in left)
