"""Commands for documents: report, letterhead, dossier, notices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oshrisk.cli.inputs import date_of, workspace_of
from oshrisk.cli.options import LANG, Folder, Json, language_of, option
from oshrisk.cli.printing import print_result, progress_shown, simulated_lines
from oshrisk.errors import OshriskError
from oshrisk.messages import Language, text

if TYPE_CHECKING:
    from oshrisk.documents.writing import Report

YEAR_DIGITS = 4


def report(
    period: Annotated[str, typer.Argument(help=option("period"))],
    folder: Folder = Path(),
    level: Annotated[str, typer.Option("--level", help=option("level"))] = "internal",
    only: Annotated[list[str] | None, typer.Option("--only", help=option("only"))] = None,
    on: Annotated[str | None, typer.Option("--on", help=option("documents_on"))] = None,
    as_json: Json = False,
) -> None:
    import pandas as pd

    from oshrisk.documents.sources import LEVELS
    from oshrisk.documents.writing import Wish, write_quarter, write_year
    from oshrisk.planning import Quarter

    highest = next((known for known in LEVELS if known == level), None)
    if highest is None:
        raise OshriskError("documents.unknown_level", level=level, known=", ".join(LEVELS))
    day = date_of(on) or pd.Timestamp.today().normalize()
    with progress_shown() as progress:
        workspace = workspace_of(folder, needed=True)
        wish = Wish(day, highest, only or (), language_of(workspace))
        if period.isdecimal() and len(period) == YEAR_DIGITS:
            written = write_year(workspace, int(period), wish, progress)
        else:
            written = write_quarter(workspace, Quarter.parse(period), wish, progress)
    _show(written, wish.language, as_json=as_json)


def _show(written: Report, language: Language, *, as_json: bool) -> None:
    facts = written.manifest
    lines = simulated_lines(facts["simulated"], language)
    lines.append(text("documents.results.written", language, count=len(written.files), folder=written.folder))
    lines += [f"  {file.relative_to(written.folder)}" for file in written.files]
    if facts["grounds_to_check"]:
        lines.append(text("documents.results.unread", language, articles="; ".join(facts["grounds_to_check"])))
    print_result({**facts, "folder": str(written.folder)}, lines, as_json=as_json)


def letterhead(
    output: Annotated[Path, typer.Argument(help=option("letterhead_file"))] = Path("letterhead.docx"),
) -> None:
    from oshrisk.atomic import whole_file
    from oshrisk.documents.letterhead import letterhead

    with whole_file(output) as partial:
        partial.write_bytes(letterhead(LANG))
    typer.echo(text("documents.results.letterhead", LANG, file=output))


def dossier(
    period: Annotated[str, typer.Argument(help=option("period"))],
    enterprises: Annotated[list[str], typer.Argument(help=option("enterprises"))],
    folder: Folder = Path(),
    scores: Annotated[bool, typer.Option("--scores/--no-scores", help=option("scores"))] = True,
    as_json: Json = False,
) -> None:
    from oshrisk.documents.dossier_files import write_dossiers
    from oshrisk.planning import Quarter

    with progress_shown() as progress:
        workspace = workspace_of(folder, needed=True)
        language = language_of(workspace)
        progress("documents")
        files, simulated = write_dossiers(
            workspace, Quarter.parse(period), enterprises, scores=scores, language=language
        )
    lines = simulated_lines(simulated, language)
    lines.append(text("notices.results.dossiers", language, count=len(enterprises), folder=files[0].parent))
    lines += [f"  {file.name}" for file in files]
    print_result({"files": files, "simulated": simulated}, lines, as_json=as_json)


def notices(
    on: Annotated[str | None, typer.Option("--on", help=option("notices_on"))] = None,
    folder: Folder = Path(),
    ahead: Annotated[int, typer.Option("--ahead", min=0, help=option("ahead"))] = 45,
    letters: Annotated[bool, typer.Option("--letters/--no-letters", help=option("letters"))] = True,
    as_json: Json = False,
) -> None:
    import pandas as pd

    from oshrisk.documents.notice_facts import Registers
    from oshrisk.documents.notices import write_notices
    from oshrisk.workflow import registers_of

    with progress_shown() as progress:
        workspace = workspace_of(folder, needed=True)
        language = language_of(workspace)
        progress("read")
        registry = registers_of(workspace).registry
        date = date_of(on) or pd.Timestamp.today().normalize()
        registers = Registers.of(registry, workspace.programme, date, language)
        written = write_notices(workspace, registers, ahead=ahead, letters=letters, progress=progress)
    counts = {notice.name: {"rows": notice.rows, "letters": len(notice.letters)} for notice in written.notices}
    lines = simulated_lines(registry.simulated, language)
    for name, count in counts.items():
        title = text(f"notices.kinds.{name}", language)
        lines.append(text("notices.results.count", language, title=title, **count))
    if "reports_due" not in counts:
        lines.append(text("notices.results.nothing_due", language, ahead=ahead))
    lines.append(text("notices.results.written", language, count=len(written.files), folder=written.folder))
    lines += [f"  {file.relative_to(written.folder)}" for file in written.files if file.suffix == ".xlsx"]
    facts = {"on": f"{date:%Y-%m-%d}", "notices": counts, "folder": str(written.folder)}
    print_result({**facts, "files": written.files}, lines, as_json=as_json)
