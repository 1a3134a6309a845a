"""Options and arguments that commands share, and the language of the call."""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oshrisk.messages import LANGUAGES, Language, text

if TYPE_CHECKING:
    from oshrisk.workspace import Workspace

_NAMES = ("--language", "-l")


def _asked_language() -> Language | None:
    """Return the language that the call asks for: help texts are needed before the options are parsed."""
    named = [after for option, after in pairwise(sys.argv[1:]) if option in _NAMES]
    wish = (named or [os.environ.get("OSHRISK_LANGUAGE", "")])[-1]
    return next((language for language in LANGUAGES if language == wish), None)


_ASKED = _asked_language()
LANG: Language = _ASKED or "vi"


def language_of(workspace: Workspace) -> Language:
    """Return the language of results: the one asked for, or that of the programme."""
    return _ASKED or workspace.programme.office.language


def language_first(arguments: list[str]) -> list[str]:
    """Move the language before the command, so that it may stand anywhere.

    Examples
    --------
    >>> language_first(["plan", "2027Q1", "--language", "en"])
    ['--language', 'en', 'plan', '2027Q1']
    """
    named = [place for place, word in enumerate(arguments[:-1]) if word in _NAMES]
    moved = {place + step for place in named for step in (0, 1)}
    return [arguments[place] for place in sorted(moved)] + [
        word for place, word in enumerate(arguments) if place not in moved
    ]


def option(name: str) -> str:
    """Return the help text of an option."""
    return text(f"cli.options.{name}", LANG)


def help_text(name: str, example: str) -> str:
    """Return the help text of a command, with an example of its use."""
    return f"{text(f'cli.commands.{name}', LANG)}\n\n{text('cli.example', LANG, command=example)}"


Json = Annotated[bool, typer.Option("--json", help=option("json"))]
Folder = Annotated[Path, typer.Option("--folder", "-f", help=option("folder"))]
Source = Annotated[str | None, typer.Argument(help=option("source"))]
Mapping = Annotated[Path | None, typer.Option("--mapping", help=option("mapping"))]
User = Annotated[str | None, typer.Option("--user", help=option("user"))]
AsOf = Annotated[str | None, typer.Option("--as-of", help=option("as_of"))]
