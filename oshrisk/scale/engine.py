"""Where tasks run: processes of this machine through joblib, or the workers of a Dask cluster."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from oshrisk.errors import OshriskError
from oshrisk.scale.progress import Watch

Result = TypeVar("Result")
Backend = Literal["local", "dask"]
TRIES = 4  # a worker that is killed takes its tasks with it: so often they are given to others
WAIT = 30  # seconds for the first worker of a cluster


@dataclass(frozen=True)
class Engine:
    """How tasks are run.

    Parameters
    ----------
    backend : {"local", "dask"}, default "local"
        Processes of this machine, or a Dask cluster.
    jobs : int, default 1
        Processes of this machine; on a cluster, as many as it has threads.
    scheduler : str
        Address of the Dask scheduler, such as ``tcp://10.0.0.1:8786``.
    """

    backend: Backend = "local"
    jobs: int = 1
    scheduler: str = ""

    @contextmanager
    def started(self) -> Iterator[None]:
        """Connect to the cluster, or start the processes when they are needed; leave nothing running."""
        if self.backend == "dask":
            with _client(self.scheduler):
                yield
            return
        import joblib  # noqa: PLC0415  # slow to import

        try:
            with joblib.parallel_config(backend="loky", n_jobs=self.jobs, initializer=_leave_interrupts):
                yield
        finally:
            if self.jobs != 1:
                from joblib.externals.loky import get_reusable_executor  # noqa: PLC0415  # as above

                get_reusable_executor().shutdown(wait=True, kill_workers=True)

    def run(
        self,
        function: Callable[..., Result],
        tasks: Sequence[tuple[Any, ...]],
        *,
        rows: Sequence[int],
        watch: Watch,
    ) -> list[Result]:
        """Run a function on every task, and return the results in their order.

        Parameters
        ----------
        function : callable
            A function of a module, whose result depends on its arguments alone.
        tasks : sequence of tuple
            Arguments.
        rows : sequence of int
            Rows that each task works on, for the progress.
        watch : Watch
            Is told of every finished task.

        Returns
        -------
        list
            One result a task.

        Raises
        ------
        OshriskError
            If workers are killed again and again.
        """
        results: dict[int, Result] = {}
        for _ in range(TRIES):
            try:
                for number, result in self._some(function, [n for n in range(len(tasks)) if n not in results], tasks):
                    results[number] = result
                    watch.done(rows[number])
                return [results[number] for number in range(len(tasks))]
            except _killed():
                continue
        raise OshriskError("scale.workers_killed", tries=TRIES)

    def _some(
        self, function: Callable[..., Result], numbers: list[int], tasks: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Result]]:
        if self.backend == "dask":
            yield from _on_cluster(function, numbers, tasks)
            return
        if self.jobs == 1:
            yield from ((number, function(*tasks[number])) for number in numbers)
            return
        import joblib  # noqa: PLC0415  # slow to import

        parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="2*n_jobs")
        yield from parallel(joblib.delayed(_numbered)(function, number, tasks[number]) for number in numbers)


def _on_cluster(
    function: Callable[..., Result], numbers: list[int], tasks: Sequence[tuple[Any, ...]]
) -> Iterator[tuple[int, Result]]:
    """Run tasks on the workers of the cluster that `Engine.started` has reached.

    joblib's own backend for Dask works in the calling process where the cluster has one thread; this never does.
    """
    from distributed import as_completed, get_client  # noqa: PLC0415  # an optional extra

    client = get_client()
    some = [tasks[number] for number in numbers]  # sent together: what tasks have in common travels once
    futures = client.map(_numbered, [function] * len(some), numbers, some, pure=False)
    for _, result in as_completed(futures, with_results=True):  # type: ignore[no-untyped-call]
        yield result


def _leave_interrupts() -> None:
    """Let Ctrl-C reach the parent alone, which ends its processes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _numbered(function: Callable[..., Result], number: int, arguments: tuple[Any, ...]) -> tuple[int, Result]:
    return number, function(*arguments)


def _killed() -> tuple[type[BaseException], ...]:
    """Return the errors that say that a process which worked on a task is gone."""
    from joblib.externals.loky.process_executor import TerminatedWorkerError  # noqa: PLC0415  # slow to import

    if "distributed" not in sys.modules:
        return (TerminatedWorkerError,)
    from distributed import KilledWorker  # noqa: PLC0415  # an optional extra

    return (TerminatedWorkerError, KilledWorker)


@contextmanager
def _client(scheduler: str) -> Iterator[None]:
    from distributed import Client  # noqa: PLC0415  # an optional extra

    problem = ""
    try:
        client = Client(scheduler, timeout=20)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        problem = type(error).__name__
    if problem:
        gc.collect()  # ends the client that could not connect now: its end at any later time can block a new one
        raise OshriskError("scale.no_scheduler", scheduler=scheduler or "–", problem=problem)
    with client:
        try:
            client.wait_for_workers(1, timeout=WAIT)
        except TimeoutError as error:
            raise OshriskError("scale.no_workers", scheduler=scheduler, seconds=WAIT) from error
        yield
