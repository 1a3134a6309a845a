"""Commands for a whole country: snapshot, and rank where the source is a snapshot in shards."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oshrisk.cli.inputs import date_of, workspace_of
from oshrisk.cli.options import LANG, Folder, Json, language_of
from oshrisk.cli.printing import print_result, simulated_lines
from oshrisk.errors import OshriskError
from oshrisk.messages import text

if TYPE_CHECKING:
    import pandas as pd

    from oshrisk.planning import Quarter
    from oshrisk.scale.engine import Engine
    from oshrisk.scale.progress import Progress
    from oshrisk.scale.ranking import RankedList

INTERRUPTED = 130  # as shells say it
EVERY = 5.0  # seconds between lines of progress where nobody watches a terminal

Jobs = Annotated[int | None, typer.Option("--jobs", min=1, help=text("scale.options.jobs", LANG))]
Where = Annotated[str, typer.Option("--backend", help=text("scale.options.backend", LANG))]
Scheduler = Annotated[str, typer.Option("--scheduler", help=text("scale.options.scheduler", LANG))]


def engine_of(backend: str, jobs: int | None, scheduler: str) -> Engine:
    """Return the engine that the options name."""
    from typing import get_args

    from oshrisk.scale.engine import Backend, Engine

    if backend not in get_args(Backend):
        raise typer.BadParameter(text("scale.options.backend", LANG), param_hint="--backend")
    named: Backend = "dask" if backend == "dask" else "local"
    return Engine(named, jobs or len(os.sched_getaffinity(0)), scheduler)


def ranked(source: str, folder: Path, as_of: str | None, output: str | None, engine: Engine) -> RankedList:
    """Rank a snapshot in shards into a folder."""
    from oshrisk.scale.ranking import rank_shards, unfinished
    from oshrisk.scale.shards import open_shards
    from oshrisk.workflow import model_of

    if not output or PurePosixPath(output).suffix:
        raise OshriskError("scale.output_folder", output=output or "–")
    workspace = workspace_of(folder, needed=False)
    shards, table = open_shards(source), model_of(workspace).table
    date, language = date_of(as_of) or shards.read_on, language_of(workspace)
    made_in = unfinished(output, shards, workspace.programme, table, date=date, language=language)
    with progress_told(made_in.url) as tell:
        return rank_shards(
            *(shards, output, workspace.programme, table), as_of=date, language=language, engine=engine, tell=tell
        )


def played_again(folder: Path, first: Quarter | None, last: Quarter | None, engine: Engine, *, as_json: bool) -> None:
    """Rank past quarters of a snapshot in shards again and print what the first of each ranking would have caught."""
    from oshrisk.scale.backtest import backtest_shards, last_matured
    from oshrisk.scale.shards import open_shards
    from oshrisk.workflow import model_of

    workspace = workspace_of(folder, needed=True)
    shards, newest = open_shards(workspace.source), last or last_matured(open_shards(workspace.source).read_on)
    if newest > last_matured(shards.read_on):
        raise OshriskError("evaluate.not_matured", quarter=newest, last=last_matured(shards.read_on))
    quarters = [newest]
    while first is not None and first < quarters[0]:
        quarters.insert(0, quarters[0].previous)
    output = workspace.path("backtest-simulated" if shards.simulated else "backtest")
    with progress_told(str(output)) as tell:
        found = backtest_shards(
            *(shards, output, workspace.programme, model_of(workspace).table, quarters), engine=engine, tell=tell
        )
    lines = simulated_lines(shards.simulated)
    for quarter, rows in found.groupby("quarter", sort=False):
        lines.append(text("scale.results.quarter", LANG, quarter=quarter))
        lines += [_share_line(of_share, share) for share, of_share in rows.groupby("share")]
    print_result({"simulated": shards.simulated, "table": found.to_dict("records")}, lines, as_json=as_json)


def _share_line(rows: pd.DataFrame, share: float) -> str:
    """Say what the first of a ranking would have caught."""
    from oshrisk.features.wording import number_text

    of = rows.set_index(["rule", "outcome"])
    accidents = of.loc[("model", "accidents")]
    shown = {
        "share": share,
        "accidents": accidents["value"],
        "accidents_low": accidents["low"],
        "accidents_high": accidents["high"],
        "lost_days": of.at[("model", "lost_days"), "value"],
        "violations": of.at[("model", "violations"), "value"],
        "size_accidents": of.at[("size", "accidents"), "value"],
    }
    percent = {
        name: "–" if math.isnan(value) else number_text(round(100 * value, 1), LANG) for name, value in shown.items()
    }
    return text("scale.results.caught", LANG, visited=int(of.at[("model", "violations"), "of"]), **percent)


@contextmanager
def progress_told(kept_in: str) -> Iterator[Callable[[Progress], None]]:
    """Give a function that shows how far long work is; say how to go on where somebody stops it."""
    from rich.console import Console

    console, last = Console(stderr=True), {"time": 0.0, "step": 0.0}
    begun: set[str] = set()

    def tell(progress: Progress) -> None:
        line = progress_line(progress)
        if console.is_terminal:
            status.update(line)
        elif progress.step not in begun or time.monotonic() - last["time"] > EVERY or progress.done == progress.total:
            console.print(line, markup=False, highlight=False)
            last["time"] = time.monotonic()
        begun.add(progress.step)

    try:
        with console.status("") as status:
            yield tell
    except KeyboardInterrupt as stop:
        typer.echo(text("scale.progress.interrupted", LANG, folder=kept_in), err=True)
        raise typer.Exit(INTERRUPTED) from stop


def progress_line(progress: Progress) -> str:
    """Say step, rows, rate and the time left."""
    from oshrisk.features.wording import number_text

    done, total, rate = (
        number_text(float(round(value)), LANG) for value in (progress.done, progress.total, progress.rate)
    )
    said = {"step": text(f"scale.steps.{progress.step}", LANG), "done": done, "rate": rate}
    if not progress.total:
        return text("scale.progress.counted", LANG, **said)
    left = "–" if progress.left is None else f"{int(progress.left // 60)}:{int(progress.left % 60):02d}"
    return text("scale.progress.known", LANG, total=total, left=left, **said)


def snapshot(
    source: Annotated[str, typer.Argument(help=text("scale.options.snapshot_source", LANG))],
    output: Annotated[str, typer.Argument(help=text("scale.options.snapshot_folder", LANG))],
    shards: Annotated[int | None, typer.Option("--shards", min=1, help=text("scale.options.shards", LANG))] = None,
    read_on: Annotated[str | None, typer.Option("--read-on", help=text("scale.options.read_on", LANG))] = None,
    folder: Folder = Path(),
    jobs: Jobs = None,
    as_json: Json = False,
) -> None:
    from oshrisk.features.wording import number_text
    from oshrisk.scale.intake import make_snapshot, unfinished

    programme = workspace_of(folder, needed=False).programme
    with progress_told(unfinished(output).url) as tell:
        made, quarantined = make_snapshot(
            source,
            output,
            shards=shards,
            read_on=date_of(read_on),
            province_code=programme.office.province_code,
            engine=engine_of("local", jobs, ""),
            tell=tell,
        )
    numbers = range(made.count)
    counts = {
        "enterprises": sum(map(made.enterprises, numbers)),
        "rows": sum(map(made.rows, numbers)),
        "shards": made.count,
    }
    shown = {name: number_text(float(count), LANG) for name, count in counts.items()}
    lines = [*simulated_lines(made.simulated), text("scale.results.snapshot", LANG, **shown, folder=made.place.url)]
    if quarantined:
        many = number_text(float(quarantined), LANG)
        lines.append(text("scale.results.quarantined", LANG, count=many, folder=f"{made.place.url}/quarantine"))
    facts: dict[str, Any] = {**counts, "quarantined": quarantined, "folder": made.place.url}
    print_result({**facts, "simulated": made.simulated, "snapshot": made.facts["snapshot"]}, lines, as_json=as_json)
