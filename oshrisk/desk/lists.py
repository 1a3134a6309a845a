"""Issued lists, read once and kept while they stay as they are."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from functools import cached_property
from pathlib import Path
from typing import Final

from oshrisk.desk.everybody import Everybody, everybody_of
from oshrisk.desk.site import site, workspace
from oshrisk.documents.dossier import dossiers
from oshrisk.documents.html import html_fragment
from oshrisk.issued import Issued, read_issued
from oshrisk.messages import Language
from oshrisk.planning import Quarter

KEPT: Final = 3  # lists at once: of 100,000 enterprises each takes a few hundred megabytes


class Kept:
    """A list and what pages make of it once.

    Parameters
    ----------
    issued : Issued
        The list.
    """

    def __init__(self, issued: Issued) -> None:
        self.issued = issued
        self._dossiers: dict[tuple[str, Language], str] = {}

    @cached_property
    def everybody(self) -> Everybody:
        """Everybody in the registers, to be searched, filtered and sorted."""
        return everybody_of(self.issued)

    def dossier(self, enterprise: str, language: Language) -> str:
        """Return the dossier of an enterprise as HTML.

        Making many takes hardly longer than making one, so those of all that are listed are made with the first.
        """
        listed = self.issued.visits.index
        wanted = [str(one) for one in listed] if enterprise in listed else [enterprise]
        if (enterprise, language) not in self._dossiers:
            made = dossiers(self.issued, wanted, language)
            self._dossiers |= {
                (one, language): html_fragment(document, level=2) for one, document in zip(wanted, made, strict=True)
            }
        return self._dossiers[enterprise, language]


_lists: OrderedDict[tuple[Path, str, str], Kept] = OrderedDict()
_reading = threading.Lock()


def is_issued(quarter: Quarter) -> bool:
    """Say whether there are files of a list."""
    return workspace().path("plans", str(quarter), "manifest.json").is_file()


def kept(quarter: Quarter) -> Kept:
    """Return the list of a quarter as it was issued, with what pages made of it.

    Parameters
    ----------
    quarter : Quarter
        The quarter.

    Returns
    -------
    Kept
        Read from the files only where the manifest has changed since.

    Raises
    ------
    OshriskError
        As `oshrisk.issued.read_issued`.
    """
    key = (site().folder, str(quarter), _digest(quarter))
    with _reading:  # who asks at the same time waits for the one who reads
        if key not in _lists:
            _lists[key] = Kept(read_issued(workspace(), quarter))
        _lists.move_to_end(key)
        while len(_lists) > KEPT:
            _lists.popitem(last=False)
        return _lists[key]


def issued(quarter: Quarter) -> Issued:
    """Return the list of a quarter as it was issued.

    Its ``state`` is what it was when it was read: ask the ledger for that of now.
    """
    return kept(quarter).issued


def _digest(quarter: Quarter) -> str:
    file = workspace().path("plans", str(quarter), "manifest.json")
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
