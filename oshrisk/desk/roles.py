"""Who may open what."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def needs(*roles: str) -> Callable[[View], View]:
    """Keep a view for whoever has one of some roles.

    Parameters
    ----------
    *roles : str
        Of `oshrisk.ledger.ROLES`.

    Returns
    -------
    callable
        A decorator. Others get status 403 and are told which role it needs.
    """

    def keep(view: View) -> View:
        @wraps(view)
        def kept(request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
            expect(request, *roles)
            return view(request, *args, **names)

        return kept

    return keep


def expect(request: HttpRequest, *roles: str) -> None:
    """Refuse whoever has none of some roles."""
    if not request.roles.intersection(roles):
        raise PermissionDenied(*roles)
