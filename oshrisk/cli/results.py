"""Commands for what comes after a plan: record, followups, review, verify."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oshrisk.cli.inputs import date_of, workspace_of
from oshrisk.cli.options import Folder, Json, User, language_of, option
from oshrisk.cli.printing import print_result, progress_shown, simulated_lines
from oshrisk.messages import Language, text

if TYPE_CHECKING:
    import pandas as pd

    from oshrisk.ledger import Ledger, StoredVersion
    from oshrisk.planning import Quarter
    from oshrisk.registry.registry import Registry
    from oshrisk.registry.results import ResultsReading
    from oshrisk.workspace import Workspace

QUARANTINED = 1  # exit code of "record", as of "check"
DIFFERENT = 1  # exit code of "verify"
SHOWN = 10  # lines printed of each kind of follow-up

QuarterName = Annotated[str, typer.Argument(help=option("quarter"))]
On = Annotated[str | None, typer.Option("--on", help=option("on"))]
Output = Annotated[Path | None, typer.Option("--output", "-o", help=option("tables_output"))]


def record(
    quarter: QuarterName,
    file: Annotated[Path, typer.Argument(help=option("results_file"))],
    by: User = None,
    on: On = None,
    folder: Folder = Path(),
    as_json: Json = False,
) -> None:
    from oshrisk.recording import marked_file, read_workbook

    workspace = workspace_of(folder, needed=True)
    language = language_of(workspace)
    opened, name, stored = _plan(workspace, quarter)
    reading = read_workbook(workspace, stored, file, _date(on))
    marked = marked_file(workspace, reading, language)
    facts, lines = _recorded(opened, reading, file, by, language)
    lines = simulated_lines(reading.simulated, language) + lines + _counts(reading, language)
    if marked is not None:
        lines.append(text("cli.results.marked", language, file=marked))
    facts |= {"quarter": str(name), "counts": reading.counts.to_dict("index"), "marked": marked}
    print_result({**facts, "waiting": list(reading.waiting)}, lines, as_json=as_json)
    if marked is not None:
        raise typer.Exit(QUARANTINED)


def followups(
    quarter: QuarterName,
    on: On = None,
    output: Output = None,
    folder: Folder = Path(),
    as_json: Json = False,
) -> None:
    from oshrisk.evaluate.followup import follow_ups
    from oshrisk.evaluate.followup_words import sentences, told
    from oshrisk.features.wording import date_text
    from oshrisk.recording import recorded
    from oshrisk.workflow import registers_of

    workspace = workspace_of(folder, needed=True)
    language = language_of(workspace)
    _opened, name, stored = _plan(workspace, quarter)
    date = _date(on)
    registry = registers_of(workspace).registry
    found = follow_ups(registry, stored.visits, recorded(workspace, name), date, quarter=name)
    words = told(found, language)
    lines = simulated_lines(registry.simulated, language)
    if found.empty:
        lines.append(text("results.said.no_follow_ups", language, date=date_text(date, language)))
    for kind, rows in words.groupby(found["kind"], observed=True, sort=True):
        title = text(f"results.follow_ups.kinds.{kind}", language)
        lines.append(text("results.follow_ups.count", language, title=title, count=len(rows)))
        lines += [f"  {line}" for line in sentences(rows.head(SHOWN), language)]
        if len(rows) > SHOWN:
            lines.append("  " + text("results.said.more", language, count=len(rows) - SHOWN))
    if output is not None:
        when = text("results.follow_ups.when", language, quarter=name, date=date_text(date, language))
        titles = {part: text(f"results.follow_ups.{part}", language) for part in ("sheet", "title")}
        heading = _heading(workspace, titles | {"subtitle": when}, date, simulated=registry.simulated)
        lines.append(_written(output, heading, [], {titles["title"]: words}, language))
    print_result({"quarter": str(name), "follow_ups": found.to_dict("records")}, lines, as_json=as_json)


def review(quarter: QuarterName, output: Output = None, folder: Folder = Path(), as_json: Json = False) -> None:
    from oshrisk import ledger as book
    from oshrisk.evaluate import review as back
    from oshrisk.evaluate.review_words import table_words
    from oshrisk.features.wording import date_text
    from oshrisk.recording import recorded
    from oshrisk.workflow import registers_of

    workspace = workspace_of(folder, needed=True)
    language = language_of(workspace)
    opened, name, stored = _plan(workspace, quarter)
    registry = registers_of(workspace).registry
    moved, learned = _moved(workspace, registry, name, language)
    reviewed = back.review(
        stored.visits,
        recorded(workspace, name),
        book.decisions(opened, name),
        quarter=name,
        later=registry["inspections"],
        moved=moved,
    )
    said = reviewed.sentences(language)
    lines = simulated_lines(registry.simulated, language) + said
    if reviewed.moved.empty:
        lines.append(text("results.said.no_moves", language))
    if output is not None:
        title = text("results.review.title", language, quarter=name)
        span = f"{date_text(name.start, language)} – {date_text(name.end, language)}"
        titles = {"sheet": text("results.review.sheet", language), "title": title, "subtitle": span}
        heading = _heading(workspace, titles, name.end, simulated=registry.simulated)
        tables = {
            text(f"results.review.tables.{key}", language): table_words(table, language)
            for key, table in reviewed.tables.items()
        }
        lines.append(_written(output, heading, said, tables, language))
    facts = {key: table.to_dict("records") for key, table in reviewed.tables.items()}
    print_result({"quarter": str(name), **facts, "learned": learned}, lines, as_json=as_json)


def verify(
    plan: Annotated[Path, typer.Argument(help=option("plan_folder"))],
    folder: Annotated[Path | None, typer.Option("--folder", "-f", help=option("verify_folder"))] = None,
    as_json: Json = False,
) -> None:
    from dataclasses import asdict

    from oshrisk.verification import read_manifest, verify_plan

    workspace = workspace_of(plan.resolve().parent.parent if folder is None else folder, needed=True)
    language = language_of(workspace)
    manifest = read_manifest(plan)
    differences = verify_plan(workspace, plan)
    name, files = manifest["quarter"], len(manifest["outputs"])
    lines = simulated_lines(bool(manifest.get("simulated")), language)
    if differences:
        lines.append(text("results.said.differs", language, quarter=name, count=len(differences)))
        lines += [difference.sentence(language) for difference in differences]
    else:
        lines.append(text("results.said.verified", language, quarter=name, files=files))
    facts = {"quarter": name, "alike": not differences, "differences": [asdict(one) for one in differences]}
    print_result(facts, lines, as_json=as_json)
    if differences:
        raise typer.Exit(DIFFERENT)


def _plan(workspace: Workspace, quarter: str) -> tuple[Ledger, Quarter, StoredVersion]:
    """Return the ledger, the quarter and the latest version of its plan."""
    from oshrisk.ledger import stored_version
    from oshrisk.planning import Quarter
    from oshrisk.workflow import ledger_of

    name = Quarter.parse(quarter)
    opened = ledger_of(workspace, create=False)
    return opened, name, stored_version(opened, name)


def _date(on: str | None) -> pd.Timestamp:
    import pandas as pd

    return date_of(on) or pd.Timestamp.today().normalize()


def _recorded(
    opened: Ledger, reading: ResultsReading, file: Path, by: str | None, language: Language
) -> tuple[dict[str, Any], list[str]]:
    """Put the accepted results into the ledger."""
    from oshrisk import ledger as book
    from oshrisk.ledger.chain import account
    from oshrisk.recording import record as put_in

    if reading.results.visits.empty:
        return {"recorded": 0}, [text("results.said.nothing", language)]
    name = account() if by is None else by
    book.enter(opened, name)
    done = put_in(opened, reading, name, _digest(file))
    key = "recorded" if done.changed else "unchanged"
    line = text(f"results.said.{key}", language, count=done.count, quarter=reading.quarter, version=done.version)
    return {"recorded": done.count, "version": done.version}, [line]


def _digest(file: Path) -> str:
    """Return the SHA-256 of a file, or of the names and contents of those in a folder."""
    if not file.is_dir():
        return hashlib.sha256(file.read_bytes()).hexdigest()
    parts = [part.name.encode() + b"\0" + part.read_bytes() for part in sorted(file.glob("*.csv"))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _counts(reading: ResultsReading, language: Language) -> list[str]:
    from oshrisk.registry.results_tables import sheet_title

    lines = [
        text("results.said.sheet", language, sheet=sheet_title(str(row["table"]), language), **row)
        for row in ({**counts, "table": name} for name, counts in reading.counts.to_dict("index").items())
    ]
    return lines + [note.message(language) for note in reading.notes]


def _moved(
    workspace: Workspace, registry: Registry, quarter: Quarter, language: Language
) -> tuple[pd.DataFrame | None, dict[str, str] | None]:
    """Return what training would move today, and from what; None where no result of the quarter is known yet."""
    known = registry["inspections"]["started_on"].ge(quarter.start).any()
    if not known or find_spec("sklearn") is None:  # what learns is an extra
        return None, None
    from oshrisk.evaluate.moves import moves_today
    from oshrisk.risk import load_table

    with progress_shown() as progress:
        progress("train")
        if workspace.model in {"champion", "challenger"}:
            from oshrisk.modelling import start_of

            table = start_of(workspace)
        else:
            table = load_table(workspace.model)
        moved = moves_today(registry, table, workspace.programme.office, language)
    return moved, {"how": "fitted", "as_of": f"{registry.date:%Y-%m-%d}", "started_from": table.model_id}


def _heading(workspace: Workspace, titles: dict[str, str], made_on: pd.Timestamp, *, simulated: bool) -> Any:
    from oshrisk.report.review_sheet import Heading

    return Heading(**titles, office=workspace.programme.office, made_on=made_on, simulated=simulated)


def _written(output: Path, heading: Any, said: list[str], tables: dict[str, pd.DataFrame], language: Language) -> str:
    from oshrisk.report.review_sheet import write_tables

    return f"{text('cli.results.files', language)} {write_tables(output, heading, said, tables, language)}"
