"""Changing single settings in ``programme.toml``: the other lines, and what people wrote there, stay as they are."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from oshrisk.atomic import whole_file
from oshrisk.errors import OshriskError
from oshrisk.settings import Programme, read_programme, toml_value

_SECTION: Final = re.compile(r"^\s*\[\[?\s*(?P<name>[\w.\-]+)\s*\]\]?")


@dataclass(frozen=True)
class Change:
    """A setting that has another value.

    Parameters
    ----------
    section, name : str
        Where it stands: ``capacity``, ``inspector_days``.
    before, after : object
        Plain values.
    """

    section: str
    name: str
    before: Any
    after: Any

    @property
    def line(self) -> str:
        """The line of ``programme.toml`` that says it."""
        return f"{self.name} = {toml_value(self.after)}"

    @property
    def old_line(self) -> str:
        """The line as it was."""
        return f"{self.name} = {toml_value(self.before)}"


def changes(before: Programme, after: Programme) -> list[Change]:
    """Return the settings in which two programmes differ.

    Parameters
    ----------
    before, after : Programme
        The programmes.

    Returns
    -------
    list of Change
        In the order of the file.

    Examples
    --------
    >>> [change.line for change in changes(Programme(), Programme.model_validate({"draw": {"random_share": 0.3}}))]
    ['random_share = 0.3']
    """
    first, second = before.model_dump(mode="json"), after.model_dump(mode="json")
    return [
        Change(section, name, value, second[section][name])
        for section, values in first.items()
        for name, value in values.items()
        if value != second[section][name]
    ]


def write_changes(file: Path, wanted: list[Change]) -> None:
    """Write changed settings into ``programme.toml``.

    Parameters
    ----------
    file : Path
        The file; its comments and other lines stay.
    wanted : list of Change
        From `changes`.

    Raises
    ------
    OshriskError
        If the file has been changed meanwhile, or a setting stands there in a way that only a person can change.
        Nothing is written then.
    """
    present = read_programme(file)
    now = present.model_dump(mode="json")
    if any(now[change.section][change.name] != change.before for change in wanted):
        raise OshriskError("settings.changed_meanwhile", file=file.name)
    values = {section: dict(names) for section, names in now.items()}
    lines = file.read_text(encoding="utf-8").splitlines()
    for change in wanted:
        values[change.section][change.name] = change.after
        _put(lines, change)
    text = "\n".join(lines) + "\n"
    if not _says(text, Programme.model_validate(values)):
        raise OshriskError("settings.by_hand", file=file.name, lines="; ".join(change.line for change in wanted))
    with whole_file(file) as partial:
        partial.write_text(text, encoding="utf-8")


def _put(lines: list[str], change: Change) -> None:
    """Change the line of a setting; where it stands on several lines, what comes of it is not what was wanted."""
    own = re.compile(rf"^\s*{re.escape(change.name)}\s*=")
    section = head = None
    for place, line in enumerate(lines):
        if found := _SECTION.match(line):
            section = found["name"]
            head = place if section == change.section else head
        elif section == change.section and own.match(line):
            lines[place] = change.line
            return
    if head is None:
        lines += ["", f"[{change.section}]", change.line]
    else:
        lines.insert(head + 1, change.line)


def _says(text: str, wanted: Programme) -> bool:
    try:
        return Programme.model_validate(tomllib.loads(text)) == wanted
    except ValueError:  # not TOML any more, or not settings
        return False
