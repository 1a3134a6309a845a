"""Starting Django for a working folder."""

from __future__ import annotations

from pathlib import Path

import django
from django.conf import settings

from oshrisk.desk.settings import desk_settings, secret_of
from oshrisk.desk.site import Site
from oshrisk.workspace import open_workspace


def start(folder: Path, *, hosts: tuple[str, ...] = (), encrypted: bool = False, proxied: bool = False) -> Site:
    """Start Django for a working folder; once a process.

    Parameters
    ----------
    folder : Path
        The working folder.
    hosts, encrypted, proxied
        As `oshrisk.desk.site.Site`.

    Returns
    -------
    Site
        What pages work on.
    """
    workspace = open_workspace(folder.resolve())
    site = Site(workspace.folder, hosts, secret_of(workspace), encrypted=encrypted, proxied=proxied)
    settings.configure(**desk_settings(site, workspace))
    django.setup()
    return site
