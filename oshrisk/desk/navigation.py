"""The pages in the order of the menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oshrisk.planning import Quarter


@dataclass(frozen=True)
class Page:
    """An entry of the menu.

    Parameters
    ----------
    name : str
        Name of its address.
    title : str
        What the menu says.
    of_quarter : bool
        Whether it shows one quarter.
    roles : tuple of str
        Who sees it in the menu; empty: everybody.
    """

    name: str
    title: Promise
    of_quarter: bool = True
    roles: tuple[str, ...] = ()


MENU: Final = (
    Page("quarter", _("Quarter")),
    Page("list", _("List")),
    Page("map", _("Map")),
    Page("whatif", _("What if")),
    Page("data", _("Data"), of_quarter=False),
    Page("results", _("Results")),
    Page("evidence", _("Evidence")),
    Page("documents", _("Documents")),
    Page("log", _("Log")),
    Page("users", _("Users"), of_quarter=False, roles=("admin",)),
)


def menu(request: HttpRequest, quarter: Quarter) -> list[dict[str, Any]]:
    """Return the entries that somebody sees: title, address, and whether it is the page shown."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    return [
        {"title": page.title, "address": _address(page, quarter), "here": page.name == here}
        for page in MENU
        if not page.roles or request.roles.intersection(page.roles)
    ]


def _address(page: Page, quarter: Quarter) -> str:
    return str(reverse(page.name, args=[quarter] if page.of_quarter else []))
