"""Commands for decisions and sign-off: override, sign, ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oshrisk.cli.inputs import workspace_of
from oshrisk.cli.options import LANG, Folder, Json, User, language_of, option
from oshrisk.cli.printing import print_result
from oshrisk.messages import text

if TYPE_CHECKING:
    from oshrisk.ledger import Ledger
    from oshrisk.workspace import Workspace

BROKEN = 1  # exit code of "ledger verify"

QuarterName = Annotated[str, typer.Argument(help=option("quarter"))]
Base = Annotated[int | None, typer.Option("--base", help=option("base"))]
Why = Annotated[str, typer.Option("--text", help=option("text"))]

ledger = typer.Typer(help=text("cli.commands.ledger", LANG), no_args_is_help=True, rich_markup_mode=None)
user = typer.Typer(help=text("ledger.commands.user", LANG), no_args_is_help=True, rich_markup_mode=None)
ledger.add_typer(user, name="user")


def override(
    quarter: QuarterName,
    action: Annotated[str, typer.Argument(help=option("action"))],
    enterprise: Annotated[str, typer.Argument(help=option("enterprise"))],
    reason: Annotated[str, typer.Option("--reason", help=option("reason"))],
    why: Why,
    value: Annotated[str, typer.Option("--value", help=option("value"))] = "",
    by: User = None,
    base: Base = None,
    folder: Folder = Path(),
    as_json: Json = False,
) -> None:
    from oshrisk.deciding import solve_again
    from oshrisk.ledger import decide
    from oshrisk.planning import Quarter

    workspace = workspace_of(folder, needed=True)
    opened, name, lines = _entered(workspace, by)
    number = decide(
        opened,
        quarter,
        action,
        enterprise,
        reason_code=reason,
        text=why,
        by=name,
        based_on=_base(opened, quarter, base),
        value=value,
    )
    lines.append(text("ledger.results.decided", LANG, decision=number))
    language = language_of(workspace)
    solved = solve_again(workspace, Quarter.parse(quarter), number, by=name, language=language).effects
    print_result({"decision": number, **solved}, lines + _price(solved), as_json=as_json)


def sign(
    quarter: QuarterName,
    step: Annotated[str, typer.Argument(help=option("step"))],
    version: Annotated[int, typer.Option("--version", help=option("plan_version"))],
    note: Annotated[str, typer.Option("--note", help=option("note"))] = "",
    by: User = None,
    folder: Folder = Path(),
    as_json: Json = False,
) -> None:
    from oshrisk import ledger as book
    from oshrisk.deciding import sign_version
    from oshrisk.planning import Quarter

    workspace = workspace_of(folder, needed=True)
    opened, name, lines = _entered(workspace, by)
    sign_version(workspace, opened, Quarter.parse(quarter), step, name, version=version, note=note)
    facts = book.status(opened, quarter)
    state = text(f"ledger.states.{facts['state']}", LANG)
    lines.append(text("ledger.results.signed", LANG, quarter=facts["quarter"], version=version, state=state))
    print_result(facts, lines, as_json=as_json)


@ledger.command("verify", help=text("ledger.commands.verify", LANG))
def verify(
    anchor: Annotated[str, typer.Option("--hash", help=option("hash"))] = "",
    folder: Folder = Path(),
    as_json: Json = False,
) -> None:
    from oshrisk import ledger as book

    opened = _opened(workspace_of(folder, needed=True))
    broken = book.verify(opened, anchor)
    entries = book.log(opened)
    head = str(entries["hash"].iloc[-1]) if len(entries) else ""
    facts = {"whole": broken is None, "entries": len(entries), "hash": head}
    lines = [text("ledger.results.whole", LANG, count=len(entries)), text("ledger.results.head", LANG, hash=head)]
    if broken:
        facts |= {"broken": broken.sequence, "problem": broken.problem, "row": broken.row}
        lines = [broken.sentence(LANG)]
    print_result(facts, lines, as_json=as_json)
    if broken:
        raise typer.Exit(BROKEN)


@ledger.command("log", help=text("ledger.commands.log", LANG))
def log(
    quarter: Annotated[str, typer.Option("--quarter", help=option("quarter"))] = "",
    folder: Folder = Path(),
    as_json: Json = False,
) -> None:
    from oshrisk import ledger as book
    from oshrisk.ledger.state import quarter_name
    from oshrisk.ledger.telling import sentences

    entries = book.log(_opened(workspace_of(folder, needed=True)), quarter=quarter_name(quarter) if quarter else "")
    print_result({"log": entries.to_dict("records")}, sentences(entries, LANG), as_json=as_json)


@ledger.command("status", help=text("ledger.commands.status", LANG))
def status(quarter: QuarterName, folder: Folder = Path(), as_json: Json = False) -> None:
    from oshrisk import ledger as book

    opened = _opened(workspace_of(folder, needed=True))
    facts = book.status(opened, quarter)
    standing = book.decisions(opened, quarter).reset_index().to_dict("records")
    print_result({**facts, "decisions": standing}, _status_lines(facts, standing), as_json=as_json)


@ledger.command("withdraw", help=text("ledger.commands.withdraw", LANG))
def withdraw(
    quarter: QuarterName,
    decision: Annotated[int, typer.Argument(help=option("decision"))],
    why: Why,
    by: User = None,
    base: Base = None,
    folder: Folder = Path(),
    as_json: Json = False,
) -> None:
    from oshrisk import ledger as book

    opened, name, lines = _entered(workspace_of(folder, needed=True), by)
    book.withdraw(opened, quarter, decision, text=why, by=name, based_on=_base(opened, quarter, base))
    lines.append(text("ledger.results.withdrawn", LANG, decision=decision))
    lines.append(text("ledger.results.to_solve", LANG, quarter=quarter))
    print_result({"decision": decision}, lines, as_json=as_json)


@ledger.command("reopen", help=text("ledger.commands.reopen", LANG))
def reopen(
    quarter: QuarterName,
    why: Why,
    by: User = None,
    base: Base = None,
    folder: Folder = Path(),
    as_json: Json = False,
) -> None:
    from oshrisk import ledger as book

    opened, name, lines = _entered(workspace_of(folder, needed=True), by)
    number = book.reopen(opened, quarter, text=why, by=name, based_on=_base(opened, quarter, base))
    lines.append(text("ledger.results.reopened", LANG, quarter=quarter, version=number))
    print_result({"version": number}, lines, as_json=as_json)


@user.command("add", help=text("ledger.commands.user_add", LANG))
def add_user(
    name: Annotated[str, typer.Argument(help=option("new_user"))],
    role: Annotated[str, typer.Option("--role", help=option("role"))],
    by: User = None,
    folder: Folder = Path(),
    as_json: Json = False,
) -> None:
    from oshrisk import ledger as book

    opened, admin, lines = _entered(workspace_of(folder, needed=True), by)
    book.set_roles(opened, name, filter(None, (one.strip() for one in role.split(","))), by=admin)
    roles = book.users(opened).loc[name.strip(), "roles"]
    lines.append(text("ledger.results.user_set", LANG, user=name.strip(), roles=_roles(roles)))
    print_result({"user": name.strip(), "roles": roles}, lines, as_json=as_json)


@user.command("list", help=text("ledger.commands.user_list", LANG))
def list_users(folder: Folder = Path(), as_json: Json = False) -> None:
    from oshrisk import ledger as book

    listed = book.users(_opened(workspace_of(folder, needed=True)))["roles"]
    lines = [text("ledger.results.user", LANG, user=name, roles=_roles(roles)) for name, roles in listed.items()]
    print_result({"users": listed.to_dict()}, lines, as_json=as_json)


def ledger_of(workspace: Workspace, *, create: bool) -> Ledger:
    """Open the ledger that the settings name."""
    from oshrisk import workflow

    return workflow.ledger_of(workspace, create=create)


def _opened(workspace: Workspace) -> Ledger:
    return ledger_of(workspace, create=False)


def _entered(workspace: Workspace, by: str | None) -> tuple[Ledger, str, list[str]]:
    """Open the ledger for somebody who will change it; the lines say so if the ledger had no users before."""
    from oshrisk.ledger import enter
    from oshrisk.ledger.chain import account

    opened = ledger_of(workspace, create=True)
    name = account() if by is None else by
    first = enter(opened, name)
    return opened, name, [text("ledger.results.first_user", LANG, user=name)] if first else []


def _base(opened: Ledger, quarter: str, base: int | None) -> int:
    """Return the revision that a change rests on: the one that was named, or the latest."""
    from oshrisk.ledger import status as status_of

    return int(status_of(opened, quarter)["revision"]) if base is None else base


def _price(solved: dict[str, Any]) -> list[str]:
    from oshrisk.features.wording import number_text

    if not solved:  # the list knew of an equal decision already
        return []
    displaced = ", ".join(map(str, solved["displaced"]))
    shown = "displaced" if displaced else "nobody_displaced"
    lines = [text(f"ledger.results.{shown}", LANG, enterprises=displaced)]
    for name, figure in solved["price"].items():
        way = "less" if figure >= 0 else "more"
        lines.append(text(f"ledger.prices.{name}_{way}", LANG, figure=number_text(abs(figure), LANG)))
    return lines


def _status_lines(facts: dict[str, Any], standing: list[dict[str, Any]]) -> list[str]:
    from oshrisk.ledger.telling import decision_words, local_time

    if facts["version"] is None:
        return [text("ledger.results.no_plan", LANG, quarter=facts["quarter"])]
    state = text(f"ledger.states.{facts['state']}", LANG)
    lines = [text("ledger.results.state", LANG, **{**facts, "state": state, "at": local_time(facts["at"])})]
    for row in facts["signatures"]:
        said = {**row, "state": text(f"ledger.states.{row['step']}", LANG), "at": local_time(row["at"])}
        lines.append(text("ledger.results.signature", LANG, **said).rstrip())
    for row in standing:
        said = {**row, "at": local_time(row["at"]), "what": decision_words(row, LANG)}
        lines.append(text("ledger.results.decision", LANG, **said))
    if facts["unsolved"]:
        numbers = ", ".join(map(str, facts["unsolved"]))
        lines.append(text("ledger.results.unsolved", LANG, decisions=numbers, quarter=facts["quarter"]))
    return lines


def _roles(roles: list[str]) -> str:
    named = ", ".join(text(f"ledger.roles.{role}", LANG) for role in roles)
    return named or text("ledger.results.no_roles", LANG)
