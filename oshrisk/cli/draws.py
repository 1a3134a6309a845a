"""Commands for the draw: seed, redraw, estimate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oshrisk.cli.inputs import workspace_of
from oshrisk.cli.options import LANG, Folder, Json, language_of, option
from oshrisk.cli.printing import print_result, simulated_lines
from oshrisk.messages import Language, text

if TYPE_CHECKING:
    import pandas as pd

    from oshrisk.evaluate.prevalence import Estimates
    from oshrisk.planning import Quarter
    from oshrisk.workspace import Workspace

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
    from oshrisk.planning import Quarter
    from oshrisk.planning.redraw import FILE_SIMULATED, frame_file, read_frame

    workspace = workspace_of(folder, needed=True)
    language, period = language_of(workspace), Quarter.parse(quarter)
    file = frame_file(workspace.path("plans", str(period)))
    found = estimate(read_frame(file), results_of(workspace, period))
    lines = [*simulated_lines(file.name == FILE_SIMULATED, language), *_said(found, period, language)]
    rows: list[dict[str, Any]] = found.table.astype(object).where(found.table.notna(), None).to_dict("records")
    facts = {"quarter": str(period), "eligible": found.eligible, "uncovered": found.uncovered, "estimates": rows}
    print_result(facts, lines, as_json=as_json)


def results_of(workspace: Workspace, quarter: Quarter) -> pd.DataFrame:
    """Return what the visits of a quarter found: done, found, and accidents found that were not reported."""
    from oshrisk.registry.results_rows import no_results, results_of
    from oshrisk.workflow import ledger_if_any

    opened = ledger_if_any(workspace)
    found = no_results()
    if opened is not None:
        from oshrisk import ledger as book

        found = results_of(book.results(opened, quarter))
    visits = found.visits
    return visits[["done"]].assign(
        found=visits["found"].astype("Float64"),
        unreported=visits["unreported_accidents"].gt(0).astype("Float64").where(visits["unreported_accidents"].notna()),
    )


def _differences(rows: list[dict[Any, Any]]) -> list[str]:
    lines = [text("draw.redraw.different", LANG, count=len(rows))]
    for row in rows[:SHOWN]:
        kind = "difference" if row["enterprise_id"] else "commitment"
        lines.append(text(f"draw.redraw.{kind}", LANG, **{str(name): value for name, value in row.items()}))
    if len(rows) > SHOWN:
        lines.append(text("draw.redraw.more", LANG, count=len(rows) - SHOWN))
    return lines


def _said(found: Estimates, quarter: Quarter, language: Language) -> list[str]:
    from oshrisk.evaluate.prevalence import LEAST_EFFECTIVE
    from oshrisk.features.wording import number_text

    lines = [
        text("draw.estimate.head", language, quarter=quarter),
        text("draw.estimate.population", language, eligible=found.eligible, uncovered=found.uncovered),
    ]
    for outcome, rows in found.table.groupby("outcome", sort=False):
        lines.append(text(f"draw.outcomes.{outcome}", language))
        for row in rows.to_dict("records") if rows["answered"].any() else []:
            lines += _line({str(name): value for name, value in row.items()}, language)
        if not rows["answered"].any():
            lines.append(f"  {text('draw.estimate.no_results', language)}")
    if found.table["verdict"].eq("too_few").any():
        least = number_text(LEAST_EFFECTIVE, language)
        lines.append(text("draw.estimate.too_few_note", language, least=least))
    return lines


def _line(row: dict[str, Any], language: Language) -> list[str]:
    from oshrisk.features.wording import number_text

    def percent(name: str) -> str:
        return number_text(round(100 * row[name], 1), language)

    kind = "some" if row["verdict"] == "estimate" else row["verdict"]
    counts = {name: round(row[name]) for name in ("places", "unanswered", "closed")}
    values: dict[str, Any] = {**counts, "draws": round(row["draws_answered"])}
    values["chosen"] = round(row["answered"] - row["draws_answered"])
    values["name"] = _domain(row["by"], row["value"], language)
    if kind != "too_few":
        values |= {"rate": percent("hajek"), "low": percent("low"), "high": percent("high")}
        values["total"] = number_text(round(row["total"]), language)
    lines = [text(f"draw.estimate.{kind}", language, **values)]
    if row["by"] != "province":
        return lines
    if kind == "some":
        lines.append(text("draw.estimate.horvitz_thompson", language, **values))
    if kind == "some" and row["unanswered"]:
        limits = {"low": percent("worst_low"), "high": percent("worst_high")}
        lines.append(text("draw.estimate.unanswered", language, unanswered=values["unanswered"], **limits))
    if row["closed"]:
        lines.append(text("draw.estimate.closed", language, closed=values["closed"]))
    return lines


def _domain(by: str, value: str, language: Language) -> str:
    if by == "section":
        return text("draw.domains.section.name", language, value=value)
    return text(f"draw.domains.{by}.{value or 'all'}", language)
