"""The command line: each command reads its arguments, calls the rooms, and prints what came of it.

Heavy packages are imported inside the commands, so that ``oshrisk --help`` answers at once.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, Language, catalogue, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from oshrisk.registry.read import Reading
    from oshrisk.workflow import QuarterlyList
    from oshrisk.workspace import Workspace

CANNOT_USE = 3  # settings or registers cannot be used
FOUND_BAD_ROWS = 1
SHOWN = 10  # lines printed of a list


def _chosen_language() -> Language:
    """Return the language of the call: help texts are needed before the options are parsed."""
    arguments = sys.argv[1:]
    named = [after for option, after in pairwise(arguments) if option in {"--language", "-l"}]
    wish = (named or [os.environ.get("OSHRISK_LANGUAGE", "vi")])[-1]
    return "en" if wish == "en" else "vi"


LANG: Language = _chosen_language()


def _help(name: str, example: str) -> str:
    return f"{text(f'cli.commands.{name}', LANG)}\n\n{text('cli.example', LANG, command=example)}"


def _option(name: str) -> str:
    return text(f"cli.options.{name}", LANG)


app = typer.Typer(
    help=f"{text('cli.app', LANG)}\n\n{text('cli.exit_codes.text', LANG)}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help=_option("json"))]
Folder = Annotated[Path, typer.Option("--folder", "-f", help=_option("folder"))]
Source = Annotated[str | None, typer.Argument(help=_option("source"))]
Mapping = Annotated[Path | None, typer.Option("--mapping", help=_option("mapping"))]
AsOf = Annotated[str | None, typer.Option("--as-of", help=_option("as_of"))]


def _version(wanted: bool) -> None:
    if wanted:
        from oshrisk import __version__

        typer.echo(__version__)
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", help=_option("version"), callback=_version, is_eager=True)]


@app.callback()
def _common(
    language: Annotated[str, typer.Option("--language", "-l", help=_option("language"))] = LANG,
    _show: Annotated[
        bool, typer.Option("--version", help=_option("version"), callback=_version, is_eager=True)
    ] = False,
) -> None:
    if language not in LANGUAGES:
        raise typer.BadParameter(_option("language"), param_hint="--language")


@app.command(help=_help("demo", "oshrisk demo"))
def demo(
    folder: Annotated[Path, typer.Option("--folder", "-f", help=_option("demo_folder"))] = Path("demo"),
    as_json: Json = False,
) -> None:
    from oshrisk.demo import QUARTER, make_demo
    from oshrisk.workflow import quarterly_list

    with _progress() as progress:
        progress("simulate")
        workspace = make_demo(folder, LANG)
        made = quarterly_list(workspace, QUARTER, language=LANG, progress=progress)
    _show_list(made, as_json=as_json)


@app.command(help=_help("init", "oshrisk init dien-bien"))
def init(
    folder: Annotated[Path, typer.Argument(help=_option("new_folder"))] = Path(),
    as_json: Json = False,
) -> None:
    from oshrisk.registry.template import write_template
    from oshrisk.settings import Office, Programme
    from oshrisk.workspace import make_workspace

    name = text("cli.template_name", LANG)
    programme = Programme.model_validate(
        {"office": Office(language=LANG), "registers": {"source": f"registers/{name}"}},
    )
    workspace = make_workspace(folder, programme, LANG)
    template = workspace.path("registers", name)
    write_template(template, LANG)
    said = text("cli.results.made_folder", LANG, folder=folder, template=template, quarter=_next_quarter())
    _print({"folder": str(folder), "template": str(template)}, [said], as_json=as_json)


@app.command(help=_help("template", "oshrisk template registers.xlsx"))
def template(
    file: Annotated[Path, typer.Argument(help=_option("template_file"))],
    as_json: Json = False,
) -> None:
    from oshrisk.registry.template import write_template

    write_template(file, LANG)
    _print({"file": str(file)}, [text("cli.results.template_written", LANG, file=file)], as_json=as_json)


@app.command(help=_help("check", "oshrisk check registers.xlsx --report marked.xlsx"))
def check(
    source: Source = None,
    folder: Folder = Path(),
    mapping: Mapping = None,
    report: Annotated[Path | None, typer.Option("--report", help=_option("report"))] = None,
    as_json: Json = False,
) -> None:
    from oshrisk.registry.marked import write_marked

    with _progress() as progress:
        progress("read")
        reading = _read(source, _workspace(folder, needed=source is None), mapping)
    if source is None and report is None:
        report = folder / "checks" / text("cli.marked_name", LANG)
    if report is not None:
        write_marked(report, reading, LANG)
    _print(_checked(reading, report), _check_lines(reading, report), as_json=as_json)
    if len(reading.quarantine):
        raise typer.Exit(FOUND_BAD_ROWS)


@app.command(help=_help("rank", "oshrisk rank registers.xlsx --output ranking.csv"))
def rank(
    source: Source = None,
    folder: Folder = Path(),
    mapping: Mapping = None,
    as_of: AsOf = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help=_option("output"))] = None,
    top: Annotated[int, typer.Option("--top", min=1, help=_option("top"))] = 10,
    as_json: Json = False,
) -> None:
    from oshrisk import workflow
    from oshrisk.report.ranking import ranking_table, write_ranking

    with _progress() as progress:
        progress("read")
        workspace = _workspace(folder, needed=source is None)
        registry = _read(source, workspace, mapping).registry
        progress("assess")
        ranking = workflow.rank(registry, workspace.programme, _date(as_of) or registry.read_on, model=workspace.model)
        table = ranking_table(ranking.known, ranking.features, ranking.assessment, ranking.table, LANG)
        if output is not None:
            progress("write")
            write_ranking(output, table, simulated=registry.simulated)
    _show_ranking(table, top, output, simulated=registry.simulated, as_json=as_json)


@app.command(help=_help("plan", "oshrisk plan 2027Q1 --folder dien-bien"))
def plan(
    quarter: Annotated[str, typer.Argument(help=_option("quarter"))],
    folder: Folder = Path(),
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    from oshrisk.planning import Quarter
    from oshrisk.workflow import quarterly_list

    with _progress() as progress:
        made = quarterly_list(
            _workspace(folder, needed=True),
            Quarter.parse(quarter),
            as_of=_date(as_of),
            language=LANG,
            progress=progress,
        )
    _show_list(made, as_json=as_json)


def _next_quarter() -> str:
    today = date.today()
    past, quarter = divmod((today.month - 1) // 3 + 1, 4)
    return f"{today.year + past}Q{quarter + 1}"


def _workspace(folder: Path, *, needed: bool) -> Workspace:
    from oshrisk.settings import Programme
    from oshrisk.workspace import SETTINGS, Workspace, open_workspace

    if needed or (folder / SETTINGS).exists():
        return open_workspace(folder)
    return Workspace(folder, Programme())


def _read(source: str | None, workspace: Workspace, mapping: Path | None) -> Reading:
    from oshrisk.registry.read import read_registry

    programme = workspace.programme
    own = source is None
    return read_registry(
        workspace.source if source is None else source,
        read_on=programme.registers.read_on if own else None,
        mapping=workspace.mapping if own and mapping is None else mapping,
        province_code=programme.office.province_code,
    )


def _date(value: str | None) -> Any:
    import pandas as pd

    if value is None:
        return None
    try:
        return pd.Timestamp(date.fromisoformat(value))
    except ValueError as error:
        raise OshriskError("cli.bad_date", value=value) from error


def _checked(reading: Reading, report: Path | None) -> dict[str, Any]:
    return {
        "tables": reading.counts.to_dict("index"),
        "errors": reading.quarantine["code"].value_counts().to_dict(),
        "report": None if report is None else str(report),
        "simulated": reading.registry.simulated,
    }


def _check_lines(reading: Reading, report: Path | None) -> list[str]:
    lines = _simulated(reading.registry.simulated)
    for name, counts in reading.counts.iterrows():
        lines.append(text("cli.results.table", LANG, table=text(f"tables.{name}.title", LANG), **counts))
    for code, count in reading.quarantine["code"].value_counts().items():
        said = text(f"registry.errors.{code}.title", LANG)
        lines.append(text("cli.results.error_line", LANG, code=code, count=count, what=said))
    lines += [text("cli.results.skipped", LANG, what=note.message(LANG)) for note in reading.notes]
    lines.append(text("cli.results.counts", LANG, **reading.counts.sum()))
    if not len(reading.quarantine):
        lines.append(text("cli.results.clean", LANG))
    if report is not None:
        lines.append(text("cli.results.marked", LANG, file=report))
    return lines


def _show_list(made: QuarterlyList, *, as_json: bool) -> None:
    plan, summary = made.inputs.plan, made.inputs.plan.summary
    visits = _visits(made)
    rows = made.reading.counts.sum().to_dict()
    lines = _simulated(made.inputs.registry.simulated)
    lines.append(
        text("cli.results.first_lines", LANG, count=min(SHOWN, len(visits)), total=len(visits), quarter=plan.quarter)
    )
    for visit in visits[:SHOWN]:
        lines.append(text("cli.results.line", LANG, **visit))
        lines += [text("cli.results.reason", LANG, reason=reason) for reason in visit["reasons"]]
    lines.append(
        text(
            "cli.results.days",
            LANG,
            used=summary["days_used"],
            capacity=summary["capacity_days"],
            random=int(plan.visits["arm"].eq("random").sum()),
            total=len(visits),
        )
    )
    lines += [text("cli.results.counts", LANG, **rows), text("cli.results.files", LANG)]
    lines += [f"  {file}" for file in made.files]
    facts = {**made.manifest, "summary": summary, "files": made.files, "visits": visits}
    _print(facts, lines, as_json=as_json)


def _visits(made: QuarterlyList) -> list[dict[str, Any]]:
    from oshrisk.report.facts import identity

    inputs, visits = made.inputs, made.inputs.plan.visits
    firms = identity(inputs.registry, visits.index, inputs.programme.office.province_code, LANG)
    phrases = inputs.main_reasons.groupby("enterprise_id")["phrase"].agg(list)
    arms = catalogue("report", LANG)["arms"]
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


def _show_ranking(table: pd.DataFrame, top: int, output: Path | None, *, simulated: bool, as_json: bool) -> None:
    rows = table.head(top).reset_index().to_dict("records")
    lines = _simulated(simulated)
    lines.append(text("cli.results.first_ranked", LANG, count=len(rows), total=len(table)))
    for row in rows:
        lines.append(text("cli.results.ranked_line", LANG, harm=row["expected_harm"], **row))
        lines += [
            text("cli.results.reason", LANG, reason=row[name])
            for name in ("reason_1", "reason_2", "reason_3")
            if row[name]
        ]
    if output is not None:
        lines += [text("cli.results.files", LANG), f"  {output}"]
    facts = {"enterprises": len(table), "simulated": simulated, "output": None if output is None else str(output)}
    _print({**facts, "first": rows}, lines, as_json=as_json)


def _simulated(simulated: bool) -> list[str]:
    return [text("cli.simulated", LANG)] if simulated else []


def _print(facts: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2, default=_plain))
    else:
        typer.echo("\n".join(lines))


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    from rich.console import Console

    console = Console(stderr=True)
    start = time.perf_counter()

    def say(step: str) -> None:
        status.update(text(f"cli.steps.{step}", LANG))
        if not console.is_terminal:
            console.print(f"[{time.perf_counter() - start:5.1f} s] {text(f'cli.steps.{step}', LANG)}", markup=False)

    with console.status("") as status:
        yield say


def main() -> None:
    """Run the command line; what a user can mend ends with exit code 3 and one clear message."""
    try:
        app()
    except OshriskError as error:
        typer.echo(error.message(LANG), err=True)
        sys.exit(CANNOT_USE)
