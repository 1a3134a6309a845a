"""What the running desk works on: the working folder, its ledger, and the lists that were read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from oshrisk import workflow
from oshrisk.ledger import Ledger
from oshrisk.workspace import Workspace, open_workspace


@dataclass(frozen=True)
class Site:
    """How the desk was started.

    Parameters
    ----------
    folder : Path
        The working folder.
    hosts : tuple of str
        Names and addresses under which browsers may ask for it.
    secret : str
        Key that signs cookies and forms.
    encrypted : bool
        Whether browsers speak HTTPS with it, or with the proxy before it.
    proxied : bool
        Whether a proxy stands before it, whose headers are believed.
    """

    folder: Path
    hosts: tuple[str, ...]
    secret: str
    encrypted: bool = False
    proxied: bool = False


def site() -> Site:
    """Return how the desk was started."""
    running: Site = settings.OSHRISK_SITE
    return running


def workspace() -> Workspace:
    """Return the working folder with the settings as they stand now: they may be edited while the desk runs."""
    return open_workspace(site().folder)


def ledger() -> Ledger:
    """Return the ledger; its tables are brought up to date once."""
    return _ledger(site().folder)


@cache
def _ledger(folder: Path) -> Ledger:
    return workflow.ledger_of(open_workspace(folder), create=True)
