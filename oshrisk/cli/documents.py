"""Commands for documents: report, letterhead."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oshrisk.cli.inputs import workspace_of
from oshrisk.cli.options import LANG, Folder, Json, language_of, option
from oshrisk.cli.printing import print_result, progress_shown, simulated_lines
from oshrisk.errors import OshriskError
from oshrisk.messages import text


def report(
    period: Annotated[str, typer.Argument(help=option("period"))],
    folder: Folder = Path(),
    level: Annotated[str, typer.Option("--level", help=option("level"))] = "internal",
    only: Annotated[list[str] | None, typer.Option("--only", help=option("only"))] = None,
    as_json: Json = False,
) -> None:
    from oshrisk.documents.sources import LEVELS
    from oshrisk.documents.writing import write_quarter
    from oshrisk.planning import Quarter

    highest = next((known for known in LEVELS if known == level), None)
    if highest is None:
        raise OshriskError("documents.unknown_level", level=level, known=", ".join(LEVELS))
    with progress_shown() as progress:
        workspace = workspace_of(folder, needed=True)
        language = language_of(workspace)
        quarter = Quarter.parse(period)
        written = write_quarter(
            workspace, quarter, level=highest, only=only or (), language=language, progress=progress
        )
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
