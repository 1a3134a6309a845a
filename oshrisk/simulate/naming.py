"""Simulated data says so in its name."""

from __future__ import annotations

from pathlib import Path

from oshrisk.errors import OshriskError

MARK = "simulated"  # the registry's reader looks for it in file and folder names


def check_name(path: Path, *, apart_from: Path | None = None) -> Path:
    """Return `path` if its name says that it is simulated.

    Parameters
    ----------
    path : Path
        File or folder to be written.
    apart_from : Path, optional
        Folder that must not be the same: the truth never stands beside the registers.

    Returns
    -------
    Path
        The path.

    Raises
    ------
    OshriskError
        If the name lacks "simulated", or `path` is `apart_from`.
    """
    if MARK not in path.name.lower():
        raise OshriskError("simulate.name_not_simulated", path=path, mark=MARK)
    if apart_from is not None and path.resolve() == apart_from.resolve():
        raise OshriskError("simulate.truth_beside_registers", path=path)
    return path
