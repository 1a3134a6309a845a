"""Commands for the draw: seed, redraw, estimate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from oshrisk.cli.inputs import workspace_of
from oshrisk.cli.options import LANG, Folder, Json, language_of, option
from oshrisk.cli.printing import print_result, simulated_lines
from oshrisk.messages import text

DIFFERENT = 1  # exit code
SHOWN = 20  # differences printed

QuarterName = Annotated[str, typer.Argument(help=option("quarter"))]


def seed(quarter: QuarterName, folder: Folder = Path(), as_json: Json = False) -> None:
    from oshrisk.planning import Quarter
    from oshrisk.planning.seeds import commit_seed, secret_file

    workspace = workspace_of(folder, needed=True)
    language, period = language_of(workspace), Quarter.parse(quarter)
    facts = commit_seed(workspace.folder, period)
    secret = secret_file(workspace.folder, period)
    lines = [
        text("draw.seed.committed", language, quarter=period, time=facts["committed_at"]),
        f"  {facts['sha256']}",
        text("draw.seed.secret", language, file=secret),
    ]
    print_result({**facts, "secret": str(secret)}, lines, as_json=as_json)


def redraw(
    plan: Annotated[Path, typer.Argument(help=option("plan_folder"))],
    published: Annotated[str, typer.Option("--published", help=option("published"))] = "",
    as_json: Json = False,
) -> None:
    from oshrisk.planning.redraw import FILE_SIMULATED, frame_file, read_frame, redraw, stored_draw

    draw = stored_draw(plan)
    differences = redraw(plan, published)
    frame = read_frame(frame_file(plan))
    lines = simulated_lines(frame_file(plan).name == FILE_SIMULATED)
    if differences.empty:
        places = int(frame["band"].notna().sum())
        lines.append(text("draw.redraw.same", LANG, places=places, drawn=int(frame["drawn"].sum())))
        commitment = published or draw.commitment
        kind = "committed" if commitment else "not_committed"
        lines.append(text(f"draw.redraw.{kind}", LANG, commitment=commitment))
    else:
        lines += _differences(differences.to_dict("records"))
    facts = {"same": differences.empty, "differences": differences.to_dict("records")}
    print_result(facts, lines, as_json=as_json)
    if len(differences):
        raise typer.Exit(DIFFERENT)


def estimate(quarter: QuarterName, folder: Folder = Path(), as_json: Json = False) -> None:
    from oshrisk.evaluate.prevalence import estimate
    from oshrisk.evaluate.prevalence_words import sentences
    from oshrisk.planning import Quarter
    from oshrisk.planning.redraw import FILE_SIMULATED, frame_file, read_frame
    from oshrisk.recording import answers_for_estimates, recorded

    workspace = workspace_of(folder, needed=True)
    language, period = language_of(workspace), Quarter.parse(quarter)
    file = frame_file(workspace.path("plans", str(period)))
    found = estimate(read_frame(file), answers_for_estimates(recorded(workspace, period)))
    lines = [*simulated_lines(file.name == FILE_SIMULATED, language), *sentences(found, period, language)]
    rows: list[dict[str, Any]] = found.table.astype(object).where(found.table.notna(), None).to_dict("records")
    facts = {"quarter": str(period), "eligible": found.eligible, "uncovered": found.uncovered, "estimates": rows}
    print_result(facts, lines, as_json=as_json)


def _differences(rows: list[dict[Any, Any]]) -> list[str]:
    lines = [text("draw.redraw.different", LANG, count=len(rows))]
    for row in rows[:SHOWN]:
        kind = "difference" if row["enterprise_id"] else "commitment"
        lines.append(text(f"draw.redraw.{kind}", LANG, **{str(name): value for name, value in row.items()}))
    if len(rows) > SHOWN:
        lines.append(text("draw.redraw.more", LANG, count=len(rows) - SHOWN))
    return lines
