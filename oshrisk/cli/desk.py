"""The command that serves the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oshrisk.cli.inputs import workspace_of
from oshrisk.cli.options import Folder, language_of, option
from oshrisk.messages import text


def desk(
    folder: Folder = Path(),
    host: Annotated[str, typer.Option("--host", help=option("host"))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help=option("port"))] = 8000,
    name: Annotated[list[str] | None, typer.Option("--name", help=option("desk_name"))] = None,
    certificate: Annotated[Path | None, typer.Option("--certificate", help=option("certificate"))] = None,
    key: Annotated[Path | None, typer.Option("--key", help=option("key"))] = None,
    behind_proxy: Annotated[bool, typer.Option("--behind-proxy", help=option("behind_proxy"))] = False,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help=option("browser"))] = True,
    new_password: Annotated[str | None, typer.Option("--new-password", help=option("new_password"))] = None,
) -> None:
    from oshrisk.desk.serve import Listening, reset, serve

    language = language_of(workspace_of(folder, needed=True))
    if new_password is not None:
        password = reset(folder, new_password)
        typer.echo(text("desk.terminal.password", language, user=new_password, password=password))
        return

    def welcome(address: str, admin: str | None, password: str) -> None:
        if admin is not None:
            typer.echo(text("desk.terminal.first", language, user=admin, password=password))
        typer.echo(text("desk.terminal.ready", language, address=address))

    where = Listening(host, port, tuple(name or ()), certificate, key, behind_proxy)
    serve(folder, where, browser=browser, welcome=welcome)
