"""Commands for the lists: demo, rank, plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oshrisk.cli import scale
from oshrisk.cli.inputs import date_of, read_registers, workspace_of
from oshrisk.cli.options import LANG, AsOf, Folder, Json, Mapping, Source, User, language_of, option
from oshrisk.cli.printing import print_result, progress_shown, simulated_lines
from oshrisk.messages import Language, catalogue, text

if TYPE_CHECKING:
    import pandas as pd

    from oshrisk.quarterly import QuarterlyList

SHOWN = 10  # lines printed of a list


def demo(
    folder: Annotated[Path, typer.Option("--folder", "-f", help=option("demo_folder"))] = Path("demo"),
    as_json: Json = False,
) -> None:
    from oshrisk.demo import QUARTER, make_demo
    from oshrisk.ledger.chain import account
    from oshrisk.quarterly import quarterly_list

    with progress_shown() as progress:
        progress("simulate")
        workspace = make_demo(folder, LANG)
        made = quarterly_list(workspace, QUARTER, by=account(), language=LANG, progress=progress)
    _show_list(made, LANG, entered=True, as_json=as_json)


def rank(
    source: Source = None,
    folder: Folder = Path(),
    mapping: Mapping = None,
    as_of: AsOf = None,
    output: Annotated[str | None, typer.Option("--output", "-o", help=option("output"))] = None,
    top: Annotated[int, typer.Option("--top", min=1, help=option("top"))] = 10,
    jobs: scale.Jobs = None,
    backend: scale.Where = "local",
    scheduler: scale.Scheduler = "",
    as_json: Json = False,
) -> None:
    from oshrisk import workflow
    from oshrisk.report.ranking import ranking_table
    from oshrisk.report.table_file import write_table
    from oshrisk.scale.shards import is_sharded

    workspace = workspace_of(folder, needed=source is None)
    if is_sharded(registers := workspace.source if source is None else source):
        made = scale.ranked(registers, folder, as_of, output, scale.engine_of(backend, jobs, scheduler))
        facts = {"total": made.facts["enterprises"], "simulated": made.facts["simulated"]}
        _show_ranking(made.first(top), language_of(workspace), top=top, output=output, as_json=as_json, **facts)
        return
    with progress_shown() as progress:
        progress("read")
        programme = workspace.programme
        language = language_of(workspace)
        registry = read_registers(source, workspace, mapping).registry
        if source is None:
            registry = workflow.with_recorded(registry, workspace)
        progress("assess")
        model = workflow.model_of(workspace)
        ranking = workflow.rank(registry, programme, date_of(as_of) or registry.read_on, model.table)
        table = ranking_table(
            ranking.known,
            ranking.features,
            ranking.assessment,
            ranking.table,
            language,
            priority=programme.ranking.priority,
            province_code=programme.office.province_code,
        )
        if output is not None:
            progress("write")
            write_table(Path(output), table, simulated=registry.simulated)
    facts = {"total": len(table), "simulated": registry.simulated}
    _show_ranking(table, language, top=top, output=output, as_json=as_json, **facts)


def plan(
    quarter: Annotated[str, typer.Argument(help=option("quarter"))],
    folder: Folder = Path(),
    as_of: AsOf = None,
    by: User = None,
    as_json: Json = False,
) -> None:
    from oshrisk.ledger.chain import account
    from oshrisk.planning import Quarter
    from oshrisk.quarterly import quarterly_list

    with progress_shown() as progress:
        workspace = workspace_of(folder, needed=True)
        language = language_of(workspace)
        made = quarterly_list(
            workspace,
            Quarter.parse(quarter),
            as_of=date_of(as_of),
            by=account() if by is None else by,
            language=language,
            progress=progress,
        )
    _show_list(made, language, entered=by != "", as_json=as_json)


def _show_list(made: QuarterlyList, language: Language, *, entered: bool, as_json: bool) -> None:
    plan, summary = made.inputs.plan, made.inputs.plan.summary
    visits = _visits(made, language)
    rows = made.reading.counts.sum().to_dict()
    lines = simulated_lines(made.inputs.registry.simulated, language)
    lines.append(
        text(
            "cli.results.first_lines", language, count=min(SHOWN, len(visits)), total=len(visits), quarter=plan.quarter
        )
    )
    for visit in visits[:SHOWN]:
        lines.append(text("cli.results.line", language, **visit))
        lines += [text("cli.results.reason", language, reason=reason) for reason in visit["reasons"]]
    lines += _summary(made, language)
    if made.results_left_out:
        read_on = made.reading.registry.read_on.strftime("%d/%m/%Y")
        lines.append(text("cli.results.left_out", language, count=made.results_left_out, date=read_on))
    if differs := made.manifest["model"]["made_with_other"]:
        lines.append(text("cli.results.differs", language, parts=", ".join(differs)))
    lines += [text("cli.results.counts", language, **rows), text("cli.results.files", language)]
    lines += [f"  {file}" for file in made.files]
    lines += _next(made, language, entered=entered)
    facts = {**made.manifest, "summary": summary, "files": made.files, "visits": visits}
    print_result(facts, lines, as_json=as_json)


def _summary(made: QuarterlyList, language: Language) -> list[str]:
    """Say what the list takes, how good it is against its bound, and how its lots were drawn."""
    from oshrisk.features.wording import number_text
    from oshrisk.report.trips_sheet import nights_of

    plan, summary = made.inputs.plan, made.inputs.plan.summary
    drawn_by = "committed" if plan.seed.committed else "not_committed"
    numbers = {
        "used": number_text(round(summary["days_used"], 1), language),
        "capacity": number_text(summary["capacity_days"], language),
        "random": int(plan.visits["arm"].eq("random").sum()),
        "total": len(plan.visits),
        "trips": len(plan.trips),
        "nights": int(nights_of(plan.trips).sum()),
        "remote": int(plan.visits["mode"].eq("remote").sum()),
        "letters": summary["letters"],
        "held_out": summary["held_out"],
        "share": number_text(round(100 * (1 - plan.selection.report["gap"]), 1), language),
        "commitment": plan.seed.commitment,
    }
    return [
        text(f"cli.results.{name}", language, **numbers) for name in ("days", "trips", "letters", "reached", drawn_by)
    ]


def _next(made: QuarterlyList, language: Language, *, entered: bool) -> list[str]:
    """Say which version of the plan this is, and what to do next."""
    facts = {"quarter": made.manifest["quarter"], "version": made.manifest["plan_version"]}
    names = ("version", "then_override", "then_sign") if entered else ("not_entered",)
    return [text(f"cli.results.{name}", language, **facts) for name in names]


def _visits(made: QuarterlyList, language: Language) -> list[dict[str, Any]]:
    from oshrisk.report.facts import identity

    inputs, visits = made.inputs, made.inputs.plan.visits
    firms = identity(inputs.registry, visits.index, inputs.programme.office.province_code, language)
    phrases = inputs.main_reasons.groupby("enterprise_id")["phrase"].agg(list)
    arms = catalogue("report", language)["arms"]
    return [
        {
            "number": row.order,
            "enterprise_id": row.Index,
            "name": firms.at[row.Index, "name"],
            "commune": firms.at[row.Index, "commune"],
            "risk_class": row.risk_class,
            "index": row.index_,
            "arm": arms[row.arm],
            "reasons": phrases.get(row.Index, []),
        }
        for row in visits.rename(columns={"index": "index_"}).itertuples()
    ]


def _show_ranking(
    table: pd.DataFrame,
    language: Language,
    *,
    total: int,
    top: int,
    output: str | None,
    simulated: bool,
    as_json: bool,
) -> None:
    from oshrisk.features.wording import number_text

    rows = table.head(top).reset_index().to_dict("records")
    lines = simulated_lines(simulated, language)
    lines.append(text("cli.results.first_ranked", language, count=len(rows), total=total))
    for row in rows:
        harm = number_text(round(row["expected_harm"], 1), language)
        lines.append(text("cli.results.ranked_line", language, harm=harm, **row))
        lines += [
            text("cli.results.reason", language, reason=row[name])
            for name in ("reason_1", "reason_2", "reason_3")
            if row[name]
        ]
    if output is not None:
        lines += [text("cli.results.files", language), f"  {output}"]
    facts = {"enterprises": total, "simulated": simulated, "output": output}
    print_result({**facts, "first": rows}, lines, as_json=as_json)
