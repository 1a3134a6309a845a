"""Commands for documents: report, letterhead."""

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
