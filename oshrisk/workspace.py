"""The working folder of a programme: settings, registers, and what was made from them.

::

    programme.toml          settings
    registers/              what the department hands in
    checks/                 reports of quarantined rows
    snapshots/<hash>/       accepted rows as Parquet, never changed
    seeds/                  secrets of the draws and their published hashes
    plans/<quarter>/        the list, its reasons, the form for results, its manifest
    ledger.sqlite3          versions, decisions, sign-off, results
    models/                 models and their runs (MLflow)
    desk/                   the key that signs the desk's cookies, uploads
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from oshrisk.errors import OshriskError
from oshrisk.messages import Language
from oshrisk.reference.folder import lay_over
from oshrisk.settings import Programme, read_programme, settings_file

SETTINGS = "programme.toml"
_FOLDERS = ("registers", "checks", "snapshots", "plans")


@dataclass(frozen=True)
class Workspace:
    """A working folder and its settings.

    Parameters
    ----------
    folder : Path
        The folder.
    programme : Programme
        Its settings.
    """

    folder: Path
    programme: Programme

    @property
    def source(self) -> str:
        """Where the registers are: a path counted from the folder, or a database address as it stands."""
        source = self.programme.registers.source
        return source if "://" in source else str(self.folder / source)

    @property
    def mapping(self) -> Path | None:
        """The mapping file of the registers, if there is one."""
        name = self.programme.registers.mapping
        return self.folder / name if name else None

    @property
    def model(self) -> str:
        """The risk table: a name, or a path counted from the folder."""
        name = self.programme.ranking.model
        return str(self.folder / name) if name.endswith((".toml", ".json")) else name

    def path(self, *parts: str) -> Path:
        """Return a path in the folder."""
        return self.folder.joinpath(*parts)


def open_workspace(folder: str | Path) -> Workspace:
    """Open a working folder.

    Parameters
    ----------
    folder : str or Path
        A folder with ``programme.toml``.

    Returns
    -------
    Workspace
        The folder and its settings.

    Raises
    ------
    OshriskError
        If there is no settings file or it cannot be used, or the data folder that it names is not there.

    Notes
    -----
    The data folder of the settings holds for the process from here on, until another working folder is opened.
    """
    root = Path(folder)
    programme = read_programme(root / SETTINGS)
    lay_over(root / programme.office.reference if programme.office.reference else None)
    return Workspace(root, programme)


def make_workspace(folder: str | Path, programme: Programme, language: Language) -> Workspace:
    """Make a working folder with commented settings and empty places for registers and results.

    Parameters
    ----------
    folder : str or Path
        The folder; it may exist, but not hold settings already.
    programme : Programme
        The settings to write.
    language : {"vi", "en"}
        Language of the comments.

    Returns
    -------
    Workspace
        The new folder.

    Raises
    ------
    OshriskError
        If the folder is a working folder already; nothing is changed then.
    """
    root = Path(folder)
    if (root / SETTINGS).exists():
        raise OshriskError("cli.folder_in_use", folder=root)
    for name in _FOLDERS:
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / SETTINGS).write_text(settings_file(programme, language), encoding="utf-8")
    return Workspace(root, programme)
