"""The notices of a day, from the registers alone: lists for the office, letters to the enterprises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from oshrisk.atomic import whole_folder
from oshrisk.documents.notice_facts import Notice, Registers
from oshrisk.documents.notice_kinds import machine_notice, missing_notice, reminder_notice, training_notice
from oshrisk.documents.word import word_bytes
from oshrisk.documents.writing import marked, named
from oshrisk.messages import text
from oshrisk.report.notice_book import write_notice_book
from oshrisk.workspace import Workspace

AHEAD: Final = 45  # days before a deadline from which its reminder is written
COURSE_YEAR: Final = pd.DateOffset(years=1)  # training is planned so far ahead


@dataclass(frozen=True)
class Written:
    """Notices that were written.

    Parameters
    ----------
    folder : Path
        Where they are.
    notices : list of Notice
        What they say.
    """

    folder: Path
    notices: list[Notice]

    @property
    def files(self) -> list[Path]:
        """The files that were written."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file())


def notices_of(registers: Registers, ahead: int = AHEAD) -> list[Notice]:
    """Gather the notices of a day.

    Parameters
    ----------
    registers : Registers
        The registers on the day.
    ahead : int, default 45
        Days before a deadline from which a reminder is due.

    Returns
    -------
    list of Notice
        Machines, missing reports, reports to come (where a deadline is near), training.
    """
    made = [machine_notice(registers), missing_notice(registers), reminder_notice(registers, ahead)]
    made.append(training_notice(registers, registers.on + COURSE_YEAR))
    return [notice for notice in made if notice is not None]


def write_notices(
    workspace: Workspace,
    registers: Registers,
    *,
    ahead: int = AHEAD,
    letters: bool = True,
    progress: Callable[[str], None],
) -> Written:
    """Write the notices of a day to ``notices/<date>/``, whole or not at all.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    registers : Registers
        The registers on the day.
    ahead : int, default 45
        Days before a deadline from which a reminder is due.
    letters : bool, default True
        Write the letters, one Word file a kind, and not just the lists.
    progress : callable
        Called with the name of each step as it begins.

    Returns
    -------
    Written
        What was written; what stood in the folder is replaced.
    """
    progress("notices")
    found = notices_of(registers, ahead)
    folder = workspace.path("notices", f"{registers.on:%Y-%m-%d}")
    simulated, language = registers.registry.simulated, registers.language
    with whole_folder(folder) as partial:
        for notice in found:
            stem = registers.words["files"][notice.name]
            file = partial / named(f"{stem}.xlsx", simulated=simulated)
            write_notice_book(
                file, notice.sheets, registers.programme.office, registers.on, simulated=simulated, language=language
            )
            if letters:
                progress("letters")
                _write_letters(partial, notice, workspace, registers)
    return Written(folder, found)


def _write_letters(folder: Path, notice: Notice, workspace: Workspace, registers: Registers) -> None:
    """Write all letters of a kind into one Word file, in the order of the lists: by commune, then by name."""
    if not notice.letters:
        return
    own = workspace.programme.documents.letterhead
    template = workspace.path(own) if own else None
    simulated, language = registers.registry.simulated, registers.language
    order = registers.by_place(pd.Index(list(notice.letters))).index
    letters = [notice.letters[str(owner)] for owner in order]
    shown = marked(letters, registers.programme.office.department, language, simulated=simulated)
    name = text("notices.files.letters", language, name=registers.words["files"][notice.name])
    file = folder / named(f"{name}.docx", simulated=simulated)
    file.write_bytes(word_bytes(shown, language, template=template))
