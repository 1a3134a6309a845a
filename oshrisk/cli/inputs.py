"""What commands read before they work: the working folder, the registers, a date."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from oshrisk.errors import OshriskError

if TYPE_CHECKING:
    import pandas as pd

    from oshrisk.registry.read import Reading
    from oshrisk.workspace import Workspace


def workspace_of(folder: Path, *, needed: bool) -> Workspace:
    """Open the working folder, or stand in an empty one where none is needed."""
    from oshrisk.settings import Programme
    from oshrisk.workspace import SETTINGS, Workspace, open_workspace

    if needed or (folder / SETTINGS).exists():
        return open_workspace(folder)
    return Workspace(folder, Programme())


def read_registers(source: str | None, workspace: Workspace, mapping: Path | None) -> Reading:
    """Read the registers that were named, or those of the working folder."""
    from oshrisk.registry.read import read_registry

    programme = workspace.programme
    own = source is None
    return read_registry(
        workspace.source if source is None else source,
        read_on=programme.registers.read_on if own else None,
        mapping=workspace.mapping if own and mapping is None else mapping,
        province_code=programme.office.province_code,
    )


def date_of(value: str | None) -> pd.Timestamp | None:
    """Read a date of the command line."""
    import pandas as pd

    if value is None:
        return None
    try:
        return pd.Timestamp(date.fromisoformat(value))
    except ValueError as error:
        raise OshriskError("cli.bad_date", value=value) from error
