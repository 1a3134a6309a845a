"""The command line: each command reads its arguments, calls the rooms, and prints what came of it.

Heavy packages are imported inside the commands, so that ``oshrisk --help`` answers at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from oshrisk import __version__
from oshrisk.cli import decisions, desk, documents, draws, lists, models, prices, registers, results, scale
from oshrisk.cli.options import LANG, help_text, language_first, option
from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, text

CANNOT_USE = 3  # settings or registers cannot be used
# Packages of the extras in pyproject.toml, which only some commands need.
EXTRAS = dict.fromkeys(("sklearn", "mlflow", "joblib", "threadpoolctl"), "learn") | {
    **dict.fromkeys(("docx", "docxtpl", "holidays", "icalendar", "jinja2", "lxml", "matplotlib", "typst"), "documents"),
    "sqlalchemy": "sql",
    "psycopg": "postgresql",
    "fsspec": "scale",
    "distributed": "scale",
    **dict.fromkeys(("django_htmx", "whitenoise", "argon2", "cheroot"), "desk"),
}

app = typer.Typer(
    help=f"{text('cli.app', LANG)}\n\n{text('cli.exit_codes.text', LANG)}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _common(
    language: Annotated[str, typer.Option("--language", "-l", help=option("language"))] = LANG,
    _show: Annotated[bool, typer.Option("--version", help=option("version"), callback=_version, is_eager=True)] = False,
) -> None:
    if language not in LANGUAGES:
        raise typer.BadParameter(option("language"), param_hint="--language")


_COMMANDS = (
    (lists.demo, "oshrisk demo"),
    (registers.init, "oshrisk init dien-bien"),
    (registers.template, "oshrisk template registers.xlsx"),
    (registers.check, "oshrisk check registers.xlsx --report marked.xlsx"),
    (scale.snapshot, "oshrisk snapshot registers-parquet country --shards 64"),
    (lists.rank, "oshrisk rank registers.xlsx --output ranking.csv"),
    (lists.plan, "oshrisk plan 2027Q1 --folder dien-bien"),
    (prices.prices, "oshrisk prices 2027Q1 --folder dien-bien"),
    (documents.report, "oshrisk report 2027Q1 --folder dien-bien --level team"),
    (documents.dossier, "oshrisk dossier 2027Q1 0123456789 --folder dien-bien"),
    (documents.notices, "oshrisk notices --on 2026-12-01 --folder dien-bien"),
    (documents.letterhead, "oshrisk letterhead letterhead.docx"),
    (draws.seed, "oshrisk seed 2027Q1 --folder dien-bien"),
    (draws.redraw, "oshrisk redraw dien-bien/plans/2027Q1"),
    (
        decisions.override,
        'oshrisk override 2027Q1 drop 0123456789 --reason closed --text "Đã giải thể"',
    ),
    (decisions.sign, "oshrisk sign 2027Q1 reviewed --version 2"),
    (results.record, "oshrisk record 2027Q1 results.xlsx --folder dien-bien"),
    (results.followups, "oshrisk followups 2027Q1 --folder dien-bien"),
    (draws.estimate, "oshrisk estimate 2027Q1 --folder dien-bien"),
    (results.review, "oshrisk review 2027Q1 --folder dien-bien"),
    (results.verify, "oshrisk verify dien-bien/plans/2027Q1"),
    (models.backtest, "oshrisk backtest --folder dien-bien --first 2024Q1"),
    (models.train, "oshrisk train --folder dien-bien"),
    (models.compare, "oshrisk compare --folder dien-bien"),
    (models.promote, "oshrisk promote --folder dien-bien"),
    (models.models, "oshrisk models --folder dien-bien"),
    (desk.desk, "oshrisk desk --folder dien-bien"),
)
for _command, _example in _COMMANDS:
    app.command(help=help_text(_command.__name__, _example))(_command)
app.add_typer(decisions.ledger, name="ledger")


def main() -> None:
    """Run the command line; what a user can mend ends with exit code 3 and one clear message."""
    try:
        app(language_first(sys.argv[1:]))
    except OshriskError as error:
        typer.echo(error.message(LANG), err=True)
        sys.exit(CANNOT_USE)
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        if package not in EXTRAS:
            raise
        missing = OshriskError("cli.no_extra", package=package, extra=EXTRAS[package])
        typer.echo(missing.message(LANG), err=True)
        sys.exit(CANNOT_USE)
