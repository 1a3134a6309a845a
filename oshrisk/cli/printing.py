"""Printing: lines for people or JSON for scripts on standard output, progress on standard error."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from oshrisk.cli.options import LANG
from oshrisk.messages import Language, text


def print_result(facts: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    """Print what came of a command."""
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2, default=_plain))
    else:
        typer.echo("\n".join(lines))


def simulated_lines(simulated: bool, language: Language = LANG) -> list[str]:
    """Return the warning that stands above whatever is shown of simulated data."""
    return [text("cli.simulated", language)] if simulated else []


@contextmanager
def progress_shown() -> Iterator[Callable[[str], None]]:
    """Give a function that shows the name of each step as it begins."""
    from rich.console import Console

    console = Console(stderr=True)
    start = time.perf_counter()

    def say(step: str) -> None:
        status.update(text(f"cli.steps.{step}", LANG))
        if not console.is_terminal:
            console.print(f"[{time.perf_counter() - start:5.1f} s] {text(f'cli.steps.{step}', LANG)}", markup=False)

    with console.status("") as status:
        yield say


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)
