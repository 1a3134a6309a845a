"""The demo province: a working folder whose registers are simulated."""

from __future__ import annotations

from pathlib import Path

from oshrisk.atomic import whole_folder
from oshrisk.errors import OshriskError
from oshrisk.messages import Language
from oshrisk.planning import Quarter
from oshrisk.settings import Office, Programme
from oshrisk.simulate import Simulation, simulate
from oshrisk.simulate.workbook import write_workbook
from oshrisk.workspace import Workspace, make_workspace

QUARTER = Quarter(2027, 1)
READ_ON = "2026-11-30"
SEED = 1
WORKBOOK = "registers/dien-bien-simulated.xlsx"


def demo_province(enterprises: int | None = None) -> Simulation:
    """Simulate the demo province in memory: its registers, and the truth behind them.

    Parameters
    ----------
    enterprises : int, optional
        How many; by default all of the demo.

    Returns
    -------
    Simulation
        ``registry`` is what a department would know; ``truth`` nobody knows outside a simulation.

    Examples
    --------
    >>> demo_province(200).registry.simulated
    True
    """
    return simulate(enterprises, seed=SEED, read_on=READ_ON)


def make_demo(folder: str | Path, language: Language) -> Workspace:
    """Make a working folder whose registers are the simulated province.

    Parameters
    ----------
    folder : str or Path
        The folder. An earlier demo in it is replaced as a whole; anything else is left alone.
    language : {"vi", "en"}
        Language of the settings and of the workbook.

    Returns
    -------
    Workspace
        The folder, with ``registers/dien-bien-simulated.xlsx``: the province as a department would hand it in,
        with about one bad row in a hundred.

    Raises
    ------
    OshriskError
        If the folder holds something else than a demo; nothing is changed then.
    """
    target = Path(folder)
    if target.exists() and any(target.iterdir()) and not _is_demo(target):
        raise OshriskError("cli.not_a_demo", folder=target)
    programme = Programme.model_validate(
        {"office": Office(language=language), "registers": {"source": WORKBOOK, "read_on": READ_ON}}
    )
    with whole_folder(target) as partial:
        make_workspace(partial, programme, language)
        write_workbook(partial / WORKBOOK, demo_province())
    return Workspace(target, programme)


def _is_demo(folder: Path) -> bool:
    return (folder / WORKBOOK).is_file()
