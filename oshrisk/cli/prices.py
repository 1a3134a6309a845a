"""The command that says what each limit of a plan costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oshrisk.cli.inputs import date_of, workspace_of
from oshrisk.cli.options import AsOf, Folder, Json, language_of, option
from oshrisk.cli.printing import print_result, progress_shown, simulated_lines
from oshrisk.messages import Language, text

if TYPE_CHECKING:
    import pandas as pd

    from oshrisk.planning import Plan, Quarter
    from oshrisk.workflow import Progress
    from oshrisk.workspace import Workspace


def prices(
    quarter: Annotated[str, typer.Argument(help=option("quarter"))],
    folder: Folder = Path(),
    as_of: AsOf = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help=option("output"))] = None,
    as_json: Json = False,
) -> None:
    from oshrisk.planning import Quarter
    from oshrisk.report.table_file import write_table

    with progress_shown() as progress:
        workspace = workspace_of(folder, needed=True)
        language = language_of(workspace)
        plan, simulated = _planned(workspace, Quarter.parse(quarter), as_of, progress)
        progress("prices")
        table = _priced(plan, workspace, language)
        if output is not None:
            progress("write")
            write_table(output, table.set_index("limit"), simulated=simulated)
    lines = [*simulated_lines(simulated, language), *_said(plan, table, language)]
    if output is not None:
        lines += [text("cli.results.files", language), f"  {output}"]
    facts = {"quarter": str(plan.quarter), "simulated": simulated, "selection": plan.selection.report}
    print_result({**facts, "prices": table.to_dict("records"), "output": output}, lines, as_json=as_json)


def _planned(workspace: Workspace, quarter: Quarter, as_of: str | None, progress: Progress) -> tuple[Plan, bool]:
    """Make the plan in memory, around the decisions of the list that stands; nothing is written."""
    from oshrisk import workflow
    from oshrisk.planning import make_plan
    from oshrisk.planning.roads import make_roads
    from oshrisk.planning.seeds import seed_of
    from oshrisk.quarterly import read_decisions

    programme = workspace.programme
    progress("read")
    registry = workflow.registers_of(workspace).registry
    progress("assess")
    date = date_of(as_of) or workflow.date_of_knowledge(registry, quarter)
    ranking = workflow.rank(registry, programme, date, workflow.model_of(workspace).table)
    progress("plan")
    plan = make_plan(
        ranking.known,
        ranking.features,
        ranking.assessment,
        programme,
        quarter,
        roads=make_roads(programme, workspace.folder),
        seed=seed_of(workspace.folder, quarter, programme),
        decisions=read_decisions(workspace.path("plans", str(quarter))),
    )
    return plan, registry.simulated


def _priced(plan: Plan, workspace: Workspace, language: Language) -> pd.DataFrame:
    """Price the limits; what hangs most expected findings on itself comes first."""
    from oshrisk.planning.prices import prices as priced
    from oshrisk.planning.state import candidates_of

    programme, state = workspace.programme, plan.eligibility
    drawn = state["drawn"] | (~state["sign"] & state["entity"].isin(state.loc[state["drawn"], "entity"]))
    rows = state[~drawn] if state["decision"].ne("").any() else state  # as `make_plan` chooses
    table = priced(
        candidates_of(rows, programme), plan.roads, plan.slots.days_left, programme, plan.selection, language
    )
    order = table["price_findings"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _said(plan: Plan, table: pd.DataFrame, language: Language) -> list[str]:
    from oshrisk.features.wording import number_text

    report: dict[str, Any] = plan.selection.report
    shown = {name: number_text(round(report[name], 1), language) for name in ("objective", "bound", "seconds")}
    shown |= {"share": number_text(round(100 * (1 - report["gap"]), 1), language)}
    shown |= {"gap": number_text(round(100 * report["gap"], 2), language)}
    lines = [text(f"cli.prices.{name}", language, quarter=plan.quarter, **shown) for name in ("objective", "gap")]
    return [*lines, text("cli.prices.head", language), *(f"  - {sentence}" for sentence in table["sentence"])]
