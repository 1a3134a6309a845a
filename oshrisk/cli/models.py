"""Commands for the models: train, backtest, compare, promote, models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oshrisk.cli import scale
from oshrisk.cli.inputs import date_of, workspace_of
from oshrisk.cli.options import LANG, AsOf, Folder, Json, option
from oshrisk.cli.printing import print_result, progress_shown, simulated_lines
from oshrisk.messages import text

if TYPE_CHECKING:
    from oshrisk.planning import Quarter
    from oshrisk.registry.registry import Registry
    from oshrisk.workspace import Workspace

First = Annotated[str | None, typer.Option("--first", help=option("first"))]
Last = Annotated[str | None, typer.Option("--last", help=option("last"))]
TOP = 5  # moved points that are printed; the model card and moved.csv have more
Boosted = Annotated[bool, typer.Option("--boosted", help=option("boosted"))]


def train(folder: Folder = Path(), as_of: AsOf = None, boosted: Boosted = False, as_json: Json = False) -> None:
    from oshrisk import modelling

    with progress_shown() as progress:
        workspace, registry = _opened(folder, progress)
        progress("train")
        kind: modelling.Kind = "boosted" if boosted else "fitted"
        made = modelling.train(workspace, registry, as_of=date_of(as_of), kind=kind, language=LANG)
    lines = simulated_lines(registry.simulated)
    lines.append(text("cli.results.trained", LANG, version=made.version, id=made.table.model_id[:12]))
    lines += [f"- {sentence}" for sentence in made.lessons.sentences(LANG)]
    lines.append(text("cli.results.moved", LANG))
    lines += [f"- {move}" for move in made.lessons.moves(LANG, most=TOP)] or [text("risk.card.nothing_moved", LANG)]
    facts = {"version": made.version, "run_id": made.run_id, "model_id": made.table.model_id}
    print_result({**facts, **made.lessons.facts()}, lines, as_json=as_json)


def backtest(
    folder: Folder = Path(),
    first: First = None,
    last: Last = None,
    boosted: Boosted = False,
    jobs: scale.Jobs = None,
    backend: scale.Where = "local",
    scheduler: scale.Scheduler = "",
    as_json: Json = False,
) -> None:
    from oshrisk import modelling
    from oshrisk.scale.shards import is_sharded

    if is_sharded(workspace_of(folder, needed=True).source):
        engine = scale.engine_of(backend, jobs, scheduler)
        scale.played_again(folder, _quarter(first), _quarter(last), engine, as_json=as_json)
        return
    with progress_shown() as progress:
        workspace, registry = _opened(folder, progress)
        progress("backtest")
        kinds: tuple[modelling.Kind, ...] = ("fitted", "boosted") if boosted else ("fitted",)
        played, place = modelling.backtest(
            workspace, registry, first=_quarter(first), last=_quarter(last), kinds=kinds, language=LANG
        )
    files = sorted(place.iterdir())
    said = played.findings(LANG)
    lines = [played.sentence(LANG), *(f"- {line}" for line in said), text("cli.results.files", LANG)]
    lines += [f"  {file}" for file in files]
    facts = {"sentence": played.sentence(LANG), "findings": said, "simulated": played.simulated, "files": files}
    print_result({**facts, "table": played.table.to_dict("records")}, lines, as_json=as_json)


def compare(folder: Folder = Path(), first: First = None, last: Last = None, as_json: Json = False) -> None:
    from dataclasses import asdict

    from oshrisk import modelling

    with progress_shown() as progress:
        workspace, registry = _opened(folder, progress)
        progress("backtest")
        found = modelling.compare_models(workspace, registry, first=_quarter(first), last=_quarter(last))
    lines = [*simulated_lines(registry.simulated), found.sentence(LANG)]
    print_result({**asdict(found), "simulated": registry.simulated}, lines, as_json=as_json)


def promote(folder: Folder = Path(), as_json: Json = False) -> None:
    from oshrisk import modelling

    version = modelling.promote(workspace_of(folder, needed=True))
    print_result({"champion": version}, [text("cli.results.promoted", LANG, version=version)], as_json=as_json)


def models(folder: Folder = Path(), as_json: Json = False) -> None:
    from oshrisk import modelling
    from oshrisk.risk.tracking import stored_models

    listed = stored_models(modelling.store_of(workspace_of(folder, needed=True))).reset_index()
    rows: list[dict[str, Any]] = listed.to_dict("records")
    lines = [text("cli.results.model", LANG, **{**row, "labels": _counts(row["labels"])}) for row in rows]
    lines = lines or [text("cli.results.no_models", LANG)]
    print_result({"models": rows}, lines, as_json=as_json)


def _counts(labels: str) -> str:
    """Say the labels of a stored model, which are kept as JSON; nothing where it names none."""
    counts = json.loads(labels or "{}")
    return ", ".join(f"{text(f'risk.card.outcomes.{name}', LANG)} {count}" for name, count in counts.items())


def _opened(folder: Path, progress: Any) -> tuple[Workspace, Registry]:
    from oshrisk.workflow import registers_of

    progress("read")
    workspace = workspace_of(folder, needed=True)
    return workspace, registers_of(workspace).registry


def _quarter(name: str | None) -> Quarter | None:
    from oshrisk.planning import Quarter

    return None if name is None else Quarter.parse(name)
