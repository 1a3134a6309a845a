"""Commands for the registers: init, template, check."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oshrisk.cli.inputs import read_registers, workspace_of
from oshrisk.cli.options import LANG, Folder, Json, Mapping, Source, language_of, option
from oshrisk.cli.printing import print_result, progress_shown, simulated_lines
from oshrisk.messages import Language, text

if TYPE_CHECKING:
    from oshrisk.registry.read import Reading

FOUND_BAD_ROWS = 1


def init(
    folder: Annotated[Path, typer.Argument(help=option("new_folder"))] = Path(),
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
    print_result({"folder": str(folder), "template": str(template)}, [said], as_json=as_json)


def template(
    file: Annotated[Path, typer.Argument(help=option("template_file"))],
    as_json: Json = False,
) -> None:
    from oshrisk.registry.template import write_template

    write_template(file, LANG)
    print_result({"file": str(file)}, [text("cli.results.template_written", LANG, file=file)], as_json=as_json)


def check(
    source: Source = None,
    folder: Folder = Path(),
    mapping: Mapping = None,
    report: Annotated[Path | None, typer.Option("--report", help=option("report"))] = None,
    as_json: Json = False,
) -> None:
    from oshrisk.registry.marked import write_marked

    with progress_shown() as progress:
        progress("read")
        workspace = workspace_of(folder, needed=source is None)
        reading = read_registers(source, workspace, mapping)
    language = language_of(workspace)
    if source is None and report is None:
        report = folder / "checks" / text("cli.marked_name", language)
    if report is not None:
        write_marked(report, reading, language)
    print_result(_checked(reading, report), _check_lines(reading, report, language), as_json=as_json)
    if len(reading.quarantine):
        raise typer.Exit(FOUND_BAD_ROWS)


def _next_quarter() -> str:
    today = date.today()
    past, quarter = divmod((today.month - 1) // 3 + 1, 4)
    return f"{today.year + past}Q{quarter + 1}"


def _checked(reading: Reading, report: Path | None) -> dict[str, Any]:
    return {
        "tables": reading.counts.to_dict("index"),
        "errors": reading.quarantine["code"].value_counts().to_dict(),
        "report": None if report is None else str(report),
        "simulated": reading.registry.simulated,
    }


def _check_lines(reading: Reading, report: Path | None, language: Language) -> list[str]:
    lines = simulated_lines(reading.registry.simulated, language)
    for name, counts in reading.counts.iterrows():
        lines.append(text("cli.results.table", language, table=text(f"tables.{name}.title", language), **counts))
    for code, count in reading.quarantine["code"].value_counts().items():
        said = text(f"registry.errors.{code}.title", language)
        lines.append(text("cli.results.error_line", language, code=code, count=count, what=said))
    lines += [text("cli.results.skipped", language, what=note.message(language)) for note in reading.notes]
    lines.append(text("cli.results.counts", language, **reading.counts.sum()))
    if not len(reading.quarantine):
        lines.append(text("cli.results.clean", language))
    if report is not None:
        lines.append(text("cli.results.marked", language, file=report))
    return lines
